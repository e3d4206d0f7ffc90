"""jsonfield, whose field Django has itself since 3.1."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, REVIEW, Codemod
from django_hop.ops.json_fields import NativeJSONField
from django_hop.ops.names import FindName
from django_hop.ops.where import not_migrations

PACKAGE = "jsonfield"
NAMES = ("jsonfield.JSONField", "jsonfield.fields.JSONField")
NATIVE = "`models.JSONField` of Django takes the place of `jsonfield.JSONField`"
RECORDS = ("jsonfield-3.1-native",)
DOCS = "jsonfield 3.0 documentation: Migrating to Django's JSONField"

CODEMODS = [
    Codemod(
        "jsonfield-fields",
        "fields of jsonfield have a like in Django",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs=DOCS,
        ops=tuple(
            FindName(name, f"{NATIVE}: the column changes its type, see the codemod jsonfield-native (--modernise)", where=not_migrations)
            for name in NAMES
        ),
    ),
    Codemod(
        "jsonfield-native",
        "models.JSONField of Django takes the place of jsonfield.JSONField",
        package=PACKAGE,
        removed=None,
        works_from="3.1",
        safety=REVIEW,
        modernise=True,
        covers=RECORDS,
        docs=DOCS,
        then="Needs Django 3.1. makemigrations writes an AlterField: it rewrites the table, needs `USING column::jsonb` on "
        "PostgreSQL, and fails for rows that hold no JSON. Keep jsonfield installed as long as old migrations import it.",
        ops=tuple(NativeJSONField(name, NATIVE) for name in NAMES),
    ),
]
