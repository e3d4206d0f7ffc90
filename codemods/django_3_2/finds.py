"""What 3.2 changed for some callers only: slugs at their ends, sessions that vanish."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.nodes import name_of
from django_hop.rewrite.site import Site

SLUGIFY = ("django.utils.text.slugify", "django.template.defaultfilters.slugify")
LOOKUPS = frozenset({"get", "filter", "exclude", "get_or_create", "update_or_create", "get_object_or_404", "get_list_or_404"})
INTERRUPTED = "a session that is deleted in parallel raises SessionInterrupted from 3.2 on, which is no SuspiciousOperation"
READY = ("django.contrib.sessions.exceptions.SessionInterrupted", "django.core.exceptions.BadRequest")
"""Exceptions that catch it."""
SUSPICIOUS = ("django.core.exceptions.SuspiciousOperation",)


@dataclass(frozen=True)
class SlugEnds(PythonOp):
    """Slugs that are looked up or compared, and literals with dashes or underscores at an end."""

    @property
    def means(self) -> tuple[str, ...]:
        """The function under both names."""
        return SLUGIFY

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each."""
        for call in [call for target in SLUGIFY for call in site.calls(target)]:
            given = call.args[0] if call.args else None
            literal = given.value if isinstance(given, ast.Constant) else None
            ends = isinstance(literal, str) and literal != literal.strip("-_")
            around, outer = site.parent(call), site.parent(site.parent(call) or call)
            func = outer.func if isinstance(around, ast.keyword) and isinstance(outer, ast.Call) else None
            name = name_of(func)
            if ends or name in LOOKUPS or (isinstance(around, ast.Compare) and literal is None):
                yield site.finding(call, "slugs lose dashes and underscores at their ends from 3.2 on, so slugs stored before may differ")


@dataclass(frozen=True)
class Interrupted(PythonOp):
    """Handlers of SuspiciousOperation around get_response() catch SessionInterrupted, too; tests that expect it are findings."""

    @property
    def words(self) -> Words:
        """The exception, in a middleware or beside the session's."""
        return (frozenset({"SuspiciousOperation", "get_response"}), frozenset({"SuspiciousOperation", "SessionMiddleware"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where it is caught around get_response(); a finding where a test expects it of SessionMiddleware."""
        for node in [node for name in SUSPICIOUS for node in site.references(name)]:
            handler = next((one for one in site.ancestors(node) if isinstance(one, ast.ExceptHandler)), None)
            block = site.parent(handler) if handler is not None else None
            caught = isinstance(block, ast.Try) and any("get_response" in site.module.segment(one) for one in block.body)
            if handler is not None and caught and handler.type is not None and node in ast.walk(handler.type):
                yield from self._handler(site, handler, node)
            elif self._expected(site, node):
                yield site.finding(node, INTERRUPTED)

    @staticmethod
    def _handler(site: Site, handler: ast.ExceptHandler, node: ast.expr) -> Iterator[Edit | Finding]:
        names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any((site.qualified(one) or "") in READY for one in names):
            return
        spoken = site.imports.need(READY[0], node) if node in names and not _caught_before(site, handler) else None
        if spoken is None:
            yield site.finding(node, INTERRUPTED)
            return
        text = f"{spoken}, {site.module.segment(node)}"
        yield site.edit(node, text if isinstance(handler.type, ast.Tuple) else f"({text})")
        yield site.finding(node, INTERRUPTED, fixed=True)

    @staticmethod
    def _expected(site: Site, node: ast.expr) -> bool:
        call, function = site.parent(node), site.enclosing(node, ast.FunctionDef)
        expected = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assertRaises")
        return expected and function is not None and "session" in site.module.segment(function).lower()


def _caught_before(site: Site, handler: ast.ExceptHandler) -> bool:
    """True if another handler of the statement catches SessionInterrupted or more, so that the order of the two would tell."""
    block = site.parent(handler)
    others = [one.type for one in block.handlers if one is not handler] if isinstance(block, ast.Try) else []
    names = {site.qualified(part) for one in others if one is not None for part in (one.elts if isinstance(one, ast.Tuple) else [one])}
    return bool(names & set(READY))


CODEMODS = [
    Codemod(
        "slugify-ends",
        "slugs have no dashes and underscores at their ends",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-slugify-strips-dashes-underscores",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=crossing("3.2", SlugEnds()),
    ),
    Codemod(
        "session-interrupted",
        "handlers of SuspiciousOperation catch sessions deleted in parallel, too",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-session-interrupted",),
        docs="releases/3.2: Miscellaneous",
        ops=crossing("3.2", Interrupted()),
    ),
]
