"""Schemas: what is left out of them, hooks of AutoSchema, coreapi."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.class_bodies import assignments, defines, drop_line
from django_hop.ops.classes import FindMethod, RenameMethod
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName
from django_hop.ops.rest_framework import VIEWS
from django_hop.ops.settings_dicts import dict_values, with_item
from django_hop.ops.settings_uses import settings_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "djangorestframework"
AUTO_SCHEMA = ("rest_framework.schemas.openapi.AutoSchema",)
HOOKS = (
    *("get_path_parameters", "get_filter_parameters", "get_responses", "get_request_body", "get_serializer", "get_paginator"),
    *("map_field_validators", "map_serializer", "map_field", "map_choicefield", "get_pagination_parameters", "allows_filters"),
)
_FILTERS = ("rest_framework.filters.BaseFilterBackend", "rest_framework.filters.SearchFilter", "rest_framework.filters.OrderingFilter")
_PAGINATION = tuple(
    f"rest_framework.pagination.{name}" for name in ("BasePagination", "PageNumberPagination", "LimitOffsetPagination", "CursorPagination")
)


@dataclass(frozen=True)
class ExcludeFromSchema(PythonOp):
    """`exclude_from_schema = True` of a view -> `schema = None`; of `@api_view()` -> `@schema(None)` below it."""

    message: str = "`exclude_from_schema` is now a `schema` of None"

    @property
    def words(self) -> Words:
        """The name."""
        return (frozenset({"exclude_from_schema"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for views; findings where the value is none of True and False."""
        for node in site.subclasses(*VIEWS):
            for statement, target in assignments(node, "exclude_from_schema"):
                yield from self._answer(site, target, lambda s=statement, t=target, n=node: self._attribute(site, n, s, t))
        for call in site.calls("rest_framework.decorators.api_view"):
            given = [keyword for keyword in call.keywords if keyword.arg == "exclude_from_schema"]
            if given:
                yield from self._answer(site, given[0], lambda c=call, g=given[0]: self._decorator(site, c, g))

    def _answer(self, site: Site, node: ast.AST, edits: object) -> Iterator[Edit | Finding]:
        assert callable(edits)
        try:
            made = edits()
        except Refused as error:
            yield site.finding(node, f"{self.message}; {error}")
            return
        yield from made
        yield site.finding(node, self.message, fixed=True)

    @staticmethod
    def _attribute(site: Site, node: ast.ClassDef, statement: ast.Assign | ast.AnnAssign, target: ast.Name) -> list[Edit]:
        value = _flag(statement.value)
        if not value:
            return drop_line(site, statement)
        if defines(node, "schema") or statement.value is None:
            raise Refused("the class has a `schema`, too")
        return [site.edit(target, "schema"), site.edit(statement.value, "None")]

    @staticmethod
    def _decorator(site: Site, call: ast.Call, given: ast.keyword) -> list[Edit]:
        edits = change_arguments(site, call, add={}, drop=["exclude_from_schema"])
        if not _flag(given.value):
            return edits
        spoken = site.imports.need("rest_framework.decorators.schema", call)
        if spoken is None:
            raise Refused("the name `schema` is taken in this file")
        start = site.module.start(call)
        line = site.text.rindex("\n", 0, start) + 1 if "\n" in site.text[:start] else 0
        end = site.text.index("\n", site.module.end(call))
        return [*edits, Edit(end, end, f"\n{site.text[line:start].rstrip('@')}@{spoken}(None)")]


def _flag(value: ast.expr | None) -> bool:
    """A literal True or False. Raises Refused."""
    if not isinstance(value, ast.Constant) or not isinstance(value.value, bool):
        raise Refused("its value cannot be seen")
    return value.value


@dataclass(frozen=True)
class CoreApiSchema(PythonOp):
    """`REST_FRAMEWORK` says that schemas are coreapi's, where the project has such a schema and says nothing."""

    message: str = "schemas are OpenAPI's from 3.10 on; `DEFAULT_SCHEMA_CLASS` keeps those of coreapi"

    @property
    def words(self) -> Words:
        """The setting."""
        return (frozenset({"REST_FRAMEWORK"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """One item more in each dictionary that is the setting, in a project that makes schemas of coreapi's."""
        traces = (b"include_docs_urls", b"coreapi", b"coreschema", b"rest_framework_swagger")
        if site.project.holding(b"DEFAULT_SCHEMA_CLASS") or not any(site.project.holding(word) for word in traces):
            return
        if not settings_of(site).is_settings(site.path) or "DEFAULT_SCHEMA_CLASS" in site.text:
            return
        for value in dict_values(site, "REST_FRAMEWORK"):
            if not isinstance(site.parent(value), (ast.Assign, ast.AnnAssign)) or None in value.keys:
                continue
            yield from site.change(
                value, self.message, with_item, site, value, '"DEFAULT_SCHEMA_CLASS": "rest_framework.schemas.coreapi.AutoSchema"'
            )


_GONE = "coreapi is gone from REST framework in 3.17: drf-spectacular makes OpenAPI schemas and their pages"

CODEMODS = [
    Codemod(
        "exclude-from-schema",
        "exclude_from_schema becomes a schema of None",
        package=PACKAGE,
        deprecated="3.7",
        removed="3.9",
        works_from="3.7",
        safety=SAFE,
        covers=("drf-3.7-exclude-from-schema",),
        docs="djangorestframework 3.7 announcement: exclude_from_schema deprecated",
        ops=(ExcludeFromSchema(),),
    ),
    Codemod(
        "openapi-hooks",
        "hooks of the OpenAPI AutoSchema lose their leading underscore",
        package=PACKAGE,
        removed="3.12",
        works_from="3.12",
        safety=SAFE,
        silent=True,
        covers=("drf-3.12-openapi-private-methods",),
        docs="djangorestframework 3.12 announcement: OpenAPI, AutoSchema methods are now public",
        ops=(RenameMethod(AUTO_SCHEMA, {f"_{name}": name for name in HOOKS}, "the hook `{old}()` of AutoSchema is now `{new}()`"),),
    ),
    Codemod(
        "coreapi-default-schema",
        "REST_FRAMEWORK says that the schemas are coreapi's",
        package=PACKAGE,
        removed="3.10",
        works_from="3.10",
        safety=REVIEW,
        covers=("drf-3.10-coreapi-default-schema",),
        docs="djangorestframework 3.10 announcement: Continuing to use CoreAPI",
        then="This holds until 3.17, which has no coreapi: plan the move to drf-spectacular.",
        ops=(CoreApiSchema(),),
        from_before=True,
    ),
    Codemod(
        "coreapi-gone",
        "coreapi, its documentation pages and renderers are gone",
        package=PACKAGE,
        deprecated="3.14",
        removed="3.17",
        works_from="3.0",
        safety=DETECT,
        covers=("drf-3.17-include-docs-urls",),
        docs="djangorestframework 3.17 release notes: CoreAPI support removed",
        ops=(
            FindModule("rest_framework.documentation", _GONE),
            FindModule("rest_framework.schemas.coreapi", _GONE),
            FindModule("coreapi", _GONE),
            FindModule("coreschema", _GONE),
            *(
                FindName(f"rest_framework.renderers.{name}", _GONE)
                for name in ("CoreJSONRenderer", "CoreAPIOpenAPIRenderer", "CoreAPIJSONOpenAPIRenderer", "DocumentationRenderer")
            ),
            FindName("rest_framework.renderers.SchemaJSRenderer", _GONE),
            FindName("rest_framework.test.CoreAPIClient", _GONE),
            FindName("rest_framework.compat.coreapi", _GONE),
            FindName("rest_framework.compat.coreschema", _GONE),
            FindMethod((*_FILTERS, *_PAGINATION), ("get_schema_fields",), "`get_schema_fields()` is called by nobody from 3.17 on"),
        ),
    ),
]
