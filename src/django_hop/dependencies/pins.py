"""The Django requirement moves to the hop's target, in every format, with the smallest change that does it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..model import Finding, Hop, Skipped
from ..project.release_traces import INSTALL, is_command_file
from ..releases import order
from . import advice
from .decisions import Decision, alternative, carry_out, elsewhere, later, locked, obstacle, shown, unclear
from .inventory import declared, inventory
from .model import LOCK, MATRIX, Declared
from .patches import NEWEST_PATCH
from .specifier import Move, Outcome, admitted, dialect_of, exact_release, move
from .text import Positions, decode

CODEMOD = "django-requirement"
CLASSIFIED = "The package is classified for Django"
"""How the remark about classifiers begins: it says the same in each hop of a stack, but for the target."""
_CLASSIFIED = {"setup.py", "setup.cfg", "pyproject.toml"}


@dataclass(frozen=True)
class PinsResult:
    """The new contents of the files that changed, what was done and what is left to a person, and what could not be read."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    places: int = 0
    skipped: tuple[Skipped, ...] = ()


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

        def decide(text: str, found: Sequence[Declared] = found) -> list[Decision]:
            return _decisions(found, text, hop, decided)

        data, said, count = carry_out(tree[path], decide, CODEMOD)
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


def _is_metadata(one: Declared, text: str) -> bool:
    """True for what a package that others install asks for: its range says what it works with, not what gets installed."""
    if one.group or "Private :: " in text:
        return False
    classified = re.search(r"^\s*classifiers\s*=", text, re.M) is not None
    return one.format in {"setup.py", "setup.cfg"} or (classified and one.format in {"pep621", "flit"})


def _decisions(found: Sequence[Declared], text: str, hop: Hop, decided: bool) -> list[Decision]:
    conflicting = _conflicting(found)
    decisions: list[Decision | None] = [_matrix_decision([one for one in found if one.kind == MATRIX], hop)]
    for one in found:
        if one.kind == LOCK:
            decisions.append(locked(one, text) if _is_behind(one, hop) else Decision(one))
        elif one in conflicting:
            what = "contradicts another Django requirement in this file. Decide which one counts, then move it to"
            decisions.append(Decision(one, None, f"{shown(one)} {what} {hop.target}."))
        elif one.kind != MATRIX:
            decisions.append(_decision(one, hop, decided or _is_metadata(one, text)))
    return [one for one in decisions if one is not None]


def _matrix_decision(alternatives: Sequence[Declared], hop: Hop) -> Decision | None:
    """A matrix without the target gets one finding, at its last entry; adding an entry is a person's decision."""
    if not alternatives or any(hop.target in (_releases(one) or ()) for one in alternatives if one.specifier):
        return None
    return alternative(alternatives[-1], hop.target)


def _decision(one: Declared, hop: Hop, decided: bool) -> Decision:
    """What to do about a requirement that people write."""
    if one.url:
        named = re.search(rf"(?<![\d.]){re.escape(hop.target)}(?!\d)", one.url)
        return Decision(one) if named else elsewhere(one, hop.target)
    result = move(one.specifier, dialect_of(one.format), hop)
    if result.outcome is not Outcome.MOVED:
        return _stays(one, result, hop, decided)
    why_not = obstacle(one, result.new, hop) or _is_of_a_channel(one, result.new, hop)
    if why_not:
        return Decision(one, None, f"{shown(one)} {why_not}")
    return Decision(one, result.new, f"{shown(one)} is now `{result.new}`.{_remark(one, result, hop)}")


def _remark(one: Declared, result: Move, hop: Hop) -> str:
    """What a reviewer should know about a specifier that was moved; empty in the plain case."""
    if hop.source not in result.admitted:
        return f" It was not for {hop.source}, where this hop starts."
    lowest = (admitted(result.new, dialect_of(one.format)) or (hop.target,))[0]
    return "" if lowest == hop.target else f" It still admits {lowest}: raise the floor if that release need not be supported."


def _stays(one: Declared, result: Move, hop: Hop, decided: bool) -> Decision:
    """What to say about a specifier that is not moved, if there is anything to say."""
    target = hop.target
    if result.outcome is Outcome.LATER:
        return later(one, target)
    if result.outcome is Outcome.OTHER:
        what = f"is for a release before {hop.source}, where this hop starts; it stays. Move it to {target} if it is still in use."
        return Decision(one, None, f"{shown(one)} {what}")
    if result.outcome is Outcome.UNCLEAR:
        return unclear(one, target)
    others = [release for release in result.admitted if release != target]
    if decided or not others:
        return Decision(one)
    span = others[0] if len(others) == 1 else f"{others[0]} to {others[-1]}"
    what = f"admits Django {target} already and stays; it also admits {span}. See to it that {target} is what gets installed."
    return Decision(one, None, f"{shown(one)} {what}")


def _is_of_a_channel(one: Declared, new: str, hop: Hop) -> str:
    """Why a pin of conda is left to a person: which patch releases a channel has is not known. Empty if it is none."""
    if one.format == "conda" and NEWEST_PATCH[hop.target] in new:
        return f"pins a patch release of a conda channel. Make it a patch release of {hop.target} that the channel has."
    return ""


def _releases(one: Declared) -> tuple[str, ...] | None:
    return admitted(one.specifier, dialect_of(one.format))


def _is_behind(one: Declared, hop: Hop) -> bool:
    releases = _releases(one)
    return releases is not None and releases != () and order(releases[-1]) < order(hop.target)


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
            message = f"{CLASSIFIED} {release}. Add `Framework :: Django :: {hop.target}` when it is tested there."
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
    return [*findings, *_session_findings(tree, hop)]


def _session_findings(tree: Mapping[str, bytes], hop: Hop) -> list[Finding]:
    """Sessions of nox and hooks of pre-commit that name an older Django: they may be for a release of their own."""
    named = [one for one in inventory(tree)[0] if one.name == "django" and one.format in {"nox", "pre-commit"}]
    message = "{} is installed beside the project here. Move it to {} by hand if it is the project's Django that is meant."
    return [Finding(CODEMOD, one.path, one.line, 1, message.format(shown(one), hop.target)) for one in named if _is_behind(one, hop)]


def _problem(one: Skipped) -> Finding:
    """A file that was changed was not skipped, so what was not understood in it is a finding."""
    line = re.match(r"line (\d+)", one.reason)
    return Finding(CODEMOD, one.path, int(line.group(1)) if line else 1, 1, f"Not understood: {one.reason}")
