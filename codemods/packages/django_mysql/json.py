"""The JSON field of django-mysql, which Django has itself since 3.1."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.names import Rename

CODEMODS = [
    Codemod(
        "mysql-json-field",
        "JSONField of django-mysql is Django's own",
        package="django-mysql",
        deprecated="3.9",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("django-mysql-3.9-jsonfield",),
        docs="django-mysql 3.9 changelog: Deprecate JSONField",
        then="Needs Django 3.1. The column is the same: makemigrations changes state only. Look-ups by numbers and quoted keys differ.",
        ops=(
            Rename("django_mysql.models", {"JSONField": "JSONField"}, to="django.db.models"),
            Rename("django_mysql.models.fields", {"JSONField": "JSONField"}, to="django.db.models"),
            Rename("django_mysql.models.fields.json", {"JSONField": "JSONField"}, to="django.db.models"),
            Rename("django_mysql.forms", {"JSONField": "JSONField"}, to="django.forms"),
        ),
    ),
]
