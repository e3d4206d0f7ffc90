"""The backend, which has no releases any more, and what takes its place: Django's own, or django-redis."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.dependencies.inventory import parse_file, parser_for
from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.dicts import without_item
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.settings_text import string_edit
from django_hop.ops.settings_uses import settings_of
from django_hop.project.index import Project
from django_hop.releases import order
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-redis-cache"
MODULE = "redis_cache"
OLD = frozenset(("redis_cache.RedisCache", "redis_cache.cache.RedisCache", "redis_cache.backends.single.RedisCache"))
DJANGO, DJANGO_REDIS = "django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache"
MESSAGE = "django-redis-cache is not maintained: Django's own backend for Redis (4.0) or django-redis takes its place"
_PARSERS = frozenset(f"redis.connection.{name}" for name in ("DefaultParser", "HiredisParser", "PythonParser"))
_KNOWN = frozenset(("DB", "PASSWORD", "PARSER_CLASS", "SOCKET_TIMEOUT", "SOCKET_CONNECT_TIMEOUT"))
_HOST = re.compile(r"[\w.-]+:\d+")
_URL = re.compile(r"(rediss?://(?:[^/?#,@\s]*@)?[\w.-]+(?::\d+)?)(/\d*)?")
_DEFAULT_DB = "1"
_PLAIN = re.compile(r"[\w.~-]+")
_EXTRAS = re.compile(
    rb"\.(?:delete_pattern|reinsert_keys|get_master_client|master_client)\b"
    rb"|cache\w*(?:\[[^\]\n]*\])?\.(?:lock|ttl|expire|persist|get_client|clients|client_list)\b"
)
"""What only the backend of django-redis-cache has."""


@dataclass
class _Plan:
    """What becomes of one cache: whole texts and keys of its options."""

    location: str
    options: dict[str, str]
    """Old key -> new key, for those that stay."""


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
            items = _items(node)
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
        new, items = _target(site), _items(node)
        chain = settings_of(site)
        if any(one.kind not in ("assign", "annotate", "import") for one in chain.in_unit(site.path, "CACHES")):
            raise Refused("CACHES is changed in several places")
        used = next((path for path in site.project.python_paths if _EXTRAS.search(site.project.tree[path])), None)
        if used:
            raise Refused(f"{used} uses what only this backend has")
        if len(items) != len(node.keys) or items.keys() - _COMMON:
            raise Refused("not all of its keys are seen")
        location, given = items.get("LOCATION"), items.get("OPTIONS")
        options = _items(given) if isinstance(given, ast.Dict) else {}
        if location is None or (given is not None and (not isinstance(given, ast.Dict) or len(options) != len(given.keys))):
            raise Refused("its options are not all seen")
        if strange := sorted(options.keys() - _KNOWN):
            raise Refused(f"OPTIONS has {', '.join(strange)}")
        plan = _plan(site, location, options, new)
        assert isinstance(location, ast.Constant)
        edits = [string_edit(site, backend, str(backend.value), new), string_edit(site, location, _text(location), plan.location)]
        return edits if given is None else [*edits, *_options(site, node, given, plan)]


_COMMON = frozenset(("BACKEND", "LOCATION", "OPTIONS", "KEY_PREFIX", "KEY_FUNCTION", "TIMEOUT", "VERSION"))


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


def _plan(site: Site, location: ast.expr, options: dict[str, ast.expr], new: str) -> _Plan:
    """The new location, and which options stay. Raises Refused."""
    text, db, password = _text(location), options.get("DB"), options.get("PASSWORD")
    parser = options.get("PARSER_CLASS")
    if parser is not None and (not isinstance(parser, ast.Constant) or parser.value not in _PARSERS):
        raise Refused("PARSER_CLASS is one of its own")
    number = _DEFAULT_DB if db is None else str(db.value) if isinstance(db, ast.Constant) and str(db.value).isdecimal() else None
    if number is None:
        raise Refused("the number of the database is not a literal")
    stay = {key: key for key in options if key.startswith("SOCKET_")}
    if url := _URL.fullmatch(text):
        if password is not None:
            raise Refused("PASSWORD has no effect beside an address: should it count?")
        said = text if url[2] and url[2] != "/" else f"{url[1]}/{number}"
    elif _HOST.fullmatch(text):
        auth = ""
        if password is not None and new == DJANGO_REDIS:
            stay["PASSWORD"] = "PASSWORD"
        elif isinstance(password, ast.Constant) and isinstance(password.value, str) and _PLAIN.fullmatch(password.value):
            auth = f":{password.value}@"
        elif password is not None and not (isinstance(password, ast.Constant) and password.value is None):
            raise Refused("the password goes into the address, and which characters it has is not seen")
        said = f"redis://{auth}{text}/{number}"
    else:
        raise Refused("the place of the server is neither an address nor host and port")
    return _Plan(said, stay if new == DJANGO_REDIS else {key: key.lower() for key in stay})


def _options(site: Site, node: ast.Dict, given: ast.expr, plan: _Plan) -> list[Edit]:
    assert isinstance(given, ast.Dict)
    keys = {str(key.value): key for key in given.keys if isinstance(key, ast.Constant)}
    gone = [key for key in keys if key not in plan.options]
    if not plan.options:
        place = next(at for at, key in enumerate(node.keys) if isinstance(key, ast.Constant) and key.value == "OPTIONS")
        if "#" in site.module.segment(given):
            raise Refused("a comment stands in OPTIONS")
        return [without_item(site, node, place)]
    renamed = [string_edit(site, keys[old], old, new) for old, new in plan.options.items() if old != new]
    if len(gone) <= 1:
        return [*renamed, *(without_item(site, given, list(keys).index(key)) for key in gone)]
    if "#" in site.module.segment(given):
        raise Refused("a comment stands in OPTIONS")
    items = [
        f"{in_file_quotes(site, f'{chr(34)}{plan.options[key]}{chr(34)}')}: {site.module.segment(_items(given)[key])}"
        for key in plan.options
    ]
    first = given.keys[0]
    assert first is not None
    if first.lineno == given.lineno:
        return [site.edit(given, f"{{{', '.join(items)}}}")]
    line, end = site.module.source.starts[first.lineno - 1], site.module.end(given) - 1
    inner, close = site.text[line : site.module.start(first)], site.text[site.text.rindex("\n", 0, end) + 1 : end]
    newline = site.module.source.newline
    return [site.edit(given, "".join(["{", *(f"{newline}{inner}{one}," for one in items), f"{newline}{close}}}"]))]


def _items(node: ast.Dict) -> dict[str, ast.expr]:
    return {
        key.value: value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


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
