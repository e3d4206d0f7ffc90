"""What an index says about the releases of one package: the Pythons each runs on, when it came out, and whether it was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

PYTHON_FINAL = {
    "3.5": "2015-09",
    "3.6": "2016-12",
    "3.7": "2018-06",
    "3.8": "2019-10",
    "3.9": "2020-10",
    "3.10": "2021-10",
    "3.11": "2022-10",
    "3.12": "2023-10",
    "3.13": "2024-10",
    "3.14": "2025-10",
    "3.15": "2026-10",
}
"""The month of each Python's first final release."""
PYTHONS = tuple(PYTHON_FINAL)


@dataclass(frozen=True)
class Release:
    """One final release of a package."""

    version: Version
    python: str = ""
    """Requires-Python."""
    month: str = ""
    """When its newest file was uploaded, `2021-06`."""
    wheels: tuple[str, ...] = ()
    """The Pythons that its compiled wheels are for, `3.7+` for the stable ABI; empty for a package that is pure Python or has no wheels."""
    yanked: bool = False

    def installs_on(self, python: str) -> bool:
        """True unless Requires-Python excludes a Python."""
        try:
            return SpecifierSet(self.python).contains(f"{python}.20")
        except InvalidSpecifier:
            return True

    def is_known_on(self, python: str) -> bool:
        """True if it installs, and has a wheel for that Python or, being pure Python, came out after it."""
        if not self.installs_on(python):
            return False
        if not self.wheels:
            return self.month >= PYTHON_FINAL.get(python, "9999")
        return any(python_order(python) >= python_order(one[:-1]) if one.endswith("+") else one == python for one in self.wheels)


@dataclass(frozen=True)
class Releases:
    """The final releases of one package, oldest first."""

    known: tuple[Release, ...]

    @cached_property
    def usable(self) -> tuple[Release, ...]:
        """Those that were not withdrawn."""
        return tuple(one for one in self.known if not one.yanked)

    def find(self, version: str) -> Release | None:
        """One release by its version; None if the index does not have it, or has only some of the releases listed here."""
        wanted = Version(version)
        return next((one for one in self.known if one.version == wanted), None)

    def newest(self, *, series: Version | None = None, fits: Iterable[str] = ()) -> Release | None:
        """The newest usable release, of the minor series of a version if one is given, that installs on all of some Pythons."""
        pythons = tuple(fits)
        for one in reversed(self.usable):
            if series is not None and one.version.release[:2] != series.release[:2]:
                continue
            if all(one.installs_on(python) for python in pythons):
                return one
        return None

    def first_on(self, python: str) -> Release | None:
        """The first release known to run on a Python."""
        return next((one for one in self.usable if one.is_known_on(python)), None)


def python_order(python: str) -> tuple[int, ...]:
    """A key that sorts `3.9` before `3.10`."""
    return tuple(int(part) for part in python.split(".") if part.isdigit())


def from_rows(rows: Sequence[Sequence[str]]) -> Releases:
    """Releases as data files hold them: [version, requires-python, month, compiled for, yanked]."""
    found = [Release(Version(row[0]), row[1], row[2], tuple(row[3].split()), row[4] != "") for row in rows]
    return Releases(tuple(sorted(found, key=lambda one: one.version)))


def to_rows(releases: Releases) -> list[list[str]]:
    """The form that `from_rows` reads."""
    return [[str(one.version), one.python, one.month, " ".join(one.wheels), "yanked" if one.yanked else ""] for one in releases.known]
