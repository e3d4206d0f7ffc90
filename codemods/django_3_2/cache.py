"""Caches: None as a value, memcached, connection handlers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindMethod
from django_hop.ops.methods import method_calls
from django_hop.ops.names import FindName
from django_hop.ops.nodes import is_value, value_of
from django_hop.rewrite.site import Site

from .memcached import MemcachedBackend, MemcachedRequirement

NONE = "a stored None is a value now: `get_or_set()` does not compute it again"


@dataclass(frozen=True)
class FindNoneInCache(PythonOp):
    """`cache.get_or_set("k", compute)` where `compute` is a function of the file that may give None, or a lambda around `.first()`."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"get_or_set"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such call."""
        for call, func in method_calls(site, "get_or_set"):
            default = call.args[1] if len(call.args) > 1 else value_of(call, "default")
            if default is not None and self._may_give_none(site, default):
                yield site.finding(func, NONE)

    @staticmethod
    def _may_give_none(site: Site, default: ast.expr) -> bool:
        if isinstance(default, ast.Constant):
            return default.value is None
        if isinstance(default, ast.Lambda):
            body = default.body
            return isinstance(body, ast.Call) and isinstance(body.func, ast.Attribute) and body.func.attr in ("first", "last")
        if not isinstance(default, ast.Name):
            return False
        found = site.names.uses[default].lookup(default.id)
        function = found[0].node if len(found) == 1 else None
        if not isinstance(function, ast.FunctionDef):
            return False
        returns = [one for one in ast.walk(function) if isinstance(one, ast.Return)]
        return any(one.value is None or is_value(one.value, None) for one in returns) or not returns


CODEMODS = [
    Codemod(
        "cache-none-values",
        "caches take a stored None as a value",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-cache-none-values",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(
            FindNoneInCache(),
            FindMethod(
                ("django.core.cache.backends.base.BaseCache",),
                ("has_key", "get_many", "incr_version"),
                "a cache of one's own: 3.2 tells a missing key from a stored None by the default given to `get()`, so pass it on",
            ),
        ),
    ),
    Codemod(
        "memcached-backend",
        "caches in memcached are read by pymemcache",
        deprecated="3.2",
        removed="4.1",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-memcachedcache-backend",),
        docs="releases/3.2: Features deprecated in 3.2 / Miscellaneous",
        then="expect a cold cache. With several servers the two clients spread the keys differently, and they mark values differently, "
        "so keep no sessions or locks in memcached over the switch. Install pymemcache wherever the code runs; lock files are made anew "
        "by their own tools.",
        ops=(MemcachedBackend(), MemcachedRequirement()),
    ),
    Codemod(
        "connection-proxies",
        "private proxies of connections and caches are gone",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-connection-proxies-removed",),
        docs="utils/connection.py of 3.2 (not in the notes)",
        ops=(
            FindName("django.core.cache._create_cache", "`_create_cache()` is gone: see `caches.create_connection(alias)`"),
            FindName("django.core.cache.DefaultCacheProxy", "the proxy is `django.utils.connection.ConnectionProxy` now"),
            FindName("django.db.DefaultConnectionProxy", "the proxy is `django.utils.connection.ConnectionProxy` now"),
            FindName("django.core.cache.caches._caches", "private: caches stand in `caches._connections` now"),
        ),
    ),
]

UNSEEN = [
    Unseen("3.2-cache-keys-language", "Only what the cache middleware stored before is not found again."),
]
