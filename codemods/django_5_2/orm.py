"""Queries: aggregates, order of columns, constraints, spatial look-ups."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.class_keywords import ClassKeyword
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import method_calls
from django_hop.project.model_fields import names_of_kind
from django_hop.rewrite.site import Site

POSTGRES = "django.contrib.postgres.aggregates"
ORDERED = tuple(f"{module}.{name}" for module in (POSTGRES, f"{POSTGRES}.general") for name in ("ArrayAgg", "JSONBAgg", "StringAgg"))
AGGREGATES = ("Avg", "Count", "Max", "Min", "StdDev", "Sum", "Variance")
COLUMNS = (
    "columns stand in the order of `values()` and `values_list()` since 5.2, where annotations came last before: "
    "both halves of a combined query must give them in the same order"
)
MESSAGE = "message and code of a `UniqueConstraint` also count for plain fields since 5.2, in place of `unique` and `unique_together`"
SPATIAL = "spatial look-ups no longer take dicts, bytes and texts that are no geometry: wrap trusted values in `GDALRaster(...)`"


@dataclass(frozen=True)
class CombinedColumns(PythonOp):
    """`a.annotate(...).values_list(...).union(b)`."""

    @property
    def words(self) -> Words:
        """A method that combines, one that annotates, one that picks columns."""
        combining, picking = ("union", "intersection", "difference"), ("values", "values_list")
        return tuple(frozenset({one, "annotate", other}) for one in combining for other in picking)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where a part picks columns after annotating, in one chain or by a name assigned so."""
        for call, func in method_calls(site, "union", "intersection", "difference"):
            parts = [func.value, *call.args]
            if any(self._picks(site, one) for one in parts):
                yield site.finding(func, COLUMNS)

    @staticmethod
    def _picks(site: Site, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            bindings = site.names.uses.get(node, site.names.module).lookup(node.id)
            return len(bindings) == 1 and bindings[0].value is not None and CombinedColumns._is_chain(bindings[0].value)
        return CombinedColumns._is_chain(node)

    @staticmethod
    def _is_chain(node: ast.expr) -> bool:
        names = set()
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names.add(node.func.attr)
            node = node.func.value
        return "annotate" in names and bool(names & {"values", "values_list"})


@dataclass(frozen=True)
class ArgumentCount(PythonOp):
    """`Sum("a", "b")`, `Count()`."""

    @property
    def words(self) -> Words:
        """One of the aggregates."""
        return words_of(*(f"django.db.models.{name}" for name in AGGREGATES))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where not exactly one expression is given."""
        for name in AGGREGATES:
            for call in site.calls(f"django.db.models.{name}"):
                stars = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
                if not stars and len(call.args) != 1 and not any(one.arg in ("expression", "expressions") for one in call.keywords):
                    yield site.finding(call, f"`{name}` takes one expression; a second one is taken for the filter from 6.0 on")


@dataclass(frozen=True)
class ViolationMessage(PythonOp):
    """`UniqueConstraint(fields=..., violation_error_message=...)` without a condition."""

    @property
    def words(self) -> Words:
        """The class with one of the arguments."""
        return tuple(frozenset({"UniqueConstraint", "fields", name}) for name in ("violation_error_message", "violation_error_code"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such constraint; none in migrations."""
        if "/migrations/" in site.path:
            return
        for call in site.calls("django.db.models.UniqueConstraint"):
            given = {keyword.arg for keyword in call.keywords}
            if "fields" in given and "condition" not in given and given & {"violation_error_message", "violation_error_code"}:
                yield site.finding(call, MESSAGE)


@dataclass(frozen=True)
class SpatialLookups(PythonOp):
    """`filter(raster__contains={...})`."""

    @property
    def words(self) -> Words:
        """One of the methods of query sets; the fields are asked for later."""
        return (frozenset({"filter", "objects"}), frozenset({"exclude", "objects"}), frozenset({"get", "objects"}), frozenset({"Q"}))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A look-up that is given a dict or bytes."""
        return re.compile(rb"""__\w+\s*=\s*(?:\{|[bB][rR]?["'])""")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where a spatial field is compared with a dict or bytes."""
        for keyword in site.nodes(ast.keyword):
            if keyword.arg is None or "__" not in keyword.arg or not isinstance(keyword.value, (ast.Dict, ast.Constant)):
                continue
            raw = isinstance(keyword.value, ast.Dict) or isinstance(getattr(keyword.value, "value", None), bytes)
            if raw and keyword.arg.partition("__")[0] in names_of_kind(site.project, "RasterField"):
                yield site.finding(keyword, SPATIAL)


CODEMODS = [
    Codemod(
        "aggregate-order-by",
        "aggregates of PostgreSQL take order_by, no longer ordering",
        deprecated="5.2",
        removed="6.1",
        works_from="5.2",
        safety=SAFE,
        covers=("5.2-postgres-aggregate-ordering",),
        docs="releases/5.2: Features deprecated in 5.2 / Miscellaneous",
        silent=True,
        ops=(
            ClassKeyword(
                ORDERED, {"ordering": "order_by"}, "`ordering` of PostgreSQL's aggregates is `order_by`; 6.1 ignores the old name"
            ),
        ),
    ),
    Codemod(
        "combined-columns",
        "combined queries are found whose columns may stand in another order",
        removed="5.2",
        works_from="5.2",
        safety=DETECT,
        covers=("5.2-values-select-order",),
        docs="releases/5.2: Miscellaneous",
        silent=True,
        ops=crossing("5.2", CombinedColumns()),
    ),
    Codemod(
        "aggregate-arguments",
        "aggregates of more or less than one expression are found",
        removed="5.2",
        works_from="1.11",
        safety=DETECT,
        covers=("5.2-aggregate-argument-count",),
        docs="releases/5.2: Miscellaneous",
        ops=crossing("5.2", ArgumentCount()),
    ),
    Codemod(
        "unique-violation-message",
        "messages of unique constraints are found that now show",
        removed="5.2",
        works_from="4.1",
        safety=DETECT,
        covers=("5.2-uniqueconstraint-violation-message",),
        docs="releases/5.2: Miscellaneous",
        silent=True,
        ops=crossing("5.2", ViolationMessage()),
    ),
    Codemod(
        "spatial-lookup-values",
        "raw values of spatial look-ups are found",
        removed="5.2",
        works_from="2.0",
        safety=DETECT,
        covers=("5.2-gis-raster-lookup-values",),
        docs="releases/5.2.17",
        ops=(SpatialLookups(),),
    ),
]

UNSEEN = [
    Unseen(
        "5.2-db-is-pk-set", "Keys of several columns come with 5.2, so no model of an older project has one, and `pk is None` stays right."
    ),
]
