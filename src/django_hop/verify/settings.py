"""`[tool.django-hop.verify]` of pyproject.toml, and verify's own options, as one frozen value; all mistakes are told together."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import HopError
from ..releases import NAMES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TIME_LIMIT = 3600
"""Seconds for the tests, unless the project says otherwise; every other check gets at most that, and at most `CHECK_LIMIT`."""
CHECK_LIMIT = 600
KINDS = ("sql", "responses", "mails", "schema")
"""What a person has to look at where it differs and nothing explains it."""


@dataclass(frozen=True)
class VerifySettings:
    """How to run this project."""

    environments: Mapping[str, str] = field(default_factory=dict)
    """Django release -> an existing virtual environment, or its interpreter; counted from the project's folder."""
    requirements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Django release -> requirements that stand in for the project's own of the same name, or come on top."""
    install: tuple[str, ...] = ()
    """Requirement files to install instead of those that are found."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Environment variables."""
    copy: tuple[str, ...] = ()
    """Files that git ignores and the project needs, `.env` say."""
    settings: str = ""
    """The settings module."""
    test: str = ""
    """The test command, as `pytest -x tests` or `python manage.py test`."""
    time_limit: int = TIME_LIMIT
    parallel: int = 1
    python: str = ""
    """The Python version, as `3.9`."""
    database_url: str = ""
    exclude: tuple[str, ...] = ()
    """Modules not to import: globs on dotted names."""
    accept: tuple[str, ...] = ()
    """Kinds of differences (`KINDS`) that need no person where nothing explains them."""
    evidence: bool = True
    """Whether the tests run once more under coverage.py, for the evidence per codemod."""

    @property
    def check_limit(self) -> float:
        """Seconds for a check that is not the tests."""
        return min(CHECK_LIMIT, self.time_limit)


_STRINGS = {"settings": "settings", "test": "test", "python": "python", "database-url": "database_url"}
_LISTS = {"install": "install", "copy": "copy", "exclude-imports": "exclude", "accept-differences": "accept"}
_NUMBERS = {"time-limit": "time_limit", "parallel": "parallel"}
_TABLES = {"environments": "environments", "env": "env"}
KEYS = sorted([*_STRINGS, *_LISTS, *_NUMBERS, *_TABLES, "evidence", "requirements"])


def verify_settings(data: bytes | None, name: str = "pyproject.toml") -> VerifySettings:
    """The settings in a pyproject.toml's bytes; the defaults where it says nothing. Raises HopError with every mistake."""
    if data is None or b"django-hop" not in data:
        return VerifySettings()
    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool", {}).get("django-hop", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HopError(f"{name} is not valid TOML: {error}", "Repair it; django-hop reads its settings from there.") from None
    table = tool.get("verify", {}) if isinstance(tool, dict) else {}
    values, mistakes = _values(table) if isinstance(table, dict) else ({}, ["it is not a table"])
    if mistakes:
        raise HopError(f"[tool.django-hop.verify] in {name}: {'; '.join(mistakes)}.", f"The keys are: {', '.join(KEYS)}.")
    return VerifySettings(**values)


def _values(table: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    for key, value in table.items():
        if key in _STRINGS and isinstance(value, str):
            values[_STRINGS[key]] = value
        elif key in _LISTS and _texts(value):
            values[_LISTS[key]] = tuple(value)
        elif key in _NUMBERS and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            values[_NUMBERS[key]] = value
        elif key == "evidence" and isinstance(value, bool):
            values[key] = value
        elif key in _TABLES and isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            values[_TABLES[key]] = dict(value)
        elif key == "requirements" and isinstance(value, dict) and all(_texts(one) for one in value.values()):
            values[key] = {release: tuple(lines) for release, lines in value.items()}
        else:
            mistakes.append(_mistake(key))
    wrong = [one for one in values.get("accept", ()) if one not in KINDS]
    mistakes += [f"`accept-differences` holds {one!r}, which is none of {', '.join(KINDS)}" for one in wrong]
    for key in ("environments", "requirements"):
        mistakes += [f"`{key}.{release}` is not a Django release" for release in values.get(key, {}) if release not in NAMES]
    return values, mistakes


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _mistake(key: str) -> str:
    kinds = (
        (_STRINGS, "a string"),
        (_LISTS, "a list of strings"),
        (_NUMBERS, "a number above 0"),
        (_TABLES, "a table of strings"),
        (("evidence",), "true or false"),
        (("requirements",), "a table of lists of strings, a release each"),
    )
    found = next((kind for keys, kind in kinds if key in keys), None)
    return f"`{key}` must be {found}" if found else f"`{key}` is not a setting"
