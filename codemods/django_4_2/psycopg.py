"""psycopg 3 beside psycopg2: names that both have through Django, and those that only the old driver has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.names import FindName, Rename
from django_hop.ops.projects import in_projects
from django_hop.ops.replace import Becomes
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

_ANY = "django.db.backends.postgresql.psycopg_any"
_PSYCOPG = re.compile(rb"""^[ \t]*(?:[-\w.]+[ \t]*=[ \t]*\[)?[ \t]*["']?psycopg(?:\[[\w, -]+\])?[ \t]*(?:["',;=<>~!#]|\r?$)""", re.M)
_LEVELS = ("READ_UNCOMMITTED", "READ_COMMITTED", "REPEATABLE_READ", "SERIALIZABLE")
_RANGES = ("DateRange", "DateTimeRange", "DateTimeTZRange", "NumericRange")
_CONNECTS = ("psycopg2.connect", "psycopg2.pool.ThreadedConnectionPool", "psycopg2.pool.SimpleConnectionPool")
_HELPERS = {
    "psycopg2.extras": (
        *("execute_values", "execute_batch", "Json", "RealDictCursor", "DictCursor", "NamedTupleCursor", "LoggingConnection"),
        *("register_hstore", "register_default_json", "register_default_jsonb", "register_uuid", "wait_select"),
    ),
    "psycopg2.extensions": ("register_adapter", "register_type", "new_type", "new_array_type", "AsIs", "adapt", "quote_ident"),
    "psycopg2.pool": ("SimpleConnectionPool", "ThreadedConnectionPool", "AbstractConnectionPool"),
}


@dataclass(frozen=True)
class WithDjango(PythonOp):
    """Changes names of psycopg2 to Django's where the file opens no connection of its own; else they are findings."""

    names: tuple[str, ...]
    message: str

    @property
    def words(self) -> Words:
        """Every part of one of the names."""
        return words_of(*self.names)

    @property
    def means(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits, or findings beside connections."""
        if any(site.references(name) for name in _CONNECTS):
            for node in (node for name in self.names for node in site.references(name)):
                yield site.finding(node, f"{self.message}; this file has connections of its own, which take what their driver has")
            return
        for name in self.names:
            module, _, last = name.rpartition(".")
            if last in _RANGES:
                yield from Rename(module, {last: last}, to=_ANY).apply(site)
            else:
                level = last.removeprefix("ISOLATION_LEVEL_")
                yield from Becomes(name, f"{_ANY}.IsolationLevel", f"{{}}.{level}", self.message).apply(site)
        for binding in site.names.module.bindings.get("psycopg2", ()):
            if binding.kind == "import" and binding.alias is not None:
                site.imports.drop_unused(binding)


def declares_psycopg(project: Project) -> bool:
    """True if a file that declares requirements names psycopg 3."""
    return any(
        b"psycopg" in data and _PSYCOPG.search(data)
        for path, data in project.tree.items()
        if path.endswith((".txt", ".in", ".toml", ".cfg", ".lock", "Pipfile", "setup.py"))
    )


CODEMODS = [
    Codemod(
        "psycopg-isolation-level",
        "isolation levels of PostgreSQL are Django's names for them",
        removed=None,
        works_from="4.2",
        safety=REVIEW,
        covers=("psycopg-3.1-isolation-level",),
        docs="releases/4.2: Psycopg 3 support",
        ops=(
            WithDjango(
                tuple(f"psycopg2.extensions.ISOLATION_LEVEL_{level}" for level in _LEVELS),
                "levels of isolation are in `IsolationLevel` of Django's psycopg_any, for both drivers",
            ),
            FindName(
                "psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT",
                "psycopg 3 has no such level: `connection.autocommit = True` says it",
            ),
        ),
    ),
    Codemod(
        "psycopg-ranges",
        "classes of ranges come from Django, whichever driver it runs with",
        removed=None,
        works_from="4.2",
        safety=REVIEW,
        covers=("psycopg-3.1-range-types",),
        docs="releases/4.2: Psycopg 3 support",
        ops=(
            WithDjango(
                tuple(f"psycopg2.extras.{name}" for name in _RANGES), "classes of ranges are in Django's psycopg_any, for both drivers"
            ),
        ),
    ),
    Codemod(
        "psycopg-helpers",
        "helpers of psycopg2 that psycopg 3 has in another form",
        removed=None,
        works_from="4.2",
        safety=DETECT,
        covers=("psycopg-3.1-extras-detect",),
        docs="releases/4.2: Psycopg 3 support",
        ops=in_projects(
            declares_psycopg,
            *(
                FindName(f"{module}.{name}", f"psycopg 3 has no `{name}`, or has it in another form")
                for module, names in _HELPERS.items()
                for name in names
            ),
        ),
    ),
]
