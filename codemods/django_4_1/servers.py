"""Servers and packages that a release no longer supports in their old versions, as far as containers and requirements name them."""

from django_hop.model import DETECT, REVIEW, Codemod, Unseen
from django_hop.ops.raise_requirement import RaiseRequirement
from django_hop.ops.text import FindImage

CODEMODS = [
    Codemod(
        "postgresql-10",
        "containers of PostgreSQL before 11 are found",
        removed="4.1",
        works_from="1.11",
        safety=DETECT,
        covers=("4.1-postgresql-10-dropped",),
        docs="releases/4.1: Dropped support for PostgreSQL 10",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (11,),
                "Django 4.1 needs PostgreSQL 11 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "postgis-2-4",
        "containers of PostGIS before 2.5 are found",
        removed="4.1",
        works_from="1.11",
        safety=DETECT,
        covers=("4.1-gis-postgis-2-4-dropped",),
        docs="releases/4.1: django.contrib.gis",
        ops=(
            FindImage(
                ("postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (2, 5),
                "Django 4.1 needs PostGIS 2.5 or later: upgrade the server first, here and in production",
                part=1,
            ),
        ),
    ),
    Codemod(
        "mariadb-10-2",
        "containers of MariaDB before 10.3 are found",
        removed="4.1",
        works_from="1.11",
        safety=DETECT,
        covers=("4.1-mariadb-10-2-dropped",),
        docs="releases/4.1: Dropped support for MariaDB 10.2",
        ops=(
            FindImage(
                ("mariadb", "library/mariadb"),
                (10, 3),
                "Django 4.1 needs MariaDB 10.3 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "asgiref-3-5-2",
        "pins of asgiref before 3.5.2 move there",
        removed="4.1",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.1-asgiref-3-5-2",),
        docs="releases/4.1: Miscellaneous",
        ops=(RaiseRequirement("asgiref", "3.5.2", "Django 4.1 needs asgiref 3.5.2 or later", spelled=("Asgiref",)),),
    ),
]

UNSEEN = [
    Unseen("4.1-gis-gdal-2-1-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
]
