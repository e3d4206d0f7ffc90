"""Queries of JSON fields for None."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import is_value, name_of
from django_hop.ops.receivers import QUERYSET_METHODS
from django_hop.project.model_fields import find_class, names_of_kind
from django_hop.rewrite.site import Site

if TYPE_CHECKING:
    from django_hop.project.index import Project

JSON = "None in a query of a JSONField means JSON's null now, SQL's NULL later: `Value(None, JSONField())` or `__isnull=True`"
IEXACT = "`iexact=None` on a key of JSON matches JSON's null since 6.1: `__isnull=True` is what it meant"
QUERIES = ("filter", "exclude", "get", "Q", "get_or_create", "update_or_create", "aget")
FIELDS = ("django.db.models.JSONField", "django.db.models.fields.json.JSONField")


@dataclass(frozen=True)
class _NoneInQueries(PythonOp):
    """Keywords that are None, in files that name a JSON field of the project."""

    @property
    def words(self) -> Words:
        """None, in a query."""
        return tuple(frozenset({"None", name}) for name in QUERIES)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A keyword that is None."""
        return re.compile(rb"\w\s*=\s*None\s*[,)]")

    def in_project(self, project: Project, data: bytes) -> bool:
        """True if a model has such a field, and the file names it."""
        names = "|".join(sorted(names_of_kind(project, "JSONField")))
        return bool(names) and re.search(rf"\b(?:{names})(?:__\w+)*\s*=\s*None\b".encode(), data) is not None

    @staticmethod
    def places(site: Site) -> Iterator[tuple[ast.keyword, ast.Call]]:
        """The keywords with the calls of queries they stand in."""
        for keyword in site.nodes(ast.keyword):
            call = site.parent(keyword)
            if not isinstance(call, ast.Call) or not keyword.arg:
                continue
            name = name_of(call.func)
            if name in QUERIES and is_value(keyword.value, None):
                yield keyword, call


@dataclass(frozen=True)
class JsonNone(_NoneInQueries):
    """`Document.objects.filter(data=None)` says what it means: `Value(None, JSONField())`."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the model is seen and the rows stay the same; a finding at each other such keyword."""
        for keyword, call in self.places(site):
            field = (keyword.arg or "").removesuffix("__exact").rpartition("__")[2]
            if field not in names_of_kind(site.project, "JSONField") or (keyword.arg or "").endswith("__iexact"):
                continue
            why = self._obstacle(site, keyword, call, field)
            spoken = None if why else site.imports.need_all("django.db.models.Value", "django.db.models.JSONField", at=keyword.value)
            if spoken is None:
                yield site.finding(keyword, f"{JSON}; {why}" if why else JSON)
                continue
            yield site.edit(keyword.value, f"{spoken[0]}(None, {spoken[1]}())")
            yield site.finding(keyword, f"{JSON}; if NULL is meant here, only the latter finds it", fixed=True)

    @staticmethod
    def _obstacle(site: Site, keyword: ast.keyword, call: ast.Call, field: str) -> str | None:
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("filter", "get", "aget"):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "exclude":
                return "with the former, rows that have NULL are no longer excluded"
            return "what becomes of it is not seen here"
        if (keyword.arg or "").removesuffix("__exact") != field or _model_field(site, call.func.value, field) not in FIELDS:
            return "that it is one is not certain here"
        return None


def _model_field(site: Site, node: ast.expr, field: str) -> str | None:
    """The class of a field of the model whose manager, or a query set on it, an expression is; None if that is not seen."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in QUERYSET_METHODS - {"exclude"}:
        node = node.func.value
    if not (isinstance(node, ast.Attribute) and node.attr == "objects"):
        return None
    name = site.qualified(node.value)
    found = find_class(site.project, name, site.path) if name else None
    if found is not None:
        names = site.project.names(found[0])
        made = _assigned(found[1], field)
        return names.qualified(made) if names is not None and made is not None else None
    local = next((one for one in site.nodes(ast.ClassDef) if isinstance(node.value, ast.Name) and one.name == node.value.id), None)
    made = _assigned(local, field) if local is not None else None
    return site.qualified(made)


def _assigned(node: ast.ClassDef, field: str) -> ast.expr | None:
    """The callee of `field = models.JSONField(...)` in a class body; None unless there is exactly one assignment."""
    found = [
        one.value
        for one in node.body
        if (isinstance(one, ast.Assign) and any(isinstance(name, ast.Name) and name.id == field for name in one.targets))
        or (isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id == field)
    ]
    return found[0].func if len(found) == 1 and isinstance(found[0], ast.Call) else None


@dataclass(frozen=True)
class KeyIexactNone(_NoneInQueries):
    """`filter(data__color__iexact=None)`."""

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such keyword."""
        for keyword, _ in self.places(site):
            name = keyword.arg or ""
            if name.endswith("__iexact") and name.count("__") > 1 and name.partition("__")[0] in names_of_kind(site.project, "JSONField"):
                yield site.finding(keyword, IEXACT)


CODEMODS = [
    Codemod(
        "json-none",
        "queries of JSON fields for None say that they mean JSON's null",
        deprecated="6.1",
        removed="7.0",
        works_from="4.2",
        safety=REVIEW,
        covers=("6.1-jsonfield-none-means-null",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        silent=True,
        ops=(JsonNone(),),
    ),
    Codemod(
        "json-key-iexact-none",
        "case-insensitive queries of JSON keys for None are found",
        removed="6.1",
        works_from="4.2",
        safety=DETECT,
        covers=("6.1-json-key-iexact-none",),
        docs="releases/6.1: Models",
        silent=True,
        ops=(KeyIexactNone(),),
    ),
]
