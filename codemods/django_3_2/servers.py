"""Servers and libraries outside Python that a release no longer supports, as far as containers name them."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.text import FindImage, FindInText

CODEMODS = [
    Codemod(
        "postgresql-9-5",
        "containers of PostgreSQL before 9.6 are found",
        removed="3.2",
        works_from="1.11",
        safety=DETECT,
        covers=("3.2-postgresql-9-5-dropped",),
        docs="releases/3.2: Dropped support for PostgreSQL 9.5",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (9, 6),
                "Django 3.2 needs PostgreSQL 9.6 or later: upgrade the server first, here and in production",
            ),
            FindInText(
                r"""(?m)^\s*postgresql:\s*["']?(?:8\.\d|9\.[0-5])\b(?!\.\d)""",
                ("addons", "postgresql"),
                (".yml", ".yaml"),
                "Django 3.2 needs PostgreSQL 9.6 or later",
            ),
        ),
    ),
    Codemod(
        "postgis-2-2",
        "containers of PostGIS before 2.3 are found",
        removed="3.2",
        works_from="1.11",
        safety=DETECT,
        covers=("3.2-gis-postgis-2-2-dropped",),
        docs="releases/3.2: django.contrib.gis",
        ops=(
            FindImage(
                ("postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (2, 3),
                "Django 3.2 needs PostGIS 2.3 or later: upgrade the server first, here and in production",
                part=1,
            ),
        ),
    ),
    Codemod(
        "mysql-5-6",
        "containers of MySQL before 5.7 are found",
        removed="3.2",
        works_from="1.11",
        safety=DETECT,
        covers=("3.2-mysql-5-6-dropped",),
        docs="releases/3.2: Dropped support for MySQL 5.6",
        ops=(
            FindImage(
                ("mysql", "mysql/mysql-server", "percona"),
                (5, 7),
                "Django 3.2 needs MySQL 5.7 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("3.2-sqlite-3-9-0", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
]
