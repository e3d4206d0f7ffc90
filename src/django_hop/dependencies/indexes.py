"""The package indexes that a project's files name: what only they have cannot be looked up elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from .inventory import is_foreign, parser_for
from .text import decode

_OPTION = r"(?:-i|--index-url|--extra-index-url)(?:[ \t]+|=)[\"']?(?P<option>https?://[^\s\"'#]+)"
_TABLE = r"(?:url|index-url|extra-index-url)[ \t]*=[ \t]*\[?[ \t]*[\"'](?P<table>https?://[^\s\"']+)[\"']"
_PLACE = re.compile(rf"^[ \t]*(?:{_OPTION}|{_TABLE})", re.MULTILINE)
_TABLES = {"source", "tool.poetry.source", "tool.pdm.source", "tool.uv.index", "tool.uv", "tool.uv.pip"}
_PUBLIC = {"pypi.org", "pypi.python.org", "files.pythonhosted.org", "github.com"}


@dataclass(frozen=True)
class Index:
    """One place that names an index of one's own."""

    path: str
    line: int
    host: str
    """Without what may stand before it: a name and a password."""


def indexes(tree: Mapping[str, bytes]) -> tuple[Index, ...]:
    """Every place in the requirement files, pyproject.toml and Pipfile of a tree that names another index than PyPI."""
    found: list[Index] = []
    for path in sorted(path for path in tree if parser_for(path) is not None and not is_foreign(path) and not path.endswith(".lock")):
        if b"://" not in tree[path]:
            continue
        try:
            text, _ = decode(tree[path])
        except (UnicodeError, LookupError):
            continue
        for match in _PLACE.finditer(text):
            host = _host(match["option"] or match["table"])
            if host and host not in _PUBLIC and _is_index(path, text, match):
                found.append(Index(path, text.count("\n", 0, match.start()) + 1, host))
    return tuple(found)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_index(path: str, text: str, match: re.Match[str]) -> bool:
    """True for an option of pip, and for a key in a table of sources or indexes; `url` means other things elsewhere."""
    if match["option"]:
        return not path.endswith((".toml", "Pipfile"))
    tables = re.findall(r"^[ \t]*\[\[?([^\[\]]+)\]\]?", text[: match.start()], re.MULTILINE)
    return bool(tables) and tables[-1].strip() in _TABLES
