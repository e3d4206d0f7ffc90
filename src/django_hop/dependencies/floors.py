"""The least change of a specifier that lets in a version a release of Django needs, in the style it is written in."""

from __future__ import annotations

from packaging.version import Version

from ..model import Edit
from .specifier import POETRY, Clause, as_set, clauses, splice


def raised(text: str, dialect: str, floor: str) -> str | None:
    """The specifier with its pin at `floor`; None if it has an upper bound, which only a person can move, or is not understood.

    `==3.3.4` -> `==3.4.1`, `~=3.3.1` -> `~=3.4.1`, `==3.3.*` -> `==3.4.*`, `^2.1` -> `^3.4` for the floor 3.4.1.
    """
    edits = []
    for clause in clauses(text, dialect) or ():
        if clause.op in (">=", ">", "!="):
            continue
        version = _pinned(clause, dialect, floor)
        if version is None:
            return None
        edits.append(Edit(*clause.version_span, version))
    new = splice(text, edits)
    within = as_set(new, dialect)
    return new if edits and within is not None and within.contains(floor) else None


def _pinned(clause: Clause, dialect: str, floor: str) -> str | None:
    """The version of a clause that pins one version or one series; None for every other clause."""
    parts = Version(floor).release
    series = ".".join(str(part) for part in (*parts, 0, 0)[: len(clause.parts)])
    if clause.wildcard and clause.op in ("==", "", "="):
        return f"{series}.*"
    if clause.op in ("==", "===") or (clause.op == "" and dialect == POETRY):
        return floor
    if clause.op == "~=":
        return floor if len(clause.parts) > len(parts) else series
    return series if clause.op in ("^", "~") else None
