"""Queries: aggregates of PostgreSQL without rows, private parts of Query."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.class_bodies import is_past
from django_hop.ops.functions import drop_parameter, positional
from django_hop.ops.methods import in_file_quotes, method_calls
from django_hop.ops.nodes import keyword_of
from django_hop.ops.settings_uses import UNKNOWN, literal
from django_hop.releases import order
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

AGGREGATES = {"ArrayAgg": "[]", "StringAgg": '""', "JSONBAgg": '"[]"'}
NONE = "`{}` gives None for no rows from 5.0 on, unless it is told a default; with one an annotation is never NULL"
FILTER = "`Query.add_filter()` takes look-up and value apart"
ORDERING = "`Query.clear_ordering()` takes `force` and `clear_default` instead of `force_empty`"
WHERE_CLASS = (
    "`get_extra_restriction()` is given no `where_class` any more, and `Query` has none: it is `django.db.models.sql.where.WhereNode`"
)
WHERE_NODE = "django.db.models.sql.where.WhereNode"
QUERY = re.compile(r"(?:^|[._])query$")


@dataclass(frozen=True)
class AggregateDefault(PythonOp):
    """`ArrayAgg("x")` gets `default=Value([])`, and so on."""

    @property
    def words(self) -> Words:
        """One of the classes."""
        return tuple(frozenset({"postgres", "aggregates", name}) for name in AGGREGATES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls without `default`, in projects that are not past 5.0."""
        if order(site.hop.source) >= order("5.0"):
            return
        for name, value in AGGREGATES.items():
            for module in ("", ".general"):
                for call in site.calls(f"django.contrib.postgres.aggregates{module}.{name}"):
                    yield from self._call(site, call, name, value)

    @staticmethod
    def _call(site: Site, call: ast.Call, name: str, value: str) -> Iterator[Edit | Finding]:
        message = NONE.format(name)
        if any(keyword.arg == "default" for keyword in call.keywords) or _coalesced(site, call):
            return
        try:
            if any(keyword.arg is None for keyword in call.keywords):
                raise Refused("the arguments are unpacked here, so what they hold cannot be seen")
            if name == "JSONBAgg" and order(site.hop.target) >= order("4.2"):
                raise Refused('`default=[]` from 4.2 on, `default=Value("[]")` before')
            if name == "ArrayAgg" and any(keyword.arg == "output_field" for keyword in call.keywords):
                raise Refused("the default wants the same output_field")
            spoken = site.imports.need("django.db.models.Value", call)
            if spoken is None:
                raise Refused("the name `Value` is taken in this file")
            text = f"{spoken}({in_file_quotes(site, value)})"
            yield from change_arguments(site, call, add={"default": text}, drop=[])
        except Refused as error:
            yield site.finding(call, f"{message}; {error}")
            return
        yield site.finding(call, message, fixed=True)


def _coalesced(site: Site, call: ast.Call) -> bool:
    """True inside Coalesce(...), and in a HAVING-like `Exists`."""
    parent = site.parent(call)
    return isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("Coalesce")


@dataclass(frozen=True)
class AddFilter(PythonOp):
    """`query.add_filter(("a", 1))` becomes `query.add_filter("a", 1)`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"add_filter"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls on something called query with one argument."""
        for call, func in method_calls(site, "add_filter"):
            if not QUERY.search(ast.unparse(func.value)):
                continue
            given = [*call.args, *(one.value for one in call.keywords)]
            if len(given) != 1 or (call.keywords and call.keywords[0].arg != "filter_clause"):
                continue
            if isinstance(given[0], ast.Starred):
                continue
            place: ast.AST = call.args[0] if call.args else call.keywords[0]
            clause = given[0]
            if isinstance(clause, ast.Tuple) and len(clause.elts) == 2 and site.text[site.module.start(clause)] == "(":
                yield site.edit(place, site.module.segment(clause)[1:-1].strip().rstrip(","))
            else:
                yield site.edit(place, f"*{site.module.segment(clause)}")
            yield site.finding(func, FILTER, fixed=True)


@dataclass(frozen=True)
class ClearOrdering(PythonOp):
    """`clear_ordering(force_empty=True)` becomes `clear_ordering(force=True)`; False becomes `force=True, clear_default=False`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"clear_ordering"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals; by position only in hops that start before 4.0, where it changed its meaning."""
        for call, func in method_calls(site, "clear_ordering"):
            named = keyword_of(call, "force_empty")
            given: ast.AST | None = named or (call.args[0] if len(call.args) == 1 and not call.keywords else None)
            if given is None or not QUERY.search(ast.unparse(func.value)):
                continue
            value = literal(named.value if named is not None else call.args[0])
            if named is None and (value is True or order(site.hop.source) >= order("4.0")):
                continue
            if value is UNKNOWN:
                yield site.finding(func, f"{ORDERING}: False is `force=True, clear_default=False`")
                continue
            yield site.edit(given, "force=True" if value else "force=True, clear_default=False")
            yield site.finding(func, ORDERING, fixed=True)


@dataclass(frozen=True)
class WhereClass(PythonOp):
    """`get_extra_restriction()` loses its first parameter, and what made nodes by it, or by a query, says WhereNode."""

    @property
    def words(self) -> Words:
        """The parameter and attribute."""
        return (frozenset({"where_class"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for overrides that only call the class and hand it on, and for `query.where_class()`."""
        for function in site.nodes(ast.FunctionDef):
            old = function.name == "get_extra_restriction" and "where_class" in {one.arg for one in function.args.args}
            if old and not is_past(site, function):
                yield from self._override(site, function)
        for call, func in method_calls(site, "where_class"):
            spoken = site.imports.need(WHERE_NODE, call) if QUERY.search(ast.unparse(func.value)) else None
            if spoken is not None:
                yield site.edit(func, spoken)
            yield site.finding(func, WHERE_CLASS, fixed=spoken is not None)

    @staticmethod
    def _override(site: Site, function: ast.FunctionDef) -> Iterator[Edit | Finding]:
        uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == "where_class"]
        edits: list[Edit] = []
        try:
            if [one.arg for one in positional(function)][:1] != ["where_class"] or len(positional(function)) != 3:
                raise Refused("its parameters are not those of Django's method")
            edits += drop_parameter(site, function, "where_class")
            made = [use for use in uses if _is_called(site, use)]
            edits += [_handed_on(site, use, function.name) for use in uses if use not in made]
            spoken = site.imports.need(WHERE_NODE, function) if made else ""
            if spoken is None:
                raise Refused("the name `WhereNode` is taken in this file")
            edits += [site.edit(use, spoken) for use in made]
        except Refused as error:
            yield site.finding(function, f"{WHERE_CLASS}; {error}")
            return
        yield from edits
        yield site.finding(function, WHERE_CLASS, fixed=True)


def _is_called(site: Site, use: ast.Name) -> bool:
    call = site.parent(use)
    return isinstance(call, ast.Call) and call.func is use


def _handed_on(site: Site, use: ast.Name, method: str) -> Edit:
    """The edit that takes the class out of a call of the base class's method. Raises Refused for any other use of it."""
    call = site.parent(use)
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == method and len(call.args) > 1):
        raise Refused("the class is used in another way than called")
    start, end = site.module.start(use), site.module.start(call.args[1])
    if call.args[0] is not use or "#" in site.text[start:end]:
        raise Refused("the call of the base class is not laid out as expected")
    return Edit(start, end, "")


CODEMODS = [
    Codemod(
        "postgres-aggregate-default",
        "aggregates of PostgreSQL say what no rows give",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-postgres-aggregates-none",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        silent=True,
        ops=(AggregateDefault(),),
    ),
    Codemod(
        "query-add-filter",
        "add_filter() of a query takes look-up and value apart",
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-query-add-filter-two-arguments",),
        docs="releases/4.0: Miscellaneous",
        ops=(AddFilter(),),
    ),
    Codemod(
        "query-clear-ordering",
        "clear_ordering() of a query says what it clears",
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-query-clear-ordering-force",),
        docs="db/models/sql/query.py of 4.0 (not in the notes)",
        silent=True,
        ops=(ClearOrdering(),),
    ),
    Codemod(
        "query-where-class",
        "get_extra_restriction() and queries make their conditions by WhereNode",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-query-where-class-removed",),
        docs="releases/4.0: Miscellaneous",
        ops=(WhereClass(),),
    ),
]
