"""Queries, JSON keys, raw SQL and private constants."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import FindName, Rename
from django_hop.ops.nodes import is_value
from django_hop.project.model_fields import field_kinds
from django_hop.rewrite.site import Site

UNSUPPORTED = "What a database cannot do raises NotSupportedError since 2.1, which is a DatabaseError: catch it, too"
PARTIAL = frozenset({"distinct", "select_for_update", "explain", "bulk_create", "distance", "union", "intersection", "difference"})
JSON_NONE = "`key=None` finds JSON null since 2.1; `key__isnull=True` finds a key that is missing, as before"
CACHED = "The result of raw() is kept since 2.1: a second loop gives the same rows without a query, `.iterator()` asks again"
POSTGIS = "; the database function is ST_ForcePolygonCW, which needs PostGIS 2.4"


@dataclass(frozen=True)
class NotSupported(PythonOp):
    """`except NotImplementedError` around a query that not every database can do catches NotSupportedError, too."""

    @property
    def words(self) -> Words:
        """The exception in a handler, with one of the methods."""
        return tuple(frozenset({"NotImplementedError", "except", name}) for name in PARTIAL)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit for each handler; findings where the name is taken, or another handler would catch first."""
        for statement in site.nodes(ast.Try):
            inside = [one for part in statement.body for one in ast.walk(part) if isinstance(one, ast.Call)]
            if any(isinstance(one.func, ast.Attribute) and one.func.attr in PARTIAL for one in inside):
                for handler in statement.handlers:
                    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
                    names = {last_name(one) for one in caught if one is not None}
                    if "NotImplementedError" in names and not names & {"NotSupportedError", "DatabaseError"}:
                        edit = self._both(site, statement, handler)
                        yield from [edit] if edit is not None else []
                        yield site.finding(handler, UNSUPPORTED, fixed=edit is not None)

    @staticmethod
    def _both(site: Site, statement: ast.Try, handler: ast.ExceptHandler) -> Edit | None:
        """The edit that has a handler catch both exceptions; None where a person has to look."""
        others = {
            last_name(one)
            for each in statement.handlers
            if each is not handler and each.type is not None
            for one in ast.walk(each.type)
            if isinstance(one, ast.expr)
        }
        caught = handler.type
        if caught is None or others & {"NotSupportedError", "DatabaseError", "Error", "Exception"}:
            return None
        spoken = site.imports.need("django.db.NotSupportedError", at=handler)
        if spoken is None:
            return None
        if isinstance(caught, ast.Tuple):
            end = site.module.end(caught.elts[-1])
            return Edit(end, end, f", {spoken}")
        return site.edit(caught, f"({site.module.segment(caught)}, {spoken})")


@dataclass(frozen=True)
class JsonNone(PythonOp):
    """Report `filter(data__owner=None)` where `data` is a JSONField."""

    @property
    def words(self) -> Words:
        """A method with None."""
        return tuple(frozenset({name, "None", "*__"}) for name in ("filter", "exclude", "get", "Q"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each keyword."""
        for call in site.nodes(ast.Call):
            if last_name(call.func) not in ("filter", "exclude", "get", "Q"):
                continue
            for keyword in call.keywords:
                path = (keyword.arg or "").split("__")
                none = is_value(keyword.value, None)
                if none and any("JSONField" in field_kinds(site.project, name) for name in path[:-1] if name):
                    yield site.finding(keyword, JSON_NONE)


@dataclass(frozen=True)
class RawTwice(PythonOp):
    """Report a name that holds `Model.objects.raw(...)` and is used more than once, or lives in a module or class."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"raw", "objects"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each assignment."""
        for statement in site.nodes(ast.Assign):
            value, target = statement.value, statement.targets[0]
            if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "raw"):
                continue
            if last_name(value.func.value) != "objects" or not isinstance(target, ast.Name):
                continue
            scope = site.names.uses[target]
            loads = [
                one for one in site.names.uses if one.id == target.id and isinstance(one.ctx, ast.Load) and target.id in scope.bindings
            ]
            if scope.kind in ("module", "class") or len(loads) > 1:
                yield site.finding(statement, CACHED)


CODEMODS = [
    Codemod(
        "force-rhr",
        "ForceRHR becomes ForcePolygonCW",
        deprecated="2.1",
        removed="3.0",
        works_from="2.1",
        safety=REVIEW,
        covers=("2.1-force-rhr",),
        docs="releases/2.1: Features deprecated in 2.1",
        ops=(Rename("django.contrib.gis.db.models.functions", {"ForceRHR": "ForcePolygonCW"}, note=POSTGIS),),
    ),
    Codemod(
        "not-supported-error",
        "What a database cannot do is caught as NotSupportedError",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-backend-notsupportederror",),
        docs="releases/2.1: Database backend API",
        ops=(NotSupported(),),
    ),
    Codemod(
        "json-none-lookup",
        "None in a look-up of a JSON key means JSON null",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-jsonfield-none-lookup",),
        docs="releases/2.1: Miscellaneous",
        silent=True,
        ops=(JsonNone(),),
    ),
    Codemod(
        "raw-queryset-cache",
        "Results of raw() are kept",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-raw-queryset-caching",),
        docs="releases/2.1: Miscellaneous",
        silent=True,
        ops=(RawTwice(),),
    ),
    Codemod(
        "query-terms",
        "QUERY_TERMS is gone",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-query-terms",),
        docs="releases/2.1: Miscellaneous",
        ops=(
            FindName(
                "django.db.models.sql.constants.QUERY_TERMS",
                "`QUERY_TERMS` is gone since 2.1: look-ups are known by field, `field.get_lookups()`",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("2.1-router-allow-relation", "What a router answers is only known when it is asked.", "tests"),
    Unseen("2.1-default-related-name-migration", "Whether a migration is missing makemigrations tells.", "migrate"),
    Unseen("2.1-admin-logentry-choices-migration", "Django's own migration; nothing in the project refers to it."),
    Unseen("2.1-migrations-from-pyc", "Stale .pyc files are no sources; migrate lists what it finds.", "migrate"),
]
