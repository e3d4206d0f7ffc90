"""Names that left Django or moved inside it, and that a table can say."""

from django_hop.model import REVIEW, SAFE, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.names import MoveModule, Rename

POSTGRESQL = ("base", "client", "creation", "features", "introspection", "operations", "schema", "utils")

CODEMODS = [
    Codemod(
        "gdal-ogrexception",
        "OGRException is called GDALException",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-gdal-ogrexception",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        ops=(
            Rename("django.contrib.gis.gdal", {"OGRException": "GDALException"}),
            Rename("django.contrib.gis.gdal.error", {"OGRException": "GDALException"}),
        ),
    ),
    Codemod(
        "postgresql-psycopg2-module",
        "modules of the PostgreSQL backend are imported from django.db.backends.postgresql",
        deprecated="2.0",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-postgresql-psycopg2-module",),
        docs="releases/2.0: Features deprecated in 2.0 / Miscellaneous",
        ops=(
            *(MoveModule(f"django.db.backends.postgresql_psycopg2.{name}", f"django.db.backends.postgresql.{name}") for name in POSTGRESQL),
            FindModule(
                "django.db.backends.postgresql_psycopg2.version",
                "`django.db.backends.postgresql_psycopg2.version` is gone without a successor; ask `connection.pg_version`",
            ),
        ),
    ),
    Codemod(
        "django-runtime-warning",
        "warning filters name CacheKeyWarning in place of DjangoRuntimeWarning",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-django-runtime-warning",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        ops=(Rename("django.core.exceptions", {"DjangoRuntimeWarning": "CacheKeyWarning"}, to="django.core.cache"),),
    ),
]
