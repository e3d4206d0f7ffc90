"""Servers and packages that a release no longer supports in their old versions, as far as containers and requirements name them."""

from django_hop.model import DETECT, REVIEW, Codemod, Unseen
from django_hop.ops.raise_requirement import RaiseRequirement
from django_hop.ops.text import FindImage

CODEMODS = [
    Codemod(
        "postgresql-11",
        "containers of PostgreSQL before 12 are found",
        removed="4.2",
        works_from="1.11",
        safety=DETECT,
        covers=("4.2-drop-postgresql-11",),
        docs="releases/4.2: Dropped support for PostgreSQL 11",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "mdillon/postgis", "kartoza/postgis"),
                (12,),
                "Django 4.2 needs PostgreSQL 12 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "mysql-5-7",
        "containers of MySQL before 8 are found",
        removed="4.2",
        works_from="1.11",
        safety=DETECT,
        covers=("4.2-drop-mysql-5.7",),
        docs="releases/4.2: Dropped support for MySQL 5.7",
        ops=(
            FindImage(
                ("mysql", "mysql/mysql-server", "percona"),
                (8,),
                "Django 4.2 needs MySQL 8 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "mariadb-10-3",
        "containers of MariaDB before 10.4 are found",
        removed="4.2",
        works_from="1.11",
        safety=DETECT,
        covers=("4.2-drop-mariadb-10.3",),
        docs="releases/4.2: Dropped support for MariaDB 10.3",
        ops=(
            FindImage(
                ("mariadb", "library/mariadb"),
                (10, 4),
                "Django 4.2 needs MariaDB 10.4 or later: upgrade the server first, here and in production",
            ),
        ),
    ),
    Codemod(
        "asgiref-3-6",
        "pins of asgiref before 3.6 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-asgiref",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("asgiref", "3.6", "Django 4.2 needs asgiref 3.6 or later", spelled=("Asgiref",)),),
    ),
    Codemod(
        "sqlparse-0-3-1",
        "pins of sqlparse before 0.3.1 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-sqlparse",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("sqlparse", "0.3.1", "Django 4.2 needs sqlparse 0.3.1 or later"),),
    ),
    Codemod(
        "mysqlclient-1-4-3",
        "pins of mysqlclient before 1.4.3 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-mysqlclient",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("mysqlclient", "1.4.3", "Django 4.2 needs mysqlclient 1.4.3 or later"),),
    ),
    Codemod(
        "argon2-cffi-19-2",
        "pins of argon2-cffi before 19.2 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-argon2-cffi",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("argon2-cffi", "19.2", "Django 4.2 needs argon2-cffi 19.2 or later", spelled=("argon2_cffi",)),),
    ),
    Codemod(
        "pillow-6-2-1",
        "pins of Pillow before 6.2.1 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-pillow",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("pillow", "6.2.1", "Django 4.2 needs Pillow 6.2.1 or later", spelled=("Pillow",)),),
    ),
    Codemod(
        "jinja2-2-11",
        "pins of Jinja2 before 2.11 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-jinja2",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("jinja2", "2.11", "Django 4.2 needs Jinja2 2.11 or later", spelled=("Jinja2",)),),
    ),
    Codemod(
        "redis-py-3-4",
        "pins of redis before 3.4 move there",
        removed="4.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.2-min-redis-py",),
        docs="releases/4.2: Miscellaneous",
        ops=(RaiseRequirement("redis", "3.4", "Django 4.2 needs redis 3.4 or later", within_major=True),),
    ),
]

UNSEEN = [
    Unseen("4.2-min-sqlite", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
    Unseen("4.2-drop-proj-4", "Which version of the library is installed shows only on the machine.", shown_by="checks"),
]
