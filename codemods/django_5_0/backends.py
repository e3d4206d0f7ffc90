"""Database backends and relations of one's own."""

from django_hop.model import DETECT, Codemod
from django_hop.ops.attributes import FindUse
from django_hop.ops.classes import FindClass, FindMethod

FLAGS = ("supports_expression_defaults", "supports_default_keyword_in_insert", "supports_default_keyword_in_bulk_insert")

CODEMODS = [
    Codemod(
        "backend-features-5-0",
        "features are found that backends have by default since 5.0",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=(
            "5.0-db-supports-expression-defaults",
            "5.0-db-supports-default-keyword-in-insert",
            "5.0-db-supports-default-keyword-in-bulk-insert",
        ),
        docs="releases/5.0: Backwards incompatible changes / Database backend API",
        ops=(
            FindClass(
                ("django.db.backends.base.features.BaseDatabaseFeatures",),
                f"since 5.0 a backend can do database defaults unless its flags say False: {', '.join(FLAGS)}",
                lacks=FLAGS,
                direct=True,
            ),
        ),
    ),
    Codemod(
        "field-cast-sql",
        "field_cast_sql() of backends is found",
        deprecated="5.0",
        removed="6.0",
        works_from="4.2",
        safety=DETECT,
        covers=("5.0-field-cast-sql",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(
            FindMethod((), ("field_cast_sql",), "`lookup_cast(lookup_type, internal_type)` takes the place of `field_cast_sql()`"),
            FindUse(("field_cast_sql",), "`lookup_cast(lookup_type, internal_type)` takes the place of `field_cast_sql()`"),
        ),
    ),
    Codemod(
        "joining-columns",
        "get_joining_columns() of relations is found",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-get-joining-columns", "5.0-get-reverse-joining-columns"),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=tuple(
            op
            for old in ("get_joining_columns", "get_reverse_joining_columns")
            for op in (
                FindMethod((), (old,), f"`{old.replace('columns', 'fields')}()` takes its place and gives pairs of fields, not of columns"),
                FindUse((old,), f"`{old.replace('columns', 'fields')}()` takes its place and gives pairs of fields, not of columns"),
            )
        ),
    ),
]
