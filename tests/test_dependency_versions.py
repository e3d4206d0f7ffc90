"""How the specifier of any package is written for another version, in the style it has."""

from __future__ import annotations

import pytest
from packaging.version import Version

from django_hop.dependencies.specifier import CONDA, PEP440, POETRY, Outcome
from django_hop.dependencies.versions import floor, move_to, pinned


@pytest.mark.parametrize(
    ("before", "target", "after", "dialect"),
    [
        pytest.param("==5.1.2", "5.3.6", "==5.3.6", PEP440, id="a pin"),
        pytest.param("== 5.1.2", "5.3.6", "== 5.3.6", PEP440, id="a pin with blanks"),
        pytest.param("===5.1.2", "5.3.6", "===5.3.6", PEP440, id="an identity"),
        pytest.param("==5.1.*", "5.3.6", "==5.3.*", PEP440, id="a series"),
        pytest.param("==5.*", "6.0.1", "==6.*", PEP440, id="a major series"),
        pytest.param("~=5.1", "6.2.1", "~=6.2", PEP440, id="a compatible release, two numbers"),
        pytest.param("~=5.1.2", "5.3.6", "~=5.3.6", PEP440, id="a compatible release, three numbers"),
        pytest.param(">=5.1,<5.2", "5.3.6", ">=5.3,<5.4", PEP440, id="a range within a minor series"),
        pytest.param(">=5.1.0,<5.2.0", "5.3.6", ">=5.3.6,<5.4.0", PEP440, id="a range with three numbers"),
        pytest.param(">=5.1,<6", "6.2.0", ">=6.2,<7", PEP440, id="a range within a major series"),
        pytest.param(">=5.1, <6.0", "6.2.0", ">=6.2, <7.0", PEP440, id="its zeros"),
        pytest.param(">=0.4,<0.5", "0.7.1", ">=0.7,<0.8", PEP440, id="a zero major"),
        pytest.param("<=5.1.2", "5.3.6", "<=5.3.6", PEP440, id="a ceiling that is included"),
        pytest.param(">=5.1,<5.2,!=5.1.1", "5.3.6", ">=5.3,<5.4,!=5.1.1", PEP440, id="an exclusion stays"),
        pytest.param("==2.8.2", "2.9.0.post0", "==2.9.0.post0", PEP440, id="a post release"),
        pytest.param("==21.1", "23.5", "==23.5", PEP440, id="calendar versions"),
        pytest.param("^5.1", "6.2.0", "^6.2", POETRY, id="a caret"),
        pytest.param("^5.1.2", "6.2.1", "^6.2.1", POETRY, id="a caret with three numbers"),
        pytest.param("~5.1", "5.3.6", "~5.3", POETRY, id="a tilde"),
        pytest.param("5.1.2", "5.3.6", "5.3.6", POETRY, id="a bare version"),
        pytest.param("5.1.*", "5.3.6", "5.3.*", POETRY, id="a bare series"),
        pytest.param("=5.1", "5.3.6", "=5.3", CONDA, id="conda's series"),
    ],
)
def test_a_specifier_keeps_its_style(before: str, target: str, after: str, dialect: str) -> None:
    assert move_to(before, dialect, Version(target)) == (Outcome.MOVED, after)


@pytest.mark.parametrize(
    ("text", "target", "outcome"),
    [
        pytest.param("", "5.3.6", Outcome.ADMITS, id="no specifier"),
        pytest.param("*", "5.3.6", Outcome.ADMITS, id="a star"),
        pytest.param(">=5.1", "5.3.6", Outcome.ADMITS, id="a floor"),
        pytest.param(">=5.1,<6", "5.3.6", Outcome.ADMITS, id="a range that admits it"),
        pytest.param("~=5.1", "5.3.6", Outcome.ADMITS, id="a compatible release that admits it"),
        pytest.param("==5.3.6", "5.3.6", Outcome.ADMITS, id="the version itself"),
        pytest.param("==5.4.0", "5.3.6", Outcome.LATER, id="a later pin is not taken back"),
        pytest.param(">=6", "5.3.6", Outcome.LATER, id="a later floor"),
        pytest.param(">=5.1,!=5.3.6", "5.3.6", Outcome.UNCLEAR, id="the version is excluded"),
        pytest.param(">5.1,<5.2,>5.3.6", "5.3.6", Outcome.UNCLEAR, id="nothing satisfies it"),
        pytest.param("==five", "5.3.6", Outcome.UNCLEAR, id="no version"),
    ],
)
def test_what_stays_as_it_is(text: str, target: str, outcome: Outcome) -> None:
    assert move_to(text, PEP440, Version(target)) == (outcome, text)


@pytest.mark.parametrize(
    ("text", "dialect", "version"),
    [("==5.1.2", PEP440, "5.1.2"), ("5.1.2", POETRY, "5.1.2"), ("==5.1.*", PEP440, None), (">=5.1", PEP440, None), ("", PEP440, None)],
)
def test_what_is_a_pin(text: str, dialect: str, version: str | None) -> None:
    assert pinned(text, dialect) == (Version(version) if version else None)


def test_the_floor_is_the_highest_lower_bound() -> None:
    assert floor(">=5.1,>=5.2,<6", PEP440) == Version("5.2")
    assert floor("<6", PEP440) is None
