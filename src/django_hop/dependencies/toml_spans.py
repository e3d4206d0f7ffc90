"""Where the strings of a TOML text stand.

tomllib says what a file means but not where; this scanner says where, and every span it gives is checked against tomllib's
value before anything is replaced (`strings`), so a mistake here can only make a place unreachable, never wrong.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import Any

from .text import BOM

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOMLDecodeError = tomllib.TOMLDecodeError
Path = tuple["str | int", ...]

_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]|#[^\r\n]*)*")
_INLINE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\r\n#]*")
_BASIC = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"')
_LITERAL = re.compile(r"'([^'\r\n]*)'")
_LONG_BASIC = re.compile(r'"""\r?\n?((?:[^\\]|\\[\s\S])*?)"""(?!")')
_LONG_LITERAL = re.compile(r"'''\r?\n?([\s\S]*?)'''(?!')")


@dataclass(frozen=True)
class Text:
    """One string value: what it means, and the span of its characters between the quotes (None if they are written with escapes)."""

    value: str
    span: tuple[int, int] | None
    near: int
    """An offset on the line where the value stands, for messages."""


def strings(text: str) -> tuple[dict[str, Any], dict[Path, Text]]:
    """The meaning of a TOML text and the places of its strings by path, as `("project", "dependencies", 0)`. Raises TOMLDecodeError."""
    data: dict[str, Any] = tomllib.loads(text.removeprefix(BOM))
    spans = _Scanner(text).scan()
    found: dict[Path, Text] = {}
    for path, value in _leaves(data, ()):
        span = spans.get(path)
        exact = span if span is not None and text[span[0] : span[1]] == value else None
        found[path] = Text(value, exact, span[0] if span else 0)
    return data, found


def _leaves(value: object, path: Path) -> list[tuple[Path, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [leaf for place, inner in enumerate(value) for leaf in _leaves(inner, (*path, place))]
    return []


class _Scanner:
    """Walks a text that tomllib has accepted, so that syntax errors need no care."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.spans: dict[Path, tuple[int, int]] = {}
        self.tables: dict[Path, int] = {}
        """For arrays of tables: the index of the last table."""

    def scan(self) -> dict[Path, tuple[int, int]]:
        table: Path = ()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text):
                return self.spans
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _header(self) -> Path:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        key = self._key()
        self.at += 2 if array else 1
        path: Path = ()
        for place, part in enumerate(key):
            path = (*path, part)
            if array and place == len(key) - 1:
                self.tables[path] = self.tables.get(path, -1) + 1
            if path in self.tables:
                path = (*path, self.tables[path])
        return path

    def _key(self) -> tuple[str, ...]:
        parts = []
        while True:
            self._skip(_INLINE)
            if self.text[self.at] in "\"'":
                start, end = self._string()
                parts.append(self.text[start:end])
            else:
                bare = _BARE.match(self.text, self.at)
                if bare is None:
                    self.at = len(self.text)
                    return tuple(parts)
                parts.append(bare.group())
                self.at = bare.end()
            self._skip(_INLINE)
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key())
        self.at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_INLINE)
        first = self.text[self.at : self.at + 1]
        if first and first in "\"'":
            self.spans[path] = self._string()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._skip(_SCALAR)

    def _string(self) -> tuple[int, int]:
        for pattern in (_LONG_BASIC, _LONG_LITERAL, _BASIC, _LITERAL):
            match = pattern.match(self.text, self.at)
            if match:
                self.at = match.end()
                return match.span(1)
        self.at = len(self.text)
        return self.at, self.at

    def _array(self, path: Path) -> None:
        self.at += 1
        place = 0
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text) or self.text[self.at] == "]":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._value((*path, place))
            place += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text) or self.text[self.at] == "}":
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self._pair(path)
