"""The JSON field of django-annoying, which Django has itself since 3.1."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, REVIEW, Codemod
from django_hop.ops.json_fields import NativeJSONField
from django_hop.ops.names import FindName
from django_hop.ops.where import not_migrations

PACKAGE = "django-annoying"
NAME = "annoying.fields.JSONField"
MESSAGE = "`models.JSONField` of Django takes the place of `annoying.fields.JSONField`"
RECORDS = ("django-annoying-0.10-jsonfield",)
DOCS = "django-annoying documentation: JSONField"

CODEMODS = [
    Codemod(
        "annoying-json-field",
        "JSONField of django-annoying has a like in Django",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs=DOCS,
        ops=(FindName(NAME, f"{MESSAGE}: see the codemod annoying-json-native (--modernise)", where=not_migrations),),
    ),
    Codemod(
        "annoying-json-native",
        "models.JSONField of Django takes the place of annoying.fields.JSONField",
        package=PACKAGE,
        removed=None,
        works_from="0.10",
        safety=REVIEW,
        modernise=True,
        covers=RECORDS,
        docs=DOCS,
        then="Needs Django 3.1. makemigrations writes an AlterField to JSON: it rewrites the table, and fails for rows without JSON.",
        ops=(NativeJSONField(NAME, MESSAGE),),
    ),
]
