"""Caches: keys that are numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import is_builtin, quoted
from django_hop.ops.nodes import argument
from django_hop.rewrite.site import Site

METHODS = ("get", "set", "add", "delete", "get_or_set", "incr", "decr", "touch")
MESSAGE = "keys of the cache are texts: a number raises TypeError in the database cache"


@dataclass(frozen=True)
class NumberKeys(PythonOp):
    """`cache.get(42)` becomes `cache.get("42")`, `cache.get(obj.pk)` becomes `cache.get(str(obj.pk))`."""

    @property
    def words(self) -> Words:
        """The default cache."""
        return (frozenset({"django", "core", "cache"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for numbers and primary keys."""
        for method in METHODS:
            for call in site.calls(f"django.core.cache.cache.{method}"):
                key = argument(call, 0, "key")
                if isinstance(key, ast.Constant) and isinstance(key.value, int) and not isinstance(key.value, bool):
                    yield site.edit(key, quoted(site, site.module.segment(key)))
                elif isinstance(key, ast.Attribute) and key.attr in ("pk", "id") and is_builtin(site, "str", call):
                    start, end = site.module.start(key), site.module.end(key)
                    yield Edit(start, start, "str(")
                    yield Edit(end, end, ")")
                else:
                    continue
                yield site.finding(key, MESSAGE, fixed=True)


CODEMODS = [
    Codemod(
        "cache-number-keys",
        "numbers are turned into texts as keys of the cache",
        removed="2.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.2-cache-integer-key",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(NumberKeys(),),
    ),
]
