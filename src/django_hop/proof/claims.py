"""What a codemod's entry claims about releases, as runs of a proof's old and new form with what each must show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from packaging.version import Version

from ..model import ANY, Codemod
from ..releases import LTS, NAMES, before, facts, not_after, order
from .pages import Proof

WITHOUT = "none"
"""The release of a claim for which the package is not installed."""
DJANGO = "3.2"
"""The release of Django for the proof of a package that names none: it runs on the Python versions of most packages' releases."""


class Form(str, Enum):
    """Which text of a proof runs."""

    OLD = "old"
    NEW = "new"


class Shows(str, Enum):
    """What a run must show."""

    WORKS = "works"
    """No exception."""
    SILENT = "works without a warning"
    WARNS = "works and warns"
    FAILS = "fails"


@dataclass(frozen=True)
class Claim:
    """One run: a form on a release, and what it must show."""

    release: str
    """A release of Django; or of a package, whose newest patch is meant: `3.11`, `<3.11` for the last one before it, `none` for its
    absence."""
    form: Form
    shows: Shows
    package: str = ""
    """The package, if the claim is about another one than Django."""
    django: str = ""
    """The release of Django to run a claim about a package on."""

    def __str__(self) -> str:
        where = f"{self.package} {self.release}, Django {self.django}" if self.package else f"Django {self.release}"
        return f"the {self.form.value} form {self.shows.value} on {where}"

    @property
    def place(self) -> tuple[Version, bool]:
        """What sorts the claims of one codemod, oldest release first; `<3.11` stands just before `3.11`."""
        return place_of(self.release)

    @property
    def requirement(self) -> str:
        """What a claim about a package asks the index for; empty for its absence."""
        if self.release == WITHOUT:
            return ""
        return f"{self.package}{self.release}" if self.release.startswith("<") else f"{self.package}=={self.release}.*"


def place_of(release: str) -> tuple[Version, bool]:
    """What sorts the releases that claims name."""
    return Version("0" if release == WITHOUT else release.removeprefix("<")), not release.startswith("<")


@dataclass(frozen=True)
class Outcome:
    """What a run showed: the exception's line ("" if none), what there is to read about it, and the deprecation warnings."""

    error: str
    detail: str
    warnings: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    """The names of the exception's class and its bases."""


def claims(codemod: Codemod, proof: Proof) -> list[Claim]:
    """The claims to prove, oldest release first."""
    if codemod.package:
        return _about_package(codemod, proof)
    found = {*_old(codemod, proof), *(Claim(release, Form.NEW, Shows.SILENT) for release in _for_new(codemod))}
    first, last = order(proof.since or NAMES[0]), order(proof.until or NAMES[-1])
    runnable = [claim for claim in found if first <= order(claim.release) <= last and _runs_on(claim.release, proof.python)]
    return sorted(runnable, key=lambda claim: (order(claim.release), claim.form.value, claim.shows.value))


def _runs_on(release: str, python: str) -> bool:
    return not python or python in facts(release).pythons


def _old(codemod: Codemod, proof: Proof) -> Iterator[Claim]:
    removed, deprecated = codemod.removed, codemod.deprecated
    if removed in NAMES and removed is not None:
        if before(removed) != removed:
            yield Claim(before(removed), Form.OLD, Shows.WORKS)
        if not proof.unshown:
            yield Claim(removed, Form.OLD, Shows.FAILS)
    if deprecated in NAMES and deprecated is not None and not proof.quiet and deprecated != removed:
        yield Claim(deprecated, Form.OLD, Shows.WARNS)
        if before(deprecated) != deprecated:
            yield Claim(before(deprecated), Form.OLD, Shows.SILENT)


def _for_new(codemod: Codemod) -> set[str]:
    """works_from, the releases about which the entry says something, and both ends of the LTS hops around them."""
    told = {release for release in (codemod.works_from, codemod.deprecated, codemod.removed) if release in NAMES and release is not None}
    around = {before(codemod.removed)} if codemod.removed in NAMES and codemod.removed is not None else set()
    for release in told:
        around |= set([name for name in LTS if order(name) < order(release)][-1:])
        around |= set([name for name in LTS if order(name) >= order(release)][:1])
    return {release for release in told | around if not_after(codemod.works_from, release)}


def _about_package(codemod: Codemod, proof: Proof) -> list[Claim]:
    """The same claims about the releases of a package, each with the release of Django that the proof names for it."""
    wanted = [*_old_on_package(codemod, proof), *((release, Form.NEW, Shows.SILENT) for release in _new_on_package(codemod, proof))]
    first, last = place_of(proof.since or "0"), place_of(proof.until or "999999")
    kept = [one for one in dict.fromkeys(wanted) if one[0] == WITHOUT or first <= place_of(one[0]) <= last]
    found = [Claim(release, form, shows, codemod.package, _django(proof, release)) for release, form, shows in kept]
    return sorted(found, key=lambda claim: (claim.place, claim.form.value, claim.shows.value))


def _django(proof: Proof, release: str) -> str:
    return next((django for start, django in reversed(proof.django) if place_of(start) <= place_of(release)), DJANGO)


def _old_on_package(codemod: Codemod, proof: Proof) -> Iterator[tuple[str, Form, Shows]]:
    removed, deprecated = codemod.removed, codemod.deprecated
    if removed is not None:
        yield f"<{removed}", Form.OLD, Shows.WORKS
        if not proof.unshown:
            yield removed, Form.OLD, Shows.FAILS
    elif proof.newest:
        yield proof.newest, Form.OLD, Shows.WORKS
    if deprecated is not None and not proof.quiet and deprecated != removed:
        yield deprecated, Form.OLD, Shows.WARNS
        yield f"<{deprecated}", Form.OLD, Shows.SILENT


def _new_on_package(codemod: Codemod, proof: Proof) -> Iterator[str]:
    """works_from, the releases of which the entry speaks, the last one with the old form, and the newest that the proof names."""
    if codemod.works_from == ANY:
        yield WITHOUT
    last = f"<{codemod.removed}" if codemod.removed else None
    for release in (codemod.works_from, codemod.deprecated, codemod.removed, last, proof.newest):
        if release and release != ANY and place_of(release) >= place_of(codemod.works_from):
            yield release


def fault(claim: Claim, proof: Proof, outcome: Outcome) -> str:
    """What contradicts a claim, as text for a person; empty if the run showed what it must."""
    about = "\n".join(part for part in (outcome.error, *outcome.warnings, outcome.detail) if part)
    if claim.shows is Shows.FAILS:
        if not outcome.error:
            return f"not true: {claim}; it works"
        if proof.fails and proof.fails not in outcome.kinds:
            return f"{claim}, but not with {proof.fails}:\n{about}"
        return ""
    if outcome.error:
        return f"not true: {claim}:\n{about}"
    if claim.shows is Shows.WARNS and not outcome.warnings:
        return f"not true: {claim}; there is no warning"
    if claim.shows is Shows.SILENT and outcome.warnings:
        return f"not true: {claim}:\n{about}"
    return ""
