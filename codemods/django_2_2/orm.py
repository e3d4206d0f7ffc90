"""Aggregates and grouping."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import Rename
from django_hop.project.model_fields import field_kinds
from django_hop.rewrite.site import Site

from .groups import OrderedGroups

MEANS = ("Avg", "StdDev", "Variance")


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
