"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

import ast

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Unseen
from django_hop.ops.attributes import FindUse, RenameUse
from django_hop.ops.classes import POSITION, AddParameter, FindClass, FindMethod
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.site import Site

from .introspection import FLAGS, IntrospectedTypes
from .random_order import RandomOrder

BASE = "django.db.backends.base."
FEATURES = (f"{BASE}features.BaseDatabaseFeatures",)
OPERATIONS = (f"{BASE}operations.BaseDatabaseOperations",)
CLIENT = (f"{BASE}client.BaseDatabaseClient",)
SCHEMA = (f"{BASE}schema.BaseDatabaseSchemaEditor",)
FIELD_TYPES = "The flags of introspection are one dictionary since 3.2, `introspected_field_types`; the old ones are ignored"
RANDOM = "`random_function_sql()` is gone; the database function `Random()` makes the SQL; a backend says its own in `Random.as_<vendor>()`"
TRUNC = "Django gives the functions that cut dates and times a `tzname`"
SHELL = "The arguments of the database's shell come from `settings_to_cmd_args_env()`, which gives arguments and environment"
PRIVATE = "Private helpers of the schema editor take `fields` by keyword, and `include`, `opclasses` and `expressions`, since 3.2"
HELPERS = ("_create_index_sql", "_create_unique_sql", "_delete_unique_sql", "_unique_sql")


def _is_flag(site: Site, node: ast.Constant) -> bool:
    return node.value in FLAGS


def _fields_by_position(site: Site, node: ast.Attribute) -> bool:
    call = site.parent(node)
    if not isinstance(call, ast.Call) or call.func is not node:
        return True
    return node.attr != "_create_index_sql" or len(call.args) > 1


CODEMODS = [
    Codemod(
        "introspected-field-types",
        "Flags of introspection are one dictionary",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-dbfeatures-introspected-field-types",),
        docs="releases/3.2: Database backend API",
        silent=True,
        ops=(
            IntrospectedTypes(FEATURES, FIELD_TYPES),
            FindUse(FLAGS, FIELD_TYPES, "features"),
            FindInStrings("^(?:can_introspect_|introspected_)", ("skipUnlessDBFeature", "*introspect"), FIELD_TYPES, _is_flag),
        ),
    ),
    Codemod(
        "random-function-sql",
        "The random function of a database is Random()",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-dbops-random-function-sql",),
        docs="releases/3.2: Database backend API",
        ops=(RandomOrder(), FindMethod(OPERATIONS, ("random_function_sql",), RANDOM)),
    ),
    Codemod(
        "backend-trunc-tzname",
        "date_trunc_sql() and time_trunc_sql() take a time zone",
        removed="3.2",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-dbops-trunc-sql-tzname",),
        docs="releases/3.2: Database backend API",
        ops=tuple(
            AddParameter(OPERATIONS, name, "tzname=None", TRUNC, position=2, passed=POSITION, pass_on=False)
            for name in ("date_trunc_sql", "time_trunc_sql")
        ),
    ),
    Codemod(
        "spatialite-proj-version",
        "SpatiaLite's proj4_version() is proj_version()",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-spatialite-proj4-version",),
        docs="releases/3.2: Miscellaneous",
        ops=(RenameUse({"proj4_version": "proj_version"}, "`{old}()` of SpatiaLite is `{new}()`", "ops", elsewhere=True),),
    ),
    Codemod(
        "backend-hooks-3-2",
        "Hooks and features of database backends that Django 3.2 changed",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=(
            "3.2-dbfeatures-collations",
            "3.2-dbfeatures-expression-indexes",
            "3.2-dbclient-settings-to-cmd-args-env",
            "3.2-schema-editor-private-signatures",
        ),
        docs="releases/3.2: Database backend API",
        ops=(
            FindClass(
                FEATURES,
                "Since 3.2 a backend has collations by column and indexes on expressions unless its flags say False: "
                "supports_collation_on_charfield, supports_collation_on_textfield, supports_non_deterministic_collations, "
                "supports_expression_indexes",
                lacks=("supports_expression_indexes", "supports_collation_on_charfield"),
                direct=True,
            ),
            FindClass(CLIENT, SHELL, lacks=("settings_to_cmd_args_env", "runshell"), direct=True),
            FindUse(("settings_to_cmd_args", "runshell_db"), SHELL),
            FindUse(HELPERS, PRIVATE, "", _fields_by_position),
            FindMethod(SCHEMA, HELPERS, PRIVATE),
        ),
    ),
]

UNSEEN = [
    Unseen("3.2-dbfeatures-covering-indexes", "The feature is off unless a backend switches it on."),
]
