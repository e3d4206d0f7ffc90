"""What a hop means for one package: it fits, moves before Django, moves with it, is blocked, or nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from ..model import Hop, Stage
from ..project.release_traces import OUTLYING
from ..releases import facts, order
from . import advice
from .matrix import EVIDENCE, Matrix, OnDjango, Package
from .model import BLOCKED, FITS, LOCK, MATRIX, MOVE, UNKNOWN, WITH_DJANGO, Declared, Verdict
from .on_python import on_python
from .pythons import PythonNeed, span
from .specifier import as_set, dialect_of
from .versions import admits, floor, pinned

_ENDED = {"dead", "deprecated", "superseded", "dormant"}


def judge(package: str, declared: Sequence[Declared], hop: Hop, need: PythonNeed, matrix: Matrix) -> Verdict:
    """The verdict on one package for a hop. Raises nothing."""
    written = [one for one in declared if one.kind not in {LOCK, MATRIX} and not one.url]
    found = _superseded(_spared(_judge(package, declared, hop, need, matrix), written, hop, matrix), matrix)
    if found.verdict != FITS or not written:
        return found
    named = [version for version in _choices(found, package, hop, matrix) if _all_admit(written, version)]
    return replace(found, lowest=min(named, default=None))


def _spared(found: Verdict, written: Sequence[Declared], hop: Hop, matrix: Matrix) -> Verdict:
    """A range that admits a release for the target need not move."""
    package, declared = found.package, found.declared
    if found.verdict not in {MOVE, WITH_DJANGO, UNKNOWN} or found.conflicts or not written or package == "django":
        return found
    for version in _choices(found, package, hop, matrix):
        if _all_admit(written, version):
            reason = f"What is declared admits {version}, which goes with Django {hop.target}."
            locks = tuple(one for one in declared if one.kind == LOCK) if found.source is not None and found.source < version else ()
            return replace(found, verdict=FITS, target=None, stage=None, new_python=False, reason=reason, stale=locks)
    return found


def _superseded(found: Verdict, matrix: Matrix) -> Verdict:
    """Where releases of a superseded package still go with the target, that is all there is to say."""
    entry = matrix.package(found.package)
    if found.verdict != FITS or entry is None or entry.status != "superseded" or not entry.successor:
        return found
    return replace(found, reason=f"{found.reason} It is superseded; its successor: {entry.successor}.")


def _all_admit(written: Sequence[Declared], version: Version) -> bool:
    return all(admits(one.specifier, dialect_of(one.format), version) for one in written)


def admits_one_of(verdict: Verdict, versions: Iterable[Version]) -> bool:
    """True if what is declared of a package admits one of some releases."""
    written = [one for one in verdict.declared if one.kind not in {LOCK, MATRIX} and not one.url]
    return bool(written) and any(_all_admit(written, version) for version in versions)


def _choices(found: Verdict, package: str, hop: Hop, matrix: Matrix) -> list[Version]:
    """Releases that go with the target, that of the verdict first: a range that admits one of them need not be touched."""
    entry = matrix.package(package)
    on = entry.django.get(hop.target) if entry is not None else None
    chosen = [found.target] if found.target is not None else []
    if entry is None or on is None or not on.is_named or on.first is None or on.newest is None:
        return chosen
    return chosen + [version for version in sorted(_known(entry), reverse=True) if on.first <= version <= on.newest]


def _known(entry: Package) -> set[Version]:
    """The releases that the matrix names."""
    return {version for one in entry.django.values() for version in (one.first, one.last, one.last_installable) if version is not None}


def _judge(package: str, declared: Sequence[Declared], hop: Hop, need: PythonNeed, matrix: Matrix) -> Verdict:
    found = Verdict(package, tuple(declared), UNKNOWN)
    if package == "django":
        return replace(found, verdict=WITH_DJANGO, reason=f"The hop is about it: {hop}.", lowest=Version(hop.target))
    written = [one for one in declared if one.kind not in {LOCK, MATRIX} and not one.url and _is_installed(one, hop, need)]
    if declared and not written and all(one.url for one in declared if one.kind not in {LOCK, MATRIX}):
        origin = declared[0].url
        return replace(found, reason=f"It does not come from an index: {origin}." if origin else "Only lock files name it.")
    if not written:
        on = f"Python {need.source}" if need.source else "the Python of this project"
        return replace(found, verdict=FITS, reason=f"It is not installed on {on}, or is one of several alternatives.")
    entry = matrix.package(package)
    torn = conflicts(written)
    if torn:
        return replace(found, reason=f"Its pins contradict each other: {_named(torn)}. Decide for one.", conflicts=torn)
    found = replace(found, source=current(declared, written, entry, hop, need, matrix))
    if entry is not None and entry.status in {"retired", "needless"}:
        return _retired(found, entry)
    if entry is not None and entry.django:
        verdict = _on_django(found, entry, hop, need, matrix)
        return verdict if verdict.moves or verdict.verdict == BLOCKED else on_python(verdict, need, matrix, only_if_excluded=True)
    return on_python(found, need, matrix)


def current(
    declared: Sequence[Declared], written: Sequence[Declared], entry: Package | None, hop: Hop, need: PythonNeed, matrix: Matrix
) -> Version | None:
    """The release a project has: its pin, what a lock holds, or the newest that its ranges admit and that goes with the hop's source."""
    for one in (*written, *(one for one in declared if one.kind == LOCK)):
        version = _locked(one) if one.kind == LOCK else pinned(one.specifier, dialect_of(one.format))
        if version is not None:
            return version
    limits = [limit for one in written if (limit := as_set(one.specifier, dialect_of(one.format))) is not None]
    for candidate in _newest_first(entry, hop, need, matrix):
        if all(limit.contains(candidate) for limit in limits):
            return candidate
    return max((found for one in written if (found := floor(one.specifier, dialect_of(one.format))) is not None), default=None)


def _newest_first(entry: Package | None, hop: Hop, need: PythonNeed, matrix: Matrix) -> Iterable[Version]:
    """Releases that go with the hop's source, newest first."""
    if entry is not None and entry.django:
        on_source = entry.django.get(hop.source)
        limit = on_source.newest if on_source else None
        return sorted((version for version in _known(entry) if limit is None or version <= limit), reverse=True)
    releases = matrix.releases(entry.name) if entry is not None else None
    if releases is None:
        return ()
    pythons = (need.source,) if need.source else need.before
    return [one.version for one in reversed(releases.usable) if not pythons or any(map(one.installs_on, pythons))]


def _locked(one: Declared) -> Version | None:
    try:
        return Version(one.specifier.lstrip("="))
    except InvalidVersion:
        return None


def _is_installed(one: Declared, hop: Hop, need: PythonNeed) -> bool:
    """False for a requirement whose marker excludes the Python the project runs on and the one it will, or all that it may."""
    pythons = [python for python in (need.source, need.target) if python]
    return advice.is_reachable_on(one.marker, pythons or (*facts(hop.source).pythons, *facts(hop.target).pythons))


def conflicts(written: Sequence[Declared]) -> tuple[Declared, ...]:
    """Exact pins that name different versions with nothing that says which counts: markers do, and so do folders for docs and tests."""
    pins = [one for one in written if not one.marker and pinned(one.specifier, dialect_of(one.format)) is not None]
    near = [one for one in pins if not OUTLYING.intersection(part.lower() for part in PurePosixPath(one.path).parts[:-1])] or pins
    versions = {pinned(one.specifier, dialect_of(one.format)) for one in near}
    return tuple(near) if len(versions) > 1 else ()


def _named(torn: Sequence[Declared]) -> str:
    """`a.txt:1 has ==1.0 (and 2 more places); b.txt:3 has ==1.1`."""
    places: dict[str, list[Declared]] = {}
    for one in torn:
        places.setdefault(one.specifier, []).append(one)
    more = {text: f" (and {len(found) - 1} more)" if len(found) > 1 else "" for text, found in places.items()}
    return "; ".join(f"{found[0].path}:{found[0].line} has {text}{more[text]}" for text, found in places.items())


def _retired(found: Verdict, entry: Package) -> Verdict:
    note = f" ({entry.note})" if entry.note else ""
    if entry.status == "needless":
        return replace(found, verdict=FITS, reason=f"Not needed any more: {entry.successor}{note}.", successor=entry.successor)
    reason = f"Given up; last release {entry.latest}{note}. Its successor: {entry.successor}."
    return replace(found, verdict=BLOCKED, reason=reason, successor=entry.successor)


def _on_django(found: Verdict, entry: Package, hop: Hop, need: PythonNeed, matrix: Matrix) -> Verdict:
    """The verdict by the matrix of Django releases."""
    on_target = entry.django.get(hop.target)
    if on_target is None or on_target.by == "none":
        return _blocked(found, entry, hop, f"{_no_release(entry)} installs with Django {hop.target}.")
    if not on_target.is_named:
        return _unnamed(found, entry, hop, need, matrix)
    version, first = found.source, on_target.first
    assert first is not None
    evidence = (_evidence(entry, hop.target, on_target),)
    if version is None:
        return replace(found, reason="Its release is not known: neither a pin nor a lock names one.", evidence=evidence)
    if version >= first:
        newest = on_target.newest
        if newest is not None and version > newest and not (entry.examined and version > entry.examined):
            return replace(found, reason=f"{version} is later than every release known to go with Django {hop.target}.", evidence=evidence)
        return replace(found, verdict=FITS, reason=f"{version} goes with Django {hop.target}.", evidence=evidence)
    return _moved(found, entry, hop, need, matrix, on_target, evidence)


def _moved(
    found: Verdict, entry: Package, hop: Hop, need: PythonNeed, matrix: Matrix, goal: OnDjango, evidence: tuple[str, ...]
) -> Verdict:
    """A move to the first series of releases that go with the target: a bridge if the source's Django still goes with them."""
    first = goal.first
    assert first is not None
    on_source = entry.django.get(hop.source)
    pythons = [python for python in need.after if _installs(goal.first_python, python)]
    if need.after and not pythons:
        asks = f"{first} is the first that goes with Django {hop.target}, and asks for Python {goal.first_python}"
        return replace(found, reason=f"{asks}; the project is on {span(need.after)}.", evidence=_assuming(need, evidence))
    if len(pythons) < len(need.after):
        evidence = _assuming(need, evidence)
    ceilings = [one for one in ((on_source.last, on_source.last_installable) if on_source else ()) if one is not None and one >= first]
    if ceilings:
        target = _newest_in_series(entry, matrix, first, ceilings[0], pythons)
        assert on_source is not None
        both = (*evidence, _evidence(entry, hop.source, on_source))
        reason = f"{entry.name} {target} goes with Django {hop.source} and {hop.target}, {found.source} does not go with {hop.target}."
        return replace(_placed(found, goal, need, target), verdict=MOVE, stage=Stage.PREPARE, reason=reason, evidence=both)
    target = _newest_in_series(entry, matrix, first, goal.newest or first, pythons)
    bridge = f"no release goes with {hop.source} as well" if on_source else f"which releases go with {hop.source} is not known"
    reason = f"{entry.name} {target} goes with Django {hop.target}; {bridge}."
    return replace(_placed(found, goal, need, target), verdict=WITH_DJANGO, stage=Stage.BUMP, reason=reason, evidence=evidence)


def _assuming(need: PythonNeed, evidence: tuple[str, ...]) -> tuple[str, ...]:
    return (*evidence, need.assumption) if need.assumption else evidence


def _placed(found: Verdict, goal: OnDjango, need: PythonNeed, target: Version) -> Verdict:
    return replace(found, target=target, new_python=need.moves and not _installs(goal.first_python, need.source))


def _installs(within: str, python: str) -> bool:
    """True unless a Requires-Python excludes a Python; both may be unknown."""
    try:
        return not python or SpecifierSet(within).contains(f"{python}.20")
    except InvalidSpecifier:
        return True


def _newest_in_series(entry: Package, matrix: Matrix, first: Version, ceiling: Version, pythons: Sequence[str]) -> Version:
    """The newest patch of the first release's minor series: the first release itself often has the mistakes of a first one."""
    known = _known(entry)
    releases = matrix.releases(entry.name)
    for release in releases.known if releases else ():
        if release.yanked or not all(release.installs_on(python) for python in pythons):
            known.discard(release.version)
        else:
            known.add(release.version)
    fit = [version for version in known if first <= version <= ceiling and version.release[:2] == first.release[:2]]
    fit = [version for version in fit if all(_installs(entry.python_of(version), python) for python in pythons)]
    return max(fit, default=first)


def _unnamed(found: Verdict, entry: Package, hop: Hop, need: PythonNeed, matrix: Matrix) -> Verdict:
    """No release names the target. The best guess are releases that go with the one before; a project that has one stays."""
    if entry.status in _ENDED:
        return _blocked(found, entry, hop, f"{_no_release(entry)} names Django {hop.target}, and its work has ended ({entry.status}).")
    earlier = [name for name, one in entry.django.items() if one.is_named and order(name) < order(hop.target)]
    nearest = max(earlier, key=order, default=None)
    newest = entry.examined or entry.latest
    said = (f"{entry.name} {newest} ({entry.month}) and those before it name Django {nearest or 'not at all'} as the newest",)
    goal = entry.django[nearest] if nearest else None
    if goal is not None and goal.first is not None and found.source is not None and found.source < goal.first:
        moved = _moved(found, entry, hop, need, matrix, goal, said)
        reason = f"{entry.name} {moved.target} goes with Django {nearest}, the closest to {hop.target} that a release names."
        return replace(moved, reason=reason) if moved.moves else moved
    return replace(found, reason=f"{_no_release(entry)} names Django {hop.target}. It installs; test it.", evidence=said)


def _no_release(entry: Package) -> str:
    """`No release`, of those that were looked at: later ones may well name the target."""
    return f"No release up to {entry.examined}, the newest that was looked at," if _is_behind(entry) else "No release"


def _is_behind(entry: Package) -> bool:
    return entry.examined is not None and entry.latest > entry.examined


def _blocked(found: Verdict, entry: Package, hop: Hop, why: str) -> Verdict:
    successor = f" Its successor: {entry.successor}." if entry.successor else ""
    note = f" {entry.note}." if entry.note else ""
    month = "" if _is_behind(entry) else f" ({entry.month})"
    said = (f"{entry.name} {entry.latest} is the newest of its releases{month}",)
    return replace(found, verdict=BLOCKED, reason=f"{why}{successor}{note}", evidence=said, successor=entry.successor)


def _evidence(entry: Package, django: str, on: OnDjango) -> str:
    first = f"{on.first} to {on.last}" if on.first and on.last and on.first != on.last else f"{on.first or on.last or on.last_installable}"
    return f"Django {django}: {entry.name} {first}, by {EVIDENCE.get(on.by, on.by)}"
