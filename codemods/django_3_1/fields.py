"""Model fields and the exceptions that moved with them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.calls import Call
from django_hop.ops.names import Rename
from django_hop.ops.nodes import is_value
from django_hop.ops.where import not_migrations
from django_hop.rewrite.site import Site

MODELS = ("django.db.models", "django.db.models.fields", "django.contrib.gis.db.models")
MOVED = ("django.db.models.fields", "django.db.models", "django.contrib.gis.db.models")
"""The module that most code imports from comes first: what it imports may serve the others."""
NULL_BOOLEAN = (
    "`NullBooleanField` is `BooleanField(null=True, blank=True)`; makemigrations will write an AlterField for it, "
    "which runs no SQL on PostgreSQL and MySQL and rebuilds the table on SQLite"
)
ASKED = (
    "from 4.0 on `NullBooleanField` is there for old migrations alone, and what was one is a `BooleanField` with `null=True`: "
    "ask for that, or for both"
)
JSON = "; makemigrations will write an AlterField for it, which runs no SQL"


@dataclass(frozen=True)
class NullBoolean(Call):
    """`NullBooleanField` set `null` and `blank` to True whatever was given, so what is given must say True."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits and findings for calls; what names BooleanField beside it holds for both and needs none."""
        beside = {site.finding(node, "") for node in site.references(self.target) if self._beside_boolean(site, node)}
        asked = {site.finding(node, "") for node in site.references(self.target) if _asks_for(site, node)}
        for one in super().apply(site):
            place = replace(one, message="") if isinstance(one, Finding) else None
            if place not in beside:
                yield replace(one, message=ASKED) if isinstance(one, Finding) and place in asked else one

    @staticmethod
    def _beside_boolean(site: Site, node: ast.expr) -> bool:
        parent = site.parent(node)
        beside = parent.keys if isinstance(parent, ast.Dict) else parent.elts if isinstance(parent, (ast.Tuple, ast.List, ast.Set)) else []
        return any(one is node for one in beside) and any(one and (site.qualified(one) or "").endswith(".BooleanField") for one in beside)

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        given = [one.value for one in call.keywords if one.arg in self.add]
        false = [value for value in given if not is_value(value, True)]
        return [site.edit(value, "True") for value in false] + super()._arguments(site, call)


def _asks_for(site: Site, node: ast.expr) -> bool:
    """True in `isinstance(field, NullBooleanField)`, `field == NullBooleanField`, `in`, `is`; also for one of several classes."""
    around = site.parent(node)
    if isinstance(around, (ast.Tuple, ast.List, ast.Set)):
        around = site.parent(around)
    if isinstance(around, ast.Compare):
        return True
    return isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id in ("isinstance", "issubclass")


CODEMODS = [
    Codemod(
        "null-boolean-field",
        "NullBooleanField becomes BooleanField(null=True, blank=True)",
        deprecated="3.1",
        removed="4.0",
        works_from="2.1",
        safety=REVIEW,
        covers=("3.1-nullbooleanfield-model",),
        once=True,
        docs="releases/3.1: Features deprecated in 3.1, Miscellaneous",
        then="run makemigrations for these apps. It writes an AlterField for each field; the column is the same, so it changes the state "
        "and runs no SQL on PostgreSQL and MySQL (SQLite rebuilds the table), and old and new code run against either schema.",
        ops=tuple(
            NullBoolean(
                f"{module}.NullBooleanField",
                NULL_BOOLEAN,
                becomes=f"{module}.BooleanField",
                add={"null": "True", "blank": "True"},
                positional=("verbose_name", "name", "primary_key", "max_length", "unique", "blank", "null"),
                where=not_migrations,
            )
            for module in MODELS
        ),
    ),
    Codemod(
        "postgres-json-field",
        "JSONField comes from django.db.models, for every database",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-postgres-model-jsonfield",),
        docs="releases/3.1: Features deprecated in 3.1, PostgreSQL JSONField",
        then="run makemigrations for these apps. It writes an AlterField for each field, which runs no SQL: the column stays jsonb. "
        "Old and new code run against it.",
        ops=tuple(
            Rename(f"django.contrib.postgres.fields{tail}", {"JSONField": "JSONField"}, "django.db.models", note=JSON, where=not_migrations)
            for tail in ("", ".jsonb")
        ),
    ),
    Codemod(
        "postgres-key-transforms",
        "KeyTransform and KeyTextTransform come from django.db.models.fields.json",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-postgres-key-transforms",),
        docs="releases/3.1: Features deprecated in 3.1, PostgreSQL JSONField",
        ops=(
            Rename(
                "django.contrib.postgres.fields.jsonb",
                {"KeyTransform": "KeyTransform", "KeyTextTransform": "KeyTextTransform"},
                "django.db.models.fields.json",
            ),
        ),
    ),
    Codemod(
        "field-does-not-exist",
        "FieldDoesNotExist comes from django.core.exceptions",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-fielddoesnotexist-compat-import",),
        docs="releases/3.1: Miscellaneous",
        ops=tuple(Rename(module, {"FieldDoesNotExist": "FieldDoesNotExist"}, "django.core.exceptions") for module in MOVED),
    ),
    Codemod(
        "empty-result-set",
        "EmptyResultSet comes from django.core.exceptions",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-emptyresultset-compat-import",),
        docs="releases/3.1: Miscellaneous",
        ops=tuple(
            Rename(f"django.db.models.{module}", {"EmptyResultSet": "EmptyResultSet"}, "django.core.exceptions")
            for module in ("query", "sql", "sql.datastructures")
        ),
    ),
]
