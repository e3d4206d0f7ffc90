"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

import ast

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.attributes import FindUse, RenameUse, last_name
from django_hop.ops.classes import FindAttribute, FindClass, FindMethod, RenameAttribute
from django_hop.ops.strings import ReplaceInStrings
from django_hop.rewrite.site import Site

BASE = "django.db.backends.base."
FEATURES = (f"{BASE}features.BaseDatabaseFeatures",)
OPERATIONS = (f"{BASE}operations.BaseDatabaseOperations",)
INTROSPECTION = (f"{BASE}introspection.BaseDatabaseIntrospection",)
FLAGS = {
    "can_return_id_from_insert": "can_return_columns_from_insert",
    "can_return_ids_from_bulk_insert": "can_return_rows_from_bulk_insert",
}
FLAG = "The feature flag `{old}` is called `{new}`"
ZONES = ("datetime_cast_date_sql", "datetime_cast_time_sql", "datetime_extract_sql", "datetime_trunc_sql")
INSERT = (
    "`fetch_returned_insert_id()` is `fetch_returned_insert_columns()` and gives a list; "
    "`return_insert_id()` is `return_insert_columns(fields)`"
)


def _of_decorator(site: Site, node: ast.Constant) -> bool:
    call = site.parent(node)
    return isinstance(call, ast.Call) and last_name(call.func) in ("skipUnlessDBFeature", "skipIfDBFeature", "skipUnlessAnyDBFeature")


CODEMODS = [
    Codemod(
        "backend-returning-flags",
        "Feature flags for INSERT ... RETURNING have other names",
        removed="3.0",
        works_from="3.0",
        safety=SAFE,
        covers=("3.0-backend-returning-flags-renamed",),
        docs="releases/3.0: Database backend API",
        ops=(
            RenameAttribute(FEATURES, FLAGS, FLAG),
            RenameUse(FLAGS, FLAG, "features", elsewhere=False),
            *(ReplaceInStrings(rf"\b{old}\b", new, (old,), FLAG.format(old=old, new=new), _of_decorator) for old, new in FLAGS.items()),
        ),
    ),
    Codemod(
        "backend-hooks-3-0",
        "Hooks of database backends that Django 3.0 calls differently",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=(
            "3.0-backend-get-geometry-type",
            "3.0-backend-get-field-type",
            "3.0-backend-inline-fk",
            "3.0-backend-timezone-names",
            "3.0-backend-autofield-ranges",
            "3.0-backend-fetch-returned-insert-columns",
            "3.0-backend-return-insert-columns",
        ),
        docs="releases/3.0: Database backend API",
        ops=(
            FindMethod(
                INTROSPECTION, ("get_geometry_type",), "`get_geometry_type()` is given the row's description instead of the column's name"
            ),
            FindMethod(INTROSPECTION, ("get_field_type",), "`get_field_type()` may not return a tuple any more"),
            FindClass(
                FEATURES,
                "Since 3.0 foreign keys are made with the column, by `sql_create_column_inline_fk`, unless `can_create_inline_fk = False`",
                lacks=("can_create_inline_fk",),
                direct=True,
            ),
            FindMethod(OPERATIONS, ZONES, "Names of time zones may be like `UTC+05:00` since 3.0"),
            FindAttribute(OPERATIONS, ("integer_field_ranges",), "`integer_field_ranges` needs the three AutoField types since 3.0"),
            FindMethod(OPERATIONS, ("fetch_returned_insert_id", "fetch_returned_insert_ids", "return_insert_id"), INSERT),
            FindUse(("fetch_returned_insert_id", "fetch_returned_insert_ids", "return_insert_id"), INSERT, "ops"),
        ),
    ),
]
