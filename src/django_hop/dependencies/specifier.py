"""Version specifiers: what they admit, and how one written for Django's old release is written for the new one.

Three notations: PEP 440 (pip, setuptools, pipenv), Poetry's (`^2.2`, `~2.2`, a bare version) and conda's (`=2.2`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from ..model import Edit, Hop
from ..releases import NAMES, order
from .patches import NEWEST_PATCH, every_version, release_of, versions

PEP440, POETRY, CONDA = "pep440", "poetry", "conda"
_DIALECTS = {"poetry": POETRY, "conda": CONDA, "poetry.lock": POETRY, "uv.lock": POETRY, "pdm.lock": POETRY, "pylock": POETRY}
_CLAUSE = re.compile(r"\s*(?P<op>===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*(?P<version>[0-9][0-9A-Za-z.+!-]*(?:\.\*)?)\s*")


class Outcome(Enum):
    """What became of a specifier."""

    MOVED = "moved"
    ADMITS = "admits the target already"
    LATER = "is for a later release"
    OTHER = "is for a release before the hop's source"
    UNCLEAR = "cannot be moved by rule"


@dataclass(frozen=True)
class Move:
    """The outcome, the new text (the old one unless moved) and the feature releases the old text admits."""

    outcome: Outcome
    new: str
    admitted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """One comparison, `>= 2.2`, with the spans of its operator and its version in the specifier."""

    op: str
    version: str
    op_span: tuple[int, int]
    version_span: tuple[int, int]

    @property
    def wildcard(self) -> bool:
        """True for `2.2.*`."""
        return self.version.endswith(".*")

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers as written: `2.2` has two, `2.2.0` three."""
        return Version(self.version.removesuffix(".*")).release


def dialect_of(format: str) -> str:
    """The notation that a file format uses."""
    return _DIALECTS.get(format, PEP440)


def clauses(text: str, dialect: str) -> tuple[Clause, ...] | None:
    """The comparisons of a specifier; none for one that admits everything, None if it is not understood."""
    if text.strip() in {"", "*"}:
        return ()
    found: list[Clause] = []
    at = 0
    for part in text.split(","):
        match = _CLAUSE.fullmatch(part)
        if match is None or (match["op"] is None and dialect != POETRY) or (match["op"] in {"^", "~"} and dialect != POETRY):
            if part.strip() or not found:
                return None
            continue  # a trailing comma is legal
        if match["op"] == "=" and dialect == PEP440:
            return None
        clause = Clause(
            match["op"] or "",
            match["version"],
            (at + match.start("version"),) * 2 if match["op"] is None else (at + match.start("op"), at + match.end("op")),
            (at + match.start("version"), at + match.end("version")),
        )
        try:
            Version(clause.version.removesuffix(".*"))
        except InvalidVersion:
            return None
        found.append(clause)
        at += len(part) + 1
    return tuple(found)


def as_set(text: str, dialect: str) -> SpecifierSet | None:
    """The specifier as `packaging` understands it; None if it is not understood."""
    found = clauses(text, dialect)
    if found is None:
        return None
    try:
        return SpecifierSet(",".join(_standard(clause, dialect) for clause in found))
    except InvalidSpecifier:
        return None


def _standard(clause: Clause, dialect: str) -> str:
    parts = clause.parts
    if clause.op == "^":
        fixed = next((place for place, part in enumerate(parts) if part), len(parts) - 1)
        ceiling = ".".join(str(part) for part in (*parts[:fixed], parts[fixed] + 1))
        return f">={clause.version},<{ceiling}"
    if clause.op == "~":
        ceiling = f"{parts[0]}.{parts[1] + 1}" if len(parts) > 1 else str(parts[0] + 1)
        return f">={clause.version},<{ceiling}"
    if clause.op == "=" and dialect == CONDA:
        return f"=={clause.version.removesuffix('.*')}.*"
    # `===` compares texts; what counts here is the release that is meant.
    return f"{'==' if clause.op in {'', '=', '==='} else clause.op}{clause.version}"


@lru_cache(maxsize=512)
def admitted(text: str, dialect: str) -> tuple[str, ...] | None:
    """The feature releases a specifier admits, oldest first; None if it is not understood.

    Releases before 1.11 appear only if the specifier names them.
    """
    within = as_set(text, dialect)
    found = clauses(text, dialect)
    if within is None or found is None:
        return None
    named = [Version(clause.version.removesuffix(".*")) for clause in found if clause.op not in {"!=", "<"}]
    candidates = [*every_version(), *(version for version in named if release_of(str(version)) not in NAMES)]
    names = {f"{version.major}.{version.minor}" for version in candidates if within.contains(version, prereleases=True)}
    return tuple(sorted(names, key=lambda name: tuple(int(part) for part in name.split("."))))


def exact_release(text: str, dialect: str) -> str | None:
    """The feature release of a specifier that admits one version only, `==2.2.28`; otherwise None."""
    found = clauses(text, dialect)
    if not found:
        return None
    for clause in found:
        if not clause.wildcard and (clause.op in {"==", "==="} or (clause.op in {"", "="} and dialect == POETRY)):
            return release_of(clause.version)
    return None


def move(text: str, dialect: str, hop: Hop) -> Move:
    """Write a Django specifier for the hop's target, in the style it has.

    Only a specifier that admits the source, or a release between source and target, is moved; one that admits the target stays.
    The result admits the target's newest patch release and no later feature release.
    """
    within = as_set(text, dialect)
    releases = admitted(text, dialect)
    if within is None or releases is None:
        return Move(Outcome.UNCLEAR, text)
    if within.contains(NEWEST_PATCH[hop.target], prereleases=True):
        return Move(Outcome.ADMITS, text, releases)
    if exact_release(text, dialect) == hop.target:
        return Move(Outcome.ADMITS, text, releases)
    if releases and all(order(release) > order(hop.target) for release in releases):
        return Move(Outcome.LATER, text, releases)
    if hop.target in releases:
        return Move(Outcome.ADMITS, text, releases)
    if not any(order(hop.source) <= order(release) < order(hop.target) for release in releases):
        return Move(Outcome.OTHER if releases else Outcome.UNCLEAR, text, releases)
    for tight in (False, True):
        new = _rewritten(text, dialect, hop, tight)
        if new is not None and _is_right(new, dialect, hop):
            return Move(Outcome.MOVED, new, releases)
    return Move(Outcome.UNCLEAR, text, releases)


def _is_right(new: str, dialect: str, hop: Hop) -> bool:
    """True if what would be installed is the target: its newest patch is admitted and no later feature release is."""
    within, releases = as_set(new, dialect), admitted(new, dialect)
    if within is None or not releases:
        return False
    return within.contains(NEWEST_PATCH[hop.target]) and releases[-1] == hop.target


def _rewritten(text: str, dialect: str, hop: Hop, tight: bool) -> str | None:
    edits: list[Edit] = []
    for clause in clauses(text, dialect) or ():
        changed = _clause(clause, dialect, hop, tight)
        if changed is None:
            return None
        op, version = changed
        if op != clause.op:
            edits.append(Edit(*clause.op_span, op))
        if version != clause.version:
            edits.append(Edit(*clause.version_span, version))
    return splice(text, edits) if edits else None


def splice(text: str, edits: list[Edit]) -> str:
    """The text with edits applied; they must not overlap."""
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def _clause(clause: Clause, dialect: str, hop: Hop, tight: bool) -> tuple[str, str] | None:
    """The comparison for the target, as (operator, version); None if there is no rule for it."""
    op, target = clause.op, hop.target
    major, size = target.split(".")[0], len(clause.parts)
    if op == "!=":
        return op, clause.version
    if clause.wildcard:
        return op, (f"{major}.*" if size == 1 and not tight else f"{target}.*")
    if op in {"==", "==="} or (op in {"", "="} and dialect == POETRY):
        return op, NEWEST_PATCH[target]
    if op == "=":
        return op, (major if size == 1 and not tight else target if size < 3 else NEWEST_PATCH[target])
    if op in {"~=", "^", "~"}:
        return _compatible(clause, hop, tight)
    if op == ">=":
        return op, (_level(clause, hop) if _is_passed(clause, hop) else clause.version)
    if op == ">":
        return None if _is_passed(clause, hop) else (op, clause.version)
    if Version(clause.version) > Version(NEWEST_PATCH[target]):
        return op, clause.version
    return op, (_last(clause, target) if op == "<=" else _ceiling(clause, target, tight))


def _is_passed(clause: Clause, hop: Hop) -> bool:
    """True if the version is of the source or of a release on the way; an older one is a floor that the project chose to keep."""
    release = release_of(clause.version)
    return release is not None and order(hop.source) <= order(release) < order(hop.target)


def _level(clause: Clause, hop: Hop) -> str:
    """A floor in the target: as precise as before; a floor above the first patch release becomes the newest patch release."""
    if len(clause.parts) < 3:
        return hop.target
    return f"{hop.target}.0" if clause.parts[2] == 0 else NEWEST_PATCH[hop.target]


def _compatible(clause: Clause, hop: Hop, tight: bool) -> tuple[str, str]:
    """`~=2.2`, `^2.2` and `~2.2`; where the target is not the last of its series, those that admit all of the series are narrowed."""
    level = _level(clause, hop)
    if clause.op == "~=":
        return "~=", f"{level}.0" if tight and len(clause.parts) < 3 else level
    if len(clause.parts) == 1 and not tight:
        return clause.op, hop.target.split(".")[0]
    return ("~" if tight else clause.op), level


def _ceiling(clause: Clause, target: str, tight: bool) -> str:
    """`<2.3` names the next release, `<3` and `<3.0` the next series; both keep their style."""
    major, minor = (int(part) for part in target.split("."))
    parts = clause.parts
    following = f"{major}.{minor + 1}"
    if tight or (len(parts) > 1 and parts[1] != 0):
        return following
    return {1: f"{major + 1}", 2: f"{major + 1}.0"}.get(len(parts), f"{major + 1}.0.0")


def _last(clause: Clause, target: str) -> str:
    """`<=2.2.28` becomes the target's newest patch; a number beyond all patches, as in `<=2.2.99`, stays beyond them."""
    newest = Version(NEWEST_PATCH[target])
    beyond = clause.parts[2] if len(clause.parts) > 2 else 0
    own = release_of(clause.version)
    if own in NEWEST_PATCH and beyond > versions(own)[-1].micro and beyond > newest.micro:
        return f"{target}.{beyond}"
    return NEWEST_PATCH[target]
