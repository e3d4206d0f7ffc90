"""What a codemod's entry claims about releases, as runs of a proof's old and new form with what each must show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ..model import Codemod
from ..releases import LTS, NAMES, before, facts, not_after, order
from .pages import Proof


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
    form: Form
    shows: Shows

    def __str__(self) -> str:
        return f"the {self.form.value} form {self.shows.value} on Django {self.release}"


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
