"""What stands around Django: libraries and servers."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.requirements import FindRequirement
from django_hop.ops.text import FindImage

FIRST = "or later: upgrade the server first, here and in production"

CODEMODS = [
    Codemod(
        "database-servers-5-1",
        "containers of databases are found that Django 5.1 no longer supports",
        removed="5.1",
        works_from="1.11",
        safety=DETECT,
        covers=("5.1-drop-postgresql-12", "5.1-drop-mariadb-10.4", "5.1-drop-postgis-2.5"),
        docs="releases/5.1: Backwards incompatible changes",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "kartoza/postgis"), (13,), f"Django 5.1 needs PostgreSQL 13 {FIRST}"
            ),
            FindImage(("mariadb", "library/mariadb"), (10, 5), f"Django 5.1 needs MariaDB 10.5 {FIRST}"),
            FindImage(("postgis/postgis", "kartoza/postgis"), (3,), f"Django 5.1 needs PostGIS 3.0 {FIRST}", part=1),
        ),
    ),
    Codemod(
        "library-floors-5-1",
        "pins are found below what Django 5.1 needs",
        removed="5.1",
        works_from="1.11",
        safety=DETECT,
        covers=("5.1-min-asgiref",),
        docs="releases/5.1: Miscellaneous",
        ops=(FindRequirement("asgiref", "3.8.1", "Django 5.1 needs asgiref 3.8.1 or later: raise the pin before the hop"),),
    ),
]

UNSEEN = [
    Unseen(f"5.1-{name}", "Which version of the library is installed shows only on the machine.", "checks")
    for name in ("drop-proj-5", "drop-gdal-2.4", "min-sqlite")
]
