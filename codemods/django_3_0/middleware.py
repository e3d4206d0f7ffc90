"""Middleware: the language is kept in a cookie, not in the session."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.class_keywords import is_switched
from django_hop.ops.crossing import crosses
from django_hop.rewrite.site import Site

from .language_cookie import cookie_edits

KEY = "django.utils.translation.LANGUAGE_SESSION_KEY"
TEXT = "_language"
"""What the constant holds on all releases that have it; `django_language` is the name of the cookie."""
READ = "the session holds no language from 4.0 on, and LocaleMiddleware asks the cookie from 3.0 on; ask `get_language()`"
WRITTEN = "a language in the session has no effect from 3.0 on; set the cookie `settings.LANGUAGE_COOKIE_NAME` on the response"


@dataclass(frozen=True)
class LanguageInSession(PythonOp):
    """The key of the language in the session: its constant anywhere, its text where a session of Django before 3.0 is indexed by it."""

    @property
    def words(self) -> Words:
        """The constant, or its text beside a session."""
        return (*words_of(KEY), frozenset({"session", TEXT}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the same block returns the response; a finding at each other use, at the import if there is none."""
        uses = [*site.references(KEY), *site.doubtful(KEY)]
        for node in uses:
            if is_switched(site, node):
                continue
            yield from self._place(site, node)
        for binding in site.imports.bindings(KEY) if not uses else ():
            yield site.finding(binding.alias or binding.node, READ)
        for string in site.names.strings if crosses(site.hop, "3.0") else ():
            if string.value == TEXT and self._is_session_key(site, string) and not is_switched(site, string):
                yield from self._place(site, string)

    def _place(self, site: Site, node: ast.expr) -> Iterator[Edit | Finding]:
        edits = cookie_edits(site, node) if self._is_written(site, node) else None
        yield from edits or ()
        yield site.finding(node, WRITTEN if self._is_written(site, node) else READ, fixed=edits is not None)

    @staticmethod
    def _is_written(site: Site, node: ast.expr) -> bool:
        around = site.parent(node)
        return isinstance(around, ast.Subscript) and isinstance(around.ctx, ast.Store)

    @staticmethod
    def _is_session_key(site: Site, node: ast.expr) -> bool:
        around = site.parent(node)
        holder: ast.expr | None = around.value if isinstance(around, ast.Subscript) else None
        if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and around.func.attr in ("get", "pop", "setdefault"):
            holder = around.func.value
        if isinstance(around, ast.Compare) and around.left is node:
            holder = around.comparators[0]
        return (isinstance(holder, ast.Attribute) and holder.attr == "session") or (isinstance(holder, ast.Name) and holder.id == "session")


CODEMODS = [
    Codemod(
        "language-in-session",
        "views keep the language in a cookie, not in the session",
        deprecated="3.0",
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("3.0-session-language-ignored", "3.0-set-language-session"),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous",
        silent=True,
        then="expect visitors to see the language that their cookie says: what was only in their session is not read any more. While old "
        "processes serve, those go by the session.",
        ops=(LanguageInSession(),),
    ),
]
