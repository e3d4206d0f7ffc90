"""File locks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.rewrite.site import Site

MESSAGE = "`locks.lock()` gives False since 3.2 where it raised BlockingIOError; before 3.2 it gave False always"


@dataclass(frozen=True)
class LockResult(PythonOp):
    """Report calls whose result is ignored although they do not wait, and handlers of the old exception."""

    @property
    def words(self) -> Words:
        """The function, with its module."""
        return (frozenset({"django", "files", "locks", "lock"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in site.calls("django.core.files.locks.lock"):
            flags = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "flags")]
            waits = bool(flags) and not any(last_name(one) == "LOCK_NB" for one in ast.walk(flags[0]) if isinstance(one, ast.expr))
            handled = any(isinstance(one, ast.Try) and _catches(one) for one in site.ancestors(call))
            if handled or (not waits and isinstance(site.parent(call), ast.Expr)):
                yield site.finding(call, MESSAGE)


def _catches(statement: ast.Try) -> bool:
    caught = [one.type for one in statement.handlers if one.type is not None]
    names = {last_name(one) for part in caught for one in (part.elts if isinstance(part, ast.Tuple) else [part])}
    return bool(names & {"BlockingIOError", "OSError", "IOError"})


CODEMODS = [
    Codemod(
        "file-lock-result",
        "lock() tells by its result whether it got the lock",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-locks-lock-returns-bool",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(LockResult(),),
    ),
]
