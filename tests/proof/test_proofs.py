"""Every proof of every page we ship, on the real releases. `-k ID` picks a codemod."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from django_hop.model import Codemod
from django_hop.packs import page_path, shipped
from django_hop.proof.pages import Proof, read_proofs
from django_hop.proof.prove import prove
from django_hop.proof.servers import Servers

pytestmark = pytest.mark.proof


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with Servers() as started:
        yield started


def proofs() -> Iterator[object]:
    for pack in shipped():
        for codemod in pack.codemods:
            page = page_path(codemod, shipped())
            for proof in read_proofs(page.read_text("utf-8")) if page else []:
                yield pytest.param(codemod, proof, id=f"{codemod.id}:{proof.line}")


@pytest.mark.parametrize(("codemod", "proof"), list(proofs()))
def test_proof(codemod: Codemod, proof: Proof, servers: Servers) -> None:
    verdict = prove(codemod, proof, servers)
    if verdict.faults:
        pytest.fail("\n\n".join(verdict.faults), pytrace=False)
    if verdict.lacks:
        pytest.skip("not proved here: " + "; ".join(sorted({f"{claim} ({lack})" for claim, lack in verdict.lacks})))
