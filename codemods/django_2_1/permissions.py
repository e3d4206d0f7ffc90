"""Permissions: the built-in permission to view."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.nodes import is_value, text
from django_hop.ops.settings_text import without_element, without_statement
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MESSAGE = (
    "every model has a permission `{}` now, and a check stops a project that declares its own: without it rows and assignments stay; "
    "rename it instead if its holders must not look into the admin"
)


@dataclass(frozen=True)
class ViewPermissions(PythonOp):
    """`permissions = [("view_report", "Can view report")]` of the model Report loses the pair."""

    @property
    def words(self) -> Words:
        """The option of a model."""
        return (frozenset({"class", "Meta", "permissions"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for pairs in a literal; findings where the layout is unusual."""
        for model in site.subclasses("django.db.models.base.Model"):
            for meta in model.body:
                if not isinstance(meta, ast.ClassDef) or meta.name != "Meta" or any(True for _ in assignments(meta, "default_permissions")):
                    continue
                if any(is_value(one.value, True) for one, _ in assignments(meta, "abstract")):
                    continue  # its children have other names, and other built-in permissions
                codename = f"view_{model.name.lower()}"
                for statement, _ in assignments(meta, "permissions"):
                    pairs = statement.value.elts if isinstance(statement.value, (ast.List, ast.Tuple)) else []
                    for pair in pairs:
                        if isinstance(pair, (ast.List, ast.Tuple)) and pair.elts and text(pair.elts[0]) == codename:
                            yield from self._without(site, meta, statement, pair, MESSAGE.format(codename))

    @staticmethod
    def _without(
        site: Site, meta: ast.ClassDef, statement: ast.Assign | ast.AnnAssign, pair: ast.expr, message: str
    ) -> Iterator[Edit | Finding]:
        """The edits that take a pair out, with the option if it held nothing else."""
        held = statement.value
        try:
            if not isinstance(held, (ast.List, ast.Tuple)):
                raise Refused("the option is put together")
            if meta.bases:
                raise Refused("another Meta may say more about permissions")
            edits = [without_statement(site, statement)] if len(held.elts) == 1 else without_element(site, held, pair)
        except Refused as error:
            yield site.finding(pair, f"{message}; {error}")
            return
        yield from edits
        yield site.finding(pair, message, fixed=True)


CODEMODS = [
    Codemod(
        "view-permission",
        "own permissions to view give way to the built-in ones",
        removed="2.1",
        works_from="2.1",
        safety=REVIEW,
        covers=("2.1-view-permission-codename",),
        docs="releases/2.1: Considerations for the new model view permission",
        then="run makemigrations for these apps. It writes an AlterModelOptions for each model, which changes the state and runs no SQL: "
        "the rows of the permissions, and who has them, stay, as the built-in permission has the same codename. Old and new code run "
        "with either.",
        ops=(ViewPermissions(),),
    ),
]
