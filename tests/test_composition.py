"""A direct hop over several releases gives the same text as the hops one after another: on every page, and on the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from django_hop.config import Settings
from django_hop.hop import Base, take
from django_hop.model import Codemod, Hop
from django_hop.packs import page_path, shipped
from django_hop.plan import active
from django_hop.project.release import Detected
from django_hop.project.tree import tree_of_paths
from django_hop.run import run
from django_hop.testing import Case, read_page

CODEMODS = tuple(codemod for pack in shipped() for codemod in pack.codemods)
CASES = [
    (codemod, case)
    for codemod in CODEMODS
    if (page := page_path(codemod, shipped()))
    for case in read_page(page.read_text("utf-8"))
    if case.role == "before"
]
DIRECT = (Hop("2.2", "5.2"),)
STEPS = (Hop("2.2", "3.2"), Hop("3.2", "4.2"), Hop("4.2", "5.2"))
LEDGER = Path(__file__).parents[1] / "examples" / "ledger"


@cache
def codemods_of(hop: Hop) -> tuple[Codemod, ...]:
    return tuple(active(CODEMODS, hop, Settings()))


def after(tree: Mapping[str, bytes], hops: tuple[Hop, ...]) -> dict[str, bytes]:
    files = dict(tree)
    for hop in hops:
        results = run(files, codemods_of(hop), hop, Settings(), workers=1).results
        assert [failure for result in results for failure in result.failures] == []
        files.update({result.path: result.steps[-1][1] for result in results if result.steps})
    return files


@pytest.mark.parametrize(("codemod", "case"), [pytest.param(*one, id=f"{one[0].id}:{one[1].line}") for one in CASES])
def test_a_page_comes_out_the_same_directly_and_in_steps(codemod: Codemod, case: Case) -> None:
    tree = {**{path: text.encode() for path, text in case.given.items()}, case.path: case.before.encode()}
    assert after(tree, DIRECT) == after(tree, STEPS)


def test_the_ledger_comes_out_the_same_directly_and_in_steps() -> None:
    tree = tree_of_paths([LEDGER], LEDGER)
    base = Base("", tree, Detected("2.2"), Settings(), shipped(), ())
    steps = tree
    for hop in STEPS:
        steps = take(base, steps, hop, workers=1).tree
    assert dict(take(base, tree, DIRECT[0], workers=1).tree) == dict(steps)
