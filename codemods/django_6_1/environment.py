"""What stands around Django: databases, backends, checks in builds."""

from __future__ import annotations

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.attributes import FindUse
from django_hop.ops.classes import FindAttribute, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.strings import FindInStrings
from django_hop.ops.text import FindCommandOption, FindImage

FIRST = "or later: upgrade the server first, here and in production"
FLAG = "prohibits_dollar_signs_in_column_aliases"
GEOMETRY = "`get_geom_placeholder_sql()` takes its place and gives SQL with parameters"

CODEMODS = [
    Codemod(
        "database-servers-6-1",
        "containers of databases are found that Django 6.1 no longer supports",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-drop-postgresql-14", "6.1-drop-mysql-8.0", "6.1-drop-mariadb-10.6", "6.1-drop-postgis-3.1"),
        docs="releases/6.1: Backwards incompatible changes",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "kartoza/postgis"), (15,), f"Django 6.1 needs PostgreSQL 15 {FIRST}"
            ),
            FindImage(("mysql", "library/mysql", "mysql/mysql-server", "percona"), (8, 4), f"Django 6.1 needs MySQL 8.4 {FIRST}"),
            FindImage(("mariadb", "library/mariadb"), (10, 11), f"Django 6.1 needs MariaDB 10.11 {FIRST}"),
            FindImage(("postgis/postgis",), (3, 2), f"Django 6.1 needs PostGIS 3.2 {FIRST}", part=1),
        ),
    ),
    Codemod(
        "check-all-databases",
        "checks are found that ask all databases since 6.1",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-check-command-all-databases",),
        docs="releases/6.1: Management Commands",
        ops=crossing(
            "6.1",
            FindCommandOption(
                "check", "system checks get all databases since 6.1: where none can be reached, as in the build of an image, this may fail"
            ),
        ),
    ),
    Codemod(
        "backend-methods-6-1",
        "methods and flags of database backends are found that changed",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=(
            "6.1-db-get-relations-three-tuples",
            "6.1-db-dollar-sign-flag-removed",
            "6.1-db-binary-placeholder-sql",
            "6.1-db-get-geom-placeholder",
        ),
        docs="releases/6.1: Database backend API",
        ops=crossing(
            "6.1",
            FindMethod(
                ("django.db.backends.base.introspection.BaseDatabaseIntrospection",),
                ("get_relations",),
                "`get_relations()` gives three values a column since 6.1: the last one is what the database does on delete",
            ),
            FindAttribute((), (FLAG,), f"the flag `{FLAG}` is gone"),
            FindInStrings(rf"^{FLAG}$", (FLAG,), f"the flag `{FLAG}` is gone"),
            FindMethod(
                (), ("binary_placeholder_sql",), "`binary_placeholder_sql()` takes the compiler and gives SQL with parameters since 6.1"
            ),
            FindMethod((), ("get_geom_placeholder",), GEOMETRY),
            FindUse(("get_geom_placeholder",), GEOMETRY),
        ),
    ),
]

UNSEEN = [
    *(
        Unseen(f"6.1-{name}", "A new ability that backends may declare; nothing depends on it.")
        for name in ("db-adapt-durationfield-value", "db-supports-inspectdb", "db-supports-bit-aggregations")
    ),
    *(
        Unseen(f"6.1-{name}", "Which version of the library is installed shows only on the machine.", "checks")
        for name in ("drop-geos-3.8-3.9", "drop-gdal-3.1-3.2", "min-sqlite")
    ),
]
