"""URL patterns: url() becomes re_path()."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp
from django_hop.ops.names import rename
from django_hop.ops.urls import star_doubts, star_of, star_uses
from django_hop.rewrite.site import Site

OLD, NEW = "django.conf.urls.url", "django.urls.re_path"
ACCIDENTAL = "django.conf.urls.re_path"
MESSAGE = "`url()` is `re_path()` of `django.urls`"


@dataclass(frozen=True)
class UrlFunction(PythonOp):
    """`url()` becomes `re_path()` of `django.urls`, `regex=` becomes `route=`; an `include` that was imported beside it moves along."""

    @property
    def means(self) -> tuple[str, ...]:
        """Both names that leave the module."""
        return (OLD, ACCIDENTAL)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports, calls and strings; only findings if a call hides its `regex`."""
        starred: list[ast.expr] = list(star_uses(site, "django.conf.urls", "url"))
        uses = [*site.references(OLD), *starred]
        for doubt in star_doubts(site, "django.conf.urls", "url"):
            yield site.finding(doubt, f"{MESSAGE}; which star import brings the name cannot be seen")
        hidden = [node for node in uses if hides_regex(site, node)]
        for node in hidden:
            yield site.finding(node, f"{MESSAGE}; what is given as `regex` here cannot be seen, it is called `route` now")
        if hidden:
            return
        moved = [binding.node for old in (OLD, ACCIDENTAL) for binding in site.imports.bindings(old) if site.imports.alone(binding)]
        yield from rename(site, OLD, NEW)
        yield from rename(site, ACCIDENTAL, NEW)
        for binding in site.imports.bindings("django.conf.urls.include"):
            if binding.node in moved and site.imports.alone(binding):
                site.imports.replace(binding, "django.urls.include", name=binding.name)
        for node in uses:
            yield from self._keyword(site, node)
        yield from self._starred(site, starred)

    @staticmethod
    def _keyword(site: Site, node: ast.expr) -> Iterator[Edit]:
        call = site.parent(node)
        if isinstance(call, ast.Call) and call.func is node:
            yield from (site.edit_keyword(keyword, "route") for keyword in call.keywords if keyword.arg == "regex")

    @staticmethod
    def _starred(site: Site, starred: list[ast.expr]) -> Iterator[Edit | Finding]:
        for node in starred:
            spoken = site.imports.need(NEW, node, instead_of=star_of(site, "django.conf.urls"))
            if spoken is None:
                yield site.finding(node, f"{MESSAGE}, but the name `re_path` is taken in this file")
                continue
            yield site.edit(node, spoken)
            yield site.finding(node, MESSAGE, fixed=True)


def hides_regex(site: Site, node: ast.expr) -> bool:
    """True if a use of `url` may be given its `regex` in a way that cannot be seen: unpacked, or bound by `partial`."""
    parent = site.parent(node)
    if not isinstance(parent, ast.Call):
        return False
    if parent.func is node:
        return not parent.args and any(keyword.arg is None for keyword in parent.keywords)
    return any(keyword.arg == "regex" for keyword in parent.keywords)


CODEMODS = [
    Codemod(
        "url-function",
        "url() becomes re_path()",
        deprecated="3.1",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.1-conf-urls-url",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(UrlFunction(),),
    ),
]
