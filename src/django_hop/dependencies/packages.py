"""Packages other than Django move in the files that declare them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from packaging.version import Version

from ..model import Finding, Hop, Move, Skipped
from .decisions import Decision, alternative, carry_out, elsewhere, later, locked, obstacle, shown, unclear
from .inventory import inventory
from .model import LOCK, MATRIX, Declared
from .pins import PinsResult
from .runtime import move_python
from .specifier import Outcome, dialect_of
from .versions import move_to, pinned

PYTHON = "python"


def move_packages(tree: Mapping[str, bytes], moves: Sequence[Move], hop: Hop) -> PinsResult:
    """Make moves that belong in one commit: the new contents of the files, and findings. Raises nothing for bad input.

    A specifier that admits the release stays. Locks, hashes, URLs, escapes and alternatives are findings, and stay as well.
    """
    if moves and moves[0].package == PYTHON:
        moved = move_python(tree, moves[0].target, hop)
        return PinsResult(moved.files, moved.findings, moved.places)
    targets = {move.package: move for move in moves}
    by_path: dict[str, list[Declared]] = defaultdict(list)
    for one in inventory(tree)[0]:
        if one.name in targets:
            by_path[one.path].append(one)
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    skipped: list[Skipped] = []
    places = 0
    codemod = f"{moves[0].package}-requirement" if moves else ""
    for path in sorted(by_path):

        def decide(text: str, found: Sequence[Declared] = by_path[path]) -> list[Decision]:
            return [_decision(one, targets[one.name], text, hop) for one in found]

        data, said, count = carry_out(tree[path], decide, codemod)
        findings.extend(said)
        places += count
        if data is not None:
            files[path] = data
    return PinsResult(files, tuple(sorted(findings, key=lambda one: (one.path, one.line, one.column))), places, tuple(skipped))


def _decision(one: Declared, move: Move, text: str, hop: Hop) -> Decision:
    target = Version(move.target)
    if one.kind == LOCK:
        return locked(one, text) if _is_behind(one, target) else Decision(one)
    if one.kind == MATRIX:
        return alternative(one, str(target))
    if one.url:
        return elsewhere(one, str(target))
    outcome, new = move_to(one.specifier, dialect_of(one.format), target)
    if outcome is Outcome.ADMITS:
        return Decision(one)
    if outcome is Outcome.LATER:
        return later(one, str(target))
    if outcome is not Outcome.MOVED:
        return unclear(one, str(target))
    why_not = obstacle(one, new, hop) or _is_for_others(one, move)
    if why_not:
        return Decision(one, None, f"{shown(one)} {why_not}")
    return Decision(one, new, f"{shown(one)} is now `{new}`. {move.reason}".rstrip())


def _is_for_others(one: Declared, move: Move) -> str:
    """Why a pin with a marker is left alone: it is for other Pythons than the one that moves. Empty if it is not."""
    version = pinned(one.specifier, dialect_of(one.format))
    if move.source and version is not None and version < Version(move.source) and one.marker:
        return f"is for other Pythons ({one.marker}) and older than {move.source}, which moves. It stays; see whether it is still needed."
    return ""


def _is_behind(one: Declared, target: Version) -> bool:
    version = pinned(f"=={one.specifier.lstrip('=')}", "pep440")
    return version is not None and version < target
