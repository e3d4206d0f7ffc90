"""Querysets and managers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import FindMethod
from django_hop.ops.receivers import queryset
from django_hop.project.model_fields import names_of_kind
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MESSAGE = "`earliest()` and `latest()` take field names by position"
_OWN = re.compile(rb"def\s+(?:earliest|latest)\s*\([^)]*\bfield_name\b")


@dataclass(frozen=True)
class FieldName(PythonOp):
    """`latest(field_name="x")` becomes `latest("x")`, `latest(field_name=None)` becomes `latest()`."""

    @property
    def words(self) -> Words:
        """One of the methods with the keyword."""
        return tuple(frozenset({name, "field_name"}) for name in ("earliest", "latest"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal names."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr in ("earliest", "latest")):
                continue
            for place, keyword in enumerate(call.keywords):
                if keyword.arg == "field_name":
                    yield from self._keyword(site, call, keyword, place)

    def _keyword(self, site: Site, call: ast.Call, keyword: ast.keyword, place: int) -> Iterator[Edit | Finding]:
        refusal = self._refusal(site, call, keyword, place)
        if refusal:
            yield site.finding(keyword, f"{MESSAGE}; {refusal}")
            return
        assert isinstance(keyword.value, ast.Constant)
        if keyword.value.value is None:
            try:
                yield from change_arguments(site, call, add={}, drop=["field_name"])
            except Refused as error:
                yield site.finding(keyword, f"{MESSAGE}; {error}")
                return
        else:
            yield Edit(site.module.start(keyword), site.module.start(keyword.value), "")
        yield site.finding(keyword, MESSAGE, fixed=True)

    @staticmethod
    def _refusal(site: Site, call: ast.Call, keyword: ast.keyword, place: int) -> str | None:
        if any(_OWN.search(site.project.tree[path]) for path in site.project.holding(b"field_name")):
            return "the project has a method of its own with this keyword"
        if not isinstance(keyword.value, ast.Constant):
            return "the value may be None, which is only allowed to be left out"
        return "other arguments stand before it" if place or call.args else None


SLICED = "`{0}()` of a sliced queryset is refused since 2.0: order before the slice, or make it a list"
AWARE = "Aware times in raw SQL stay aware since 2.0: SQLite, MySQL and Oracle want `connection.ops.adapt_datetimefield_value(...)`"
RAW = "Raw SQL that selects a geometry must wrap it since 2.0: `connection.ops.select % 'column'`"
SEARCH = "The look-up `search` is gone for MySQL since 2.0; it is there on PostgreSQL with django.contrib.postgres"
FILTERS = "Related managers that prefetch define `_apply_rel_filters()` since 2.0"


@dataclass(frozen=True)
class SlicedEnd(PythonOp):
    """Report `queryset[:5].last()` and `.reverse()`."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return (frozenset({"last"}), frozenset({"reverse"}))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A slice, and one of the methods called."""
        return re.compile(rb"\.\s*(?:last|reverse)\s*\(")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call on a slice, or on a name that holds one of a queryset."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr in ("last", "reverse") and not call.args):
                continue
            owner = call.func.value
            if isinstance(owner, ast.Name):
                found = site.names.uses[owner].lookup(owner.id)
                owner = found[0].value if len(found) == 1 and found[0].value is not None else owner
            if isinstance(owner, ast.Subscript) and isinstance(owner.slice, ast.Slice) and queryset.sure(site, owner.value):
                yield site.finding(call.func, SLICED.format(call.func.attr))


@dataclass(frozen=True)
class AwareParameter(PythonOp):
    """Report `cursor.execute(sql, [timezone.now()])`."""

    @property
    def words(self) -> Words:
        """A statement and the clock."""
        return tuple(frozenset({name, "timezone", "now"}) for name in ("execute", "executemany"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each aware time among the parameters."""
        for call in site.nodes(ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("execute", "executemany") and len(call.args) > 1:
                for one in ast.walk(call.args[1]):
                    if isinstance(one, ast.Call) and site.qualified(one.func) == "django.utils.timezone.now":
                        yield site.finding(one, AWARE)


@dataclass(frozen=True)
class RawGeometry(PythonOp):
    """Report `City.objects.raw("SELECT id, point ...")` where `point` is a geometry of the models."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"raw", "objects"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each statement."""
        kinds = ("GeometryField", "PointField", "LineStringField", "PolygonField", "MultiPointField", "MultiPolygonField", "RasterField")
        for call in site.nodes(ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "raw" and call.args:
                text = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
                match = re.match(r"\s*select\b(.*?)\bfrom\b", text, re.I | re.S) if isinstance(text, str) else None
                columns = set(re.findall(r"\w+", match[1])) if match else set()
                if any(columns & names_of_kind(site.project, kind) for kind in kinds):
                    yield site.finding(call.args[0], RAW)


@dataclass(frozen=True)
class SearchLookup(PythonOp):
    """Report `filter(body__search=...)` in projects that know MySQL and not django.contrib.postgres."""

    @property
    def words(self) -> Words:
        """The look-up."""
        return (frozenset({"*__search"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each keyword."""
        if not site.project.holding(b"django.db.backends.mysql") or site.project.holding(b"django.contrib.postgres"):
            return
        for keyword in site.nodes(ast.keyword):
            if (keyword.arg or "").endswith("__search"):
                yield site.finding(keyword, SEARCH)


def _prefetches(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return not defines(node, "_apply_rel_filters") and bool(site.class_ancestors(node) & {"django.db.models.Manager"})


CODEMODS = [
    Codemod(
        "sliced-reverse-last",
        "Sliced querysets cannot be reversed",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("2.0-sliced-reverse-last",),
        docs="releases/2.0: QuerySet.reverse() and last() are prohibited after slicing",
        ops=(SlicedEnd(),),
    ),
    Codemod(
        "aware-times-in-sql",
        "Aware times in raw SQL stay aware",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-aware-datetimes-in-raw-sql",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(AwareParameter(),),
    ),
    Codemod(
        "raw-geometry",
        "Raw SQL wraps the geometries it selects",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("2.0-gis-raw-geometry-select",),
        docs="releases/2.0: Miscellaneous",
        ops=(RawGeometry(),),
    ),
    Codemod(
        "search-lookup",
        "The look-up search is gone for MySQL",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-search-lookup",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(SearchLookup(),),
    ),
    Codemod(
        "related-manager-filters",
        "Related managers that prefetch define _apply_rel_filters()",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-apply-rel-filters",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(FindMethod((), ("get_prefetch_queryset",), FILTERS, _prefetches),),
    ),
    Codemod(
        "earliest-latest-field-name",
        "earliest() and latest() get the field's name by position",
        deprecated="2.0",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-earliest-latest-field-name",),
        docs="releases/2.0: Features deprecated in 2.0, Miscellaneous",
        ops=(FieldName(),),
    ),
]

UNSEEN = [
    Unseen("2.0-gis-mysql-transformations", "Which geometries a query meets is only known when it runs.", "tests"),
    Unseen("2.0-iterator-chunk-size", "Only very wide rows feel it; `chunk_size=100` brings the old number back.", "tests"),
    Unseen("2.0-default-related-name-lookup", "The query itself tells: it raises FieldError.", "tests"),
]
