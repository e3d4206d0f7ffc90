"""Management commands as classes and functions: requires_system_checks, sql_flush()."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import assignments
from django_hop.ops.expressions import quoted
from django_hop.ops.nodes import is_value, value_of
from django_hop.ops.receivers import first_parameter
from django_hop.rewrite.site import Site

COMMAND = "django.core.management.base.BaseCommand"
CHECKS = "`requires_system_checks` is '__all__' or a list of tags, no boolean"


@dataclass(frozen=True)
class RequiresSystemChecks(PythonOp):
    """The booleans become `'__all__'` and `[]`, in class bodies and on `self`; from outside and other values are findings."""

    @property
    def words(self) -> Words:
        """The attribute's name."""
        return (frozenset({"requires_system_checks"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An assignment of anything but a plain list, tuple or text."""
        value = rb"(?:\[[^\[\]]*\]|\([^()]*\)|[\"']\w*[\"'])[ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)"
        return re.compile(rb"requires_system_checks[\s\\)]*(?::[^=\n]*)?=(?!=)(?![\s\\]*%s)" % value)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for True and False in commands; findings for what else is assigned."""
        commands = set(site.subclasses(COMMAND))
        for node in commands:
            for statement, _ in assignments(node, "requires_system_checks"):
                yield from self._value(site, statement, statement.value)
        for target in site.nodes(ast.Attribute):
            set_at = site.parent(target)
            if target.attr != "requires_system_checks" or not isinstance(target.ctx, ast.Store) or not isinstance(set_at, ast.Assign):
                continue
            if first_parameter(site, target.value) in commands:
                yield from self._value(site, set_at, set_at.value)
            elif isinstance(set_at.value, ast.Constant) and isinstance(set_at.value.value, bool):
                yield site.finding(set_at, f"{CHECKS}; is this a management command?")

    @staticmethod
    def _value(site: Site, statement: ast.stmt, value: ast.expr | None) -> Iterator[Edit | Finding]:
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield site.edit(value, quoted(site, "__all__") if value.value else "[]")
            yield site.finding(statement, CHECKS, fixed=True)
        elif value is not None and not isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Constant)):
            yield site.finding(statement, f"{CHECKS}; what this is cannot be seen")


def _all_tables(site: Site, call: ast.Call) -> str | None:
    value = value_of(call, "only_django")
    if is_value(value, True):
        return None
    return "there is no replacement for flushing the tables that are not Django's"


CODEMODS = [
    Codemod(
        "requires-system-checks",
        "requires_system_checks of commands is '__all__' or a list",
        deprecated="3.2",
        removed="4.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-requires-system-checks-bool",),
        docs="releases/3.2: Features deprecated in 3.2 / Miscellaneous",
        ops=(RequiresSystemChecks(),),
    ),
    Codemod(
        "sql-flush-only-django",
        "sql_flush() is called without only_django",
        removed="3.2",
        works_from="3.2",
        safety=SAFE,
        covers=("3.2-management-sql-flush-only-django",),
        docs="core/management/sql.py of 3.2 (not in the notes)",
        ops=(
            Call(
                "django.core.management.sql.sql_flush",
                "`sql_flush()` has no argument `only_django`; it flushes Django's tables",
                drop=("only_django",),
                positional=("style", "connection", "only_django", "reset_sequences", "allow_cascade"),
                unless=_all_tables,
            ),
        ),
    ),
]
