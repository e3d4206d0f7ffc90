"""Aggregates and grouping."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Finding
from django_hop.ops.base import PythonOp, Words, arguments_behind
from django_hop.ops.names import Rename
from django_hop.project.index import Project
from django_hop.project.model_fields import field_kinds, find_class, option
from django_hop.rewrite.site import Site

MEANS = ("Avg", "StdDev", "Variance")
AGGREGATES = frozenset(
    {"Avg", "Count", "Max", "Min", "StdDev", "Sum", "Variance", "ArrayAgg", "StringAgg", "BoolAnd", "BoolOr", "JSONBAgg"}
)


_VALUES = re.compile(rb"\bvalues(?:_list)?[\s\\]*\(")
_NEXT = re.compile(rb"(?:\s|\\|#[^\n]*\n)*\.[\s\\]*(\w+)[\s\\]*(\()?")

_AGGREGATE = re.compile(rb"\b(?:%s)\b" % "|".join(sorted(AGGREGATES)).encode())
_RENAMED = re.compile(rb"(?:%s)[\s\\]+as\b" % "|".join(sorted(AGGREGATES)).encode())


def _leads_to_aggregate(data: bytes, place: int) -> bool:
    """True if behind the call whose parentheses open at `place` the chain goes on to an `.annotate()` that may aggregate."""
    while (given := arguments_behind(data, place)) and (following := _NEXT.match(data, given[1])):
        if not following[2]:
            return False
        place = following.end() - 1
        if following[1] == b"annotate" and ((last := arguments_behind(data, place)) is None or _AGGREGATE.search(data, place, last[1])):
            return True
    return given is None


def _function(site: Site, node: ast.expr) -> str:
    name = (site.qualified(node.func) or "") if isinstance(node, ast.Call) else ""
    return name.rpartition(".")[2] if name.startswith("django.") else ""


@dataclass(frozen=True)
class DecimalMean(PythonOp):
    """Report means of columns that the models say are decimal."""

    @property
    def words(self) -> Words:
        """One of the functions, from Django."""
        return tuple(frozenset({"django", "models", name}) for name in MEANS)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call without `output_field`."""
        for call in site.nodes(ast.Call):
            name = _function(site, call)
            if name not in MEANS or any(one.arg == "output_field" for one in call.keywords) or not call.args:
                continue
            column = call.args[0].args[0] if _function(site, call.args[0]) == "F" and isinstance(call.args[0], ast.Call) else call.args[0]
            if isinstance(column, ast.Constant) and isinstance(column.value, str):
                last = column.value.rpartition("__")[2]
                if "DecimalField" in field_kinds(site.project, last):
                    yield site.finding(
                        call,
                        f"`{name}` of the decimal column `{last}` is a Decimal since 2.2: floats do not mix; `output_field` says otherwise",
                    )


@dataclass(frozen=True)
class OrderedGroups(PythonOp):
    """Report `Model.objects.values(...).annotate(<aggregate>)` of models with `Meta.ordering` and no order_by() behind it."""

    @property
    def words(self) -> Words:
        """The methods."""
        return (frozenset({"values", "annotate"}), frozenset({"values_list", "annotate"}))

    def in_project(self, project: Project, data: bytes) -> bool:
        """The methods in one chain of calls, an aggregate in the last."""
        return _RENAMED.search(data) is not None or any(_leads_to_aggregate(data, match.end() - 1) for match in _VALUES.finditer(data))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each annotate() that groups."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "annotate" and self._aggregates(site, call)):
                continue
            before, root = self._chain(call.func.value)
            grouped = {"values", "values_list"} & before
            if not grouped or "order_by" in before or self._ordered_later(site, call):
                continue
            model = self._model(site, root)
            if model is not None and isinstance(ordering := option(model, "ordering"), (ast.List, ast.Tuple)) and ordering.elts:
                yield site.finding(
                    call.func,
                    f"Django 3.1 leaves `Meta.ordering` of `{model.name}` out of GROUP BY, so the groups change: "
                    "`.order_by()` gives its result now, `.order_by(...)` with those fields keeps the old one",
                )

    @staticmethod
    def _aggregates(site: Site, call: ast.Call) -> bool:
        values = [*call.args, *(one.value for one in call.keywords)]
        return any(_function(site, one) in AGGREGATES for value in values for one in ast.walk(value) if isinstance(one, ast.expr))

    @staticmethod
    def _chain(node: ast.expr) -> tuple[set[str], ast.expr]:
        """The methods called before, and what the chain begins with."""
        names: set[str] = set()
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names.add(node.func.attr)
            node = node.func.value
        return names, node

    @staticmethod
    def _ordered_later(site: Site, call: ast.Call) -> bool:
        node: ast.AST | None = call
        while isinstance(attribute := site.parent(node) if node else None, ast.Attribute):
            if attribute.attr == "order_by":
                return True
            node = site.parent(attribute)
        return False

    @staticmethod
    def _model(site: Site, root: ast.expr) -> ast.ClassDef | None:
        if isinstance(root, ast.Attribute) and root.attr in ("objects", "_default_manager"):
            name = site.qualified(root.value)
            found = find_class(site.project, name, site.path) if name else None
            return found[1] if found else None
        return None


CODEMODS = [
    Codemod(
        "decimal-means",
        "Means of decimal columns are decimals",
        removed="2.2",
        works_from="2.2",
        safety=DETECT,
        covers=("2.2-decimal-aggregates",),
        docs="releases/2.2: Miscellaneous",
        ops=(DecimalMean(),),
    ),
    Codemod(
        "meta-ordering-groups",
        "Meta.ordering no longer takes part in GROUP BY",
        deprecated="2.2",
        removed="3.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.2-meta-ordering-group-by",),
        docs="releases/2.2: Features deprecated in 2.2, Model Meta.ordering will not affect GROUP BY queries",
        silent=True,
        ops=(OrderedGroups(),),
    ),
    Codemod(
        "float-range-field",
        "FloatRangeField becomes DecimalRangeField",
        deprecated="2.2",
        removed="3.1",
        works_from="2.2",
        safety=SAFE,
        covers=("2.2-float-range-field",),
        docs="releases/2.2: Features deprecated in 2.2, Miscellaneous",
        then="no migration follows where models and migrations change alike, as they do here; the column is a numrange either way. A "
        "migration that makemigrations still writes changes the state and runs no SQL.",
        ops=tuple(
            Rename(f"django.contrib.postgres.{module}", {"FloatRangeField": "DecimalRangeField"})
            for module in ("fields", "fields.ranges", "forms", "forms.ranges")
        ),
    ),
]
