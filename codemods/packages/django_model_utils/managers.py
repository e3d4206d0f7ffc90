"""Managers of model-utils, and fields that changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import FindParameter
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.names import FindName, release_root
from django_hop.ops.nodes import is_value
from django_hop.project.index import Project
from django_hop.project.model_fields import find_class
from django_hop.rewrite.site import Site

PACKAGE = "django-model-utils"
PASS_THROUGH = "model_utils.managers.PassThroughManager"
SOFT = "model_utils.models.SoftDeletableModel"
MONITOR = "model_utils.fields.MonitorField"


@dataclass(frozen=True)
class PassThrough(PythonOp):
    """`PassThroughManager.for_queryset_class(Q)()` and `PassThroughManager(Q)` -> `Q.as_manager()`."""

    message: str = "Django's `as_manager()` of a query set takes the place of `PassThroughManager`"

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"PassThroughManager"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the two forms of a manager; findings for others."""
        for node in site.references(PASS_THROUGH):
            made, queryset = self._manager(site, node)
            if made is None or queryset is None:
                yield site.finding(node, self.message)
                continue
            yield site.edit(made, f"{site.module.segment(queryset)}.as_manager()")
            yield site.finding(node, self.message, fixed=True)
            release_root(site, node)

    @staticmethod
    def _manager(site: Site, node: ast.expr) -> tuple[ast.Call | None, ast.expr | None]:
        """The call that makes a manager, and its query set."""
        parent = site.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            outer, inner = parent, parent
        else:
            call = site.parent(parent) if isinstance(parent, ast.Attribute) and parent.attr == "for_queryset_class" else None
            made = site.parent(call) if isinstance(call, ast.Call) and call.func is parent else None
            if not isinstance(call, ast.Call) or not isinstance(made, ast.Call) or made.func is not call or made.args or made.keywords:
                return None, None
            outer, inner = made, call
        plain = len(inner.args) == 1 and not inner.keywords and isinstance(inner.args[0], (ast.Name, ast.Attribute))
        return (outer, inner.args[0]) if plain else (None, None)


@dataclass(frozen=True)
class SoftObjects(PythonOp):
    """Report `Model.objects` of models whose rows are deleted softly."""

    message: str = "`objects` will hold deleted rows, too: `available_objects` holds the others"

    @property
    def words(self) -> Words:
        """The manager."""
        return (frozenset({"objects"}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A project with such models."""
        return bool(project.holding(b"SoftDeletableModel"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each use of the manager that the base class brings."""
        for node in site.nodes(ast.Attribute):
            if node.attr != "objects":
                continue
            model = self._model(site, node.value)
            if model is not None and not defines(model, "objects"):
                yield site.finding(node, self.message)

    @staticmethod
    def _model(site: Site, node: ast.expr) -> ast.ClassDef | None:
        """The class statement of a model that derives from the base class."""
        name = site.qualified(node)
        if name is not None:
            found = find_class(site.project, name, site.path) if SOFT in site.project.ancestors(name, site.path) else None
            return found[1] if found is not None else None
        if not isinstance(node, ast.Name):
            return None
        bindings = site.names.uses.get(node, site.names.module).lookup(node.id)
        only = bindings[0].node if len(bindings) == 1 else None
        return only if isinstance(only, ast.ClassDef) and SOFT in site.class_ancestors(only) else None


@dataclass(frozen=True)
class MonitorDefault(PythonOp):
    """Report `MonitorField(null=True)` without a default."""

    message: str = "a MonitorField that may be null is empty until its field changes, since 5.0; before it had the time of creation"

    @property
    def words(self) -> Words:
        """The field."""
        return (frozenset({"MonitorField", "null"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such field."""
        for call in site.calls(MONITOR):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            null = given.get("null")
            if is_value(null, True) and "default" not in given:
                yield site.finding(call, self.message)


CODEMODS = [
    Codemod(
        "pass-through-manager",
        "as_manager() of a query set takes the place of PassThroughManager",
        package=PACKAGE,
        deprecated="2.2",
        removed="2.4",
        works_from=ANY,
        safety=REVIEW,
        covers=("model-utils-2.4-passthrough",),
        docs="django-model-utils 2.4 changelog: Remove PassThroughManager",
        then="makemigrations may write an AlterModelManagers, which changes state only.",
        ops=(PassThrough(),),
    ),
    Codemod(
        "soft-deletable-objects",
        "objects of models that are deleted softly will hold deleted rows, too",
        package=PACKAGE,
        deprecated="4.1",
        removed=None,
        works_from="4.1",
        safety=DETECT,
        silent=True,
        covers=("model-utils-4.1-softdeletable",),
        docs="django-model-utils 4.1 changelog: available_objects",
        ops=(SoftObjects(),),
    ),
    Codemod(
        "model-utils-join-manager",
        "JoinManager is deprecated, and SplitField and MonitorField lose an argument and a default",
        package=PACKAGE,
        deprecated="5.0",
        removed=None,
        works_from="4.0",
        safety=DETECT,
        covers=("model-utils-5.0-joinmanager",),
        docs="django-model-utils 5.0 changelog",
        ops=(
            FindName("model_utils.managers.JoinManager", "`JoinManager` is deprecated: write the query with `Exists` or a subquery"),
            FindName("model_utils.managers.JoinQueryset", "`JoinQueryset` is deprecated: write the query with `Exists` or a subquery"),
            FindParameter("SplitField", "no_excerpt_field", "`no_excerpt_field` is gone: migrations know the models without it"),
            MonitorDefault(),
        ),
    ),
]
