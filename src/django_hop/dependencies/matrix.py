"""What is known of packages: which releases go with which Django and Python. Ships with the tool; `dependencies refresh` adds to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ..data_files import read_json
from .index import cache_file
from .releases_of import Releases, from_rows

EVIDENCE = {
    "classifier": "its classifiers",
    "ci": "its own test matrix",
    "readme": "its README",
    "requires-dist": "its requirements, which rarely have a ceiling",
    "undeclared": "nothing: no release names it",
    "none": "nothing installs with it",
}
"""What a kind of evidence in the matrix rests on."""


@dataclass(frozen=True)
class OnDjango:
    """The releases of a package that go with one Django release."""

    first: Version | None
    """The oldest that names it, or at least requires nothing against it."""
    last: Version | None
    """The newest that names it."""
    last_installable: Version | None
    """The newest whose requirements admit it."""
    by: str
    first_python: str = ""
    """Requires-Python of the first."""

    @property
    def is_named(self) -> bool:
        """True if releases name this Django, so that first and last say something."""
        return self.first is not None and self.by != "undeclared"

    @property
    def newest(self) -> Version | None:
        """The newest release that goes with it, as far as anything is known."""
        known = [one for one in (self.last, self.last_installable) if one is not None]
        return max(known, default=None)


@dataclass(frozen=True)
class Package:
    """One package of the matrix."""

    name: str
    latest: Version
    examined: Version | None
    month: str
    """When the newest release that was examined came out."""
    status: str
    """Empty for one that is maintained; retired, needless, dead, dormant, superseded ..."""
    successor: str
    note: str
    python: str = ""
    """Requires-Python of the newest release."""
    django: Mapping[str, OnDjango] = field(default_factory=dict)

    def python_of(self, version: Version) -> str:
        """Requires-Python of a release: that of the newest one of its minor series up to it, or of the next one, which asks for no less."""
        known = {one.first: one.first_python for one in self.django.values() if one.first is not None and one.first_python}
        known.setdefault(self.latest, self.python)
        series = [one for one in known if one <= version and one.release[:2] == version.release[:2]]
        later = [one for one in known if one >= version]
        return known[max(series)] if series else known[min(later)] if later else ""


class Matrix:
    """The packages by canonical name, their releases, and the dates of both. An entry is read when it is asked for."""

    def __init__(self, packages: Mapping[str, Any], rows: Mapping[str, Any], date: str, refreshed: str = "") -> None:
        self._packages = packages
        self._rows = rows
        self.date = date
        self.refreshed = refreshed
        """The date of the refresh that was read, or empty."""
        self.package = cache(self._package)
        """What is known of a package; None if nothing."""
        self.releases = cache(self._releases)
        """The releases of a package; None if they are not known."""

    def _package(self, name: str) -> Package | None:
        entry = self._packages.get(name)
        return None if entry is None else _package(name, entry)

    def _releases(self, name: str) -> Releases | None:
        rows = self._rows.get(name)
        return None if rows is None else from_rows(rows)


_DJANGO_4_0 = {"asgiref": ">=3.4.1", "psycopg2": ">=2.8.4", "psycopg2-binary": ">=2.8.4"}
_DJANGO_4_2 = _DJANGO_4_0 | {"asgiref": ">=3.6.0", "psycopg": ">=3.1.8", "mysqlclient": ">=1.4.3"}
_DJANGO_5_0 = _DJANGO_4_2 | {"asgiref": ">=3.7.0", "selenium": ">=4.8.0", "colorama": ">=0.4.6", "docutils": ">=0.19"}
_DJANGO_5_1 = _DJANGO_5_0 | {"asgiref": ">=3.8.1"}
_DJANGO_5_2 = _DJANGO_5_1 | {"oracledb": ">=2.3.0"}
_DJANGO_6_0 = _DJANGO_5_2 | {
    "aiosmtpd": ">=1.4.5",
    "argon2-cffi": ">=23.1.0",
    "asgiref": ">=3.9.1",
    "bcrypt": ">=4.1.1",
    "docutils": ">=0.22",
    "geoip2": ">=4.8.0",
    "mysqlclient": ">=2.2.1",
    "numpy": ">=1.26.0",
    "pillow": ">=10.1.0",
    "psycopg": ">=3.1.12",
    "psycopg2": ">=2.9.9",
    "psycopg2-binary": ">=2.9.9",
    "pyyaml": ">=6.0.2",
    "redis": ">=5.1.0",
    "selenium": ">=4.23.0",
    "sqlparse": ">=0.5.0",
    "tblib": ">=3.0.0",
}
REQUIRES: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "django": (
        ("4.0", _DJANGO_4_0),
        ("4.2", _DJANGO_4_2),
        ("5.0", _DJANGO_5_0),
        ("5.1", _DJANGO_5_1),
        ("5.2", _DJANGO_5_2),
        ("6.0", _DJANGO_6_0),
    ),
    "celery": (
        ("4.3", {"kombu": ">=4.6.2,<5"}),
        ("4.4", {"kombu": ">=4.6.10,<4.7"}),
        ("5.0", {"kombu": ">=5.0,<6"}),
        ("5.1", {"kombu": ">=5.1,<6"}),
        ("5.2", {"kombu": ">=5.2.3,<6"}),
        ("5.3", {"kombu": ">=5.3.4,<6", "redis": ">=4.5.2,!=4.5.5,<6"}),
        ("5.4", {"kombu": ">=5.3.4,<6"}),
        ("5.5", {"kombu": ">=5.5.2,<5.6"}),
        ("5.6", {"kombu": ">=5.6"}),
        ("5.7", {"kombu": ">=5.7"}),
    ),
    "kombu": (
        ("4.6", {"redis": ">=3.3.11"}),
        ("5.2", {"redis": ">=3.4.1,!=4.0.0,!=4.0.1"}),
        ("5.3", {"redis": ">=4.5.2,!=4.5.5,!=5.0.2"}),
        ("5.5", {"redis": ">=4.5.2,<=5.2.1,!=4.5.5,!=5.0.2"}),
        ("5.6", {"redis": ">=4.5.2,<6.5,!=4.5.5,!=5.0.2"}),
        ("5.7", {"redis": ">=6.4,<9"}),
    ),
    "djangorestframework-simplejwt": (("4.0", {"pyjwt": ">=2,<3"}), ("5.0", {"pyjwt": ">=1.7.1,<3"})),
    "django-redis": (("4.12", {"redis": ">=3"}), ("6.0", {"redis": ">=4.0.2"})),
    "pytest-django": (("4.0", {"pytest": ">=5.4"}), ("4.6", {"pytest": ">=7"})),
    "jinja2": (("3.0", {"markupsafe": ">=2.0"}),),
}
"""What releases ask of packages that projects pin beside them, from their metadata: (first series it holds for, package -> specifier).
For Django it is its release notes, for kombu the extra `redis`, without which its transport does not work with other versions either."""

FAMILIES = (("celery", "kombu", "billiard", "amqp", "vine", "redis"), ("channels", "channels-redis", "daphne"), ("jinja2", "markupsafe"))
"""Packages whose releases fit each other only in step: those of a family that move at the same time move in one commit."""


def requirements_of(package: str, version: Version) -> Mapping[str, SpecifierSet]:
    """What a release of a package asks of others, as far as `REQUIRES` knows."""
    rows = [row for series, row in REQUIRES.get(package, ()) if Version(series) <= version]
    return {name: SpecifierSet(specifier) for name, specifier in rows[-1].items()} if rows else {}


def family_of(package: str) -> tuple[str, ...]:
    """The packages that move with it; empty if it goes alone."""
    return next((family for family in FAMILIES if package in family), ())


@lru_cache(maxsize=1)
def load() -> Matrix:
    """The data that ships with the tool, with that of the user's last refresh where it is newer."""
    data = read_json("compatibility.json")
    rows = read_json("releases.json")
    refreshed, fresh = _refreshed(rows["date"])
    return Matrix(data["packages"], rows["releases"] | fresh, data["date"], refreshed)


def _refreshed(date: str) -> tuple[str, dict[str, Any]]:
    """What the last refresh brought, unless what ships is newer; a file that cannot be read counts as none."""
    try:
        data = json.loads(cache_file().read_text("utf-8"))
        if str(data["date"]) < date:
            return "", {}
        for rows in data["releases"].values():
            from_rows(rows)
        return str(data["date"]), dict(data["releases"])
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return "", {}


def _package(name: str, entry: Mapping[str, Any]) -> Package:
    return Package(
        name,
        Version(entry["latest"]),
        _version(entry.get("examined", "")),
        entry.get("month", ""),
        entry.get("status", ""),
        entry.get("successor", ""),
        entry.get("note", ""),
        entry.get("python", ""),
        {
            release: OnDjango(_version(first), _version(last), _version(installable), by, python)
            for release, (first, last, installable, by, python) in entry.get("django", {}).items()
        },
    )


def _version(text: str) -> Version | None:
    return Version(text) if text else None
