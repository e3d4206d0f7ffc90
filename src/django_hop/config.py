"""`[tool.django-hop]` of pyproject.toml and the command's options, as one frozen Settings; all mistakes are told together.

An option given on the command line wins over pyproject.toml; `skip` and `packs` are joined.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .errors import HopError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

BRANCH = "django-hop/{target}"


@dataclass(frozen=True)
class Settings:
    """What holds for one run, and where each value came from (`sources`: name -> "default", "pyproject.toml", "command line")."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """Globs on paths from the repository root; `*` also matches slashes, a folder's name stands for all in it."""
    packs: tuple[str, ...] = ()
    """Folders of further packs, relative to the repository root."""
    branch: str = BRANCH
    source: str | None = None
    target: str | None = None
    safe_only: bool = False
    modernise: bool = False
    dependencies: bool = True
    """Whether a hop moves other packages and Python, besides Django."""
    sources: Mapping[str, str] = field(default_factory=dict)

    def excluded(self, path: str) -> bool:
        """True if the user wants no codemod on a file."""
        return any(fnmatchcase(path, glob) or path.startswith(f"{glob.rstrip('/')}/") for glob in self.exclude)

    def branch_for(self, target: str) -> str:
        """The branch of the hop to a release."""
        return self.branch.replace("{target}", target)


_LISTS = {"only": "only", "skip": "skip", "exclude": "exclude", "packs": "packs"}
_STRINGS = {"branch": "branch", "from": "source", "to": "target"}
_FLAGS = {"safe-only": "safe_only", "modernise": "modernise", "dependencies": "dependencies"}


def from_pyproject(data: bytes | None, name: str = "pyproject.toml") -> Settings:
    """Settings of a pyproject.toml's bytes; the defaults if it is None or says nothing of us. Raises HopError with every mistake."""
    if data is None or b"django-hop" not in data:
        return Settings()
    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HopError(f"{name} is not valid TOML: {error}", "Repair it; django-hop reads its settings from there.") from None
    values, mistakes = _values(tool.get("django-hop", {}) if isinstance(tool, dict) else tool)
    if mistakes:
        known = ", ".join(sorted([*_LISTS, *_STRINGS, *_FLAGS]))
        raise HopError(f"[tool.django-hop] in {name}: {'; '.join(mistakes)}.", f"The keys are: {known}.")
    return replace(Settings(), **values, sources={key: name for key in values})


def _values(table: Any) -> tuple[dict[str, Any], list[str]]:
    if not isinstance(table, dict):
        return {}, ["it is not a table"]
    values: dict[str, Any] = {}
    mistakes: list[str] = []
    for key, value in table.items():
        if key in _LISTS and isinstance(value, list) and all(isinstance(one, str) for one in value):
            values[_LISTS[key]] = tuple(value)
        elif (key in _STRINGS and isinstance(value, str)) or (key in _FLAGS and isinstance(value, bool)):
            values[_STRINGS.get(key) or _FLAGS[key]] = value
        elif key == "verify":
            continue  # read by verify/settings.py, which also tells its mistakes
        elif key in _LISTS or key in _STRINGS or key in _FLAGS:
            kind = "a list of strings" if key in _LISTS else "a string" if key in _STRINGS else "true or false"
            mistakes.append(f"`{key}` must be {kind}")
        else:
            mistakes.append(f"`{key}` is not a setting")
    if "branch" in values and "{target}" not in values["branch"]:
        mistakes.append("`branch` must contain {target}")
    return values, mistakes


def merge(settings: Settings, options: Settings) -> Settings:
    """pyproject's settings under the command line's: what was given there wins, `skip` and `packs` are joined."""
    given = {field.name for field in fields(Settings) if getattr(options, field.name) != field.default and field.name != "sources"}
    values: dict[str, Any] = {name: getattr(options, name) for name in given}
    for name in given & {"skip", "packs"}:
        values[name] = (*getattr(settings, name), *getattr(options, name))
    return replace(settings, **values, sources={**settings.sources, **dict.fromkeys(given, "command line")})


def pack_folders(settings: Settings, root: Path) -> list[Path]:
    """The folders of the user's packs. Raises HopError if one does not exist."""
    folders = [(root / name).resolve() for name in settings.packs]
    for name, folder in zip(settings.packs, folders, strict=True):
        if not folder.is_dir():
            hint = f"Repair --pack, or `packs` in [tool.django-hop]: paths there count from {root}."
            raise HopError(f"The pack {name!r} is not a folder.", hint)
    return folders
