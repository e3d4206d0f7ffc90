"""Errors of psycopg2 that are caught: around the ORM they are Django's, whichever driver it runs with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root, rename
from django_hop.ops.settings_text import without_element
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

from .psycopg import declares_psycopg

_ERRORS = (
    *("Error", "DatabaseError", "DataError", "IntegrityError", "InterfaceError", "InternalError"),
    *("NotSupportedError", "OperationalError", "ProgrammingError"),
)
_KNOWN = {f"{module}.{name}": name for module in ("psycopg2", "psycopg2.extensions") for name in _ERRORS}
_DETAILED = ("psycopg2.errors.", "psycopg2.errorcodes.")
_MODULES = frozenset({"psycopg2.extensions", "psycopg2.errors", "psycopg2.errorcodes"})
_OF_DRIVER = frozenset({"pgcode", "pgerror", "diag", "cursor", "sqlstate"})
_ORM = frozenset({"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "atomic"})
_CAUGHT = "with psycopg 3 this catches nothing: around the ORM `django.db` has the errors, `psycopg.errors` those of the driver"
_FIXED = "around the ORM only Django's own error is raised, whichever driver there is: this handler caught nothing, and is at work now"


@dataclass(frozen=True)
class Handlers(PythonOp):
    """`except psycopg2.IntegrityError` around the ORM -> `except IntegrityError` of `django.db`, in a project that has psycopg 3."""

    def in_project(self, project: Project, data: bytes) -> bool:
        """A project that declares it."""
        return declares_psycopg(project)

    @property
    def words(self) -> Words:
        """The driver, and a handler."""
        return (frozenset({"psycopg2", "except"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for names that are only caught around the ORM; findings for the others that are caught."""
        if not self.in_project(site.project, b""):
            return
        caught: dict[str, list[tuple[ast.ExceptHandler, ast.expr]]] = {}
        for handler in site.nodes(ast.ExceptHandler):
            for node in handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]:
                name = site.qualified(node) or ""
                if node is not None and (name in _KNOWN or name.startswith(_DETAILED)):
                    caught.setdefault(name, []).append((handler, node))
        for name, places in caught.items():
            why = self._obstacle(site, name, places)
            if why:
                yield from (site.finding(node, f"{_CAUGHT}; {why}") for _, node in places)
            else:
                yield from self._to_django(site, name, places)
        for binding in site.names.module.bindings.get("psycopg2", ()) if caught else ():
            if binding.kind == "import" and binding.alias is not None:
                site.imports.drop_unused(binding)

    def _to_django(self, site: Site, name: str, places: list[tuple[ast.ExceptHandler, ast.expr]]) -> Iterator[Edit | Finding]:
        new = f"django.db.{_KNOWN[name]}"
        tuples = [(handler.type, node) for handler, node in places if isinstance(handler.type, ast.Tuple)]
        doubles = [(container, node) for container, node in tuples if _says(site, container, new)]
        for container, node in doubles:
            try:
                edits = without_element(site, container, node)
            except Refused as error:
                yield site.finding(node, f"{_CAUGHT}; {error}")
                continue
            yield from edits
            release_root(site, node)
            yield site.finding(node, "Django's own error stands beside it, which is the one that is raised around the ORM", fixed=True)
        if not doubles:  # else in the next round
            for answer in rename(site, name, new):
                yield replace(answer, message=_FIXED) if isinstance(answer, Finding) and answer.fixed else answer

    @staticmethod
    def _obstacle(site: Site, name: str, places: list[tuple[ast.ExceptHandler, ast.expr]]) -> str:
        """Why a name of psycopg2 stays; empty if all its uses are handlers around the ORM."""
        if name not in _KNOWN:
            return "Django's errors are wider than this one, which stands in `__cause__`"
        used = [one for one in site.names.references if one.startswith("psycopg2.") and not one.startswith(_DETAILED)]
        if {*used} - {*_KNOWN, *_MODULES} or re.search(r"\.connection\.connection\b|\bcopy_expert\b|\bcopy_from\b|\bcopy_to\b", site.text):
            return "this file works with the driver itself"
        if len(places) != len(site.references(name)) or site.doubtful(name):
            return "this name is used in other ways, too"
        for handler, _ in places:
            around = site.parent(handler)
            if not isinstance(around, ast.Try) or not _is_orm(site, around.body):
                return "whether the ORM is asked here cannot be seen"
            others = [node for one in around.handlers if one is not handler and one.type is not None for node in _nodes(one.type)]
            if any((site.qualified(node) or "").startswith("django.db.") for node in others):
                return "another handler takes Django's errors"
            if handler.name and any(isinstance(one, ast.Attribute) and one.attr in _OF_DRIVER for one in ast.walk(handler)):
                return "what the driver says of it stands in `__cause__`"
        return ""


def _nodes(caught: ast.expr) -> list[ast.expr]:
    return caught.elts if isinstance(caught, ast.Tuple) else [caught]


def _says(site: Site, caught: ast.Tuple, name: str) -> bool:
    """True if a tuple of errors holds Django's."""
    return any(site.qualified(one) in (name, name.replace("django.db.", "django.db.utils.")) for one in caught.elts)


def _is_orm(site: Site, body: list[ast.stmt]) -> bool:
    """True if statements save models, ask managers, or talk to the database through a connection of Django."""
    for node in (one for statement in body for one in ast.walk(statement)):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ORM:
            return True
        if isinstance(node, ast.expr) and site.qualified(node) in ("django.db.connection", "django.db.connections"):
            return True
    return False


CODEMODS = [
    Codemod(
        "psycopg-errors",
        "errors of psycopg2 that are caught around the ORM are Django's",
        removed=None,
        works_from="4.2",  # the first with psycopg 3, which makes a matter of it
        safety=REVIEW,
        covers=("psycopg-3.1-exceptions",),
        docs="releases/4.2: Psycopg 3 support",
        silent=True,
        ops=(Handlers(),),
    ),
]
