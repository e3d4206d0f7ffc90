"""Every case of every page of every pack: before, after, must-not-change, findings. `pytest --accept` rewrites the `after` blocks."""

from __future__ import annotations

import pytest

from django_hop.model import Codemod
from django_hop.packs import page_path, shipped
from django_hop.testing import Case, accept, faults, read_page, thin

CODEMODS = [codemod for pack in shipped() for codemod in pack.codemods]


def cases() -> list[object]:
    found = []
    for codemod in CODEMODS:
        page = page_path(codemod, shipped())
        for case in read_page(page.read_text("utf-8")) if page else []:
            found.append(pytest.param(codemod, case, id=f"{codemod.id}:{case.line}:{case.role} {case.name[:60]}"))
    return found


@pytest.mark.parametrize(("codemod", "case"), cases())
def test_case(codemod: Codemod, case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--accept") and case.role == "before":
        page = page_path(codemod, shipped())
        assert page is not None
        accept(page, codemod)
        case = next(one for one in read_page(page.read_text("utf-8")) if one.line == case.line)
    assert list(faults(codemod, case)) == []


@pytest.mark.parametrize("codemod", CODEMODS, ids=lambda codemod: codemod.id)
def test_every_page_says_what_must_not_change_as_often_as_what_changes(codemod: Codemod) -> None:
    page = page_path(codemod, shipped())
    assert page is not None, f"codemods/{codemod.pack}/{codemod.id}.md is missing"
    assert thin(read_page(page.read_text("utf-8"))) is None
