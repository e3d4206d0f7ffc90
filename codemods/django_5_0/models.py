"""Models: constraints, choices, image fields, queries before the apps are ready."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import offset_of_arguments, override_calls
from django_hop.ops.class_keywords import name_arguments
from django_hop.ops.classes import FindMethod
from django_hop.ops.names import Rename
from django_hop.rewrite.site import Site

BASES = ("django.db.models.BaseConstraint", "django.db.models.constraints.BaseConstraint")
CONSTRAINT = "`BaseConstraint` takes its arguments by keyword"
EARLY = "Django 5.0 warns of queries before all apps are ready; this one runs while modules are imported or apps get ready"
STARTING = frozenset(
    f"{name}.py" for name in ("models", "forms", "admin", "urls", "settings", "apps", "choices", "signals", "filters", "serializers")
)
RUNNING = frozenset(
    (
        *("get", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "count", "exists", "aggregate"),
        *("first", "last", "earliest", "latest", "in_bulk", "delete", "update"),
    )
)


@dataclass(frozen=True)
class ConstraintKeywords(PythonOp):
    """`super().__init__(name)` in classes that derive from BaseConstraint itself."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"BaseConstraint", "__init__"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for one or two arguments by position."""
        for node in site.nodes(ast.ClassDef):
            if not any(site.qualified(base) in BASES for base in node.bases):
                continue
            for function in site.methods(node, "__init__"):
                for call in override_calls(site, node, function):
                    yield from self._call(site, call)

    @staticmethod
    def _call(site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        given = call.args[offset_of_arguments(call) :]
        if not given or all(isinstance(one, ast.Starred) for one in given):
            return
        yield from site.change(call, CONSTRAINT, name_arguments, site, call, ("name", "violation_error_message"), offset_of_arguments(call))


@dataclass(frozen=True)
class EarlyQueries(PythonOp):
    """`Model.objects.get(...)` at module level, in class bodies, and in AppConfig.ready()."""

    @property
    def words(self) -> Words:
        """A manager with a method that runs a query."""
        return tuple(frozenset({"objects", name}) for name in sorted(RUNNING))

    def concerns(self, path: str) -> bool:
        """Modules that are imported at the start."""
        return path.rpartition("/")[2] in STARTING or path.endswith(("/__init__.py", "/config.py", "/app.py"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each query that runs there."""
        for node in site.nodes(ast.Attribute):
            if node.attr == "objects" and isinstance(node.ctx, ast.Load) and isinstance(node.value, (ast.Name, ast.Attribute)):
                call = self._running(site, node)
                if call is not None and self._is_early(site, call):
                    yield site.finding(call, EARLY)

    @staticmethod
    def _running(site: Site, node: ast.expr) -> ast.Call | None:
        """The call in a chain on the manager that runs the query."""
        current: ast.AST = node
        while True:
            parent = site.parent(current)
            call = site.parent(parent) if isinstance(parent, ast.Attribute) else None
            if not isinstance(parent, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not parent:
                return None
            if parent.attr in RUNNING:
                return call
            current = call

    @staticmethod
    def _is_early(site: Site, call: ast.Call) -> bool:
        for around in site.ancestors(call):
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
                holder = site.parent(around)
                ready = around.name == "ready" and isinstance(holder, ast.ClassDef)
                return ready and isinstance(holder, ast.ClassDef) and "django.apps.AppConfig" in _with_aliases(site, holder)
            if isinstance(around, ast.Lambda):
                return False
            if isinstance(around, ast.If) and "__name__" in ast.unparse(around.test):
                return False
        return site.path.rpartition("/")[2] in STARTING


def _with_aliases(site: Site, node: ast.ClassDef) -> frozenset[str]:
    found = site.class_ancestors(node)
    return found | {"django.apps.AppConfig"} if "django.apps.config.AppConfig" in found else found


CODEMODS = [
    Codemod(
        "base-constraint-keywords",
        "BaseConstraint gets its arguments by keyword",
        deprecated="5.0",
        removed="6.0",
        works_from="4.1",
        safety=SAFE,
        covers=("5.0-base-constraint-positional",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(ConstraintKeywords(),),
    ),
    Codemod(
        "choices-meta",
        "ChoicesMeta becomes ChoicesType",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=SAFE,
        covers=("5.0-choicesmeta-renamed",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(Rename("django.db.models.enums", {"ChoicesMeta": "ChoicesType"}),),
    ),
    Codemod(
        "image-dimension-fields",
        "overrides of update_dimension_fields() are found",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-imagefield-dimensions-post-init",),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            FindMethod(
                ("django.db.models.ImageField",),
                ("update_dimension_fields",),
                "called after an instance is made only where the field has `width_field` or `height_field`",
            ),
        ),
    ),
    Codemod(
        "early-queries",
        "queries are found that run before the apps are ready",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-sql-before-apps-ready",),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        ops=(EarlyQueries(),),
    ),
]
