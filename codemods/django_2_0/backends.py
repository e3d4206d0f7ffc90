"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import FindUse, last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, owner_of
from django_hop.ops.classes import FindClass, FindMethod
from django_hop.ops.methods import method_calls
from django_hop.rewrite.site import Site

BASE = "django.db.backends.base."
OPERATIONS = (f"{BASE}operations.BaseDatabaseOperations",)
INTROSPECTION = (f"{BASE}introspection.BaseDatabaseIntrospection",)
SCHEMA = (f"{BASE}schema.BaseDatabaseSchemaEditor",)
CREATION = (f"{BASE}creation.BaseDatabaseCreation",)
DATES = ("datetime_cast_date_sql", "datetime_cast_time_sql", "datetime_trunc_sql", "datetime_extract_sql", "date_interval_sql")
NAME = "`_create_index_name()` takes the name of the table first, no longer the model"
CLONE = "Copies of test databases have a `suffix`, a string, no longer a `number`"
AGGREGATE = "`check_aggregate_support()` is `check_expression_support()`, which is given every expression"
COLUMN = "`_alter_column_type_sql()` is given the model, no longer the name of its table"


@dataclass(frozen=True)
class IndexName(PythonOp):
    """`schema_editor._create_index_name(model, ...)` becomes `_create_index_name(model._meta.db_table, ...)`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"_create_index_name"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a model; findings for overrides and what may be a table's name."""
        for call, func in method_calls(site, "_create_index_name"):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Name) and first.id.lower().endswith("model"):
                end = site.module.end(first)
                yield Edit(end, end, "._meta.db_table")
                yield site.finding(func, NAME, fixed=True)
            elif not (first is not None and last_name(first) in ("db_table", "table", "table_name")) and not isinstance(
                first, ast.Constant
            ):
                yield site.finding(func, NAME)
        for function in functions(site):
            if function.name == "_create_index_name" and [one.arg for one in function.args.args][1:2] == ["model"]:
                yield site.finding(function, NAME)


@dataclass(frozen=True)
class CloneSuffix(PythonOp):
    """The parameter `number` of the hooks that clone test databases becomes `suffix`; calls by keyword follow."""

    @property
    def words(self) -> Words:
        """A hook with the old name."""
        return tuple(frozenset({name, "number"}) for name in ("_clone_test_db", "get_test_db_clone_settings", "clone_test_db"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for overrides and keywords."""
        names = ("_clone_test_db", "get_test_db_clone_settings", "clone_test_db")
        for function in functions(site):
            if function.name in names and owner_of(site, function) is not None:
                for arg in function.args.args:
                    uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == "number"]
                    if arg.arg != "number":
                        continue
                    if any(isinstance(site.parent(one), ast.BinOp) for one in uses):
                        yield site.finding(function, f"{CLONE}; it is reckoned with here")
                        continue
                    start = site.module.start(arg)
                    yield Edit(start, start + len("number"), "suffix")
                    yield from (site.edit(one, "suffix") for one in uses)
                    yield site.finding(function, CLONE, fixed=True)
        for call in site.nodes(ast.Call):
            for keyword in call.keywords:
                if keyword.arg == "number" and last_name(call.func) in names:
                    if isinstance(keyword.value, ast.Name) and keyword.value.id == "number":
                        yield site.edit_keyword(keyword, "suffix")
                        yield site.finding(keyword, CLONE, fixed=True)
                    else:
                        yield site.finding(keyword, CLONE)


CODEMODS = [
    Codemod(
        "create-index-name",
        "Names of indexes are made from a table's name",
        removed="2.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("2.0-backend-create-index-name-table",),
        docs="releases/2.0: Database backend API",
        ops=(IndexName(),),
    ),
    Codemod(
        "clone-test-database-suffix",
        "Copies of test databases have a suffix",
        removed="2.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("2.0-backend-clone-test-db-suffix",),
        docs="releases/2.0: Database backend API",
        ops=(CloneSuffix(),),
    ),
    Codemod(
        "backend-hooks-2-0",
        "Hooks of database backends that Django 2.0 calls differently",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=(
            "2.0-backend-datetime-sql-no-params",
            "2.0-backend-display-name",
            "2.0-backend-alter-column-type-sql-model",
            "2.0-backend-cast-charfield",
            "2.0-backend-get-sequences",
            "2.0-backend-check-aggregate-support",
        ),
        docs="releases/2.0: Database backend API",
        ops=(
            FindMethod(OPERATIONS, DATES, "Date and time hooks of backends give SQL since 2.0, and no list of parameters"),
            FindMethod(SCHEMA, ("_alter_column_type_sql",), COLUMN),
            FindUse(("_alter_column_type_sql",), COLUMN),
            FindMethod(OPERATIONS, ("check_aggregate_support",), AGGREGATE),
            FindUse(("check_aggregate_support",), AGGREGATE),
            FindClass(
                (f"{BASE}base.BaseDatabaseWrapper",), "A backend has a `display_name` since 2.0", lacks=("display_name",), direct=True
            ),
            FindClass(
                OPERATIONS,
                "A backend defines `cast_char_field_without_max_length` since 2.0",
                lacks=("cast_char_field_without_max_length",),
                direct=True,
            ),
            FindClass(INTROSPECTION, "A backend defines `get_sequences()` since 2.0", lacks=("get_sequences",), direct=True),
        ),
    ),
]

UNSEEN = [
    Unseen("2.0-backend-select-for-update-of", "The feature is off unless a backend switches it on."),
    Unseen("2.0-backend-window-expressions", "The feature is off unless a backend switches it on."),
]
