"""Queries: expressions of one's own, aggregates, aliases, pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.class_bodies import assignments, functions
from django_hop.ops.classes import FindMethod
from django_hop.ops.methods import method_calls
from django_hop.ops.names import rename
from django_hop.ops.nodes import argument
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

PARAMS = "parameters of SQL are tuples since 6.0"
GIVING = frozenset({"process_lhs", "process_rhs", "as_sql", "compile"})
TEMPLATE = "the template of an aggregate says where its filter goes since 6.0: without `%(filter)s` a `filter=` is ignored, or fails"
CONTRIB = ("django.contrib.postgres.aggregates.StringAgg", "django.contrib.postgres.aggregates.general.StringAgg")
STRING_AGG = "`StringAgg` is a class of `django.db.models` since 6.0, which takes its delimiter as an expression: `Value(...)`"


@dataclass(frozen=True)
class TupleParameters(PythonOp):
    """`params.extend(rhs_params)` becomes `params = (*params, *rhs_params)` where `params` is what a process_*() or compile() gave."""

    @property
    def words(self) -> Words:
        """What gives parameters, with a change of a list."""
        return (*(frozenset({name, "params"}) for name in ("process_lhs", "process_rhs", "as_sql")), frozenset({"as_sql", "compile"}))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A change of a list, or one that is added to another."""
        return re.compile(rb"\.(?:extend|append|insert)\(|\+=?[\s\\]*\[|\][\s\\]*\+|params\[[^\]\n]*\]\s*=(?!=)")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for extend(), append() and lists that are added; findings for other changes."""
        for function in functions(site):
            given = self._given(site, function)
            if not given:
                continue
            tuples = _become_tuples(function, given)
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    yield from self._method(site, node, given)
                elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                    yield from self._sum(site, node, given, tuples)
                elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in given:
                    if not isinstance(node.ctx, ast.Load):
                        yield site.finding(node, f"{PARAMS}; this changes a list")
                elif (
                    isinstance(node, ast.AugAssign)
                    and isinstance(node.target, ast.Name)
                    and node.target.id in tuples
                    and _is_name(node.value)
                ):
                    # A tuple now, to which older releases would add a list.
                    yield site.edit(node, f"{node.target.id} = (*{node.target.id}, *{site.module.segment(node.value)})")
                    yield site.finding(node, PARAMS, fixed=True)
                elif (
                    isinstance(node, ast.AugAssign)
                    and isinstance(node.target, ast.Name)
                    and node.target.id in given
                    and isinstance(node.value, ast.List)
                ):
                    yield site.edit(node, f"{node.target.id} = (*{node.target.id}, {self._items(site, node.value)})")
                    yield site.finding(node, PARAMS, fixed=True)

    @staticmethod
    def _given(site: Site, function: FunctionNode) -> frozenset[str]:
        """Names that hold parameters in a function, and nothing else."""
        scope = site.names.inner.get(function)
        if scope is None:
            return frozenset()
        found: dict[str, int] = {}
        further: dict[str, int] = {}
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Assign)
                and len(node.targets) == 1
                and isinstance(node.targets[0], ast.Tuple)
                and len(node.targets[0].elts) == 2
            ):
                name, value = node.targets[0].elts[1], node.value
                if (
                    isinstance(name, ast.Name)
                    and isinstance(value, ast.Call)
                    and isinstance(value.func, ast.Attribute)
                    and value.func.attr in GIVING
                ):
                    found[name.id] = found.get(name.id, 0) + 1
            elif isinstance(node, (ast.AugAssign, ast.Assign)) and (again := _continues(node)):
                further[again] = further.get(again, 0) + 1
        return frozenset(name for name, count in found.items() if len(scope.bindings.get(name, ())) == count + further.get(name, 0))

    @staticmethod
    def _items(site: Site, node: ast.List) -> str:
        return site.module.segment(node)[1:-1].strip().removesuffix(",")

    def _method(self, site: Site, call: ast.Call, given: frozenset[str]) -> Iterator[Edit | Finding]:
        func = call.func
        if not (isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in given):
            return
        if func.attr not in ("extend", "append", "insert", "pop", "remove"):
            return
        name = func.value.id
        simple = (
            len(call.args) == 1
            and not call.keywords
            and isinstance(site.parent(call), ast.Expr)
            and not isinstance(call.args[0], ast.Starred)
        )
        if func.attr not in ("extend", "append") or not simple:
            yield site.finding(call, f"{PARAMS}; this changes a list")
            return
        value = site.module.segment(call.args[0])
        if func.attr == "extend":
            plain = isinstance(call.args[0], (ast.Name, ast.Attribute, ast.Call, ast.List, ast.Tuple, ast.Subscript))
            value = f"*{value}" if plain else f"*({value})"
        elif isinstance(call.args[0], (ast.GeneratorExp, ast.NamedExpr)):
            value = f"({value})"
        yield site.edit(call, f"{name} = (*{name}, {value})")
        yield site.finding(call, PARAMS, fixed=True)

    def _sum(self, site: Site, node: ast.BinOp, given: frozenset[str], tuples: frozenset[str]) -> Iterator[Edit | Finding]:
        left, right = node.left, node.right
        if _is_name(left) and _is_name(right) and {left.id, right.id} & tuples and {left.id, right.id} <= given:
            new = f"(*{left.id}, *{right.id})"
        elif isinstance(left, ast.Name) and left.id in given and isinstance(right, ast.List):
            new = f"(*{left.id}, {self._items(site, right)})"
        elif isinstance(right, ast.Name) and right.id in given and isinstance(left, ast.List):
            new = f"({self._items(site, left)}, *{right.id})"
        else:
            return
        yield site.edit(node, new)
        yield site.finding(node, PARAMS, fixed=True)


def _is_name(node: ast.expr) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def _become_tuples(function: FunctionNode, given: frozenset[str]) -> frozenset[str]:
    """The names that are extended, appended to or added a list to in a function, and are tuples after the rewrite."""
    found = set()
    for node in ast.walk(function):
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr in ("extend", "append") and isinstance(func.value, ast.Name):
            found.add(func.value.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.List):
            found.add(node.target.id)
    return frozenset(found & given)


def _continues(node: ast.AugAssign | ast.Assign) -> str:
    """The name in `params += ...` and `params = (*params, ...)`; '' for other assignments."""
    target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
    if not isinstance(target, ast.Name):
        return ""
    unpacked = [one.value for one in node.value.elts if isinstance(one, ast.Starred)] if isinstance(node.value, ast.Tuple) else []
    itself = any(isinstance(one, ast.Name) and one.id == target.id for one in unpacked)
    return target.id if isinstance(node, ast.AugAssign) or itself else ""


@dataclass(frozen=True)
class AggregateTemplate(PythonOp):
    """`template = "%(function)s(%(expressions)s)"` of aggregates gets `%(filter)s` at its end, where 5.2 put the filter."""

    @property
    def words(self) -> Words:
        """The attribute with the placeholder."""
        return (frozenset({"class", "template", "expressions"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An assignment to the attribute."""
        return re.compile(rb"\btemplate\s*[:=]")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals; findings for templates that are put together."""
        for node in site.subclasses("django.db.models.Aggregate", "django.db.models.aggregates.Aggregate"):
            for statement, target in assignments(node, "template"):
                value = statement.value
                if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                    if value is None or "%(filter)s" not in ast.unparse(value):
                        yield site.finding(target, TEMPLATE)
                    continue
                if "%(filter)s" in value.value or "%(expressions)s" not in value.value:
                    continue
                text = site.module.segment(value)
                place = site.module.end(value) - (3 if text.endswith(('"""', "'''")) else 1)
                yield Edit(place, place, "%(filter)s")
                yield site.finding(target, TEMPLATE, fixed=True)


@dataclass(frozen=True)
class StringAggregate(PythonOp):
    """The contrib class `StringAgg` becomes the general one, and its delimiter an expression: both in one step, or neither."""

    @property
    def words(self) -> Words:
        """The class, in contrib."""
        return words_of(*CONTRIB)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a file all of whose uses are calls with a literal delimiter; else findings."""
        nodes = [node for target in CONTRIB for node in site.references(target)]
        unsure = [node for target in CONTRIB for node in site.doubtful(target)]
        bindings = [one for target in CONTRIB for one in site.imports.bindings(target)]
        calls = [site.parent(node) for node in nodes]
        ready = all(
            isinstance(call, ast.Call) and call.func is node and self._is_plain(call) for node, call in zip(nodes, calls, strict=True)
        )
        taken = any(site.imports.exported(one) or not site.imports.alone(one) for one in bindings)
        spoken = site.imports.need("django.db.models.Value", nodes[0]) if nodes and ready and not taken and not unsure else None
        if spoken is None:
            places: list[ast.AST] = [*nodes, *unsure]
            for node in places or [one.alias or one.node for one in bindings]:
                yield site.finding(node, STRING_AGG)
            return
        for call in calls:
            delimiter = argument(call, 1, "delimiter") if isinstance(call, ast.Call) else None
            if isinstance(delimiter, ast.Constant):
                yield site.edit(delimiter, f"{spoken}({site.module.segment(delimiter)})")
        for target in CONTRIB:
            yield from rename(site, target, "django.db.models.StringAgg")

    @staticmethod
    def _is_plain(call: ast.Call) -> bool:
        delimiter = argument(call, 1, "delimiter")
        text = isinstance(delimiter, ast.Constant) and isinstance(delimiter.value, str)
        made = isinstance(delimiter, ast.Call) and ast.unparse(delimiter.func).rpartition(".")[2] == "Value"
        return (text or made) and not any(keyword.arg in ("ordering", None) for keyword in call.keywords)


@dataclass(frozen=True)
class Orphans(PythonOp):
    """`Paginator(items, 2, orphans=2)`, `paginate_by = 2` with `paginate_orphans = 2`."""

    @property
    def words(self) -> Words:
        """The argument, or the attribute."""
        return (frozenset({"Paginator", "orphans"}), frozenset({"paginate_orphans", "paginate_by"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where the orphans are not fewer than a page has."""
        message = "a paginator's orphans must be fewer than a page has items"
        for call in site.calls("django.core.paginator.Paginator"):
            if self._too_many(argument(call, 1, "per_page"), argument(call, 2, "orphans")):
                yield site.finding(call, message)
        for node in site.nodes(ast.ClassDef):
            values = {target.id: statement.value for statement, target in assignments(node, "paginate_by", "paginate_orphans")}
            if self._too_many(values.get("paginate_by"), values.get("paginate_orphans")):
                yield site.finding(node, message)

    @staticmethod
    def _too_many(size: ast.expr | None, orphans: ast.expr | None) -> bool:
        numbers = [one.value for one in (size, orphans) if isinstance(one, ast.Constant) and isinstance(one.value, int)]
        return len(numbers) == 2 and numbers[1] >= numbers[0]


@dataclass(frozen=True)
class PercentAliases(PythonOp):
    """`annotate(**{"share_%": F("share")})`."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return tuple(frozenset({name}) for name in ("annotate", "alias", "extra"))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A key with a percent sign."""
        return re.compile(rb"%[^\n]*[\"']\s*:")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such key."""
        for call, _ in method_calls(site, "annotate", "alias", "extra", "values", "aggregate"):
            for keyword in call.keywords:
                if isinstance(keyword.value, ast.Dict) and keyword.arg in (None, "select"):
                    for key in keyword.value.keys:
                        if isinstance(key, ast.Constant) and isinstance(key.value, str) and "%" in key.value:
                            yield site.finding(key, "aliases with a percent sign are deprecated: name it otherwise, also where it is read")


def _has_effects(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if a pre_save() calls something else than attribute access and the overridden method."""
    harmless = {"getattr", "setattr", "hasattr", "isinstance", "super", "bool", "str", "int", "len"}
    methods = {"pre_save", "now", "today", "get_default", "utcnow"}
    for call in ast.walk(function):
        func = call.func if isinstance(call, ast.Call) else None
        plain = isinstance(func, ast.Name) and func.id in harmless
        if func is not None and not plain and not (isinstance(func, ast.Attribute) and func.attr in methods):
            return True
    return False


CODEMODS = [
    Codemod(
        "sql-params-tuples",
        "parameters of SQL are put together as tuples",
        removed="6.0",
        works_from="4.2",
        safety=REVIEW,
        covers=("6.0-orm-params-tuple",),
        docs="releases/6.0: Custom ORM expressions should return params as a tuple",
        ops=(TupleParameters(),),
    ),
    Codemod(
        "aggregate-template-filter",
        "templates of aggregates say where the filter goes",
        removed="6.0",
        works_from="6.0",
        safety=SAFE,
        covers=("6.0-aggregate-template-filter",),
        docs="not in the notes; db/models/aggregates.py of 6.0",
        silent=True,
        ops=(AggregateTemplate(),),
    ),
    Codemod(
        "string-agg",
        "StringAgg of PostgreSQL becomes the general one",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=REVIEW,
        covers=("6.0-postgres-stringagg", "6.0-postgres-stringagg-string-delimiter"),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        after=("aggregate-order-by",),
        ops=(StringAggregate(),),
    ),
    Codemod(
        "paginator-orphans",
        "paginators are found with as many orphans as a page has items",
        deprecated="6.0",
        removed="7.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.0-paginator-orphans",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(Orphans(),),
    ),
    Codemod(
        "percent-aliases",
        "aliases with a percent sign are found",
        deprecated="6.0",
        removed="7.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.0-percent-in-alias",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        ops=(PercentAliases(),),
    ),
    Codemod(
        "pre-save-effects",
        "fields are found whose pre_save() does more than read a value",
        removed="6.0",
        works_from="6.0",
        safety=DETECT,
        covers=("6.0-field-pre-save-idempotent",),
        docs="releases/6.0: Miscellaneous",
        silent=True,
        ops=(
            FindMethod(
                ("django.db.models.Field",),
                ("pre_save",),
                "since 6.0 `pre_save()` may be called more than once for one save: it must give the same value each time",
                _has_effects,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("6.0-generated-field-refresh", "Which values are read after a save shows only when it runs.", "tests"),
    Unseen(
        "6.0-query-pickle-aggregate-order-by",
        "What is pickled in caches is data of the running site: let it expire, or clear it with the hop.",
    ),
    Unseen("6.0-db-drop-column-no-cascade", "Which views hang on a column only the database knows: the migration fails there.", "migrate"),
    Unseen("6.0-json-serializer-newline", "Only a comparison byte by byte sees the line end.", "tests"),
]
