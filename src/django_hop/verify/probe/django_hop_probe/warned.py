"""Counts every deprecation warning with its place, whatever the filters of the project, of pytest and of unittest do with it.

The filters themselves stay as they are (no `-W always`): a project that turns warnings into errors must go on doing so.
"""

import functools
import sys
import threading
import warnings
from typing import Any

from . import state

KINDS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
HERE = __file__
_busy = threading.local()


def patch() -> None:
    """Count what Python's code warns of (warn, warn_explicit), and what C code does, as far as it is shown."""
    _patch_warn()
    _patch_explicit()
    _patch_shown()


def _patch_warn() -> None:
    original = warnings.warn

    @functools.wraps(original)
    def warn(message: Any, category: Any = None, stacklevel: int = 1, source: Any = None, **named: Any) -> Any:
        # With skipped prefixes one step goes to the first frame that is not skipped, from our frame as from the caller's.
        prefixes = tuple(named.get("skip_file_prefixes") or ())
        frame = sys._getframe(1)
        if not (prefixes and frame.f_code.co_filename.startswith(prefixes)):
            stacklevel = stacklevel + 1
        _count_warn(message, category, stacklevel, prefixes)
        _busy.inside = True
        try:
            return original(message, category, stacklevel, source, **named)
        finally:
            _busy.inside = False

    warnings.warn = warn


@state.quietly
def _count_warn(message: Any, category: Any, stacklevel: int, prefixes: Any) -> None:
    kind = type(message) if isinstance(message, Warning) else category or UserWarning
    if not issubclass(kind, KINDS):
        return
    frame = sys._getframe(2)
    for _ in range(max(stacklevel, 2 if prefixes else 1) - 1):
        frame = _outer(frame, prefixes)
        if frame is None:
            return count(kind, message, "", 0, None)
    count(kind, message, frame.f_code.co_filename, frame.f_lineno, frame)


def _outer(frame: Any, prefixes: Any) -> Any:
    """The next frame outwards that is neither the import system's nor skipped."""
    frame = frame.f_back
    while frame is not None:
        name = frame.f_code.co_filename
        if not ("importlib" in name and "_bootstrap" in name) and not (prefixes and name.startswith(prefixes)):
            break
        frame = frame.f_back
    return frame


def _patch_explicit() -> None:
    original = warnings.warn_explicit

    @functools.wraps(original)
    def warn_explicit(message: Any, category: Any, filename: Any, lineno: Any, *rest: Any, **named: Any) -> Any:
        kind = type(message) if isinstance(message, Warning) else category
        if not getattr(_busy, "inside", False):
            _count_explicit(kind, message, filename, lineno)
        before = getattr(_busy, "inside", False)
        _busy.inside = True
        try:
            return original(message, category, filename, lineno, *rest, **named)
        finally:
            _busy.inside = before

    warnings.warn_explicit = warn_explicit


def _patch_shown() -> None:
    original = getattr(warnings, "_showwarnmsg", None)
    if original is None:
        return

    @functools.wraps(original)
    def shown(message: Any) -> Any:
        if not getattr(_busy, "inside", False):
            _count_explicit(message.category, message.message, message.filename, message.lineno)
        return original(message)

    warnings._showwarnmsg = shown  # type: ignore[attr-defined]


@state.quietly
def _count_explicit(kind: Any, message: Any, filename: str, line: int) -> None:
    if isinstance(kind, type) and issubclass(kind, KINDS):
        count(kind, message, filename, line, sys._getframe(2))


def count(kind: Any, message: Any, filename: str, line: int, frame: Any) -> None:
    """One more warning. The project's own innermost place is told too where it is not the place that is warned of."""
    path = state.relative(filename) if filename else ""
    via, via_line = "", 0
    while not path and frame is not None:
        via = state.relative(frame.f_code.co_filename)
        if via:
            via_line = frame.f_lineno
            break
        frame = frame.f_back
    key = (kind.__module__, kind.__name__, str(message)[:1000], path or filename, line, bool(path), via, via_line, state.now.file)
    with state.lock:
        state.now.warnings[key] = state.now.warnings.get(key, 0) + 1
