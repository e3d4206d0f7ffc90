"""The plan for a hop's packages: what each is declared as, what becomes of it, and the moves in the order in which they can be made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ..model import Finding, Hop, Move, Skipped, Stage
from ..releases import facts
from .advice import lock_command
from .interpreters import Interpreter, interpreters
from .inventory import inventory
from .matrix import Matrix, family_of, load, requirements_of
from .model import BLOCKED, MOVE, UNKNOWN, WITHDRAWN, Declared, Verdict
from .pythons import UNKNOWN_PYTHON, PythonNeed, python_need, span
from .runtime import is_low, needs_change, runtime_findings
from .servers import Server, servers
from .verdicts import admits_one_of, judge

PYTHON = "python"
"""The name under which the interpreter moves: the index has no package of this name that a project could mean."""
CODEMOD = "dependencies"
"""Under which id findings of the plan stand."""


@dataclass(frozen=True)
class MovePlan:
    """What a hop makes of the dependencies of a tree."""

    moves: tuple[Move, ...] = ()
    """In order: bridges that run on the old Python, the Python, bridges that need the new one, and what moves after Django."""
    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[Skipped, ...] = ()
    python: PythonNeed = UNKNOWN_PYTHON
    interpreters: tuple[Interpreter, ...] = ()
    servers: tuple[Server, ...] = ()


NO_PLAN = MovePlan()
"""For a run that leaves the dependencies alone."""


def plan_moves(tree: Mapping[str, bytes], hop: Hop, matrix: Matrix | None = None, python: str = "") -> MovePlan:
    """The plan for a hop, from the matrix alone: no network, no resolver; `python` is where an earlier hop has arrived.

    Raises nothing for bad input.
    """
    known = matrix or load()
    declared, problems = inventory(tree)
    places = interpreters(tree)
    need = python_need(places, hop, python)
    packages: dict[str, list[Declared]] = {}
    for one in declared:
        if one.name != PYTHON:
            packages.setdefault(one.name, []).append(one)
    verdicts = {name: judge(name, packages[name], hop, need, known) for name in sorted(packages)}
    verdicts = _in_step(verdicts, need, known)
    hosts = servers(tree)
    findings = [*_findings(verdicts.values(), known), *_unmet_findings(verdicts, known), *runtime_findings(places, need, hop)]
    return MovePlan(
        tuple(_ordered(verdicts, need, places, hop)),
        tuple(verdicts.values()),
        tuple(findings),
        problems,
        need,
        places,
        hosts,
    )


def from_index(tree: Mapping[str, bytes]) -> tuple[str, ...]:
    """The packages of a tree that come from the index: those declared without an address of their own, by name."""
    declared, _ = inventory(tree)
    return tuple(sorted({one.name for one in declared if not one.url and one.name != PYTHON}))


def _in_step(verdicts: Mapping[str, Verdict], need: PythonNeed, matrix: Matrix) -> dict[str, Verdict]:
    """What the releases that the hop arrives at ask of other packages moves those as well, or to another release."""
    now = dict(verdicts)
    for _ in range(len(now)):
        changed = False
        for name, partner, within in _unmet(now, matrix):
            asking, other = now[name], now[partner]
            better = _within(partner, other, str(within), need, matrix)
            if other.conflicts or better is None or better == other.target:
                continue
            now[partner] = replace(
                other,
                verdict=asking.verdict if asking.moves else MOVE,
                target=better,
                stage=asking.stage or Stage.PREPARE,
                reason=f"{name if name != 'django' else 'Django'} {asking.target or asking.lowest} asks for {partner}{within}.",
                new_python=other.new_python or asking.new_python,
            )
            changed = True
        if not changed:
            break
    return now


def _unmet(verdicts: Mapping[str, Verdict], matrix: Matrix) -> list[tuple[str, str, SpecifierSet]]:
    """(package, partner, what it asks for) where what is declared of the partner, or the release it moves to, is not that."""
    found: list[tuple[str, str, SpecifierSet]] = []
    for name, one in verdicts.items():
        version = one.target if one.moves else one.lowest
        for partner, within in requirements_of(name, version).items() if version is not None else ():
            other = verdicts.get(partner)
            if other is None or (have := other.target if other.moves else other.source) is None or within.contains(have):
                continue
            releases = matrix.releases(partner)
            known = [release.version for release in releases.usable] if releases else _floors(within)
            if other.moves or not admits_one_of(other, (release for release in known if within.contains(release))):
                found.append((name, partner, within))
    return found


def _floors(within: SpecifierSet) -> list[Version]:
    return [Version(one.version) for one in within if one.operator == ">="]


def _unmet_findings(verdicts: Mapping[str, Verdict], matrix: Matrix) -> list[Finding]:
    """Requirements between packages that no release which is known would meet."""
    found: list[Finding] = []
    for name, partner, within in _unmet(verdicts, matrix):
        one, other = verdicts[name], verdicts[partner]
        version, have = one.target or one.lowest, other.target or other.source
        message = f"{name} {version} asks for {partner}{within}, and {partner} is at {have}. Choose a release of both by hand."
        found.append(Finding(CODEMOD, other.declared[0].path, other.declared[0].line, 1, message))
    return found


def _within(package: str, verdict: Verdict, specifier: str, need: PythonNeed, matrix: Matrix) -> Version | None:
    """The closest release that a specifier admits: the newest patch of the lowest series above what the project has."""
    releases = matrix.releases(package)
    within = SpecifierSet(specifier)
    if verdict.source is None:
        return None
    if releases is None:
        least = max(_floors(within), default=verdict.source)
        return least if least > verdict.source else None
    pythons = [python for python in (need.source, need.target) if python] or need.assumed
    fit = [one for one in releases.usable if within.contains(one.version) and one.version >= verdict.source]
    fit = [one for one in fit if all(one.installs_on(python) for python in pythons)] or fit
    known = [one for one in fit if all(map(one.is_known_on, need.after))] or fit
    if not known:
        return None
    first = known[0].version
    return max(one.version for one in known if one.version.release[:2] == first.release[:2])


def _ordered(verdicts: Mapping[str, Verdict], need: PythonNeed, places: Sequence[Interpreter], hop: Hop) -> list[Move]:
    """The moves in an order in which each result can be installed: what others ask for comes before them, families stand together."""
    moving = {name: verdict for name, verdict in verdicts.items() if verdict.moves}
    found: list[Move] = []
    groups = (
        [one for one in moving.values() if one.stage is Stage.PREPARE and not one.new_python],
        [one for one in moving.values() if one.stage is Stage.PREPARE and one.new_python],
        [one for one in moving.values() if one.stage is Stage.BUMP],
    )
    python = _python_move(need, places, hop)
    for place, group in enumerate(groups):
        if python is not None and place == (1 if python.stage is Stage.PREPARE else 2):
            found.append(python)
        found.extend(_group_moves(group))
    return found


def _python_move(need: PythonNeed, places: Sequence[Interpreter], hop: Hop) -> Move | None:
    if not needs_change(places, need, hop):
        return None
    stage = need.stage or Stage.PREPARE
    low = [one for one in places if is_low(one, hop)]
    evidence = need.evidence if need.moves else tuple(f"{one.path}:{one.line}: {one.text}" for one in low[:3])
    reason = need.reason if need.moves else f"Django {hop.target} runs on Python {span(facts(hop.target).pythons)}."
    return Move(PYTHON, need.source, need.target or need.source, stage, (), reason, evidence)


def _group_moves(group: Sequence[Verdict]) -> list[Move]:
    names = {one.package for one in group}
    clusters: dict[str, list[Verdict]] = {}
    for one in sorted(group, key=lambda one: one.package):
        family = family_of(one.package)
        head = next((name for name in family if name in names), one.package) if family else one.package
        clusters.setdefault(head, []).append(one)
    moves = []
    for head in _by_requirements(clusters):
        members = sorted(clusters[head], key=lambda one: (one.package != head, one.package))
        together = tuple(one.package for one in members)
        for one in members:
            assert one.stage is not None
            others = tuple(name for name in together if name != one.package)
            moves.append(Move(one.package, str(one.source or ""), str(one.target), one.stage, others, one.reason, one.evidence))
    return moves


def _by_requirements(clusters: Mapping[str, Sequence[Verdict]]) -> list[str]:
    """The clusters so that what one asks of another is there before it; otherwise by name."""
    home = {one.package: head for head, members in clusters.items() for one in members}
    placed: list[str] = []

    def place(head: str, above: tuple[str, ...]) -> None:
        if head in placed or head in above:
            return
        for one in clusters[head]:
            for partner in requirements_of(one.package, one.target) if one.target else ():
                if partner in home:
                    place(home[partner], (*above, head))
        placed.append(head)

    for head in clusters:
        place(head, ())
    return placed


def _findings(verdicts: Iterable[Verdict], matrix: Matrix) -> list[Finding]:
    """What a person has to decide: blocked packages, pins that contradict each other, releases that nothing is known of."""
    found: list[Finding] = []
    for one in verdicts:
        for lock in one.stale:
            message = f"This file locks {one.package} {one.source}. {one.reason} Make it again: {lock_command(lock, '', one.package)}"
            found.append(Finding(CODEMOD, lock.path, lock.line, 1, message))
        withdrawn = next((said for said in one.evidence if said.endswith(WITHDRAWN)), "") if not one.moves else ""
        if withdrawn:
            found.append(Finding(CODEMOD, one.declared[0].path, one.declared[0].line, 1, f"{withdrawn}. Move to another release."))
        if not one.declared or one.verdict not in {BLOCKED, UNKNOWN}:
            continue
        if one.conflicts:
            # Of packages that no hop would move nobody has to decide anything; of the others, one place for each version.
            if matrix.package(one.package) is not None or matrix.releases(one.package) is not None:
                places = {place.specifier: place for place in reversed(one.conflicts)}
                found.extend(Finding(CODEMOD, place.path, place.line, 1, f"{one.package}: {one.reason}") for place in places.values())
        elif one.verdict == BLOCKED or one.evidence:
            place = one.declared[0]
            found.append(Finding(CODEMOD, place.path, place.line, 1, f"{one.package}: {one.reason}"))
    return found
