"""Management commands as classes: the language they run in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.classes import DropAttribute, FindAttribute
from django_hop.ops.nodes import is_value
from django_hop.rewrite.site import Site

COMMAND = ("django.core.management.base.BaseCommand",)
LANGUAGE = "commands no longer deactivate translations: put `@no_translations` (2.1 and later) on handle() if texts must stay untranslated"
TRANSLATES = ("gettext", "ngettext", "pgettext", "ugettext", "ungettext")


def _is_false(site: Site, node: ast.ClassDef, value: ast.expr | None) -> bool:
    return not is_value(value, True)


@dataclass(frozen=True)
class TranslatingCommands(PythonOp):
    """Commands that translate at run time and did not ask to keep the language."""

    @property
    def words(self) -> Words:
        """A method of commands, and a function that translates."""
        return tuple(frozenset({"handle", "translation", name}) for name in TRANSLATES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each class whose methods translate."""
        for node in site.subclasses(*COMMAND):
            if any(True for _ in assignments(node, "leave_locale_alone")) or "no_translations" in ast.unparse(node):
                continue
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
            names = {f"django.utils.translation.{name}" for name in TRANSLATES}
            if any(site.qualified(call.func) in names for call in calls):
                yield site.finding(node, LANGUAGE)


CODEMODS = [
    Codemod(
        "command-translations",
        "commands keep the active language",
        removed="2.1",
        works_from="2.1",
        safety=REVIEW,
        covers=("2.1-command-translations",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            DropAttribute(COMMAND, "leave_locale_alone", "commands always leave the language alone", value="True"),
            DropAttribute(COMMAND, "can_import_settings", "the attribute means nothing any more"),
            FindAttribute(COMMAND, ("leave_locale_alone",), LANGUAGE, when=_is_false),
            TranslatingCommands(),
        ),
    ),
]
