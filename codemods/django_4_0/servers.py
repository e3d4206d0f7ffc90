"""Servers and packages that a release no longer supports in their old versions, as far as containers and requirements name them."""

from django_hop.model import DETECT, REVIEW, Codemod, Unseen
from django_hop.ops.raise_requirement import RaiseRequirement
from django_hop.ops.text import FindImage

CODEMODS = [
    Codemod(
        "postgresql-9-6",
        "containers of PostgreSQL before 10 are found",
        removed="4.0",
        works_from="1.11",
        safety=DETECT,
        covers=("4.0-postgresql-9-6-dropped",),
        docs="releases/4.0: Dropped support for PostgreSQL 9.6",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (10,),
                "Django 4.0 needs PostgreSQL 10 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "postgis-2-3",
        "containers of PostGIS before 2.4 are found",
        removed="4.0",
        works_from="1.11",
        safety=DETECT,
        covers=("4.0-gis-postgis-2-3-dropped",),
        docs="releases/4.0: django.contrib.gis",
        ops=(
            FindImage(
                ("postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (2, 4),
                "Django 4.0 needs PostGIS 2.4 or later: upgrade the server first, here and in production",
                part=1,
            ),
        ),
    ),
    Codemod(
        "psycopg2-2-8-4",
        "pins of psycopg2 before 2.8.4 move there",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-postgresql-9-6-dropped",),
        docs="releases/4.0: Dropped support for PostgreSQL 9.6",
        ops=(
            RaiseRequirement("psycopg2", "2.8.4", "Django 4.0 needs psycopg2 2.8.4 or later"),
            RaiseRequirement("psycopg2-binary", "2.8.4", "Django 4.0 needs psycopg2-binary 2.8.4 or later", spelled=("psycopg2_binary",)),
        ),
    ),
    Codemod(
        "cx-oracle-7",
        "pins of cx_Oracle before 7.0 move there",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-cx-oracle-7",),
        docs="releases/4.0: Miscellaneous",
        ops=(RaiseRequirement("cx-oracle", "7.0", "Django 4.0 needs cx_Oracle 7.0 or later", spelled=("cx_Oracle", "cx_oracle")),),
    ),
    Codemod(
        "asgiref-3-4-1",
        "pins of asgiref before 3.4.1 move there",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-asgiref-3-4-1",),
        docs="releases/4.0: Miscellaneous",
        ops=(RaiseRequirement("asgiref", "3.4.1", "Django 4.0 needs asgiref 3.4.1 or later", spelled=("Asgiref",)),),
    ),
]

UNSEEN = [
    Unseen("4.0-oracle-12-2-18c-dropped", "Which version the server has shows only when it is asked.", shown_by="checks"),
    Unseen("4.0-gis-gdal-2-0-geos-3-5-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("4.0-oracle-naming-scheme", "Which names are too long for Oracle is seen in its schema.", shown_by="schema"),
]
