"""Permissions: the built-in permission to view."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.urls import text
from django_hop.rewrite.site import Site

MESSAGE = (
    "every model has a permission `{}` now, and a check stops the project: leave the own one out (rows and assignments stay), "
    "or rename it if its holders must not look into the admin"
)


@dataclass(frozen=True)
class ViewPermissions(PythonOp):
    """`permissions = [("view_report", "Can view report")]` of the model Report."""

    @property
    def words(self) -> Words:
        """The option of a model."""
        return (frozenset({"class", "Meta", "permissions"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the pair."""
        for model in site.subclasses("django.db.models.base.Model"):
            for meta in model.body:
                if not isinstance(meta, ast.ClassDef) or meta.name != "Meta" or any(True for _ in assignments(meta, "default_permissions")):
                    continue
                codename = f"view_{model.name.lower()}"
                for statement, _ in assignments(meta, "permissions"):
                    pairs = statement.value.elts if isinstance(statement.value, (ast.List, ast.Tuple)) else []
                    for pair in pairs:
                        if isinstance(pair, (ast.List, ast.Tuple)) and pair.elts and text(pair.elts[0]) == codename:
                            yield site.finding(pair, MESSAGE.format(codename))


CODEMODS = [
    Codemod(
        "view-permission",
        "own permissions to view collide with the built-in ones",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-view-permission-codename",),
        docs="releases/2.1: Considerations for the new model view permission",
        ops=(ViewPermissions(),),
    ),
]
