"""Servers and libraries outside Python that a release no longer supports, as far as containers name them."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.text import FindImage, FindInText

CODEMODS = [
    Codemod(
        "mysql-5-5",
        "containers of MySQL before 5.6 are found",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-mysql-5.5-dropped",),
        docs="releases/2.1: Dropped support for MySQL 5.5",
        ops=(
            FindImage(
                ("mysql", "mysql/mysql-server", "percona"),
                (5, 6),
                "Django 2.1 needs MySQL 5.6 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "postgresql-9-3",
        "containers of PostgreSQL before 9.4 are found",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-postgresql-9.3-dropped",),
        docs="releases/2.1: Dropped support for PostgreSQL 9.3",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (9, 4),
                "Django 2.1 needs PostgreSQL 9.4 or later: upgrade the server first, here and in production",
            ),
            FindInText(
                r"""(?m)^\s*postgresql:\s*["']?(?:8\.\d|9\.[0-3])\b(?!\.\d)""",
                ("addons", "postgresql"),
                (".yml", ".yaml"),
                "Django 2.1 needs PostgreSQL 9.4 or later",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("2.1-spatialite-4.0-dropped", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("2.1-sqlite-3.7.15", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
]
