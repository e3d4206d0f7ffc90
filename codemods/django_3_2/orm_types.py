"""Literals in database functions have a type of their own since 3.2."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import Look, PythonOp, Words, any_of, arguments_behind
from django_hop.ops.calls import change_arguments
from django_hop.ops.nodes import value_of
from django_hop.project.model_fields import field_kinds, find_class
from django_hop.project.model_paths import Key, by_manager, kinds_at
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

FUNCTIONS = ("Coalesce", "Greatest", "Least", "Concat", "Case")
SAME = frozenset({"Sum", "Max", "Min", "F", "OuterRef", "ExpressionWrapper"})
"""What has the type of its first argument."""
MEAN = frozenset({"Avg", "StdDev", "Variance"})
NUMBERS = frozenset({"IntegerField", "FloatField", "DecimalField"})
PARENTS = {
    **dict.fromkeys(("PositiveIntegerField", "SmallIntegerField", "PositiveSmallIntegerField", "BigIntegerField"), "IntegerField"),
    **dict.fromkeys(("AutoField", "BigAutoField", "SmallAutoField", "PositiveBigIntegerField"), "IntegerField"),
    **dict.fromkeys(("EmailField", "SlugField", "URLField", "CommaSeparatedIntegerField"), "CharField"),
    "DateTimeField": "DateField",
    "NullBooleanField": "BooleanField",
}
PLAIN = frozenset({*PARENTS.values(), *NUMBERS, "TextField", "TimeField", "DurationField", "UUIDField", "GenericIPAddressField"})
QUERIES = frozenset({"annotate", "alias", "aggregate", "filter", "exclude", "order_by", "values", "values_list", "update"})
MESSAGE = "A literal has a type of its own since Django 3.2, so that of the result must be said"
Kinds = frozenset[str]
"""Names of the field classes that an expression may have; empty if unknown."""


@dataclass(frozen=True)
class _Part:
    """One argument of a function: its possible types, and whether it is a literal. Values without a type (None) have no part."""

    kinds: Kinds
    literal: bool = False


def _called(site: Site, node: ast.AST) -> str:
    """The bare name of a function of Django's that is called; '' for anything else."""
    name = (site.qualified(node.func) or "") if isinstance(node, ast.Call) else ""
    return name.rpartition(".")[2] if name.startswith(("django.db.models", "django.contrib.gis.db.models")) else ""


def _column(site: Site, node: ast.expr, name: str) -> Kinds:
    """The classes that a column may have: by its name if that stands for one, else by the models on the way to it."""
    last = name.rpartition("__")[2]
    if last in ("pk", "id"):
        return frozenset({"IntegerField"})
    kinds = field_kinds(site.project, last)
    return kinds if len(kinds) < 2 else kinds_at(site.project, _queried(site, node), name) or kinds


def _queried(site: Site, node: ast.expr) -> frozenset[Key]:
    """The models whose query an expression stands in, as `Order.objects.annotate(...)` and `shop.orders.annotate(...)` say."""
    inner: ast.AST = node
    for around in site.ancestors(node):
        if isinstance(around, ast.stmt) or _called(site, around) == "OuterRef":
            break
        if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and inner is not around.func:
            if around.func.attr in QUERIES:
                return _managed(site, around.func.value)
            if not _called(site, around):
                break
        inner = around
    return frozenset()


def _managed(site: Site, node: ast.expr) -> frozenset[Key]:
    """The models of what a chain of query set methods begins with."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if not isinstance(node, ast.Attribute):
        return frozenset()
    name = site.qualified(node.value)
    found = find_class(site.project, name, site.path) if name else None
    return frozenset({(found[0], found[1].name)}) if found is not None else by_manager(site.project, node.attr)


def _literal(value: object) -> Kinds:
    kinds = {bool: "BooleanField", int: "IntegerField", float: "FloatField", str: "CharField"}
    return frozenset({kinds[type(value)]} if type(value) in kinds else ())


def _part(site: Site, node: ast.expr) -> _Part | None:
    """What an argument stands for; None for what has no type."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return _Part(_column(site, node, node.value))
        return None if node.value is None else _Part(_literal(node.value), True)
    if isinstance(node, ast.UnaryOp):
        return _part(site, node.operand)
    if isinstance(node, ast.BinOp):
        sides = [_part(site, one) for one in (node.left, node.right)]
        kinds = {one.kinds for one in sides if one is not None and not one.literal}
        return _Part(kinds.pop() if len(kinds) == 1 else frozenset())
    if isinstance(node, ast.Name) and (value := _value_of(site, node)) is not None:
        return _of_call(site, value)
    if not isinstance(node, ast.Call):
        return _Part(frozenset())
    return _of_call(site, node)


def _value_of(site: Site, node: ast.Name) -> ast.Call | None:
    """The one call that a local name stands for, if that says its `output_field` or is a subquery."""
    scope = site.names.uses.get(node)
    found = scope.lookup(node.id) if scope is not None else ()
    value = found[0].value if len(found) == 1 else None
    if not isinstance(value, ast.Call):
        return None
    return value if value_of(value, "output_field") is not None or _called(site, value) == "Subquery" else None


def _selected(site: Site, node: ast.expr) -> ast.Call | None:
    """The aggregate that `....annotate(c=Count("*")).values("c")` selects alone, if that is a count or says its `output_field`."""
    if isinstance(node, ast.Subscript):
        node = node.value
    name = None
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if name is None:
            only = node.args[0] if len(node.args) == 1 else None
            if node.func.attr not in ("values", "values_list") or not isinstance(only, ast.Constant) or not isinstance(only.value, str):
                return None
            if any(one.arg != "flat" for one in node.keywords):
                return None
            name = only.value
        elif node.func.attr == "annotate" and (value := value_of(node, name)) is not None:
            certain = isinstance(value, ast.Call) and (_called(site, value) == "Count" or value_of(value, "output_field") is not None)
            return value if certain and isinstance(value, ast.Call) else None
        node = node.func.value
    return None


def _of_call(site: Site, node: ast.Call) -> _Part | None:
    name = _called(site, node)
    said = value_of(node, "output_field")
    if name == "Cast" and len(node.args) > 1:
        said = node.args[1]
    if said is not None:
        field = _called(site, said)
        return _Part(frozenset({field} if field else ()))
    if site.qualified(node.func) == "decimal.Decimal":
        return _Part(frozenset({"DecimalField"}), True)
    first = node.args[0] if node.args else None
    if name == "Count":
        return _Part(frozenset({"IntegerField"}))
    if name == "Value" and first is not None:
        if isinstance(first, ast.Constant):
            return None if first.value is None else _Part(_literal(first.value), True)
        inner = _part(site, first) if isinstance(first, (ast.Call, ast.UnaryOp)) else None
        return inner if inner is not None and inner.literal else _Part(frozenset(), True)
    if name == "Subquery" and first is not None:
        selected = _selected(site, first)
        return _of_call(site, selected) if selected is not None else _Part(frozenset())
    if name in SAME and first is not None:
        return _part(site, first)
    if name in MEAN and first is not None:
        part = _part(site, first)
        kinds = part.kinds if part is not None else frozenset()
        return _Part(frozenset("FloatField" if _plain(one) == "IntegerField" else one for one in kinds))
    return _Part(frozenset())


def _plain(kind: str) -> str:
    return PARENTS.get(kind, kind)


def _fits(first: str, other: str) -> bool:
    """True if 3.2 lets `other` stand behind `first`."""
    return other in (first, PARENTS.get(first))


def _is_literal(site: Site, node: ast.AST) -> bool:
    """True for what a literal argument has in it."""
    if isinstance(node, ast.Constant):
        return node.value is not None and not isinstance(node.value, str)
    return isinstance(node, ast.Call) and (_called(site, node) == "Value" or site.qualified(node.func) == "decimal.Decimal")


_OPERATOR = rb"[\s\\)]*[-+*/%@|&^<>]{1,2}[\s\\(]*"
_BEFORE_F = _OPERATOR + rb"(?:\w+\.)*F[\s\\]*\("
_CALLS = tuple(re.compile(rb"%b(?<!\w%b)[\s\\]*\(" % (name, name)) for name in (one.encode() for one in FUNCTIONS))
_LITERAL = re.compile(rb"\d|True|False|Value|Decimal")
_OTHERS = any_of(
    *(rb"%b[\s\\]+as\b" % name.encode() for name in (*FUNCTIONS, "F", "Value", "Decimal")),
    rb"F(?<!\wF)[\s\\]*\((?:[^()]|\([^()]*\))*\)" + _OPERATOR + rb"(?:\d[\d_]*[.eE]|\.\d)",
    rb"\.(?:(?<=\d\.)[\d_]*|[\d_]+)" + _BEFORE_F,
    rb"e(?<=[\d._]e)[-+]?\d+" + _BEFORE_F,
    rb"E(?<=[\d._]E)[-+]?\d+" + _BEFORE_F,
)


class _Look:
    """Searches for functions that are given literals, names that go by another one, and F() expressions beside floats."""

    def search(self, data: bytes) -> object:
        """What is found, None if nothing is."""
        return next((match for calls in _CALLS for match in calls.finditer(data) if _gives_literal(data, match)), None) or _OTHERS.search(
            data
        )


def _gives_literal(data: bytes, call: re.Match[bytes]) -> bool:
    """True if there is what literals are made of between the parentheses of a call, or these cannot be told."""
    given = arguments_behind(data, call.end() - 1)
    return given is None or any(map(_LITERAL.search, given[0]))


@dataclass(frozen=True)
class MixedTypes(PythonOp):
    """`Coalesce(Sum("amount"), 0)` gets the `output_field` of its column, where the models tell of one; else it is reported."""

    @property
    def words(self) -> Words:
        """One of the functions, and F() expressions with a float."""
        return (*(frozenset({name, "models"}) for name in FUNCTIONS), frozenset({"django", "F", "models"}))

    @property
    def second_look(self) -> Look:
        """A call of one of the functions with a literal, one under another name, or an F() expression beside a float."""
        return _Look()

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls without `output_field` whose literals do not fit their columns."""
        for call in site.nodes(ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr not in FUNCTIONS:
                continue  # a method of any name: most calls are of this kind
            if _called(site, call) in FUNCTIONS and not any(one.arg in ("output_field", None) for one in call.keywords):
                yield from self._call(site, call)
        for node in site.nodes(ast.BinOp):
            yield from self._product(site, node)

    def _call(self, site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        arguments = self._arguments(site, call)
        if not any(_is_literal(site, part) for one in arguments for part in ast.walk(one)):
            return  # what the columns are need not be found out then
        given = [part for one in arguments if (part := _part(site, one)) is not None]
        literals = [one for one in given if one.literal]
        columns = [one for one in given if not one.literal]
        if not literals or not columns:
            return
        kinds = {kind for one in columns for kind in one.kinds}
        if not all(one.kinds for one in given):
            if any(one.kinds & NUMBERS for one in literals) and not all(one.kinds for one in columns):
                yield site.finding(call, f"{MESSAGE}: give `output_field` if the column is not of the literal's type")
            return
        broken = [kind for kind in sorted(kinds) if not self._holds(given, kind)]
        if not broken:
            return
        field = _plain(broken[0]) if broken[0] not in ("EmailField", "SlugField", "URLField") else "CharField"
        if len({_plain(kind) for kind in kinds}) > 1 or field not in PLAIN or not self._convertible(field, literals):
            yield site.finding(call, f"{MESSAGE}: give `output_field`; the column may be a {' or a '.join(sorted(kinds))}")
            return
        yield from self._say(site, call, field)

    @staticmethod
    def _arguments(site: Site, call: ast.Call) -> list[ast.expr]:
        if _called(site, call) != "Case":
            return call.args
        whens = [one for one in call.args if _called(site, one) == "When" and isinstance(one, ast.Call)]
        return [keyword.value for one in [*whens, call] for keyword in one.keywords if keyword.arg in ("then", "default")]

    @staticmethod
    def _holds(given: list[_Part], kind: str) -> bool:
        """True if 3.2 takes the arguments when the columns are of this type."""
        types = [next(iter(one.kinds)) if one.literal else kind for one in given]
        return all(_fits(types[0], one) for one in types[1:])

    @staticmethod
    def _convertible(field: str, literals: list[_Part]) -> bool:
        """True if the literals are values that such a column may have."""
        kinds = {kind for one in literals for kind in one.kinds}
        if field in ("DecimalField", "FloatField"):
            return kinds <= NUMBERS
        return kinds <= ({"IntegerField"} if field == "IntegerField" else {"CharField"} if field in ("TextField", "CharField") else set())

    @staticmethod
    def _say(site: Site, call: ast.Call, field: str) -> Iterator[Edit | Finding]:
        spoken = site.imports.need(f"django.db.models.{field}", call)
        if spoken is None:
            yield site.finding(call, f"{MESSAGE}: `output_field={field}()`; the name `{field}` is taken in this file")
            return
        try:
            yield from change_arguments(site, call, add={"output_field": f"{spoken}()"}, drop=[])
        except Refused as error:
            yield site.finding(call, f"{MESSAGE}: `output_field={field}()`; {error}")
            return
        yield site.finding(call, MESSAGE, fixed=True)

    @staticmethod
    def _product(site: Site, node: ast.BinOp) -> Iterator[Finding]:
        """`F("price") * 1.5`."""
        for column, literal in ((node.left, node.right), (node.right, node.left)):
            if _called(site, column) == "F" and isinstance(literal, ast.Constant) and isinstance(literal.value, float):
                kinds = {_plain(kind) for kind in getattr(_part(site, column), "kinds", ())}
                if "DecimalField" in kinds:
                    yield site.finding(node, "A decimal column and a float no longer mix: write `Decimal`, or wrap it with `output_field`")
                elif "IntegerField" in kinds:
                    yield site.finding(
                        node, "An integer column and a float give a float since Django 3.2; before, it was cut to an integer"
                    )


CODEMODS = [
    Codemod(
        "mixed-types",
        "Database functions that mix a column and a literal say their output_field",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.2-value-output-field-mixed-types",),
        docs="releases/3.2: Models, Value() expression",
        ops=(MixedTypes(),),
    ),
]
