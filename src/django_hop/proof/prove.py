"""Prove a codemod: make the new form of a proof with the codemod itself, run both forms where the claims say, and judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model import Codemod
from ..project.index import Project
from ..rewrite.files import kind_of, rewrite_file
from ..testing import default_hop
from ..words import WordFilter
from .claims import Claim, Form, claims, fault
from .interpreters import Unavailable
from .pages import Proof
from .servers import Servers


@dataclass(frozen=True)
class Verdict:
    """What came of one proof."""

    proved: tuple[Claim, ...]
    faults: tuple[str, ...]
    lacks: tuple[tuple[Claim, str], ...]
    """Claims that this machine cannot try, and what it lacks; never to be taken for proved."""


class Unchanged(Exception):
    """The codemod does not make a new form of a proof's program; the message says why."""


def new_form(codemod: Codemod, proof: Proof) -> str:
    """The program as the codemod leaves it. Raises Unchanged."""
    data = proof.program.encode()
    project = Project({**{path: text.encode() for path, text in proof.files.items()}, proof.path: data})
    candidates = WordFilter([codemod], kind_of(proof.path)).candidates(data)
    about = f"{codemod.id} does not change its proof in line {proof.line}"
    if not candidates:
        raise Unchanged(f"{about}: the word filter does not let it through")
    result = rewrite_file(proof.path, data, candidates, proof.hop or default_hop(codemod), project)
    if not result.steps:
        said = [*(one.message for one in result.failures), *(one.message for one in result.remaining)]
        raise Unchanged(f"{about}: {'; '.join(said) or 'nothing found'}")
    return result.steps[-1][1].decode()


def prove(codemod: Codemod, proof: Proof, servers: Servers) -> Verdict:
    """Try every claim. Raises Unchanged if there is no new form to try."""
    forms = {Form.OLD: proof.program, Form.NEW: new_form(codemod, proof)}
    running, lacks, faults, proved = [], [], [], []
    for claim in claims(codemod, proof):
        try:
            running.append((claim, servers.run(claim, proof, forms[claim.form])))
        except Unavailable as lack:
            lacks.append((claim, str(lack)))
    for claim, outcome in running:
        found = fault(claim, proof, outcome.result())
        if found:
            faults.append(found)
        else:
            proved.append(claim)
    if faults and any(claim.form is Form.NEW for claim, _ in running):
        faults.append(f"the new form:\n{forms[Form.NEW]}")
    return Verdict(tuple(proved), tuple(faults), tuple(lacks))


def summary(proved: Iterable[Claim]) -> str:
    """The releases of proved claims in words: old form works on 3.2, fails on 4.0; new form without warnings on 2.2, 3.2, 4.0."""
    groups: dict[str, list[str]] = {}
    for claim in proved:
        groups.setdefault(f"{claim.form.value} form {claim.shows.value} on", []).append(claim.release)
    return "; ".join(f"{words} {', '.join(releases)}" for words, releases in groups.items())
