"""South, which Django's own migrations replaced in 1.7."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import FindName, release_root
from django_hop.ops.settings import DropSetting, ListItem
from django_hop.ops.statements import drop_lines
from django_hop.rewrite.site import Site

MESSAGE = "South is gone: Django migrates itself since 1.7"
RULES = "south.modelsinspector.add_introspection_rules"


@dataclass(frozen=True)
class IntrospectionRules(PythonOp):
    """`add_introspection_rules([], [...])`, a statement of its own, goes."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"south", "add_introspection_rules"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for statements of a module that do nothing else."""
        for call in site.calls(RULES):
            statement = site.parent(call)
            alone = isinstance(statement, ast.Expr) and isinstance(site.parent(statement), ast.Module)
            edit = drop_lines(site, statement) if isinstance(statement, ast.Expr) and alone else None
            if edit is None:
                yield site.finding(call, f"{MESSAGE}; here it is used in another way")
                continue
            yield edit
            release_root(site, call.func)
            yield site.finding(call, MESSAGE, fixed=True)


CODEMODS = [
    Codemod(
        "south-leftovers",
        "South leaves the settings and the models",
        package="south",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("south-any-remove",),
        docs="South documentation: End of life",
        then="Take South out of the requirements. Its folders of migrations may go where Django's stand beside them.",
        ops=(
            ListItem(("INSTALLED_APPS",), MESSAGE, remove=("south",)),
            DropSetting("SOUTH_MIGRATION_MODULES", MESSAGE),
            DropSetting("SOUTH_TESTS_MIGRATE", MESSAGE),
            DropSetting("SOUTH_DATABASE_ADAPTERS", MESSAGE),
            DropSetting("SOUTH_DATABASE_ADAPTER", MESSAGE),
            DropSetting("SOUTH_AUTO_FREEZE_APP", MESSAGE),
            DropSetting("SKIP_SOUTH_TESTS", MESSAGE),
            IntrospectionRules(),
            FindName("south.modelsinspector.introspector", MESSAGE),
        ),
    ),
]
