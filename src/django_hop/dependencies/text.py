"""Bytes to text and back without loss, and positions in a text."""

from __future__ import annotations

import bisect
import codecs
import re

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BREAK = re.compile(r"\r\n|\n|\r")
BOM = "\ufeff"


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding; a BOM stays as the first character, so that encoding gives the same bytes.

    UTF-8 unless a BOM or a coding comment says otherwise, as pip and Python read their files. Raises UnicodeDecodeError or LookupError.
    """
    encoding = _encoding(data)
    text = data.decode(encoding)
    if text.encode(encoding) != data:
        raise UnicodeDecodeError(encoding, data, 0, 1, "does not encode back to the same bytes")
    return text, encoding


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    for line in data.split(b"\n", 2)[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            return codecs.lookup(cookie.group(1).decode("ascii")).name
    return "utf-8"


def lines(text: str) -> list[tuple[int, str]]:
    """The lines of a text without their ends, each with the offset where it starts. Form feeds do not end a line."""
    found = []
    start = 0
    for end in _BREAK.finditer(text):
        found.append((start, text[start : end.start()]))
        start = end.end()
    found.append((start, text[start:]))
    return found


class Positions:
    """Line and column of any offset in one text; both count from 1, and a BOM takes no column."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(end.end() for end in _BREAK.finditer(text))]
        self._bom = text.startswith(BOM)

    def line(self, offset: int) -> int:
        """The line the offset stands on."""
        return bisect.bisect_right(self._starts, offset)

    def column(self, offset: int) -> int:
        """The column the offset stands at."""
        line = self.line(offset)
        return offset - self._starts[line - 1] + 1 - (1 if self._bom and line == 1 else 0)

    def offset(self, line: int) -> int:
        """Where a line starts."""
        return self._starts[line - 1]
