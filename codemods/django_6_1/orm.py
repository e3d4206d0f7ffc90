"""Queries: order, empty select_related(), names of SQL, savepoints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import RenameUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import method_calls
from django_hop.ops.names import Rename
from django_hop.ops.nodes import is_value, keyword_of
from django_hop.project.model_fields import find_class
from django_hop.rewrite.site import Site

POSTGRES = "django.contrib.postgres.aggregates"
CLEARED = "`first()` and `last()` after an empty `order_by()` no longer sort by the key since 6.1"
FLAT = "`values_list(flat=True)` without a field is deprecated: name the field, which is the model's first"
RELATED = "`select_related()` without fields is deprecated: name the relations"
ORDERED = "combined queries keep the order of the model's Meta since 6.1, and fail if its columns are not selected: `.order_by()` clears it"
ALIASES = (
    "names of annotations are always quoted in SQL since 6.1: on PostgreSQL this mixed-case name must stand in double quotes here, too"
)


@dataclass(frozen=True)
class ClearedOrder(PythonOp):
    """`.order_by().first()` becomes `.order_by("pk").first()`."""

    @property
    def words(self) -> Words:
        """The methods."""
        return tuple(frozenset({"order_by", name}) for name in ("first", "last", "afirst", "alast"))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An empty call."""
        return re.compile(rb"\border_by\(\s*\)")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the two calls in one chain."""
        for _, func in method_calls(site, "first", "last", "afirst", "alast"):
            inner = func.value
            if not (isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "order_by"):
                continue
            if inner.args or inner.keywords or "#" in site.text[site.module.end(inner.func) : site.module.end(inner)]:
                continue
            end = site.module.end(inner)
            quote = "'" if site.text.count("'") > 2 * site.text.count('"') else '"'
            yield Edit(site.text.rindex("(", 0, end), end, f"({quote}pk{quote})")
            yield site.finding(inner, CLEARED, fixed=True)


@dataclass(frozen=True)
class FlatValues(PythonOp):
    """`values_list(flat=True)`: `"pk"` where the model's own class shows that its first field is the automatic key."""

    @property
    def words(self) -> Words:
        """The method and the keyword."""
        return (frozenset({"values_list", "flat"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for `Model.objects` of models without a key of their own; findings for others."""
        for call, func in method_calls(site, "values_list"):
            flat = keyword_of(call, "flat")
            if (
                call.args
                or flat is None
                or not is_value(flat.value, True)
                or len(call.keywords) != 1
            ):
                continue
            if self._has_plain_key(site, func.value):
                start = site.module.start(flat)
                quote = "'" if site.text.count("'") > 2 * site.text.count('"') else '"'
                yield Edit(start, start, f"{quote}pk{quote}, ")
                yield site.finding(call, FLAT, fixed=True)
            else:
                yield site.finding(call, FLAT)

    @staticmethod
    def _has_plain_key(site: Site, node: ast.expr) -> bool:
        while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        if not (isinstance(node, ast.Attribute) and node.attr == "objects"):
            return False
        name = site.qualified(node.value)
        found = find_class(site.project, name, site.path) if name else None
        model = found[1] if found else None
        if model is None and isinstance(node.value, ast.Name):
            model = next((one for one in site.nodes(ast.ClassDef) if one.name == node.value.id), None)
        if model is None or len(model.bases) != 1 or ast.unparse(model.bases[0]) not in ("models.Model", "Model"):
            return False
        return not any(isinstance(one, ast.keyword) and one.arg == "primary_key" for one in ast.walk(model))


@dataclass(frozen=True)
class EmptySelectRelated(PythonOp):
    """`.select_related()`, `.select_related(True)`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"select_related"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An empty call, or True."""
        return re.compile(rb"\bselect_related\(\s*(?:True\s*)?\)")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such call."""
        for call, func in method_calls(site, "select_related"):
            given = call.args[0] if call.args else None
            if not call.keywords and (given is None or is_value(given, True)):
                yield site.finding(func, RELATED)


@dataclass(frozen=True)
class CombinedOrder(PythonOp):
    """`a.values("id").union(b.values("id"))`."""

    @property
    def words(self) -> Words:
        """A method that combines with one that picks columns."""
        combining = ("union", "intersection", "difference")
        return tuple(frozenset({one, other, "objects"}) for one in combining for other in ("values", "values_list"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where nothing orders, or clears the order of, the combined query."""
        for call, func in method_calls(site, "union", "intersection", "difference"):
            around = site.parent(call)
            if isinstance(around, ast.Attribute) and around.attr == "order_by":
                continue
            chain = self._names(func.value)
            if chain & {"values", "values_list"} and "objects" in chain and "order_by" not in chain:
                yield site.finding(func, ORDERED)

    @staticmethod
    def _names(node: ast.expr) -> set[str]:
        names = set()
        while isinstance(node, (ast.Call, ast.Attribute)):
            if isinstance(node, ast.Attribute):
                names.add(node.attr)
                node = node.value
            else:
                node = node.func
        return names


@dataclass(frozen=True)
class RawAliases(PythonOp):
    """`.annotate(totalSum=...).extra(where=["totalSum > 3"])`."""

    @property
    def words(self) -> Words:
        """An annotation with SQL written by hand."""
        return (frozenset({"annotate", "extra"}), frozenset({"annotate", "RawSQL"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each piece of SQL that has a mixed-case annotation of the file in it, unquoted."""
        keywords = [one for call, _ in method_calls(site, "annotate", "alias") for one in call.keywords]
        names = [one.arg for one in keywords if one.arg and one.arg != one.arg.lower()]
        calls = [*(call for call, _ in method_calls(site, "extra")), *site.calls("django.db.models.expressions.RawSQL")]
        for call in calls if names else ():
            for node in ast.walk(call):
                text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                if any(re.search(rf'(?<!["\w]){name}\b', text) for name in names):
                    yield site.finding(node, ALIASES)


CODEMODS = [
    Codemod(
        "cleared-order-first",
        "first() and last() after an empty order_by() sort by the key",
        removed="6.1",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-first-last-after-order-by-clear",),
        docs="releases/6.1: Models",
        silent=True,
        ops=crossing("6.1", ClearedOrder()),
    ),
    Codemod(
        "flat-values-list",
        "values_list(flat=True) names its field",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-values-list-flat-no-field",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(FlatValues(),),
    ),
    Codemod(
        "savepoint-create",
        "transaction.savepoint() becomes savepoint_create()",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=SAFE,
        covers=("6.1-transaction-savepoint",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(Rename("django.db.transaction", {"savepoint": "savepoint_create"}),),
    ),
    Codemod(
        "bit-aggregates",
        "BitAnd, BitOr and BitXor come from django.db.models",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=SAFE,
        covers=("6.1-postgres-bit-aggregates",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=tuple(
            Rename(module, {name: name for name in ("BitAnd", "BitOr", "BitXor")}, to="django.db.models")
            for module in (POSTGRES, f"{POSTGRES}.general")
        ),
    ),
    Codemod(
        "compiler-quote-name",
        "quote_name_unless_alias() of compilers becomes quote_name()",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-quote-name-unless-alias",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(RenameUse({"quote_name_unless_alias": "quote_name"}, "`{old}()` is `{new}()`", r"(\w+_)?compiler", elsewhere=True),),
    ),
    Codemod(
        "empty-select-related",
        "select_related() without fields is found",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-select-related-no-arguments",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(EmptySelectRelated(),),
    ),
    Codemod(
        "combined-order",
        "combined queries are found that the order of a model may break",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-combined-queryset-default-ordering",),
        docs="releases/6.1: Models",
        ops=crossing("6.1", CombinedOrder()),
    ),
    Codemod(
        "quoted-aliases",
        "SQL is found that names annotations without quotes",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-quoted-aliases-raw-sql",),
        docs="releases/6.1: Models",
        ops=crossing("6.1", RawAliases()),
    ),
]

UNSEEN = [
    Unseen("6.1-is-pk-set-database-default", "A private method that is right either way for all but its own module."),
    Unseen("6.1-permission-rename-on-rename-model", "Which permissions are renamed the migrations show when they run.", "migrate"),
]
