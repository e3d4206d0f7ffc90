"""Caches: the module's name, where it is needed at all, and how values are pickled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DEPENDENCIES, DETECT, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import MoveModule, Rename
from django_hop.ops.projects import in_projects, says_none
from django_hop.rewrite.site import Site

PACKAGE = "django-redis"
_BACKEND = "django_redis.cache.RedisCache"
_OLD_LOCATION = re.compile(r"([\w.-]+):(\d+):(\d+)")
_EXTRAS = (
    *(
        b"delete_pattern",
        b"iter_keys",
        b"get_redis_connection",
        b"DJANGO_REDIS_IGNORE_EXCEPTIONS",
        b"IGNORE_EXCEPTIONS",
        b"COMPRESSOR",
    ),
    *(
        b"SERIALIZER",
        b"SentinelClient",
        b"HerdClient",
        b"ShardClient",
        b"CONNECTION_POOL_KWARGS",
        b"PICKLE_VERSION",
        b"ttl",
        b"persist",
    ),
)


@dataclass(frozen=True)
class Location(PythonOp):
    """`"LOCATION": "127.0.0.1:6379:1"` -> `"redis://127.0.0.1:6379/1"`, beside a backend of django-redis."""

    @property
    def words(self) -> Words:
        """The two keys with either name of the module."""
        return tuple(frozenset({"LOCATION", "BACKEND", module}) for module in ("redis_cache", "django_redis"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals."""
        for node in site.nodes(ast.Dict):
            items = {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}
            backend, location = items.get("BACKEND"), items.get("LOCATION")
            if not isinstance(backend, ast.Constant) or not str(backend.value).startswith(("redis_cache.cache.", "django_redis.")):
                continue
            if not isinstance(location, ast.Constant) or not (match := _OLD_LOCATION.fullmatch(str(location.value))):
                continue
            text = site.module.segment(location)
            if match[0] in text:
                start = site.module.start(location) + text.index(match[0])
                yield Edit(
                    start,
                    start + len(match[0]),
                    f"redis://{match[1]}:{match[2]}/{match[3]}",
                )
                yield site.finding(
                    location,
                    "the place of a Redis server is an address, `redis://host:port/db`",
                    fixed=True,
                )


@dataclass(frozen=True)
class FindBackend(PythonOp):
    """Report the backend's name."""

    message: str

    @property
    def words(self) -> Words:
        """The module and the class."""
        return (frozenset({"BACKEND", "django_redis", "RedisCache"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each string that is the name."""
        for node in site.names.strings:
            if node.value == _BACKEND and isinstance(site.parent(node), ast.Dict):
                yield site.finding(node, self.message)


CODEMODS = [
    Codemod(
        "django-redis-module",
        "the module of django-redis is called django_redis",
        package=PACKAGE,
        deprecated="3.8",
        removed="4.0",
        works_from="3.8",
        safety=SAFE,
        covers=("django-redis-4.0-module",),
        docs="django-redis 4.0 changes: module renamed",
        ops=(
            Location(),
            Rename("redis_cache", {"get_redis_connection": "get_redis_connection"}, to="django_redis"),
            MoveModule("redis_cache.cache", "django_redis.cache"),
            MoveModule("redis_cache.client", "django_redis.client"),
        ),
    ),
    Codemod(
        "django-redis-or-django",
        "Django has a Redis backend of its own",
        package=PACKAGE,
        deprecated="6.0",
        removed=None,
        works_from="6.0",
        safety=DETECT,
        covers=("django-redis-6.0-builtin-choice",),
        docs="django-redis 6.0 changes",
        ops=(
            *in_projects(
                says_none(*_EXTRAS),
                FindBackend(
                    "nothing that only django-redis has is seen here: Django's own `django.core.cache.backends.redis.RedisCache` would do, "
                    "with a cold cache"
                ),
            ),
        ),
    ),
    Codemod(
        "django-redis-pickles",
        "values in the cache are pickled with Python's default protocol",
        package=PACKAGE,
        removed="5.1",
        works_from="5.1",
        safety=DETECT,
        covers=("django-redis-5.1-pickle-version",),
        docs="django-redis 5.1 changes: default pickle protocol",
        silent=True,
        ops=(
            *in_projects(
                says_none(b"PICKLE_VERSION"),
                FindBackend(
                    "while Pythons of two releases share this cache, `PICKLE_VERSION` in OPTIONS has to be what the older one can read"
                ),
            ),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "django-redis-7.0-floors",
        "The commit that moves the requirement does it.",
        shown_by=DEPENDENCIES,
    )
]
