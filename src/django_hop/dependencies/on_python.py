"""The verdict on a package to which Django does not matter: it has to run on the Python of the hop, known or assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from packaging.version import Version

from ..model import Stage
from .matrix import Matrix
from .model import FITS, MOVE, UNKNOWN, WITH_DJANGO, WITHDRAWN, Verdict
from .pythons import PythonNeed, span
from .releases_of import Release, Releases


def on_python(found: Verdict, need: PythonNeed, matrix: Matrix, *, only_if_excluded: bool = False) -> Verdict:
    """The verdict on a package with its release, if one is known; with `only_if_excluded` only what cannot be installed moves."""
    releases = matrix.releases(found.package)
    if releases is None or not releases.usable:
        return found if found.verdict == FITS or found.reason else replace(found, reason="The matrix does not know it.")
    source = found.source
    if source is None:
        return found if found.reason else replace(found, reason="Its release is not known: neither a pin nor a lock names one.")
    exact = releases.find(str(source))
    if exact is not None and exact.yanked:
        found = replace(found, evidence=(*found.evidence, f"{found.package} {source} {WITHDRAWN}"))
    if not need.after:
        return found if found.reason else replace(found, reason="Django does not matter to it, and nothing is known of its Python.")
    have = [_of_series(exact, releases, source, python) for python in need.after]
    installing = [one for one, python in zip(have, need.after, strict=True) if one is not None and one.installs_on(python)]
    if have[0] is None or (only_if_excluded and installing):
        return found if found.reason else replace(found, reason=f"Nothing is known of its series {source}.")
    if not need.assumed and not need.moves and installing:
        return replace(found, verdict=FITS, reason=f"Django does not matter to it, and Python {need.after[0]} stays.")
    for release, python in zip(have, need.after, strict=True):
        first = releases.first_on(python)
        if release is not None and release.is_known_on(python) and first is not None and source >= first.version:
            said = (f"{found.package} {release.version} of {release.month} runs on Python {python}", *_assumption(need))
            return replace(found, verdict=FITS, reason=f"{source} runs on Python {python}.", evidence=(*found.evidence, *said))
    return _assumed(found, source, need, releases) if need.assumed else _to_python(found, source, need, releases)


def _of_series(exact: Release | None, releases: Releases, source: Version, python: str) -> Release | None:
    """The release the project has, or, where the index does not know it, the newest of its series."""
    return exact or releases.newest(series=source, fits=(python,)) or releases.newest(series=source)


def _assumption(need: PythonNeed) -> tuple[str, ...]:
    return (need.assumption,) if need.assumption else ()


def _to_python(found: Verdict, source: Version, need: PythonNeed, releases: Releases) -> Verdict:
    """A move to the first series that is known to run on the Python of the hop, with one that runs on today's as well if there is one."""
    python = need.after[0]
    first = releases.first_on(python)
    if first is None or (first.version <= source and releases.newest(series=first.version, fits=(python,)) is None):
        return _none_known(found, need, releases)
    both = releases.newest(series=first.version, fits=(need.source, python)) if need.source else None
    target = both if both is not None and both.version >= first.version else releases.newest(series=first.version, fits=(python,)) or first
    if target.version <= source:
        return _stays(found, source, need, releases)
    if target.wheels:
        said = f"{found.package} {target.version} has wheels for Python {python}; {source} has none"
    else:
        said = f"{found.package} {target.version} came out in {target.month}, after Python {python}; {source} before it"
    on_old = not need.source or target.installs_on(need.source)
    stage = need.stage if need.stage is not None else Stage.PREPARE
    return replace(
        found,
        verdict=MOVE if on_old or stage is Stage.PREPARE else WITH_DJANGO,
        target=target.version,
        stage=Stage.PREPARE if on_old else stage,
        reason=f"{found.package} {target.version} is of the first series known to run on Python {python}.",
        evidence=(*found.evidence, said),
        new_python=need.moves and not on_old,
    )


def _assumed(found: Verdict, source: Version, need: PythonNeed, releases: Releases) -> Verdict:
    """The same where the Python is one of several: a release that is known to run on all of them, or at least on the oldest, is right.

    It moves before Django unless the Python has to change with Django, too, and the release does not run on today's.
    """
    oldest = need.assumed[:1]
    first, pythons = next(
        ((one, pythons) for pythons in (need.assumed, oldest) for one in releases.usable if all(map(one.is_known_on, pythons))), (None, ())
    )
    if first is None:
        return _none_known(found, need, releases)
    for bounds in ((*need.before, *pythons), pythons):
        target = releases.newest(series=first.version, fits=bounds)
        if target is not None and target.version >= first.version:
            break
    else:
        target = first
    on = span(pythons)
    if target.version <= source:
        return _stays(found, source, need, releases)
    has = f"has wheels for Python {on}" if target.wheels else f"came out in {target.month}, after Python {pythons[-1]}"
    said = f"{found.package} {target.version} {has}; {source} is known to run on none of {span(need.assumed)}"
    early = set(need.assumed) <= set(need.before) or _on_all(target, need.before)
    return replace(
        found,
        verdict=MOVE if early else WITH_DJANGO,
        target=target.version,
        stage=Stage.PREPARE if early else Stage.BUMP,
        reason=f"{found.package} {target.version} is of the first series known to run on Python {on}.",
        evidence=(*found.evidence, said, *_assumption(need)),
    )


def _stays(found: Verdict, source: Version, need: PythonNeed, releases: Releases) -> Verdict:
    """A release beyond those that are known to run on the Python: it fits, unless it asks for a later one."""
    exact = releases.find(str(source))
    evidence = (*found.evidence, *_assumption(need))
    if exact is not None and not any(map(exact.installs_on, need.after)):
        reason = f"{source} asks for Python {exact.python}; the project is on {span(need.after)}."
        return replace(found, verdict=UNKNOWN, reason=reason, evidence=evidence)
    return replace(found, verdict=FITS, reason=f"{source} runs on Python {span(need.after)}.", evidence=evidence)


def _on_all(release: Release, pythons: Sequence[str]) -> bool:
    return all(map(release.installs_on, pythons))


def _none_known(found: Verdict, need: PythonNeed, releases: Releases) -> Verdict:
    newest = releases.usable[-1].version
    reason = f"No release is known to run on Python {span(need.after)}; the newest is {newest}."
    return replace(found, verdict=UNKNOWN, reason=reason)
