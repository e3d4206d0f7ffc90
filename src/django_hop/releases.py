"""Django feature releases: their order, LTS marks, the Python versions they run on, and the hops between them.

Facts: Django's download page (LTS, end of support) and the FAQ "What Python version can I use with Django?".
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from .errors import HopError


@dataclass(frozen=True)
class ReleaseFacts:
    """What is known of one feature release; dates are ISO months of the end of security support."""

    name: str
    pythons: tuple[str, ...]
    supported_until: str
    lts: bool = False
    databases: tuple[tuple[str, str], ...] = ()
    """Minimum database servers, as (name, version)."""


FACTS = (
    ReleaseFacts("1.11", ("2.7", "3.4", "3.5", "3.6", "3.7"), "2020-04", True),
    ReleaseFacts("2.0", ("3.4", "3.5", "3.6", "3.7"), "2019-04", False, (("PostgreSQL", "9.4"), ("MySQL", "5.5"))),
    ReleaseFacts("2.1", ("3.5", "3.6", "3.7"), "2019-12", False, (("PostgreSQL", "9.4"), ("MySQL", "5.6"))),
    ReleaseFacts(
        "2.2", ("3.5", "3.6", "3.7", "3.8", "3.9"), "2022-04", True, (("PostgreSQL", "9.4"), ("MySQL", "5.6"), ("SQLite", "3.8.3"))
    ),
    ReleaseFacts(
        "3.0",
        ("3.6", "3.7", "3.8", "3.9"),
        "2021-04",
        False,
        (("PostgreSQL", "9.5"), ("MySQL", "5.6"), ("MariaDB", "10.1"), ("SQLite", "3.8.3")),
    ),
    ReleaseFacts(
        "3.1",
        ("3.6", "3.7", "3.8", "3.9"),
        "2021-12",
        False,
        (("PostgreSQL", "9.5"), ("MySQL", "5.6"), ("MariaDB", "10.2"), ("SQLite", "3.8.3")),
    ),
    ReleaseFacts(
        "3.2",
        ("3.6", "3.7", "3.8", "3.9", "3.10"),
        "2024-04",
        True,
        (("PostgreSQL", "9.6"), ("MySQL", "5.7"), ("MariaDB", "10.2"), ("SQLite", "3.9.0")),
    ),
    ReleaseFacts(
        "4.0", ("3.8", "3.9", "3.10"), "2023-04", False, (("PostgreSQL", "10"), ("MySQL", "5.7"), ("MariaDB", "10.2"), ("SQLite", "3.9.0"))
    ),
    ReleaseFacts(
        "4.1",
        ("3.8", "3.9", "3.10", "3.11"),
        "2023-12",
        False,
        (("PostgreSQL", "11"), ("MySQL", "5.7"), ("MariaDB", "10.3"), ("SQLite", "3.9.0")),
    ),
    ReleaseFacts(
        "4.2",
        ("3.8", "3.9", "3.10", "3.11", "3.12"),
        "2026-04",
        True,
        (("PostgreSQL", "12"), ("MySQL", "8.0"), ("MariaDB", "10.4"), ("SQLite", "3.21.0")),
    ),
    ReleaseFacts(
        "5.0",
        ("3.10", "3.11", "3.12"),
        "2025-04",
        False,
        (("PostgreSQL", "12"), ("MySQL", "8.0.11"), ("MariaDB", "10.4"), ("SQLite", "3.27.0")),
    ),
    ReleaseFacts(
        "5.1",
        ("3.10", "3.11", "3.12", "3.13"),
        "2025-12",
        False,
        (("PostgreSQL", "13"), ("MySQL", "8.0.11"), ("MariaDB", "10.5"), ("SQLite", "3.31.0")),
    ),
    ReleaseFacts(
        "5.2",
        ("3.10", "3.11", "3.12", "3.13", "3.14"),
        "2028-04",
        True,
        (("PostgreSQL", "14"), ("MySQL", "8.0.11"), ("MariaDB", "10.5"), ("SQLite", "3.31.0")),
    ),
    ReleaseFacts(
        "6.0",
        ("3.12", "3.13", "3.14"),
        "2027-04",
        False,
        (("PostgreSQL", "14"), ("MySQL", "8.0.11"), ("MariaDB", "10.6"), ("SQLite", "3.31.0")),
    ),
    ReleaseFacts(
        "6.1",
        ("3.12", "3.13", "3.14"),
        "2027-12",
        False,
        (("PostgreSQL", "15"), ("MySQL", "8.4"), ("MariaDB", "10.11"), ("SQLite", "3.37.0")),
    ),
)
NAMES = tuple(facts.name for facts in FACTS)
LTS = tuple(facts.name for facts in FACTS if facts.lts)
NEWEST = NAMES[-1]
_ORDER = {name: place for place, name in enumerate(NAMES)}


def facts(release: str) -> ReleaseFacts:
    """The facts of a known release, `"3.2"`. Raises HopError for a name that is none."""
    if release not in _ORDER:
        raise HopError(
            f"{release!r} is not a Django feature release that django-hop knows.",
            f"Give one of {', '.join(NAMES)}.",
        )
    return FACTS[_ORDER[release]]


def order(release: str) -> float:
    """A number that sorts releases; releases older or newer than the known ones sort before or after them."""
    if release in _ORDER:
        return _ORDER[release]
    number = tuple(int(part) for part in re.findall(r"\d+", release)[:2])
    known = [tuple(int(part) for part in name.split(".")) for name in NAMES]
    return sum(1 for name in known if name < number) - 0.5


def not_after(one: str | None, other: str) -> bool:
    """True if `one` is a release and is `other` or older."""
    return one is not None and order(one) <= order(other)


def before(release: str) -> str:
    """The release just before; 1.11 has none and is its own."""
    place = _ORDER[facts(release).name]
    return NAMES[max(place - 1, 0)]


def route(source: str, target: str) -> list[tuple[str, str]]:
    """The hops from `source` to `target`, over every LTS release between them: 2.2, 5.2 -> 2.2-3.2, 3.2-4.2, 4.2-5.2.

    Raises HopError if the target is not later than the source.
    """
    facts(source), facts(target)
    if source == target:
        raise HopError(f"The project is on Django {source} already.", "Name a later release as the target.")
    if order(target) < order(source):
        raise HopError(
            f"Django {target} is older than {source}, the release the project is on.",
            "django-hop goes forward only. If the detected release is wrong, give it with --from.",
        )
    stops = [name for name in LTS if order(source) < order(name) < order(target)]
    points = [source, *stops, target]
    return list(itertools.pairwise(points))
