"""File locks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.rewrite.site import Site

_LOGS = re.compile(r"\bexc_info\b|\.exception\(|\btraceback\b")
MESSAGE = "`locks.lock()` gives False since 3.2 where it raised BlockingIOError; before 3.2 it gave False always"


@dataclass(frozen=True)
class LockResult(PythonOp):
    """`try: lock(...)` with `except BlockingIOError` becomes `if not lock(...)`; other handlers and ignored results are findings."""

    @property
    def words(self) -> Words:
        """The function, with its module."""
        return (frozenset({"django", "files", "locks", "lock"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a `try` around the call alone; a finding at each call."""
        for call in site.calls("django.core.files.locks.lock"):
            flags = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "flags")]
            waits = bool(flags) and not any(last_name(one) == "LOCK_NB" for one in ast.walk(flags[0]) if isinstance(one, ast.expr))
            handled = any(isinstance(one, ast.Try) and _catches(one) for one in site.ancestors(call))
            if (edit := _asked(site, call)) is not None:
                yield edit
                yield site.finding(call, MESSAGE, fixed=True)
            elif handled or (not waits and isinstance(site.parent(call), ast.Expr)):
                yield site.finding(call, MESSAGE)


def _catches(statement: ast.Try) -> bool:
    caught = [one.type for one in statement.handlers if one.type is not None]
    names = {last_name(one) for part in caught for one in (part.elts if isinstance(part, ast.Tuple) else [part])}
    return bool(names & {"BlockingIOError", "OSError", "IOError"})


def _asked(site: Site, call: ast.Call) -> Edit | None:
    """The edit to `if not lock(...):` where nothing else is tried and only the old exception is caught, whose object nobody needs."""
    statement = site.parent(call)
    block = site.parent(statement) if isinstance(statement, ast.Expr) else None
    if not isinstance(block, ast.Try) or block.body != [statement] or len(block.handlers) != 1 or block.orelse or block.finalbody:
        return None
    handler = block.handlers[0]
    blocking = (
        isinstance(handler.type, ast.Name) and handler.type.id == "BlockingIOError" and not site.scope(handler).lookup("BlockingIOError")
    )
    if handler.type is None:
        return None
    start, caught = site.module.start(block), site.module.end(handler.type)
    # Inside the handler the exception is at hand for a bare `raise` and for a log; outside it is not.
    needed = any(isinstance(one, ast.Raise) for part in handler.body for one in ast.walk(part)) or _LOGS.search(
        site.module.segment(handler)
    )
    if not blocking or handler.name or needed or "#" in site.text[start:caught] or handler.body[0].lineno == handler.lineno:
        return None
    colon = site.text.index(":", caught)
    return site.edit_span(start, colon, f"if not {site.module.segment(call)}")


CODEMODS = [
    Codemod(
        "file-lock-result",
        "the result of lock() is asked, not its exception",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-locks-lock-returns-bool",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(LockResult(),),
    ),
]
