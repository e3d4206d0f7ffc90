"""What stands around Django: databases, their settings, libraries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindClass
from django_hop.ops.crossing import crossing
from django_hop.ops.dicts import is_plain_dict, item_of, with_item
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.requirements import FindRequirement
from django_hop.ops.settings_uses import own_assignments
from django_hop.ops.text import FindImage
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

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

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for dict literals; findings where options may hide, or come from files."""
        if "charset" in site.text:
            return
        spans = {one.statement for one in own_assignments(site, "DATABASES")}
        for node in site.names.strings:
            if node.value not in ENGINES or not any(one in spans for one in site.ancestors(node)):
                continue
            yield from site.change(node, CHARSET, self._edits, site, node)

    @staticmethod
    def _edits(site: Site, engine: ast.Constant) -> list[Edit]:
        database = site.parent(engine)
        if not isinstance(database, ast.Dict) or item_of(database, "ENGINE") is not engine or not is_plain_dict(database):
            raise Refused("what the database's dict holds is not seen")
        if "utf8mb4" in site.text:
            raise Refused("utf8mb4 is named in this file: is it not what the tables have?")
        options = item_of(database, "OPTIONS")
        if options is None:
            return with_item(site, database, in_file_quotes(site, '"OPTIONS": {"charset": "utf8mb3"}'))
        given = {str(key.value) for key in options.keys if isinstance(key, ast.Constant)} if isinstance(options, ast.Dict) else set()
        if not isinstance(options, ast.Dict) or not is_plain_dict(options) or given & {"read_default_file", "read_default_group"}:
            raise Refused("the options may name one already")
        if re.search(r"(?i)set\s+names|character_set", site.module.segment(options)):
            raise Refused("a command at the start sets it")
        return with_item(site, options, in_file_quotes(site, '"charset": "utf8mb3"'))


CODEMODS = [
    Codemod(
        "mysql-charset",
        "databases of MySQL keep the character set that connections had",
        removed="5.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.2-mysql-utf8mb4-default",),
        docs="releases/5.2: Changed MySQL connection character set default",
        silent=True,
        then="the pin is for tables that are still utf8mb3, which servers want to be rid of: convert them "
        "(ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4), then drop it. Where the tables are utf8mb4 already, drop it at once.",
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
