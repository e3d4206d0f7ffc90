"""The backend for python-memcached gives way to that for pymemcache, where the requirement can follow in the same step."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django_hop.dependencies.inventory import parse_file, parser_for
from django_hop.dependencies.model import LOCK
from django_hop.dependencies.text import decode
from django_hop.model import Edit, Finding, Hop
from django_hop.ops.base import PythonOp, TextOp, Words
from django_hop.ops.names import FindName
from django_hop.ops.raise_requirement import RenameRequirement, named_span, obstacle
from django_hop.rewrite.site import Site
from django_hop.rewrite.text import TextSite

OLD = "django.core.cache.backends.memcached.MemcachedCache"
NEW = "django.core.cache.backends.memcached.PyMemcacheCache"
LIBRARY = "python-memcached"
KEYS = frozenset(("BACKEND", "LOCATION", "TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION"))
"""What both backends understand alike; not OPTIONS, which go to the client."""
MOVED = "python-memcached is unmaintained and its backend goes in 4.1: `PyMemcacheCache` takes its place"
MESSAGE = f"{MOVED} (3.2 and later), with pymemcache to require and OPTIONS of other names; the cache is cold after the switch"
_CLIENT = re.compile(rb"(?m)^\s*(?:import memcache\b|from memcache\b)|\bMemcachedCache\b(?!['\"])")


@dataclass(frozen=True)
class MemcachedBackend(PythonOp):
    """`"BACKEND": "...MemcachedCache"` names PyMemcacheCache, if the project requires python-memcached only for this."""

    @property
    def words(self) -> Words:
        """The parts of the old backend's path."""
        return (frozenset(OLD.split(".")),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for caches written out; findings for all other mentions."""
        movable = _moves(site.project.tree, site.hop) if any(node.value == OLD for node in site.names.strings) else False
        for node in site.names.strings:
            if node.value != OLD:
                continue
            at = site.module.segment(node).find(OLD)
            if movable and at >= 0:
                start = site.module.start(node) + at
                yield site.edit_span(start, start + len(OLD), NEW)
            yield site.finding(node, MOVED if movable else MESSAGE, fixed=movable and at >= 0)
        yield from FindName(OLD, MESSAGE).apply(site)


@dataclass(frozen=True)
class MemcachedRequirement(TextOp):
    """The requirement python-memcached becomes pymemcache, if every cache of the project changes."""

    @property
    def words(self) -> Words:
        """The words of the name, which people write with `-` or `_`."""
        return RenameRequirement(LIBRARY, "pymemcache", "", "").words

    def concerns(self, path: str) -> bool:
        """Files that declare dependencies."""
        return parser_for(path) is not None

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edits where the caches change in the same commit; nothing elsewhere, as the caches are reported."""
        if _moves(site.tree, site.hop):
            yield from RenameRequirement(LIBRARY, "pymemcache", ">=3.4.0", "pymemcache takes the place of python-memcached").apply(site)


def _moves(tree: Mapping[str, bytes], hop: Hop) -> bool:
    """True if all uses of the backend are caches written out, nothing else uses the library, and every requirement of it can change."""
    uses = [data for path, data in tree.items() if path.endswith(".py") and b"emcache" in data]
    if any(_CLIENT.search(data) for data in uses):
        return False
    naming = [data for data in uses if OLD.encode() in data]
    return bool(naming) and all(_plain(data) for data in naming) and _requirement_moves(tree, hop)


@lru_cache(maxsize=8)
def _plain(data: bytes) -> bool:
    """True if the backend is named in a file only by caches with nothing that goes to the client."""
    try:
        parsed = ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    mentions = sum(isinstance(node, ast.Constant) and node.value == OLD for node in ast.walk(parsed))
    for node in ast.walk(parsed):
        if not isinstance(node, ast.Dict):
            continue
        items = {key.value if isinstance(key, ast.Constant) else None: value for key, value in zip(node.keys, node.values, strict=True)}
        backend = items.get("BACKEND")
        if isinstance(backend, ast.Constant) and backend.value == OLD and set(items) <= KEYS:
            mentions -= 1
    return mentions == 0


def _requirement_moves(tree: Mapping[str, bytes], hop: Hop) -> bool:
    found = False
    for path, data in tree.items():
        if b"memcache" not in data or parser_for(path) is None:
            continue
        try:
            text, _ = decode(data)
        except (UnicodeError, LookupError):
            return False
        declared = parse_file(path, text).declared
        for one in declared:
            if one.name != LIBRARY or one.kind == LOCK:
                continue
            if obstacle(one, hop) or named_span(one, text) is None or any(other.name == "pymemcache" for other in declared):
                return False
            found = True
    return found
