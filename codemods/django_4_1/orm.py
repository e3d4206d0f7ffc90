"""Queries: iterator() after prefetch_related(), nulls, arithmetic, private names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.classes import FindMethod
from django_hop.ops.methods import FindMethodCall, in_format_string, method_calls
from django_hop.ops.settings_uses import UNKNOWN, literal
from django_hop.project.model_fields import field_kinds
from django_hop.rewrite.site import Site

ITERATOR = (
    "`iterator()` on a query set with `prefetch_related()` needs `chunk_size`, with which the prefetch is done; without, it was ignored"
)
NULLS = "`nulls_first=False` and `nulls_last=False` are deprecated: to leave them out is the same"
SUM = "the type of this arithmetic is no longer guessed from fields of one type: `ExpressionWrapper(..., output_field=...)` says it"
TEXTS = frozenset({"CharField", "TextField", "SlugField", "EmailField", "URLField"})
BARE = TEXTS | {"BooleanField", "UUIDField", "DateField", "DateTimeField", "TimeField"}
"""Field classes of which an object without arguments will do as an output field."""
GUESSED = frozenset(
    (
        "CharField",
        "TextField",
        "SlugField",
        "EmailField",
        "URLField",
        "BooleanField",
        "JSONField",
        "UUIDField",
        "DateField",
        "DateTimeField",
        "TimeField",
        "ArrayField",
    )
)
"""Types that arithmetic between two fields of the same one needs an output_field for, but for differences of dates and times."""
PRIVATE = "this private part of `Query` changed in 4.1"


@dataclass(frozen=True)
class PrefetchedIterator(PythonOp):
    """`.prefetch_related(...).iterator()` is told a chunk size of 2000, the default."""

    @property
    def words(self) -> Words:
        """The two methods."""
        return (frozenset({"prefetch_related", "iterator"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the chain, or the one assignment of the name before it, has a prefetch."""
        for call, func in method_calls(site, "iterator"):
            if call.args or call.keywords or not _prefetches(site, func.value):
                continue
            yield from site.change(func, ITERATOR, change_arguments, site, call, add={"chunk_size": "2000"}, drop=[])


def _prefetches(site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "prefetch_related":
            return not (node.args and literal(node.args[0]) is None and literal(node.args[0]) is not UNKNOWN)
        return node.func.attr not in ("values", "values_list") and _prefetches(site, node.func.value, seen)
    if not isinstance(node, ast.Name) or node.id in seen:
        return False
    found = site.names.uses.get(node, site.names.module).lookup(node.id)
    return bool(found) and all(one.value is not None and _prefetches(site, one.value, seen | {node.id}) for one in found)


@dataclass(frozen=True)
class NullsFalse(PythonOp):
    """`nulls_first=False` and `nulls_last=False` go from asc(), desc() and OrderBy()."""

    @property
    def words(self) -> Words:
        """One of the keywords."""
        return (frozenset({"nulls_first"}), frozenset({"nulls_last"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals; findings for what is computed."""
        for call in site.nodes(ast.Call):
            if not self._orders(site, call):
                continue
            given = [one for one in call.keywords if one.arg in ("nulls_first", "nulls_last")]
            false = [one for one in given if literal(one.value) is False]
            for one in given:
                if literal(one.value) is UNKNOWN and "None" not in ast.unparse(one.value):
                    yield site.finding(one, f"{NULLS}: give None where it is False")
            if false:
                yield from site.change(call, NULLS, change_arguments, site, call, add={}, drop=[one.arg or "" for one in false])

    @staticmethod
    def _orders(site: Site, call: ast.Call) -> bool:
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("asc", "desc"):
            return True
        return site.qualified(call.func) in ("django.db.models.OrderBy", "django.db.models.expressions.OrderBy")


ARITHMETIC = (ast.Add, ast.Mult, ast.Div, ast.Mod)
VALUES = ("django.db.models.Value", "django.db.models.expressions.Value")


def _fields(site: Site, node: ast.expr) -> bool:
    """True if at least one operand is a field, so that a type was guessed on every release."""
    names = ("django.db.models.F", "django.db.models.expressions.F")
    return any(isinstance(one, ast.Call) and site.qualified(one.func) in names for one in ast.walk(node))


@dataclass(frozen=True)
class SameTypeArithmetic(PythonOp):
    """`F("name") + F("suffix")` between fields of one type that is no number is wrapped with that type."""

    @property
    def words(self) -> Words:
        """F expressions."""
        return (frozenset({"F"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit where all fields are known and nothing around says the type; a finding where an operand beside them is not known."""
        for node in site.nodes(ast.BinOp):
            parent = site.parent(node)
            inner = isinstance(parent, ast.BinOp) and isinstance(parent.op, ARITHMETIC)
            if inner or not isinstance(node.op, ARITHMETIC):
                continue
            kinds = self._kinds(site, node)
            if len(kinds) != 1 or not kinds <= GUESSED or self._said(site, node) or not _fields(site, node):
                continue
            (kind,) = kinds
            given = isinstance(parent, ast.keyword) or (isinstance(parent, ast.Call) and node in parent.args)
            names = ("django.db.models.ExpressionWrapper", f"django.db.models.{kind}")
            plain = kind in BARE and given and not in_format_string(site, node)
            spoken = site.imports.need_all(*names, at=node) if plain else None
            if spoken is None:
                yield site.finding(node, SUM)
                continue
            yield site.edit(node, f"{spoken[0]}({site.module.segment(node)}, output_field={spoken[1]}())")
            yield site.finding(node, SUM, fixed=True)

    def _kinds(self, site: Site, node: ast.expr) -> frozenset[str]:
        """The classes of the fields in an expression; one that is no field's, and so no class in GUESSED, where an operand is not known."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC):
            return self._kinds(site, node.left) | self._kinds(site, node.right)
        if isinstance(node, ast.Call) and site.qualified(node.func) in VALUES and len(node.args) == 1 and not node.keywords:
            return frozenset({"CharField"}) if isinstance(literal(node.args[0]), str) else frozenset({"?"})
        if not (
            isinstance(node, ast.Call)
            and len(node.args) == 1
            and site.qualified(node.func) in ("django.db.models.F", "django.db.models.expressions.F")
        ):
            return frozenset({"?"})
        name = literal(node.args[0])
        return (field_kinds(site.project, name) if isinstance(name, str) else frozenset()) or frozenset({"?"})

    @staticmethod
    def _said(site: Site, node: ast.expr) -> bool:
        calls = [one for one in site.ancestors(node) if isinstance(one, ast.Call)]
        inner = calls[0] if calls else None
        if inner is None or any(keyword.arg == "output_field" for keyword in inner.keywords):
            return True
        return isinstance(inner.func, ast.Attribute) and inner.func.attr in ("update", "filter", "exclude", "create")


CODEMODS = [
    Codemod(
        "iterator-chunk-size",
        "iterator() after prefetch_related() is told a chunk size",
        deprecated="4.1",
        removed="5.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("4.1-iterator-after-prefetch-needs-chunk-size",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(PrefetchedIterator(),),
    ),
    Codemod(
        "nulls-first-last",
        "nulls_first=False and nulls_last=False go",
        deprecated="4.1",
        removed="5.0",
        works_from="1.11",
        safety=SAFE,
        covers=("4.1-nulls-first-last-false",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        then="no migration follows where models and migrations change alike, as they do here. Else makemigrations of 4.1 writes an "
        "AlterModelOptions for an ordering, which runs no SQL, and drops and makes anew an index, which says the same.",
        ops=(NullsFalse(),),
    ),
    Codemod(
        "same-type-arithmetic",
        "arithmetic on fields of one type says the type",
        removed="4.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.1-combined-expression-output-field",),
        docs="releases/4.1: Miscellaneous",
        ops=(SameTypeArithmetic(),),
    ),
    Codemod(
        "query-deferred-loading",
        "private parts of Query are found that changed in 4.1",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-query-deferred-loading-internals",),
        docs="db/models/sql/query.py of 4.1 (not in the notes)",
        ops=(
            *(
                FindMethodCall(name, PRIVATE)
                for name in ("get_loaded_field_names", "get_loaded_field_names_cb", "deferred_to_data", "bump_prefix")
            ),
            FindMethod(("django.db.models.base.Model",), ("_prepare_related_fields_for_save",), "this private method changed in 4.1"),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "4.1-reverse-fk-unsaved-instance",
        "Whether an instance has been saved when its relations are asked shows when the code runs.",
        "tests",
    ),
    Unseen(
        "4.1-unsaved-instance-in-related-filter",
        "Whether an instance has been saved when a query is given it shows when the code runs.",
        "warnings",
    ),
    Unseen("4.1-related-managers-cached", "Only 4.1.0 and 4.1.1 did so; the last 4.1 does not."),
    Unseen(
        "4.1-constraints-validated-in-full-clean",
        "Which data breaks a constraint, and who expects which error, shows when it is saved.",
        "tests",
    ),
]
