"""Packages other than Django move in the files that declare them: locate the specifier, splice, read again, compare."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

from ..model import Edit, Finding, Hop, Move, Skipped
from . import advice
from .inventory import inventory, read_file
from .model import COMPILED, LOCK, MATRIX, Declared
from .pins import PinsResult
from .runtime import move_python
from .specifier import Outcome, dialect_of, splice
from .text import Positions, decode
from .versions import move_to, pinned

PYTHON = "python"


@dataclass(frozen=True)
class _Decision:
    """What to do about one requirement: the new specifier (None: leave it), and what to say (empty: nothing)."""

    requirement: Declared
    new: str | None = None
    message: str = ""


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
        data, said, count = _in_file(tree[path], by_path[path], targets, hop, codemod)
        findings.extend(said)
        places += count
        if data is not None:
            files[path] = data
    return PinsResult(files, tuple(sorted(findings, key=lambda one: (one.path, one.line, one.column))), places, tuple(skipped))


def _in_file(
    data: bytes, found: Sequence[Declared], targets: Mapping[str, Move], hop: Hop, codemod: str
) -> tuple[bytes | None, list[Finding], int]:
    """The new bytes of one file (None if it stays), the findings in it, and the number of places."""
    text, encoding = decode(data)
    decisions = [_decision(one, targets[one.name], text, hop) for one in found]
    edits = [edit for one in decisions if one.new is not None for edit in _edits(one.requirement, one.new, text)]
    new = splice(text, edits)
    if edits and not _is_same_but(text, new, decisions):
        refused = "{} is not moved: the file would read differently afterwards. Move it by hand."
        decisions = [replace(one, new=None, message=refused.format(_shown(one.requirement))) if one.new else one for one in decisions]
        edits = []
    positions = Positions(text)
    findings = [_finding(one, positions, codemod) for one in decisions if one.message]
    findings += _compile_again(decisions, text, codemod)
    return (new.encode(encoding) if edits else None), findings, sum(one.new is not None for one in decisions)


def _edits(one: Declared, new: str, text: str) -> list[Edit]:
    """The edit of a specifier, and one of the blanks behind it where they hold a comment in its column (two are no column, but a habit)."""
    edits = [Edit(one.start, one.end, new)]
    gap = re.compile(r" {3,}(?=#)").match(text, one.end)
    if gap and one.format == "requirements":
        width = max(gap.end() - gap.start() + one.end - one.start - len(new), 2)
        edits.append(Edit(gap.start(), gap.end(), " " * width))
    return edits


def _decision(one: Declared, move: Move, text: str, hop: Hop) -> _Decision:
    target = Version(move.target)
    if one.kind == LOCK:
        return _Decision(one, None, _lock_message(one, text, target))
    if one.kind == MATRIX:
        return _Decision(one, None, f"{_shown(one)} is one of several alternatives that are tested. Add one for {move.package} {target}.")
    if one.url:
        return _Decision(one, None, f"{one.name} comes from {one.url}. Move it to {target} by hand.")
    outcome, new = move_to(one.specifier, dialect_of(one.format), target)
    if outcome is Outcome.ADMITS:
        return _Decision(one)
    if outcome is Outcome.LATER:
        return _Decision(one, None, f"{_shown(one)} is for a later release than {target} already; it stays.")
    if outcome is not Outcome.MOVED:
        return _Decision(one, None, f"{_shown(one)} cannot be moved by rule. Write it for {one.name} {target} by hand.")
    obstacle = _obstacle(one, new, move, hop)
    if obstacle:
        return _Decision(one, None, f"{_shown(one)} {obstacle}")
    return _Decision(one, new, f"{_shown(one)} is now `{new}`. {move.reason}".rstrip())


def _obstacle(one: Declared, new: str, move: Move, hop: Hop) -> str:
    """Why a specifier that could be moved is left to a person; empty if nothing is in the way."""
    if one.hashes:
        return f"is pinned with hashes of the old files. Pin `{new}` and make the hashes again: pip-compile --generate-hashes, or pip hash."
    if not advice.is_reachable(one.marker, hop):
        return f"is only for Pythons that Django {hop.target} does not run on ({one.marker}). Drop it together with them."
    if not one.editable:
        return f"is written with escapes or over several strings. Make it `{new}` by hand."
    version = pinned(one.specifier, dialect_of(one.format))
    if move.source and version is not None and version < Version(move.source) and one.marker:
        return f"is for other Pythons ({one.marker}) and older than {move.source}, which moves. It stays; see whether it is still needed."
    return ""


def _lock_message(one: Declared, text: str, target: Version) -> str:
    version = pinned(f"=={one.specifier.lstrip('=')}", "pep440")
    if version is None or version >= target:
        return ""
    return f"This file locks {_shown(one)}. Make it again: {advice.lock_command(one, text, one.name)}"


def _compile_again(decisions: Sequence[_Decision], text: str, codemod: str) -> list[Finding]:
    moved = [one.requirement for one in decisions if one.new is not None and one.requirement.kind == COMPILED]
    command = advice.compile_command(text)
    message = "The pin is moved, but what {} itself requires may have changed. Compile this file again: {}"
    return [Finding(codemod, one.path, 1, 1, message.format(one.name, command)) for one in moved[:1]]


def _finding(decision: _Decision, positions: Positions, codemod: str) -> Finding:
    one = decision.requirement
    return Finding(codemod, one.path, positions.line(one.start), positions.column(one.start), decision.message, decision.new is not None)


def _is_same_but(text: str, new: str, decisions: Sequence[_Decision]) -> bool:
    """True if the new text declares what the old one did, in the same order, except for the specifiers that were to change."""
    path, kind = decisions[0].requirement.path, decisions[0].requirement.kind
    changed = {one.requirement.start: one.new for one in decisions if one.new is not None}
    before, after = read_file(path, text, kind), read_file(path, new, kind)
    wanted = [(one.name, one.extras, one.marker, one.group, changed.get(one.start, one.specifier)) for one in before]
    return wanted == [(one.name, one.extras, one.marker, one.group, one.specifier) for one in after]


def _shown(one: Declared) -> str:
    return f"`{one.text[:100]}`"
