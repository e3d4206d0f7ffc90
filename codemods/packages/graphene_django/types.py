"""Graphene 3: fields of object types, names of enums, names of graphql-core, the test client."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import RenameUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, uses_through_self
from django_hop.ops.classes import FindClass
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, Rename
from django_hop.ops.settings import SetDefault
from django_hop.ops.settings_changes import lists
from django_hop.ops.settings_dicts import dict_values, with_item
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

PACKAGE = "graphene-django"
TYPES = ("graphene_django.DjangoObjectType", "graphene_django.types.DjangoObjectType")
TESTS = ("graphene_django.utils.testing.GraphQLTestCase", "graphene_django.utils.GraphQLTestCase")
_NEW = {"only_fields": "fields", "exclude_fields": "exclude"}
_NAMING = "DJANGO_CHOICE_FIELD_ENUM_V2_NAMING"


@dataclass(frozen=True)
class TypeFields(PythonOp):
    """`only_fields` and `exclude_fields` in the Meta of object types take their new names; where neither is said, `fields = "__all__"`."""

    @property
    def words(self) -> Words:
        """The base class, in any form."""
        return (frozenset({"class", "Meta"}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A class whose bases have a name that a descendant may have."""
        return project.may_derive(data, TYPES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a type's own Meta."""
        for node in site.subclasses(*TYPES):
            direct = any(site.qualified(base) in TYPES for base in node.bases)
            own = not direct and bool(site.project.holding(b"__init_subclass_with_meta__"))
            for meta in (one for one in node.body if isinstance(one, ast.ClassDef) and one.name == "Meta"):
                yield from self._own(site, meta) if own else self._meta(site, meta)

    @staticmethod
    def _own(site: Site, meta: ast.ClassDef) -> Iterator[Finding]:
        """Findings where a class of the project may read these names itself."""
        for _, target in assignments(meta, *_NEW):
            yield site.finding(target, f"`{target.id}` is now `{_NEW[target.id]}`; a class of the project handles options of Meta itself")

    @staticmethod
    def _meta(site: Site, meta: ast.ClassDef) -> Iterator[Edit | Finding]:
        given = {target.id: (statement, target) for statement, target in assignments(meta, *_NEW, *_NEW.values(), "model", "abstract")}
        for old, new in _NEW.items():
            if old in given:
                message = f"`{old}` is now `{new}`"
                both = new in given
                if not both:
                    yield site.edit(given[old][1], new)
                yield site.finding(given[old][1], f"{message}; both are said here" if both else message, fixed=not both)
        if "model" in given and "abstract" not in given and not set(given) & {*_NEW, *_NEW.values()} and not meta.bases:
            message = 'a type says which fields it has: all of them, so far, which is `fields = "__all__"`'
            statement = given["model"][0]
            line = site.module.source.starts[statement.lineno - 1]
            indent = site.text[line : site.module.start(statement)]
            if indent.strip():
                yield site.finding(statement, message)
                return
            yield Edit(line, line, f'{indent}fields = "__all__"{site.module.source.newline}')
            yield site.finding(statement, message, fixed=True)


@dataclass(frozen=True)
class EnumNames(PythonOp):
    """An item in `GRAPHENE` that keeps the names of enums."""

    message: str = f"enums of choices get other names in the schema from 3.0 on, unless `{_NAMING}` is set"

    @property
    def words(self) -> Words:
        """The setting."""
        return (frozenset({"GRAPHENE"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the dictionary in a settings module."""
        for value in dict_values(site, "GRAPHENE"):
            keys = {key.value for key in value.keys if isinstance(key, ast.Constant)}
            if "SCHEMA" not in keys or keys & {_NAMING, "DJANGO_CHOICE_FIELD_ENUM_CUSTOM_NAME"}:
                continue
            yield from site.change(value, self.message, with_item, site, value, f'"{_NAMING}": True')


@dataclass(frozen=True)
class TestClient(PythonOp):
    """`self.query(..., op_name=)` -> `operation_name=`, `self._client` -> `self.client` in test cases of graphene."""

    message: str = "the test case of graphene says `operation_name` and `client`"

    @property
    def words(self) -> Words:
        """One of the old names."""
        return (frozenset({"op_name"}), frozenset({"class", "_client"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keywords and attributes."""
        for node in site.subclasses(*TESTS):
            for use in uses_through_self(site, node, "_client"):
                yield site.edit_attribute(use, "client")
                yield site.finding(use, self.message, fixed=True)
            for use in uses_through_self(site, node, "query"):
                call = site.parent(use)
                if isinstance(call, ast.Call) and call.func is use:
                    yield from self._call(site, call)
        for call in site.calls("graphene_django.utils.testing.graphql_query"):
            yield from self._call(site, call)

    def _call(self, site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        for keyword in call.keywords:
            if keyword.arg == "op_name":
                yield site.edit_keyword(keyword, "operation_name")
                yield site.finding(keyword, self.message, fixed=True)


CODEMODS = [
    Codemod(
        "graphene-type-fields",
        "object types of graphene say fields or exclude",
        package=PACKAGE,
        deprecated="2.8",
        removed=None,
        works_from="2.8",
        safety=SAFE,
        covers=("graphene-3.0-fields-exclude",),
        docs="graphene-django 2.8 release notes: fields and exclude",
        ops=(TypeFields(),),
    ),
    Codemod(
        "graphene-enum-names",
        "enums of choices keep their names in the schema",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        silent=True,
        covers=("graphene-3.0-enum-names",),
        docs="graphene-django 3.0 settings: DJANGO_CHOICE_FIELD_ENUM_V2_NAMING",
        ops=(
            EnumNames(),
            SetDefault(
                "GRAPHENE",
                f'{{"{_NAMING}": True}}',
                "enums of choices get other names in the schema from 3.0 on, unless the settings keep them",
                when=lists("graphene_django"),
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "graphene-core-names",
        "names of graphql-core are those of its release 3",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("graphene-3.0-resolveinfo",),
        docs="graphene-django 3.0 release notes: graphql-core 3",
        ops=(
            Rename("graphql", {"ResolveInfo": "GraphQLResolveInfo"}),
            Rename("graphql.execution.base", {"ResolveInfo": "GraphQLResolveInfo"}, to="graphql"),
            Rename("graphql_relay.node.node", {"from_global_id": "from_global_id", "to_global_id": "to_global_id"}, to="graphql_relay"),
            RenameUse({"field_asts": "field_nodes"}, "`{old}` of the info is now `{new}`", receiver=r"_?info|args\[1\]"),
            FindModule("graphql.backend", "graphql-core 3 has no backends: `graphql.parse` and `graphql.execute` do it"),
            FindModule("promise.dataloader", "graphql-core 3 waits for no promises: loaders become async, `aiodataloader` has them"),
            FindName("promise.Promise", "graphql-core 3 waits for no promises: resolvers give values, or are async"),
            FindName("graphene.AbstractType", "`AbstractType` is gone: derive from a plain class"),
            FindName("graphene.resolve_only_args", "`resolve_only_args` is gone: resolvers take root and info"),
        ),
    ),
    Codemod(
        "graphene-test-client",
        "test cases of graphene say operation_name and client",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("graphene-3.0-test-client",),
        docs="graphene-django 3.0 testing: GraphQLTestCase",
        ops=(
            TestClient(),
            FindClass(
                TESTS,
                'tests ask "/graphql" from 3.0 on, "/graphql/" before: write the one of the project as `GRAPHQL_URL`',
                lacks=("GRAPHQL_URL",),
                direct=True,
            ),
        ),
        from_before=True,
    ),
]
