"""The backend, which has no releases any more, and what takes its place: Django's own, or django-redis."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.dependencies.inventory import parse_file, parser_for
from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule
from django_hop.ops.settings_text import string_edit
from django_hop.ops.settings_uses import settings_of
from django_hop.project.index import Project
from django_hop.project.settings_module import Assignment
from django_hop.releases import order
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

from .options import DJANGO, DJANGO_REDIS, items_of, moved

PACKAGE = "django-redis-cache"
MODULE = "redis_cache"
OLD = frozenset(("redis_cache.RedisCache", "redis_cache.cache.RedisCache", "redis_cache.backends.single.RedisCache"))
MESSAGE = "django-redis-cache is not maintained: Django's own backend for Redis (4.0) or django-redis takes its place"
_EXTRAS = re.compile(
    rb"\.(?:delete_pattern|reinsert_keys|get_master_client|master_client)\b"
    rb"|cache\w*(?:\[[^\]\n]*\])?\.(?:lock|ttl|expire|persist|get_client|clients|client_list)\b"
)
"""What only the backend of django-redis-cache has."""


@dataclass(frozen=True)
class Backend(PythonOp):
    """One server, by an address or by host and port, with options that have a like; every other use is reported."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({MODULE}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal dictionaries; findings for all else that names the module."""
        seen: set[tuple[int, int]] = set()
        for node in site.nodes(ast.Dict):
            items = items_of(node)
            backend = items.get("BACKEND")
            if not isinstance(backend, ast.Constant) or backend.value not in OLD:
                continue
            place = site.finding(backend, MESSAGE)
            seen.add((place.line, place.column))
            yield from site.change(backend, MESSAGE, self._edits, site, node, backend)
        for one in FindModule(MODULE, MESSAGE).apply(site):
            if (one.line, one.column) not in seen:
                yield one

    def _edits(self, site: Site, node: ast.Dict, backend: ast.Constant) -> list[Edit]:
        new, items = _target(site), items_of(node)
        chain = settings_of(site)
        if not all(_whole(one) for one in chain.in_unit(site.path, "CACHES")):
            raise Refused("CACHES is changed in several places")
        used = next((path for path in site.project.python_paths if _EXTRAS.search(site.project.tree[path])), None)
        if used:
            raise Refused(f"{used} uses what only this backend has")
        if len(items) != len(node.keys) or items.keys() - _COMMON:
            raise Refused("not all of its keys are seen")
        return [string_edit(site, backend, str(backend.value), new), *moved(site, node, new)]


_COMMON = frozenset(("BACKEND", "LOCATION", "OPTIONS", "KEY_PREFIX", "KEY_FUNCTION", "TIMEOUT", "VERSION"))


def _whole(one: Assignment) -> bool:
    """True where all of CACHES is set, or one cache as a whole: `CACHES["default"] = {...}`."""
    targets = one.statement.targets if isinstance(one.statement, ast.Assign) else []
    single = [target for target in targets if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name)]
    return one.kind in ("assign", "annotate", "import") or (one.kind == "item" and len(single) == len(targets) == 1)


def _target(site: Site) -> str:
    if order(site.hop.source) >= order("4.0"):
        return DJANGO
    if declares(site.project, "django-redis"):
        return DJANGO_REDIS
    raise Refused("below Django 4.0 that is django-redis, which the project does not declare")


def declares(project: Project, package: str) -> bool:
    """True if a file of the project declares a requirement of the package."""
    word = package.encode()
    return any(
        any(one.name == package for one in parse_file(path, data.decode("utf-8", "replace")).declared)
        for path, data in project.tree.items()
        if word in data.lower().replace(b"_", b"-") and parser_for(path) is not None
    )


CODEMODS = [
    Codemod(
        "redis-cache-backend",
        "django-redis-cache gives way to a backend that is maintained",
        package=PACKAGE,
        deprecated=None,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("django-redis-cache-3.0-dead",),
        docs="Django 4.0 release notes: RedisCache",
        then="The requirement django-redis-cache becomes redis (with Django's own backend), or goes (with django-redis). Keys and values "
        "are written as before, so that entries and sessions stay readable; locks and patterns are not there.",
        ops=(Backend(),),
    ),
]
