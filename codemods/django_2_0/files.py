"""File storages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import FindMethod
from django_hop.ops.methods import method_calls
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

TIMES = {f"{kind}_time": f"get_{kind}_time" for kind in ("accessed", "created", "modified")}
MESSAGE = "`{old}()` of storages is `{new}()`, whose result knows its time zone with USE_TZ"
OVERRIDE = "Storages define `get_accessed_time()`, `get_created_time()` and `get_modified_time()`, which give aware times with USE_TZ"


@dataclass(frozen=True)
class StorageTimes(PythonOp):
    """`default_storage.modified_time(name)` becomes `default_storage.get_modified_time(name)`."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return tuple(frozenset({name}) for name in TIMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument at what is called a storage."""
        for call, func in method_calls(site, *TIMES):
            if "storage" not in last_name(func.value).lower() or len(call.args) != 1 or isinstance(call.args[0], ast.Starred):
                continue
            yield site.edit_attribute(func, TIMES[func.attr])
            yield site.finding(func, MESSAGE.format(old=func.attr, new=TIMES[func.attr]), fixed=True)


def _without_new(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return not defines(node, TIMES[function.name])


CODEMODS = [
    Codemod(
        "storage-times",
        "Storages tell times by get_modified_time() and its like",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-storage-time-methods", "storages-1.14-modified-time"),
        docs="releases/2.0: Features removed in 2.0",
        ops=(StorageTimes(), FindMethod(("django.core.files.storage.Storage",), tuple(TIMES), OVERRIDE, _without_new)),
    ),
]
