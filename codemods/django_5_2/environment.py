"""What stands around Django: databases, their settings, libraries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindClass
from django_hop.ops.crossing import crossing
from django_hop.ops.requirements import FindRequirement
from django_hop.ops.settings_uses import own_assignments
from django_hop.ops.text import FindImage
from django_hop.rewrite.site import Site

FIRST = "or later: upgrade the server first, here and in production"
ENGINES = ("django.db.backends.mysql", "django.contrib.gis.db.backends.mysql")
CHARSET = (
    "connections to MySQL use utf8mb4 by default since 5.2, before utf8: where tables are still utf8mb3, "
    '`"OPTIONS": {"charset": "utf8mb3"}` keeps comparisons of texts as they were'
)


@dataclass(frozen=True)
class MysqlCharset(PythonOp):
    """Databases of MySQL whose options do not say the character set."""

    @property
    def words(self) -> Words:
        """The setting and the engine."""
        return (frozenset({"DATABASES", "mysql"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each database's engine."""
        if "charset" in site.text:
            return
        spans = {one.statement for one in own_assignments(site, "DATABASES")}
        for node in site.names.strings:
            if node.value in ENGINES and any(one in spans for one in site.ancestors(node)):
                yield site.finding(node, CHARSET)


CODEMODS = [
    Codemod(
        "mysql-charset",
        "databases of MySQL are found that leave their character set to Django",
        removed="5.2",
        works_from="2.0",
        safety=DETECT,
        covers=("5.2-mysql-utf8mb4-default",),
        docs="releases/5.2: Changed MySQL connection character set default",
        silent=True,
        ops=crossing("5.2", MysqlCharset()),
    ),
    Codemod(
        "database-servers-5-2",
        "containers of databases are found that Django 5.2 no longer supports",
        removed="5.2",
        works_from="1.11",
        safety=DETECT,
        covers=("5.2-drop-postgresql-13", "5.2-drop-postgis-3.0"),
        docs="releases/5.2: Dropped support for PostgreSQL 13",
        ops=(
            FindImage(
                ("postgres", "library/postgres", "postgis/postgis", "kartoza/postgis"), (14,), f"Django 5.2 needs PostgreSQL 14 {FIRST}"
            ),
            FindImage(("postgis/postgis",), (3, 1), f"Django 5.2 needs PostGIS 3.1 {FIRST}", part=1),
        ),
    ),
    Codemod(
        "library-floors-5-2",
        "pins are found below what Django 5.2 needs",
        removed="5.2",
        works_from="1.11",
        safety=DETECT,
        covers=("5.2-min-oracledb",),
        docs="releases/5.2: Miscellaneous",
        ops=(FindRequirement("oracledb", "2.3.0", "Django 5.2 needs oracledb 2.3.0 or later: raise the pin before the hop"),),
    ),
    Codemod(
        "adapt-decimal",
        "backends are found that leave decimals to Django",
        removed="5.2",
        works_from="1.11",
        safety=DETECT,
        covers=("5.2-db-adapt-decimalfield-value",),
        docs="releases/5.2: Database backend API",
        ops=(
            FindClass(
                ("django.db.backends.base.operations.BaseDatabaseOperations",),
                "`adapt_decimalfield_value()` gives the value back as it is since 5.2; format it here if the driver takes texts only",
                lacks=("adapt_decimalfield_value",),
                direct=True,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("5.2-drop-gdal-3.0", "Which version of the library is installed shows only on the machine.", "checks"),
    Unseen("5.2-min-gettext", "Which version of the tools is installed shows only on the machine."),
    Unseen("5.2-project-template-debug-context-processor", "Only new projects are written differently."),
]
