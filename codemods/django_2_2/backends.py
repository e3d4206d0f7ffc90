"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

import ast

from django_hop.model import DETECT, REVIEW, Codemod
from django_hop.ops.attributes import FindUse, RenameUse
from django_hop.ops.classes import DropParameter, FindClass, FindMethod
from django_hop.rewrite.site import Site

BASE = "django.db.backends.base."
FEATURES = (f"{BASE}features.BaseDatabaseFeatures",)
INTROSPECTION = (f"{BASE}introspection.BaseDatabaseIntrospection",)
CONVERTERS = ("table_name_converter", "column_name_converter")
SHARING = "`allow_thread_sharing` is a property that counts since 2.2: `inc_thread_sharing()` and `dec_thread_sharing()`"
MISSING = (
    "Since 2.2 a backend supports savepoints, CHECK constraints, partial indexes, `ignore_conflicts`, introspection of DurationField "
    "unless its flags say False: uses_savepoints, supports_table_check_constraints, supports_partial_indexes, supports_ignore_conflicts, "
    "can_introspect_duration_field"
)


def _stored(site: Site, node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


CODEMODS = [
    Codemod(
        "identifier-converter",
        "table_name_converter() and column_name_converter() become identifier_converter()",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-backend-identifier-converter",),
        docs="releases/2.2: Database backend API",
        ops=(
            RenameUse(dict.fromkeys(CONVERTERS, "identifier_converter"), "`{old}()` is `{new}()`", "introspection"),
            FindMethod(
                INTROSPECTION, CONVERTERS, "`table_name_converter()` and `column_name_converter()` are one method, `identifier_converter()`"
            ),
        ),
    ),
    Codemod(
        "allow-thread-sharing",
        "DatabaseWrapper() takes no allow_thread_sharing",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-backend-allow-thread-sharing",),
        docs="releases/2.2: Database backend API",
        ops=(
            DropParameter((f"{BASE}base.BaseDatabaseWrapper",), "__init__", "allow_thread_sharing", SHARING),
            FindUse(("allow_thread_sharing",), SHARING, "", _stored),
        ),
    ),
    Codemod(
        "backend-features-2-2",
        "Features that database backends have by default since 2.2",
        removed="2.2",
        works_from="2.2",
        safety=DETECT,
        covers=(
            "2.2-backend-uses-savepoints-default",
            "2.2-backend-table-check-constraints",
            "2.2-backend-ignore-conflicts",
            "2.2-backend-introspect-duration",
            "2.2-backend-partial-indexes",
            "2.2-backend-index-sql-in-schema-editor",
        ),
        docs="releases/2.2: Database backend API",
        ops=(
            FindClass(FEATURES, MISSING, lacks=("supports_table_check_constraints", "supports_partial_indexes"), direct=True),
            FindMethod(
                ("django.db.models.Index",),
                ("create_sql", "remove_sql", "get_sql_create_template_values"),
                "The schema editor makes the SQL of indexes since 2.2: `create_sql(model, schema_editor, using='', **kwargs)`",
            ),
        ),
    ),
]
