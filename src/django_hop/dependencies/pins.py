"""The Django requirement moves to the hop's target, in every format, with the smallest change that does it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ..model import Edit, Finding, Hop, Skipped
from ..project.release_traces import INSTALL, is_command_file
from ..releases import order
from . import advice
from .inventory import declared, parse_file
from .model import COMPILED, LOCK, MATRIX, Declared
from .patches import NEWEST_PATCH
from .specifier import Move, Outcome, admitted, dialect_of, exact_release, move, splice
from .text import Positions, decode

CODEMOD = "django-requirement"
_CLASSIFIED = {"setup.py", "setup.cfg", "pyproject.toml"}


@dataclass(frozen=True)
class PinsResult:
    """The new contents of the files that changed, what was done and what is left to a person, and what could not be read."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    places: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class _Decision:
    """What to do about one requirement: the new specifier (None: leave it), and what to say (empty: nothing)."""

    requirement: Declared
    new: str | None = None
    message: str = ""


def move_django(tree: Mapping[str, bytes], hop: Hop) -> PinsResult:
    """Move the Django requirement of every dependency file in the tree to the hop's target. Raises nothing for bad input.

    Locks, hashes, URLs, test matrices, conflicting pins and classifiers are findings; a specifier that admits the target stays.
    """
    everything, skipped = declared(tree)
    by_path: dict[str, list[Declared]] = defaultdict(list)
    for one in everything:
        if one.name == "django":
            by_path[one.path].append(one)
    decided = any(_decides(one) for found in by_path.values() for one in found)
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    places = 0
    for path, found in by_path.items():
        data, said, count = _move_in_file(tree[path], found, hop, decided)
        findings.extend(said)
        places += count
        if data is not None:
            files[path] = data
    findings.extend(_classifier_findings(tree, hop))
    findings.extend(_command_findings(tree, hop))
    findings.extend(_problem(one) for one in skipped if one.path in files)
    return PinsResult(
        files,
        tuple(sorted(findings, key=lambda one: (one.path, one.line, one.column))),
        places,
        tuple(one for one in skipped if one.path not in files),
    )


def _decides(one: Declared) -> bool:
    """True for a requirement that leaves only one feature release: what is installed is no question then."""
    return one.kind != MATRIX and not one.url and len(_releases(one) or ()) == 1


def _move_in_file(data: bytes, found: Sequence[Declared], hop: Hop, decided: bool) -> tuple[bytes | None, list[Finding], int]:
    """The new bytes of one file (None if it stays), the findings in it, and the number of places changed."""
    text, encoding = decode(data)
    positions = Positions(text)
    decisions = _decisions(found, text, hop, decided)
    edits = [Edit(one.requirement.start, one.requirement.end, one.new) for one in decisions if one.new is not None]
    new = splice(text, edits)
    if edits and not _is_same_but(text, new, decisions):
        refused = "{} is not moved: the file would read differently afterwards. Move it by hand."
        decisions = [replace(one, new=None, message=refused.format(_shown(one.requirement))) if one.new else one for one in decisions]
        edits = []
    findings = [_finding(one, positions) for one in decisions if one.message]
    findings.extend(_compiled(decisions, text))
    return (new.encode(encoding) if edits else None), findings, len(edits)


def _finding(decision: _Decision, positions: Positions) -> Finding:
    place = decision.requirement.start
    return Finding(
        CODEMOD, decision.requirement.path, positions.line(place), positions.column(place), decision.message, decision.new is not None
    )


def _decisions(found: Sequence[Declared], text: str, hop: Hop, decided: bool) -> list[_Decision]:
    conflicting = _conflicting(found)
    decisions: list[_Decision | None] = [_matrix_decision([one for one in found if one.kind == MATRIX], hop)]
    for one in found:
        if one.kind == LOCK:
            decisions.append(_Decision(one, None, _lock_message(one, text, hop)))
        elif one in conflicting:
            what = "contradicts another Django requirement in this file. Decide which one counts, then move it to"
            decisions.append(_Decision(one, None, f"{_shown(one)} {what} {hop.target}."))
        elif one.kind != MATRIX:
            decisions.append(_decision(one, hop, decided))
    return [one for one in decisions if one is not None]


def _matrix_decision(alternatives: Sequence[Declared], hop: Hop) -> _Decision | None:
    """A matrix without the target gets one finding, at its last entry; adding an entry is a person's decision."""
    if not alternatives or any(hop.target in (_releases(one) or ()) for one in alternatives if one.specifier):
        return None
    last = alternatives[-1]
    return _Decision(last, None, f"{_shown(last)} is one of several alternatives that are tested. Add one for Django {hop.target}.")


def _decision(one: Declared, hop: Hop, decided: bool) -> _Decision:
    """What to do about a requirement that people write."""
    if one.url:
        named = re.search(rf"(?<![\d.]){re.escape(hop.target)}(?!\d)", one.url)
        return _Decision(one, None, "" if named else f"Django comes from {one.url}. Move it to {hop.target} by hand.")
    result = move(one.specifier, dialect_of(one.format), hop)
    if result.outcome is not Outcome.MOVED:
        return _Decision(one, None, _stays(one, result, hop, decided))
    obstacle = _obstacle(one, result.new, hop)
    if obstacle:
        return _Decision(one, None, f"{_shown(one)} {obstacle}")
    return _Decision(one, result.new, f"{_shown(one)} is now `{result.new}`.{_remark(one, result, hop)}")


def _remark(one: Declared, result: Move, hop: Hop) -> str:
    """What a reviewer should know about a specifier that was moved; empty in the plain case."""
    if hop.source not in result.admitted:
        return f" It was not for {hop.source}, where this hop starts."
    lowest = (admitted(result.new, dialect_of(one.format)) or (hop.target,))[0]
    return "" if lowest == hop.target else f" It still admits {lowest}: raise the floor if that release need not be supported."


def _stays(one: Declared, result: Move, hop: Hop, decided: bool) -> str:
    """What to say about a specifier that is not moved; empty if there is nothing to say."""
    shown, target = _shown(one), hop.target
    if result.outcome is Outcome.LATER:
        return f"{shown} is for a later release than {target} already; it stays."
    if result.outcome is Outcome.OTHER:
        return f"{shown} is for a release before {hop.source}, where this hop starts; it stays. Move it to {target} if it is still in use."
    if result.outcome is Outcome.UNCLEAR:
        return f"{shown} cannot be moved by rule. Write it for Django {target} by hand."
    others = [release for release in result.admitted if release != target]
    if decided or not others:
        return ""
    span = others[0] if len(others) == 1 else f"{others[0]} to {others[-1]}"
    return f"{shown} admits Django {target} already and stays; it also admits {span}. See to it that {target} is what gets installed."


def _obstacle(one: Declared, new: str, hop: Hop) -> str:
    """Why a specifier that could be moved is left to a person; empty if nothing is in the way."""
    if one.hashes:
        return f"is pinned with hashes of the old files. Pin `{new}` and make the hashes again: pip-compile --generate-hashes, or pip hash."
    if not advice.is_reachable(one.marker, hop):
        return f"is only for Pythons that Django {hop.target} does not run on ({one.marker}). Drop it together with them."
    if not one.editable:
        return f"is written with escapes or over several strings. Make it `{new}` by hand."
    if one.format == "conda" and NEWEST_PATCH[hop.target] in new:
        return f"pins a patch release of a conda channel. Make it a patch release of {hop.target} that the channel has."
    return ""


def _releases(one: Declared) -> tuple[str, ...] | None:
    return admitted(one.specifier, dialect_of(one.format))


def _shown(one: Declared) -> str:
    return f"`{one.text[:100]}`"


def _lock_message(one: Declared, text: str, hop: Hop) -> str:
    releases = _releases(one)
    if not releases or order(releases[-1]) >= order(hop.target):
        return ""
    return f"This file locks {_shown(one)}. Make it again: {advice.lock_command(one, text)}"


def _compiled(decisions: Sequence[_Decision], text: str) -> list[Finding]:
    """A compiled file whose pin was moved is not complete before the compiler has run: Django's own requirements changed."""
    moved = [one.requirement for one in decisions if one.new is not None and one.requirement.kind == COMPILED]
    command = advice.compile_command(text)
    message = f"The pin is moved, but what Django itself requires may have changed. Compile this file again: {command}"
    return [Finding(CODEMOD, one.path, 1, 1, message) for one in moved[:1]]


def _conflicting(found: Sequence[Declared]) -> set[Declared]:
    """Exact pins of one list that name different releases, with nothing that says which one counts."""
    lists: dict[tuple[str, str], list[Declared]] = defaultdict(list)
    for one in found:
        if one.kind not in {MATRIX, LOCK} and not one.marker and exact_release(one.specifier, dialect_of(one.format)):
            lists[(one.format, one.group)].append(one)
    conflicts: set[Declared] = set()
    for pins in lists.values():
        if len({exact_release(one.specifier, dialect_of(one.format)) for one in pins}) > 1:
            conflicts.update(pins)
    return conflicts


def _is_same_but(text: str, new: str, decisions: Sequence[_Decision]) -> bool:
    """True if the new text declares what the old one did, in the same order, except for the specifiers that were to change."""
    path, kind = decisions[0].requirement.path, decisions[0].requirement.kind
    changed = {one.requirement.start: one.new for one in decisions if one.new is not None}
    before, after = parse_file(path, text, kind), parse_file(path, new, kind)
    wanted = [(one.name, one.extras, one.marker, one.group, changed.get(one.start, one.specifier)) for one in before.declared]
    is_now = [(one.name, one.extras, one.marker, one.group, one.specifier) for one in after.declared]
    return wanted == is_now and len(before.problems) == len(after.problems)


def _classifier_findings(tree: Mapping[str, bytes], hop: Hop) -> list[Finding]:
    findings = []
    for path in sorted(tree):
        if PurePosixPath(path).name not in _CLASSIFIED or b"Framework :: Django :: " not in tree[path]:
            continue
        try:
            text, _ = decode(tree[path])
        except (UnicodeError, LookupError):
            continue  # reported by the inventory
        named = advice.classifiers(text)
        if named and hop.target not in {release for release, _ in named}:
            release, offset = named[-1]
            positions = Positions(text)
            message = f"The package is classified for Django {release}. Add `Framework :: Django :: {hop.target}` when it is tested there."
            findings.append(Finding(CODEMOD, path, positions.line(offset), positions.column(offset), message))
    return findings


def _command_findings(tree: Mapping[str, bytes], hop: Hop) -> list[Finding]:
    """Install commands in Dockerfiles, CI files and scripts that name an older Django."""
    findings = []
    for path in sorted(tree):
        if not is_command_file(PurePosixPath(path)):
            continue
        for match in INSTALL.finditer(tree[path]):
            release = f"{int(match.group(1))}.{int(match.group(2))}"
            if order(release) < order(hop.target):
                line = tree[path].count(b"\n", 0, match.start()) + 1
                message = f"This command installs Django {release}. Move it to {hop.target} by hand."
                findings.append(Finding(CODEMOD, path, line, 1, message))
    return findings


def _problem(one: Skipped) -> Finding:
    """A file that was changed was not skipped, so what was not understood in it is a finding."""
    line = re.match(r"line (\d+)", one.reason)
    return Finding(CODEMOD, one.path, int(line.group(1)) if line else 1, 1, f"Not understood: {one.reason}")
