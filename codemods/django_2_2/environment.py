"""What Django needs beside itself, as far as the repository says."""

from django_hop.model import DETECT, Codemod
from django_hop.ops.requirements import FindRequirement

CODEMODS = [
    Codemod(
        "database-clients-2-2",
        "clients of databases that are too old for 2.2 are found",
        removed="2.2",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-mysqlclient-1.3.7", "2.2-mysqlclient-1.3.13", "2.2-cx-oracle-6"),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(
            FindRequirement("mysqlclient", "1.3.13", "Django 2.2 needs mysqlclient 1.3.13 or later"),
            FindRequirement("cx-oracle", "6.0", "Django 2.2 needs cx_Oracle 6.0 or later", ("cx_Oracle", "cx_oracle")),
        ),
    ),
    Codemod(
        "sqlparse-version",
        "versions of sqlparse that are too old are found",
        removed="2.2",
        works_from="1.11",
        safety=DETECT,
        covers=("2.2-sqlparse-required",),
        docs="releases/2.2: sqlparse is required dependency",
        ops=(FindRequirement("sqlparse", "0.2.2", "Django 2.2 needs sqlparse 0.2.2 or later"),),
    ),
    Codemod(
        "pyinotify",
        "pyinotify is not used by runserver",
        removed="2.2",
        works_from="1.11",
        safety=DETECT,
        covers=("2.2-runserver-pyinotify",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(FindRequirement("pyinotify", None, "runserver does not use pyinotify from 2.2 on; pywatchman takes its place"),),
    ),
]
