"""How the specifier of any package is written for another version, in the style it has. Django's own are in `specifier`."""

from __future__ import annotations

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from ..model import Edit
from .specifier import CONDA, POETRY, Clause, Outcome, as_set, clauses, splice


def pinned(text: str, dialect: str) -> Version | None:
    """The version of a specifier that admits one only; None for a range, and for what is not understood."""
    for clause in clauses(text, dialect) or ():
        if not clause.wildcard and (clause.op in {"==", "==="} or (clause.op in {"", "="} and dialect == POETRY)):
            return _version(clause.version)
    return None


def admits(text: str, dialect: str, version: Version) -> bool:
    """True if a specifier is understood and admits a version."""
    within = as_set(text, dialect)
    return within is not None and within.contains(version, prereleases=True)


def floor(text: str, dialect: str) -> Version | None:
    """The oldest version that a specifier names as admissible: the highest of its floors; None if it has none."""
    found = [clause for clause in clauses(text, dialect) or () if clause.op not in {"<", "<=", "!="}]
    versions = [version for clause in found if (version := _version(clause.version.removesuffix(".*"))) is not None]
    return max(versions, default=None)


def move_to(text: str, dialect: str, target: Version) -> tuple[Outcome, str]:
    """Write a specifier for a version: what came of it, and the text (the old one unless moved).

    One that admits the version stays, and so does one that is for later versions only. The result admits the version and nothing of a later
    major series that the old one did not admit.
    """
    within, found = as_set(text, dialect), clauses(text, dialect)
    if within is None or found is None:
        return Outcome.UNCLEAR, text
    if within.contains(target, prereleases=True):
        return Outcome.ADMITS, text
    lowest = floor(text, dialect)
    if lowest is not None and lowest > target:
        return Outcome.LATER, text
    edits: list[Edit] = []
    for clause in found:
        changed = _clause(clause, dialect, target)
        if changed is None:
            return Outcome.UNCLEAR, text
        if changed[0] != clause.op:
            edits.append(Edit(*clause.op_span, changed[0]))
        if changed[1] != clause.version:
            edits.append(Edit(*clause.version_span, changed[1]))
    new = splice(text, edits)
    after = as_set(new, dialect)
    if after is None or not after.contains(target, prereleases=True):
        return Outcome.UNCLEAR, text
    return Outcome.MOVED, new


def _clause(clause: Clause, dialect: str, target: Version) -> tuple[str, str] | None:
    """One comparison for the version, as (operator, version); None if there is no rule for it."""
    op, size = clause.op, len(clause.parts)
    if op == "!=":
        excluded = SpecifierSet(f"!={clause.version}")
        return (op, clause.version) if excluded.contains(target, prereleases=True) else None
    if clause.wildcard:
        return op, f"{_cut(target, size)}.*"
    if op in {"==", "==="} or (op in {"", "="} and dialect == POETRY):
        return op, str(target)
    if op == "=":
        return (op, _cut(target, size)) if dialect == CONDA else None
    if op in {"~=", "^", "~"}:
        return op, _level(clause, target)
    if op == ">=":
        return op, _level(clause, target)
    if op == ">":
        return (op, clause.version) if Version(clause.version) < target else None
    if op == "<=":
        return op, (clause.version if Version(clause.version) >= target else str(target))
    return op, (clause.version if Version(clause.version) > target else _ceiling(clause, target))


def _level(clause: Clause, target: Version) -> str:
    """A floor at the version, as precise as before: `5.1` becomes `5.4`, `5.1.2` becomes the version itself."""
    size = len(clause.parts)
    if Version(clause.version) >= target:
        return clause.version
    # As many numbers as before also where the version has fewer: `~=3.8.0` and `~=3.8` do not mean the same.
    return str(target) if size == len(target.release) else _cut(target, size)


def _ceiling(clause: Clause, target: Version) -> str:
    """`<5.2` becomes the next minor series of the version, `<6` and `<6.0` the next major one; a zero major counts by its minor series."""
    parts = clause.parts
    major, minor = target.major, target.minor
    if (len(parts) > 1 and any(parts[1:])) or major == 0:
        return f"{major}.{minor + 1}" + ".0" * max(len(parts) - 2, 0)
    return f"{major + 1}" + ".0" * (len(parts) - 1)


def _cut(version: Version, size: int) -> str:
    numbers = [*version.release, 0, 0, 0][:size]
    return ".".join(str(number) for number in numbers)


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
