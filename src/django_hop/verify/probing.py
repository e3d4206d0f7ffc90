"""The probe of a test run, where it is there: what it recorded on both sides, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ..model import Codemod
from .running import Running

_FIELDS = ("warnings", "sql", "responses", "mails", "uses", "schema")


def available() -> bool:
    """True if this version brings the probe."""
    return all(find_spec(f"{__package__}.{name}") is not None for name in ("recording", "comparing"))


def ratchets() -> bool:
    """True if this version can compare warnings with a baseline file."""
    return available() and find_spec(f"{__package__}.baseline") is not None


def ratchet(new: Running) -> tuple[str, ...]:
    """The warnings of the new side that the project's baseline file does not hold, in words."""
    recording = import_module(f"{__package__}.recording").read(folder(new))
    return tuple(import_module(f"{__package__}.baseline").new_warnings(recording, new.side.tree, new.side.inside))


def folder(running: Running) -> Path:
    """Where the recording of a side lies."""
    return running.scratch / "recording"


def variables(running: Running) -> dict[str, str]:
    """The variables with which a run records warnings, SQL, responses and the schema."""
    if not available():
        return {}
    folder(running).mkdir(parents=True, exist_ok=True)
    return dict(import_module(f"{__package__}.recording").probe_environment(folder(running)))


def differences(old: Running, new: Running, codemods: Sequence[Codemod]) -> dict[str, Any]:
    """What differs between the recordings of two sides, by the names of Verification's fields; nothing without a probe."""
    if not available():
        return {}
    read = import_module(f"{__package__}.recording").read
    found = import_module(f"{__package__}.comparing").compare(read(folder(old)), read(folder(new)), codemods)
    return {name: getattr(found, name) for name in _FIELDS}
