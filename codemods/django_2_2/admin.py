"""The admin: actions are inherited like any attribute."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.nodes import is_value
from django_hop.rewrite.site import Site

MESSAGE = "the actions of a base class are no longer added to those of a subclass"
ADMIN = "django.contrib.admin.options.ModelAdmin"


@dataclass(frozen=True)
class InheritedActions(PythonOp):
    """`actions = ["publish"]` becomes `actions = BaseAdmin.actions + ["publish"]` where a base has actions of its own."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"class", "actions"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where one base says its actions as a list; findings for the others."""
        for node in site.subclasses(ADMIN):
            for statement, _ in assignments(node, "actions"):
                value = statement.value
                bases = [(base, own) for base in node.bases if (own := self._actions(site, base)) is not None]
                if not bases or value is None or is_value(value, None):
                    continue
                if ".actions" in ast.unparse(value) or self._holds_all(value, [own for _, own in bases]):
                    continue
                lists = isinstance(value, ast.List) and all(isinstance(own, ast.List) for _, own in bases)
                if not lists or len(bases) > 1:
                    yield site.finding(statement, f"{MESSAGE}; join them here")
                    continue
                start = site.module.start(value)
                yield Edit(start, start, f"{site.module.segment(bases[0][0])}.actions + ")
                yield site.finding(statement, MESSAGE, fixed=True)

    @staticmethod
    def _holds_all(value: ast.expr, others: list[ast.expr]) -> bool:
        """True if the list names all actions of the bases already."""
        own = {ast.unparse(one) for one in getattr(value, "elts", [])}
        return all(isinstance(other, (ast.List, ast.Tuple)) and {ast.unparse(one) for one in other.elts} <= own for other in others)

    def _actions(self, site: Site, base: ast.expr) -> ast.expr | None:
        """What a base class of the project assigns to `actions`, itself or through its first base that does."""
        node, names = None, site.names
        if isinstance(base, ast.Name):
            found = site.names.uses[base].lookup(base.id)
            node = found[0].node if len(found) == 1 else None
        if not isinstance(node, ast.ClassDef):
            module, _, name = (site.qualified(base) or "").rpartition(".")
            path = site.project.module_path(module, site.path) if module else None
            other = site.project.names(path) if path is not None else None
            bindings = other.module.bindings.get(name, []) if other is not None else []
            node, names = (bindings[0].node, other or names) if len(bindings) == 1 else (None, names)
        if not isinstance(node, ast.ClassDef):
            return None
        own = [statement.value for statement, _ in assignments(node, "actions")]
        if own:
            value = own[-1]
            return None if value is None or isinstance(value, ast.Constant) or not getattr(value, "elts", [value]) else value
        if names is not site.names:
            return None
        return next((one for one in (self._actions(site, base) for base in node.bases) if one is not None), None)


CODEMODS = [
    Codemod(
        "admin-actions-inheritance",
        "actions of the admin name those of their base classes",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-admin-actions-inheritance",),
        docs="releases/2.2: Admin actions are no longer collected from base ModelAdmin classes",
        silent=True,
        ops=(InheritedActions(),),
    ),
]
