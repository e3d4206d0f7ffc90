"""Text: lazy functions, marks for escaping, lines of a request."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.methods import MethodCall
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.receivers import request
from django_hop.rewrite.site import Site

ALLOW, KEEP = "django.utils.functional.allow_lazy", "django.utils.functional.keep_lazy"
ESCAPES = ("EscapeData", "EscapeBytes", "EscapeText", "EscapeString", "EscapeUnicode")


@dataclass(frozen=True)
class AllowLazy(PythonOp):
    """`allow_lazy(f, str)` becomes `keep_lazy(str)(f)`."""

    @property
    def words(self) -> Words:
        """The function and its module."""
        return words_of(ALLOW)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with types; findings for others."""
        message = "`allow_lazy()` is gone; `keep_lazy()` takes the types first and gives a decorator"
        for node in [*site.references(ALLOW), *site.doubtful(ALLOW)]:
            call = site.parent(node)
            plain = isinstance(call, ast.Call) and call.func is node and _has_types(call) and "#" not in site.module.segment(call)
            spoken = site.imports.need(KEEP, node) if plain and node not in site.doubtful(ALLOW) else None
            if spoken is None or not isinstance(call, ast.Call):
                yield site.finding(node, message)
                continue
            function, *types = (site.module.segment(arg) for arg in call.args)
            yield site.edit(call, f"{spoken}({', '.join(types)})({function})")
            yield site.finding(node, message, fixed=True)
            release_root(site, node)


def _has_types(call: ast.Call) -> bool:
    return len(call.args) > 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)


CODEMODS = [
    Codemod(
        "allow-lazy",
        "lazy functions are made by keep_lazy()",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-allow-lazy",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(AllowLazy(),),
    ),
    Codemod(
        "mark-for-escaping",
        "text is escaped where it was marked for that",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-mark-for-escaping",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            Rename("django.utils.safestring", {"mark_for_escaping": "conditional_escape"}, to="django.utils.html"),
            *(
                FindName(f"django.utils.safestring.{name}", f"`{name}` is gone; nothing is marked for escaping any more")
                for name in ESCAPES
            ),
        ),
    ),
    Codemod(
        "request-xreadlines",
        "lines of a request are read by iterating it",
        deprecated="2.0",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-request-xreadlines",),
        docs="releases/2.0: Features deprecated in 2.0 / Miscellaneous",
        ops=(MethodCall(request, "xreadlines", "`xreadlines()` of a request is gone; iterate the request", template="iter({receiver})"),),
    ),
]
