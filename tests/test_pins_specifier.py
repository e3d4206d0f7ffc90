"""How a version specifier written for Django's old release is written for the new one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from django_hop.dependencies.patches import NEWEST_PATCH
from django_hop.dependencies.specifier import CONDA, PEP440, POETRY, Outcome, admitted, exact_release, move
from django_hop.model import Hop
from django_hop.releases import NAMES

LTS_HOP = Hop("2.2", "3.2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("==2.2.28", "==3.2.25"),
        ("==2.2", "==3.2.25"),
        ("===2.2.28", "===3.2.25"),
        ("==2.2.*", "==3.2.*"),
        ("==2.*", "==3.*"),
        ("~=2.2.0", "~=3.2.0"),
        ("~=2.2.10", "~=3.2.25"),
        ("~=2.2", "~=3.2"),
        (">=2.2,<2.3", ">=3.2,<3.3"),
        (">=2.2,<3.0", ">=3.2,<4.0"),
        (">=2.2,<3", ">=3.2,<4"),
        (">=2.2.10,<3.0.0", ">=3.2.25,<4.0.0"),
        (">=2.2.0,<2.3.0", ">=3.2.0,<3.3"),
        ("<3.0,>=2.2", "<4.0,>=3.2"),
        (" >= 2.2 ,  < 3 ", " >= 3.2 ,  < 4 "),
        (">=2.2,<2.3,", ">=3.2,<3.3,"),
        ("<3", "<4"),
        ("<2.3", "<3.3"),
        ("<=2.2.28", "<=3.2.25"),
        ("<=2.2.99", "<=3.2.99"),
        (">=2.2,!=2.2.5,<3", ">=3.2,!=2.2.5,<4"),
    ],
)
def test_the_style_of_a_specifier_is_kept(before: str, after: str) -> None:
    assert move(before, PEP440, LTS_HOP).new == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("^2.2", "^3.2"),
        ("~2.2", "~3.2"),
        ("^2.2.10", "^3.2.25"),
        ("~2.2.0", "~3.2.0"),
        ("2.2.28", "3.2.25"),
        ("2.2.*", "3.2.*"),
        ("^2", "^3"),
    ],
)
def test_poetry_notation(before: str, after: str) -> None:
    assert move(before, POETRY, LTS_HOP).new == after


@pytest.mark.parametrize(("before", "after"), [("=2.2", "=3.2"), (">=2.2,<3", ">=3.2,<4"), ("=2", "=3")])
def test_conda_notation(before: str, after: str) -> None:
    assert move(before, CONDA, LTS_HOP).new == after


@pytest.mark.parametrize(
    ("before", "dialect", "after"),
    [
        (">=2.2,<3.0", PEP440, ">=3.0,<3.1"),
        ("~=2.2", PEP440, "~=3.0.0"),
        ("==2.*", PEP440, "==3.0.*"),
        ("<3", PEP440, "<3.1"),
        ("^2.2", POETRY, "~3.0"),
        ("~2.2", POETRY, "~3.0"),
    ],
)
def test_a_target_inside_its_series_gets_a_narrower_ceiling(before: str, dialect: str, after: str) -> None:
    """With `<4.0` or `^3.0` a fresh install would take 3.2, not the hop's target 3.0."""
    assert move(before, dialect, Hop("2.2", "3.0")).new == after


@pytest.mark.parametrize(("before", "after"), [(">=1.11,<3.0", ">=1.11,<4.0"), (">=2.0,<2.3", ">=2.0,<3.3")])
def test_a_floor_below_the_source_is_kept(before: str, after: str) -> None:
    """A library that supports releases before the hop's source decides itself when it drops them."""
    assert move(before, PEP440, LTS_HOP).new == after


@pytest.mark.parametrize("text", ["", "*", ">=2.2", ">=2.2,<4.0", "==3.2.25", "==3.2.1", "==3.2", "~=3.2.0", ">=3.2,<3.3", "<4"])
def test_what_admits_the_target_stays(text: str) -> None:
    assert move(text, PEP440, LTS_HOP) == move(text, PEP440, LTS_HOP).__class__(Outcome.ADMITS, text, admitted(text, PEP440) or ())


@pytest.mark.parametrize("text", ["==4.0", ">=4.0,<4.1", "~=5.2.0"])
def test_what_is_later_stays(text: str) -> None:
    found = move(text, PEP440, LTS_HOP)
    assert (found.outcome, found.new) == (Outcome.LATER, text)


@pytest.mark.parametrize("text", ["==1.11.29", "==2.1.*", "<2.0", "==1.8.19"])
def test_what_is_before_the_source_stays(text: str) -> None:
    found = move(text, PEP440, LTS_HOP)
    assert (found.outcome, found.new) == (Outcome.OTHER, text)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("=2.2", PEP440),
        ("2.2", PEP440),
        ("^2.2", PEP440),
        (">=2.2 <3", PEP440),
        ("==banana", PEP440),
        (">2.2,<3", PEP440),
        (">=2.2,<2.3,!=3.2.*", PEP440),
        ("^2.2 || ^1.11", POETRY),
        (">=2.2,<1.0", PEP440),
    ],
)
def test_what_is_not_understood_stays(text: str, dialect: str) -> None:
    found = move(text, dialect, LTS_HOP)
    assert (found.outcome, found.new) == (Outcome.UNCLEAR, text)


def test_a_pin_on_the_way_is_moved_too() -> None:
    assert move("==3.0.14", PEP440, LTS_HOP).new == "==3.2.25"


@pytest.mark.parametrize("style", ["=={0}.1", "=={0}.*", "~={0}.0", "~={0}", ">={0},<{1}", "<={0}.3", ">={0},<{2}", "<{2}"])
@pytest.mark.parametrize(("source", "target"), [*pairwise(NAMES), ("2.2", "3.2"), ("3.2", "4.2"), ("4.2", "5.2")])
def test_after_every_move_the_target_is_what_gets_installed(style: str, source: str, target: str) -> None:
    """And a second move changes nothing."""
    major, minor = source.split(".")
    text = style.format(source, f"{major}.{int(minor) + 1}", f"{int(major) + 1}.0")
    hop = Hop(source, target)
    found = move(text, PEP440, hop)
    if found.outcome is Outcome.MOVED:
        assert (admitted(found.new, PEP440) or ())[-1] == target
        assert move(found.new, PEP440, hop).outcome is Outcome.ADMITS
    else:
        assert found.outcome is Outcome.ADMITS
        assert target in found.admitted


def test_every_release_has_a_newest_patch() -> None:
    assert set(NEWEST_PATCH) == set(NAMES)
    assert all(patch.startswith(f"{name}.") for name, patch in NEWEST_PATCH.items())


def test_admitted_releases() -> None:
    assert admitted(">=2.2,<3.1", PEP440) == ("2.2", "3.0")
    assert admitted(">=1.8,<2", PEP440) == ("1.8", "1.11")
    assert admitted("nonsense", PEP440) is None


def test_exact_release() -> None:
    assert exact_release("==2.2.28", PEP440) == "2.2"
    assert exact_release("2.2.28", POETRY) == "2.2"
    assert exact_release("==2.2.*", PEP440) is None
    assert exact_release(">=2.2", PEP440) is None
