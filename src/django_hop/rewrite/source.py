"""A file's bytes as text and back: encoding, lines, offsets. Nothing is normalised, so that untouched text stays byte-identical."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

from ..model import Edit

_LINE_END = re.compile(r"\r\n|\r|\n")


class Unreadable(Exception):
    """The bytes cannot be taken as text that comes back unchanged; the message says why."""


class Refused(Exception):
    """An op gives a place or a file up; the message says why and is reported."""


class Overlap(Exception):
    """Two edits want the same characters."""


class Text:
    """A decoded file. Offsets count characters from 0; lines count from 1, columns from 1 where people see them."""

    def __init__(self, text: str, encoding: str = "utf-8", bom: bytes = b"") -> None:
        self.text = text
        self.encoding = encoding
        self.bom = bom

    def encode(self, text: str) -> bytes:
        """The bytes of a new text in the file's own encoding. Raises UnicodeEncodeError if it cannot hold a character."""
        return self.bom + text.encode(self.encoding)

    @cached_property
    def starts(self) -> list[int]:
        """Offset of the first character of each line, by Python's own line ends: LF, CRLF, CR."""
        if "\r" not in self.text:
            return [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))][:-1]
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def line(self, number: int) -> str:
        """Line `number` (from 1) with its line end."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end]

    @cached_property
    def ascii(self) -> bool:
        """True if columns in bytes are columns in characters."""
        return self.text.isascii()

    def offset(self, line: int, column: int) -> int:
        """Offset of an `ast` position: line from 1, column from 0 in UTF-8 bytes."""
        start = self.starts[line - 1]
        if self.ascii:
            return start + column
        return start + len(self.line(line).encode()[:column].decode())

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    @cached_property
    def newline(self) -> str:
        """The first line end in the file, or LF."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"


def read_python(data: bytes) -> Text:
    """Decode Python source as the interpreter would (PEP 263). Raises Unreadable for encodings that do not come back unchanged."""
    if b"\0" in data:
        raise Unreadable("holds NUL bytes")
    if data.isascii() and b"coding" not in data[:200]:
        return Text(data.decode("ascii"), "utf-8")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise Unreadable(f"encoding: {error.msg if hasattr(error, 'msg') else error}") from None
    return _decode(data, encoding)


def read_text(data: bytes) -> Text:
    """Decode any other text file as UTF-8, with or without a byte order mark. Raises Unreadable."""
    if b"\0" in data:
        raise Unreadable("holds NUL bytes")
    return _decode(data, "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8")


def _decode(data: bytes, encoding: str) -> Text:
    bom = b""
    if encoding == "utf-8-sig":
        bom, data, encoding = codecs.BOM_UTF8, data[3:], "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not valid {encoding} (byte {error.start})") from None
    if text.encode(encoding) != data:
        raise Unreadable(f"does not come back unchanged from {encoding}")
    return Text(text, encoding, bom)


def splice(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, which must not overlap; insertions at one place keep their order. Raises Overlap."""
    pieces: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < end:
            raise Overlap(f"two edits at offset {edit.start}")
        pieces += text[end : edit.start], edit.new
        end = edit.end
    return "".join([*pieces, text[end:]])


def without_overlaps(edits: Sequence[Edit]) -> tuple[list[Edit], bool]:
    """The edits that can be applied together, first come first served from the left, and whether some were put off."""
    kept: list[Edit] = []
    put_off = False
    end = -1
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.start, e.end)):
        if edit.start < end:
            put_off = True
            continue
        kept.append(edit)
        end = edit.end
    return kept, put_off


def trimmed(text: str, start: int, end: int, new: str) -> Edit:
    """The smallest edit that turns `text[start:end]` into `new`: the common head and tail are left alone."""
    old = text[start:end]
    head = 0
    limit = min(len(old), len(new))
    while head < limit and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < limit - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(start + head, end - tail, new[head : len(new) - tail])
