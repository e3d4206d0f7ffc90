"""UUID fields on MariaDB, which has a type for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.names import release_root
from django_hop.ops.where import not_migrations
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

FIELDS = ("django.db.models.UUIDField", "django.db.models.fields.UUIDField")
NAME = "Char32UUIDField"
UUID = (
    "on MariaDB 10.7 and later Django 5.0 takes the database's own UUID type, which does not fit the CHAR(32) of existing columns: "
    "a field with `db_type()` char(32) keeps them, or the columns are migrated"
)
CLASS = """class {name}({base}):
    \"\"\"Keeps the CHAR(32) columns that MariaDB's own UUID type would not fit.\"\"\"

    def db_type(self, connection):
        return "char(32)"

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        return value.hex if hasattr(value, "hex") else value


"""
_IMAGE = re.compile(rb"\bmariadb(?:/server)?:[\"']?v?(\d+)(?:\.(\d+))?")
_ENGINE = re.compile(rb"django\.(?:contrib\.gis\.)?db\.backends\.(\w+)")


@dataclass(frozen=True)
class UuidOnMariaDB(PythonOp):
    """UUID fields of models keep their columns where the project's database is certainly MariaDB with a UUID type."""

    @property
    def words(self) -> Words:
        """The field."""
        return (frozenset({"models", "UUIDField"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for fields of models where a container says the server; findings in projects with Django's MySQL backend."""
        if not not_migrations(site.path) or not _uses_mysql(site.project):
            return
        calls = [call for name in FIELDS for call in site.calls(name)]
        fields = [call for call in calls if isinstance(site.parent(call), (ast.Assign, ast.AnnAssign)) and _in_class(site, call)]
        holders = [one for one in site.nodes(ast.ClassDef) if isinstance(site.parent(one), ast.Module)]
        holders = [one for one in holders if any(one in site.ancestors(call) for call in fields)]
        known = site.names.module.bindings.get(NAME, [])
        sure = bool(holders) and _is_native(site.project) and all(isinstance(one.node, ast.ClassDef) for one in known)
        spelled = {site.module.segment(call.func) for call in fields}
        for call in calls:
            if sure and call in fields and len(spelled) == 1:
                yield site.edit(call.func, NAME)
                if known:
                    release_root(site, call.func)
            yield site.finding(call, UUID, fixed=sure and call in fields and len(spelled) == 1)
        if sure and len(spelled) == 1 and not known:
            yield self._definition(site, holders[0], spelled.pop())

    @staticmethod
    def _definition(site: Site, before: ast.ClassDef, base: str) -> Edit:
        line = min([before.lineno, *(one.lineno for one in before.decorator_list)])
        while line > 1 and site.module.source.line(line - 1).startswith("#"):
            line -= 1
        start = site.module.source.starts[line - 1]
        return Edit(start, start, CLASS.format(name=NAME, base=base).replace("\n", site.module.source.newline))


def _in_class(site: Site, call: ast.Call) -> bool:
    statement = site.statement(call)
    return isinstance(site.parent(statement), ast.ClassDef)


def _uses_mysql(project: Project) -> bool:
    return any(b"backends.mysql" in project.tree[path] for path in project.settings.modules)


def _is_native(project: Project) -> bool:
    """True if every engine of the settings is MySQL's, and every container of MariaDB has the type."""
    engines = {match for path in project.settings.modules for match in _ENGINE.findall(project.tree[path])}
    if engines != {b"mysql"}:
        return False
    found = []
    for path, data in project.tree.items():
        if path.endswith((".yml", ".yaml")) or "Dockerfile" in path:
            found += [(int(major), int(minor or 99)) for major, minor in _IMAGE.findall(data)]
    return bool(found) and min(found) >= (10, 7)


CODEMODS = [
    Codemod(
        "mariadb-uuid",
        "UUID fields keep their columns on MariaDB",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.0-mariadb-uuidfield-native",),
        docs="releases/5.0: Migrating existing UUIDField on MariaDB 10.7+",
        silent=True,
        then="run makemigrations with the old release: it writes an AlterField for each of these fields, which changes the state and no "
        "column there. Packages with UUID fields of their own need their columns altered instead.",
        ops=crossing("5.0", UuidOnMariaDB()),
    ),
]
