"""Queries: Exists, expressions, JSON texts, raw aggregates."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments, without_argument
from django_hop.ops.classes import DropParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import method_calls
from django_hop.ops.names import release_root
from django_hop.ops.settings_uses import literal
from django_hop.releases import order
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

EXISTS = "from 4.2 on `negated=` of `Exists` is ignored without an error, and the condition turns round: `~Exists(...)` says it"
GROUP_BY = "`get_group_by_cols()` has no `alias` any more"
ANNOTATION = "`Query.add_annotation()` has no `is_summary` any more"
JSONB_AGG = ("django.contrib.postgres.aggregates.JSONBAgg", "django.contrib.postgres.aggregates.general.JSONBAgg")
JSON_TEXT = (
    "JSON in a text inside `Value()` is deprecated for JSON fields: give the value itself, with `Value(..., JSONField())` where an "
    "expression is needed"
)
JSON_NULL = "`Value(None, JSONField())` is JSON's null from 4.2 on, and was SQL's NULL before: None without `Value()` is NULL on both"
RAW = "on MySQL a `RawSQL` that aggregates is not grouped any more: write an `Aggregate` or `Func` class for it"


@dataclass(frozen=True)
class Negated(PythonOp):
    """`Exists(q, negated=True)` becomes `~Exists(q)`."""

    @property
    def words(self) -> Words:
        """The class and the keyword."""
        return (frozenset({"Exists"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal values; findings for others, and where a project is past 4.2 and lives with the opposite."""
        for name in ("django.db.models.Exists", "django.db.models.expressions.Exists"):
            for call in site.calls(name):
                place = next((len(call.args) + n for n, one in enumerate(call.keywords) if one.arg == "negated"), None)
                place = 1 if place is None and len(call.args) > 1 else place
                if place is None:
                    continue
                value = ([*call.args, *(one.value for one in call.keywords)])[place]
                yield from site.change(call, EXISTS, self._edits, site, call, place, literal(value))

    @staticmethod
    def _edits(site: Site, call: ast.Call, place: int, value: object) -> list[Edit]:
        if value is not True and value is not False:
            raise Refused("its value is only known when the project runs")
        if value is True and order(site.hop.source) >= order("4.2"):
            raise Refused("since the project is on 4.2, it has not been negated")
        parent = site.parent(call)
        if isinstance(parent, (ast.Attribute, ast.Subscript, ast.Await)) or (
            isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Pow)
        ):
            raise Refused("more is done with it at once")
        dropped = without_argument(site, call, place)
        start = site.module.start(call)
        return [Edit(start, start, "~"), dropped] if value else [dropped]


@dataclass(frozen=True)
class GroupByCalls(PythonOp):
    """`x.get_group_by_cols(alias=alias)` loses its argument; `super()` in overrides is the matter of DropParameter."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"get_group_by_cols", "alias"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with the keyword."""
        for call, func in method_calls(site, "get_group_by_cols"):
            function = site.enclosing(call, ast.FunctionDef)
            passes_on = function is not None and function.name == "get_group_by_cols" and isinstance(func.value, ast.Call)
            if any(keyword.arg == "alias" for keyword in call.keywords) and not passes_on:
                yield from site.change(func, GROUP_BY, change_arguments, site, call, add={}, drop=["alias"])


@dataclass(frozen=True)
class AddAnnotation(PythonOp):
    """`query.add_annotation(e, "a", is_summary=False)` loses the argument."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"add_annotation"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls on something called query."""
        for call, func in method_calls(site, "add_annotation"):
            if not re.search(r"(?:^|[._])query$", ast.unparse(func.value)):
                continue
            place = next((len(call.args) + n for n, one in enumerate(call.keywords) if one.arg == "is_summary"), None)
            place = 2 if place is None and len(call.args) > 2 else place
            if place is None:
                continue
            try:
                if place == 2 and order(site.hop.source) >= order("4.2"):
                    raise Refused("by position it is `select` since the project is on 4.2")
                yield without_argument(site, call, place)
            except Refused as error:
                yield site.finding(func, f"{ANNOTATION}; {error}")
                continue
            yield site.finding(func, ANNOTATION, fixed=True)


@dataclass(frozen=True)
class JsonText(PythonOp):
    """`JSONBAgg(..., default=Value("[]"))` takes the list; other JSON texts in Value() are findings."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"Value"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for empty lists and dicts as default of JSONBAgg."""
        for name in ("django.db.models.Value", "django.db.models.expressions.Value"):
            for call in site.calls(name):
                held = call.args[0] if len(call.args) == 1 and not call.keywords else None
                if not (isinstance(held, ast.Constant) and isinstance(held.value, str) and _is_json(held.value)):
                    continue
                keyword = site.parent(call)
                aggregate = site.parent(keyword) if isinstance(keyword, ast.keyword) and keyword.arg == "default" else None
                name_of = site.qualified(aggregate.func) if isinstance(aggregate, ast.Call) else None
                if held.value in ("[]", "{}") and name_of in JSONB_AGG:
                    yield site.edit(call, held.value)
                    release_root(site, call.func)
                    yield site.finding(call, JSON_TEXT, fixed=True)
                else:
                    yield site.finding(call, JSON_TEXT)


def _is_json(text: str) -> bool:
    """True for the text of a JSON list or object."""
    try:
        return isinstance(json.loads(text), (list, dict))
    except ValueError:
        return False


@dataclass(frozen=True)
class JsonNull(PythonOp):
    """`Value(None, JSONField())`."""

    @property
    def words(self) -> Words:
        """The two classes."""
        return (frozenset({"Value", "JSONField", "None"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each call."""
        for name in ("django.db.models.Value", "django.db.models.expressions.Value"):
            for call in site.calls(name):
                given = [*call.args, *(one.value for one in call.keywords)]
                if (
                    len(given) == 2
                    and isinstance(given[0], ast.Constant)
                    and given[0].value is None
                    and "JSONField" in ast.unparse(given[1])
                ):
                    yield site.finding(call, JSON_NULL)


@dataclass(frozen=True)
class RawAggregate(PythonOp):
    """RawSQL with an aggregate function, in projects with a MySQL database."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"RawSQL"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each such call in annotate() or aggregate()."""
        if not any(b"backends.mysql" in site.project.tree[path] for path in site.project.settings.modules):
            return
        for name in ("django.db.models.expressions.RawSQL",):
            for call in site.calls(name):
                text = literal(call.args[0]) if call.args else None
                if isinstance(text, str) and re.match(r"(?i)\s*(?:sum|count|avg|min|max|group_concat|bit_or|bit_and|std\w*)\s*\(", text):
                    yield site.finding(call, RAW)


CODEMODS = [
    Codemod(
        "exists-negated",
        "Exists(negated=True) is written ~Exists()",
        removed="4.2",
        works_from="1.11",
        safety=SAFE,
        covers=("4.2-exists-negated-kwarg",),
        docs="releases/4.2: Miscellaneous",
        silent=True,
        ops=(Negated(),),
    ),
    Codemod(
        "get-group-by-cols-no-alias",
        "get_group_by_cols() loses its alias",
        removed="4.2",
        works_from="4.2",
        safety=REVIEW,
        covers=("4.2-get-group-by-cols-alias",),
        docs="releases/4.2: Miscellaneous",
        ops=(DropParameter((), "get_group_by_cols", "alias", GROUP_BY), GroupByCalls()),
    ),
    Codemod(
        "add-annotation-is-summary",
        "add_annotation() of a query loses is_summary",
        removed="4.2",
        works_from="4.2",
        safety=REVIEW,
        covers=("4.2-query-add-annotation-is-summary",),
        docs="releases/4.2: Miscellaneous",
        ops=(AddAnnotation(),),
    ),
    Codemod(
        "json-text-in-value",
        "JSON in texts inside Value() gives way to the values",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=REVIEW,
        covers=("4.2-json-encoded-string-literals",),
        docs="releases/4.2: Passing encoded JSON string literals to JSONField is deprecated",
        ops=(JsonText(),),
    ),
    Codemod(
        "json-null-value",
        "Value(None, JSONField()) is found, which is another null now",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-json-value-none-null",),
        docs="fields/json.py of 4.2 (not in the notes)",
        silent=True,
        ops=crossing("4.2", JsonNull()),
    ),
    Codemod(
        "mysql-raw-aggregates",
        "aggregates in raw SQL are found in projects on MySQL",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-mysql-raw-aggregation",),
        docs="releases/4.2: Dropped support for raw aggregations on MySQL",
        ops=(RawAggregate(),),
    ),
]
