"""Which Django release a project is on, and how we know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..dependencies.inventory import declared
from ..dependencies.model import COMPILED, LOCK, MATRIX, Declared
from ..dependencies.specifier import admitted, clauses, dialect_of
from ..releases import order
from .release_traces import OUTLYING, traces


@dataclass(frozen=True)
class Detected:
    """The release (None if nothing names one), what speaks for it, and what speaks against it; both as `path:line: what stands there`."""

    release: str | None
    evidence: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sign:
    """One Django requirement with the releases it admits."""

    requirement: Declared
    releases: tuple[str, ...]
    distance: tuple[bool, int]
    """How far from the project: docs/ and tests/ come last, then the depth."""

    @property
    def certain(self) -> bool:
        """True if only one release is admitted."""
        return len(self.releases) == 1

    def __str__(self) -> str:
        return f"{self.requirement.path}:{self.requirement.line}: {self.requirement.text}"


def detect(tree: Mapping[str, bytes]) -> Detected:
    """The current Django release of the project in a tree. Raises nothing.

    Pins and locks decide; where there are only ranges, the lowest release they admit; without either, traces such as tox
    environments and generated comments. Where pins disagree the older release is taken: codemods for releases that are
    already done change nothing, those that were left out would be missed.
    """
    signs = sorted(_signs(tree), key=lambda one: (one.distance, not one.certain, one.requirement.path, one.requirement.line))
    stale = _stale(signs)
    current = [one for one in signs if one not in stale]
    release = _chosen(current)
    if release is None:
        found = traces(tree)
        return Detected(found.release, found.evidence) if found else Detected(None)
    evidence = tuple(str(one) for one in current if release in one.releases)
    against = [f"{one} (not {release})" for one in current if release not in one.releases]
    against += [f"{one} (the lock is older than the requirement beside it)" for one in stale]
    return Detected(release, evidence, tuple(against))


def _signs(tree: Mapping[str, bytes]) -> list[_Sign]:
    signs = []
    for one in declared(tree)[0]:
        if one.name != "django" or one.kind == MATRIX or one.url or one.specifier.strip() in {"", "*"}:
            continue
        releases = admitted(one.specifier, dialect_of(one.format))
        if releases:
            signs.append(_Sign(one, releases, _distance(one.path)))
    return signs


def _distance(path: str) -> tuple[bool, int]:
    folders = PurePosixPath(path).parts[:-1]
    depth = len([folder for folder in folders if folder.lower() not in {"requirements", "requirement", "reqs"}])
    return any(folder.lower() in OUTLYING for folder in folders), depth


def _stale(signs: Sequence[_Sign]) -> list[_Sign]:
    """Locks that no requirement in their folder admits: they were not made again after the requirement moved."""
    stale = []
    for lock in signs:
        if lock.requirement.kind not in {LOCK, COMPILED}:
            continue
        folder = PurePosixPath(lock.requirement.path).parent
        written = [one for one in signs if one.requirement.kind not in {LOCK, COMPILED}]
        beside = [one for one in written if PurePosixPath(one.requirement.path).parent == folder]
        if beside and not any(set(lock.releases) & set(one.releases) for one in beside):
            stale.append(lock)
    return stale


def _chosen(signs: Sequence[_Sign]) -> str | None:
    """The release that the closest requirements name."""
    if not signs:
        return None
    outlying = all(one.distance[0] for one in signs)
    near = [one for one in signs if one.distance[0] == outlying]
    certain = [one for one in near if one.certain]
    if certain:
        closest = [one for one in certain if one.distance == certain[0].distance]
        return min((one.releases[0] for one in closest), key=order)
    return _from_ranges(near)


def _from_ranges(signs: Sequence[_Sign]) -> str:
    """The lowest release that all ranges admit; the highest if no range has a floor, for that is what would be installed.

    Ranges that exclude each other leave the decision to the closest one.
    """
    common = set(signs[0].releases).intersection(*(one.releases for one in signs[1:])) or set(signs[0].releases)
    return (min if any(_has_floor(one) for one in signs) else max)(common, key=order)


def _has_floor(sign: _Sign) -> bool:
    found = clauses(sign.requirement.specifier, dialect_of(sign.requirement.format)) or ()
    return any(clause.op not in {"<", "<=", "!="} for clause in found)
