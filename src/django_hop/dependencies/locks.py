"""Lock files: read for what is installed, never edited.

They are large and written by machines, so they are read line by line, not parsed: a package's block gives its name and version.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from .model import LOCK, Declared, Parsed
from .text import Positions

_NAMES = {"poetry.lock": "poetry.lock", "uv.lock": "uv.lock", "pdm.lock": "pdm.lock", "Pipfile.lock": "Pipfile.lock"}
_BLOCK = re.compile(r"^\[\[packages?\]\]", re.MULTILINE)
_TABLE = re.compile(r"^\[", re.MULTILINE)
_KEY = re.compile(r"^(?P<key>name|version)[ \t]*=[ \t]*\"(?P<value>[^\"\r\n]*)\"", re.MULTILINE)


def lock_format(path: str) -> str | None:
    """The format of a lock file by its name; None for any other file."""
    name = PurePosixPath(path).name
    if re.fullmatch(r"pylock(\.[^.]+)?\.toml", name):
        return "pylock"
    return _NAMES.get(name)


def parse(path: str, text: str) -> Parsed:
    """The packages a lock file holds; the specifier is the version as written."""
    kind = lock_format(path)
    return _pipfile_lock(path, text) if kind == "Pipfile.lock" else _toml_lock(path, text, kind or "")


def _toml_lock(path: str, text: str, format: str) -> Parsed:
    positions = Positions(text)
    starts = [match.end() for match in _BLOCK.finditer(text)]
    declared = []
    for start in starts:
        following = _TABLE.search(text, start)
        keys = {match["key"]: match for match in _KEY.finditer(text, start, following.start() if following else len(text))}
        if "name" in keys and "version" in keys:
            version = keys["version"]
            declared.append(_locked(path, format, keys["name"]["value"], version["value"], version.start("value"), positions))
    return Parsed(tuple(declared), () if starts or "package = []" in text or not text.strip() else ("no packages found in this lock file",))


def _pipfile_lock(path: str, text: str) -> Parsed:
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        return Parsed(problems=(f"not valid JSON: {error}",))
    positions = Positions(text)
    declared = []
    for section, packages in data.items() if isinstance(data, dict) else ():
        if section == "_meta" or not isinstance(packages, dict):
            continue
        begin = max(text.find(f'"{section}"'), 0)
        for name, entry in packages.items():
            version = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(version, str):
                place = re.compile(rf'"{re.escape(name)}"\s*:\s*\{{').search(text, begin)
                at = text.find(f'"{version}"', place.start() if place else begin) + 1
                declared.append(_locked(path, "Pipfile.lock", name, version, at, positions))
    return Parsed(tuple(declared))


def _locked(path: str, format: str, name: str, version: str, start: int, positions: Positions) -> Declared:
    shown = version if version.startswith("=") else f"=={version}"
    return Declared(
        name=canonicalize_name(name),
        path=path,
        line=positions.line(start),
        specifier=version,
        start=start,
        end=start + len(version),
        kind=LOCK,
        format=format,
        text=f"{canonicalize_name(name)}{shown}",
        editable=False,
    )
