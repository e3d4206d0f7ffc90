"""Requirements raised as little as will do: every form of a version specifier, and what is left alone."""

from __future__ import annotations

import pytest

from django_hop.dependencies.specifier import PEP440, POETRY
from django_hop.ops.raise_requirement import raised


@pytest.mark.parametrize(
    ("before", "floor", "after"),
    [
        ("==1.3.14", "1.4.0", "==1.4.0"),
        ("===1.3.14", "1.4.0", "===1.4.0"),
        ("==1.3.*", "1.4.0", "==1.4.*"),
        ("~=3.2.7", "3.3.2", "~=3.3.2"),
        ("~=18.3", "19.1.0", "~=19.1"),
        (">= 1.3, < 1.4", "1.4.0", ">= 1.3, < 1.5"),
        (">=18,<19", "19.1.0", ">=18,<20"),
        ("<3.3", "3.3.2", "<3.4"),
        ("<=3.3.1", "3.3.2", "<=3.3.2"),
        (">=3.2,!=3.2.5,<3.2.10", "3.2.10", ">=3.2,!=3.2.5,<3.2.11"),
    ],
)
def test_only_the_clauses_that_forbid_the_floor_change(before: str, floor: str, after: str) -> None:
    assert raised(before, PEP440, floor) == after


@pytest.mark.parametrize(("before", "after"), [("^18.3", "^19.1"), ("~18.3.0", "~19.1.0"), ("18.3.0", "19.1.0")])
def test_the_notation_of_poetry_stays(before: str, after: str) -> None:
    assert raised(before, POETRY, "19.1.0") == after


@pytest.mark.parametrize("specifier", ["", ">=1", ">=1,!=3.3.2.99", "~=3.3.2", "!=3.3.2"])
def test_what_admits_the_floor_or_forbids_it_by_name_is_not_raised(specifier: str) -> None:
    assert raised(specifier, PEP440, "3.3.2") is None
