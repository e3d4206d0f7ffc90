"""Servers and libraries outside Python that a release no longer supports, as far as containers name them."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.text import FindImage, FindInText

CODEMODS = [
    Codemod(
        "postgresql-9-4",
        "containers of PostgreSQL before 9.5 are found",
        removed="3.0",
        works_from="1.11",
        safety=DETECT,
        covers=("3.0-postgresql-9.4-dropped",),
        docs="releases/3.0: Dropped support for PostgreSQL 9.4",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (9, 5),
                "Django 3.0 needs PostgreSQL 9.5 or later: upgrade the server first, here and in production",
            ),
            FindInText(
                r"""(?m)^\s*postgresql:\s*["']?(?:8\.\d|9\.[0-4])\b(?!\.\d)""",
                ("addons", "postgresql"),
                (".yml", ".yaml"),
                "Django 3.0 needs PostgreSQL 9.5 or later",
            ),
        ),
    ),
    Codemod(
        "postgis-2-1",
        "containers of PostGIS before 2.2 are found",
        removed="3.0",
        works_from="1.11",
        safety=DETECT,
        covers=("3.0-postgis-2.1-dropped",),
        docs="releases/3.0: django.contrib.gis",
        ops=(
            FindImage(
                ("postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (2, 2),
                "Django 3.0 needs PostGIS 2.2 or later: upgrade the server first, here and in production",
                part=1,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("3.0-spatialite-4.2-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("3.0-gdal-1.11-geos-3.4-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("3.0-oracle-12.1-dropped", "Which version the server has shows only when it is asked.", shown_by="checks"),
]
