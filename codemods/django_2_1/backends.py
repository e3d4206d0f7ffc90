"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.attributes import FindUse, RenameUse
from django_hop.ops.classes import FindMethod, RenameAttribute

BASE = "django.db.backends.base."
FEATURES = (f"{BASE}features.BaseDatabaseFeatures",)
OPERATIONS = (f"{BASE}operations.BaseDatabaseOperations",)
INTROSPECTION = (f"{BASE}introspection.BaseDatabaseIntrospection",)
SLICED = {"allow_sliced_subqueries": "allow_sliced_subqueries_with_in"}
FLAG = "The feature flag `{old}` is called `{new}`"
INDEXES = "`get_indexes()` is gone since 2.1; `get_constraints()` has the indexes, by name, with the key `index`"
BOOLEAN = "`introspected_boolean_field_type` is a property since 2.1, and gone in 3.2"

CODEMODS = [
    Codemod(
        "sliced-subqueries-flag",
        "The feature flag for sliced subqueries has another name",
        removed="2.1",
        works_from="2.1",
        safety=SAFE,
        covers=("2.1-backend-allow-sliced-subqueries",),
        docs="releases/2.1: Database backend API",
        ops=(RenameAttribute(FEATURES, SLICED, FLAG), RenameUse(SLICED, FLAG, "features")),
    ),
    Codemod(
        "introspection-get-indexes",
        "get_indexes() gives way to get_constraints()",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-introspection-get-indexes",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(FindUse(("get_indexes",), INDEXES, "introspection"), FindMethod(INTROSPECTION, ("get_indexes",), INDEXES)),
    ),
    Codemod(
        "backend-hooks-2-1",
        "Hooks of database backends that Django 2.1 calls differently",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-backend-distinct-sql", "2.1-backend-introspected-boolean-field-type"),
        docs="releases/2.1: Database backend API",
        ops=(
            FindMethod(OPERATIONS, ("distinct_sql",), "`distinct_sql(fields, params)` gives SQL and parameters since 2.1"),
            FindUse(("distinct_sql",), "`distinct_sql(fields, params)` gives SQL and parameters since 2.1", "ops"),
            FindMethod(FEATURES, ("introspected_boolean_field_type",), BOOLEAN),
            FindUse(("introspected_boolean_field_type",), BOOLEAN, "features"),
        ),
    ),
]
