"""Tree managers: in historic migrations, and as the attribute `tree` of models."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.settings_text import string_edit
from django_hop.ops.where import migrations
from django_hop.project.index import Project
from django_hop.project.model_fields import find_class
from django_hop.rewrite.site import Site

PACKAGE = "django-mptt"
MODEL = "mptt.models.MPTTModel"
ATTRIBUTES = frozenset({"left_attr", "right_attr", "tree_id_attr", "level_attr", "parent_attr", "order_insertion_by", "tree_manager_attr"})


@dataclass(frozen=True)
class HistoricManager(PythonOp):
    """`("_default_manager", mptt.managers.TreeManager())` in migrations -> `("objects", ...)`."""

    where = migrations
    message: str = "a tree manager in a migration must not be called `_default_manager`"

    @property
    def words(self) -> Words:
        """The name."""
        return (frozenset({"_default_manager", "TreeManager"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for pairs of the name and a tree manager."""
        for node in site.names.strings:
            pair = site.parent(node)
            if node.value != "_default_manager" or not isinstance(pair, ast.Tuple) or len(pair.elts) != 2 or pair.elts[0] is not node:
                continue
            made = pair.elts[1]
            if isinstance(made, ast.Call) and (site.qualified(made.func) or "").startswith("mptt.managers."):
                yield from site.change(node, self.message, string_edit, site, node, "_default_manager", "objects")


@dataclass(frozen=True)
class TreeAttribute(PythonOp):
    """`Category.tree` -> `Category.objects` for models of trees, unless they have an attribute `tree` of their own."""

    message: str = "the manager `tree` of a model is now `objects`"

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"tree"}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A project with such models."""
        return bool(project.holding(b"MPTTModel"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for attributes of classes that are such models for certain."""
        for node in site.nodes(ast.Attribute):
            if node.attr != "tree" or not isinstance(node.ctx, ast.Load):
                continue
            name = site.qualified(node.value)
            local = None
            if name is None and isinstance(node.value, ast.Name):
                bindings = site.names.uses.get(node.value, site.names.module).lookup(node.value.id)
                only = bindings[0].node if len(bindings) == 1 else None
                local = only if isinstance(only, ast.ClassDef) and MODEL in site.class_ancestors(only) else None
            elif name is not None and MODEL in site.project.ancestors(name, site.path):
                found = find_class(site.project, name, site.path)
                local = found[1] if found is not None else None
            if local is not None and not self._has_own(site, local):
                yield site.edit_attribute(node, "objects")
                yield site.finding(node, self.message, fixed=True)

    @staticmethod
    def _has_own(site: Site, node: ast.ClassDef) -> bool:
        """True if the class, or one of the project's that it derives from, has an attribute of this name."""
        names = [site.qualified(base) for base in node.bases]
        above = set(names) | {one for name in names if name for one in site.project.ancestors(name, site.path)}
        found = [find_class(site.project, name, site.path) for name in above if name]
        return defines(node, "tree") or any(defines(one[1], "tree") for one in found if one is not None)


@dataclass(frozen=True)
class TreeOptions(PythonOp):
    """`model._meta.left_attr` -> `model._mptt_meta.left_attr`."""

    message: str = "the names of a tree's columns stand in `_mptt_meta`"

    @property
    def words(self) -> Words:
        """`_meta` with one of the names."""
        return tuple(frozenset({"_meta", name}) for name in ATTRIBUTES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for these attributes of `_meta`, which Django does not have."""
        for node in site.nodes(ast.Attribute):
            if node.attr in ATTRIBUTES and isinstance(node.value, ast.Attribute) and node.value.attr == "_meta":
                yield site.edit_attribute(node.value, "_mptt_meta")
                yield site.finding(node, self.message, fixed=True)


CODEMODS = [
    Codemod(
        "mptt-tree-manager",
        "the manager tree of models is objects, and the names of columns stand in _mptt_meta",
        package=PACKAGE,
        deprecated="0.5",
        removed="0.6",
        works_from="0.5",
        safety=REVIEW,
        covers=("mptt-0.5-tree-manager",),
        docs="django-mptt 0.5 and 0.6 upgrade notes",
        ops=(TreeAttribute(), TreeOptions()),
    ),
    Codemod(
        "mptt-historic-manager",
        "tree managers in migrations are called objects",
        package=PACKAGE,
        removed="0.8.6",
        works_from="0.8",
        safety=REVIEW,
        covers=("mptt-0.8-default-manager",),
        docs="django-mptt 0.8.6 upgrade notes: _default_manager in migrations",
        ops=(HistoricManager(),),
    ),
]

UNSEEN = [
    Unseen("mptt-0.16-index-together", "makemigrations may propose another index for trees.", shown_by="migrate"),
]
