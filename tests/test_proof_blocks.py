"""Proof blocks as far as they can be looked at without running Django."""

from __future__ import annotations

import pytest

from django_hop.model import ANY, Codemod, Safety
from django_hop.packs import page_path, shipped
from django_hop.proof.claims import Claim, Form, Outcome, Shows, claims, fault
from django_hop.proof.pages import Proof, read_proofs, unproved
from django_hop.proof.prove import new_form
from django_hop.testing import PageError

CODEMODS = [codemod for pack in shipped() for codemod in pack.codemods]


def page_of(codemod: Codemod) -> str:
    page = page_path(codemod, shipped())
    return page.read_text("utf-8") if page else ""


@pytest.mark.parametrize("codemod", [one for one in CODEMODS if one.safety is Safety.SAFE], ids=lambda codemod: codemod.id)
def test_every_safe_codemod_has_a_proof_or_says_why_not(codemod: Codemod) -> None:
    page = page_of(codemod)
    assert bool(read_proofs(page)) != bool(unproved(page)), f"codemods/{codemod.pack}/{codemod.id}.md: one of `proof` and `text unproved`"


@pytest.mark.parametrize("codemod", CODEMODS, ids=lambda codemod: codemod.id)
def test_every_proof_is_changed_by_its_codemod(codemod: Codemod) -> None:
    for proof in read_proofs(page_of(codemod)):
        assert claims(codemod, proof)
        assert new_form(codemod, proof) != proof.program


def codemod(removed: str | None, works_from: str, deprecated: str | None = None) -> Codemod:
    return Codemod("some-name", "some name", removed, (), Safety.SAFE, works_from, deprecated)


def told(wanted: list[Claim]) -> set[str]:
    return {f"{claim.release} {claim.form.value}: {claim.shows.value}" for claim in wanted}


def test_what_an_entry_claims() -> None:
    """Around each release of which the entry speaks, and at both ends of the LTS hops around them."""
    assert told(claims(codemod("4.0", "2.0", "3.0"), Proof("app/program.py", "", 1))) == {
        "2.2 old: works without a warning",
        "3.0 old: works and warns",
        "3.2 old: works",
        "4.0 old: fails",
        *(f"{release} new: works without a warning" for release in ("2.0", "2.2", "3.0", "3.2", "4.0", "4.2")),
    }


def test_a_result_that_needs_the_target_is_not_tried_before() -> None:
    assert told(claims(codemod("2.2", "2.2"), Proof("app/program.py", "", 1))) == {
        "2.1 old: works",
        "2.2 old: fails",
        "2.2 new: works without a warning",
    }


def test_nothing_is_claimed_of_the_release_before_the_first() -> None:
    assert told(claims(codemod("2.0", "1.11", "1.9"), Proof("app/program.py", "", 1))) == {
        "1.11 old: works",
        "2.0 old: fails",
        *(f"{release} new: works without a warning" for release in ("1.11", "2.0", "2.2")),
    }


def test_options_narrow_the_claims() -> None:
    proof = Proof("app/program.py", "", 1, unshown=True, quiet=True, since="3.0", until="4.0")
    assert told(claims(codemod("4.0", "2.0", "3.0"), proof)) == {
        "3.2 old: works",
        *(f"{release} new: works without a warning" for release in ("3.0", "3.2", "4.0")),
    }


def package_codemod(removed: str | None, works_from: str, deprecated: str | None = None) -> Codemod:
    return Codemod("some-name", "some name", removed, (), Safety.SAFE, works_from, deprecated, package="celery")


def asked(wanted: list[Claim]) -> list[str]:
    return [f"{claim.requirement or 'nothing'} on {claim.django}, {claim.form.value}: {claim.shows.value}" for claim in wanted]


def test_what_an_entry_claims_about_another_package() -> None:
    (proof,) = read_proofs("```python proof django=2.2,4.10:3.2 newest=5.3\nx\n```\n")
    assert asked(claims(package_codemod("4.10", "4.9", "4.2"), proof)) == [
        "celery<4.2 on 2.2, old: works without a warning",
        "celery==4.2.* on 2.2, old: works and warns",
        "celery==4.9.* on 2.2, new: works without a warning",
        "celery<4.10 on 2.2, new: works without a warning",
        "celery<4.10 on 2.2, old: works",
        "celery==4.10.* on 3.2, new: works without a warning",
        "celery==4.10.* on 3.2, old: fails",
        "celery==5.3.* on 3.2, new: works without a warning",
    ]


def test_a_result_without_the_package_is_tried_without_it() -> None:
    (proof,) = read_proofs("```python proof newest=5.3\nx\n```\n")
    assert asked(claims(package_codemod(None, ANY), proof)) == [
        "nothing on 3.2, new: works without a warning",
        "celery==5.3.* on 3.2, new: works without a warning",
        "celery==5.3.* on 3.2, old: works",
    ]


def test_options_narrow_the_claims_about_another_package() -> None:
    (proof,) = read_proofs("```python proof unshown from=4.1 until=4.9 with=redis<4 with=kombu\nx\n```\n")
    assert proof.requirements == ("redis<4", "kombu")
    assert asked(claims(package_codemod("4.10", "4.0", "4.2"), proof)) == [
        "celery<4.2 on 3.2, old: works without a warning",
        "celery==4.2.* on 3.2, new: works without a warning",
        "celery==4.2.* on 3.2, old: works and warns",
    ]


FAILS = Claim("4.0", Form.OLD, Shows.FAILS)
WARNS = Claim("3.0", Form.OLD, Shows.WARNS)
SILENT = Claim("3.0", Form.NEW, Shows.SILENT)


@pytest.mark.parametrize(
    ("claim", "outcome", "holds"),
    [
        (FAILS, Outcome("ModuleNotFoundError: x", "", (), ("ModuleNotFoundError", "ImportError")), True),
        (FAILS, Outcome("TypeError: x", "", (), ("TypeError",)), False),
        (FAILS, Outcome("", "", ()), False),
        (WARNS, Outcome("", "", ("a.py:1: RemovedInDjango40Warning: x",)), True),
        (WARNS, Outcome("", "", ()), False),
        (WARNS, Outcome("TypeError: x", "", ("a.py:1: RemovedInDjango40Warning: x",), ("TypeError",)), False),
        (SILENT, Outcome("", "", ()), True),
        (SILENT, Outcome("", "", ("a.py:1: RemovedInDjango40Warning: x",)), False),
        (SILENT, Outcome("AssertionError", "", (), ("AssertionError",)), False),
    ],
)
def test_what_a_run_shows_is_held_against_the_claim(claim: Claim, outcome: Outcome, holds: bool) -> None:
    assert (fault(claim, Proof("app/program.py", "", 1, fails="ImportError"), outcome) == "") is holds


def test_a_proof_brings_its_files_and_its_check() -> None:
    text = "```python with app/a.py\nA = 1\n```\n\n```html proof tables apps=django.forms\nx\n```\n\n```python check\nassert 1\n```\n"
    (proof,) = read_proofs(text)
    assert (proof.path, proof.tables, proof.apps, proof.check) == ("templates/page.html", True, ("django.forms",), "assert 1\n")
    files = proof.project("y\n")
    assert files["templates/page.html"] == "y\n"
    assert files["app/a.py"] == "A = 1\n"
    assert proof.modules() == ["app.hop_check"]


@pytest.mark.parametrize(
    "text",
    [
        "```html proof\nx\n```\n",
        "```python check\nx\n```\n",
        "```python with app/a.py\nx\n```\n",
        "```python proof colour=red\nx\n```\n",
        "```python proof app/a.py app/b.py\nx\n```\n",
    ],
    ids=["template without check", "check without proof", "file without proof", "unknown option", "two paths"],
)
def test_a_broken_block_is_an_error(text: str) -> None:
    with pytest.raises(PageError):
        read_proofs(text)
