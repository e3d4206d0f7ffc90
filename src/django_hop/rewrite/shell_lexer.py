"""Command lines as they stand in shell scripts, Makefiles, tox, CI, Docker and Compose files: simple commands of words with exact spans.

No shell grammar: quotes, continuation lines, operators, `$(...)`, JSON arrays and YAML lists are enough to see which word belongs to which
command. A quote that does not end on its line, as an apostrophe in prose, separates words and nothing more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

_BREAK = re.compile(r"&&|\|\||;;?|\||&|\(|\)|`")
_REDIRECTION = re.compile(r"\d*(?:>>|<<-?|<<<|>|<)&?(?:\d+\b|-)?|&>>?")
_CONTINUED = re.compile(r"\\[ \t]*(?:\r\n|\n|\r)")
_MAKE_VARIABLE = re.compile(r"\$\([\w.-]+\)|\$\{[^{}\n]*\}")
_STRING = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_ARRAY = re.compile(rf"\[\s*{_STRING}\s*(?:,\s*{_STRING}\s*)+,?\s*\]")
_ITEM = re.compile(r"""^(?P<indent>[ ]*)-[ ]+(?P<quote>["']?)(?P<value>[^\s"'#]+)(?P=quote)[ \t]*(?:#.*)?$""", re.MULTILINE)
_FOLDED = re.compile(r"^(?P<indent>[ ]*)(?:- +)*(?:[\w\"'.-]+:\s+)?>[-+\d]*[ \t]*(?:#.*)?\r?$")


class Form(str, Enum):
    """How a command is written."""

    SHELL = "shell"
    ARRAY = "array"
    """`["python", "manage.py"]`"""
    LIST = "list"
    """A YAML list, one word an item."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command. If it is plain, the text stands at `[start, end)` as it is, inside its quotes if it has any."""

    text: str
    start: int
    end: int
    plain: bool = True
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command, with the operators before and after it (empty at the ends of a line)."""

    words: tuple[Word, ...]
    form: Form = Form.SHELL
    before: str = ""
    after: str = ""


def read_commands(text: str, path: str) -> list[Command]:
    """All commands in a file, also those inside quoted words; what only looks like a command comes out as one too."""
    pure = PurePosixPath(path)
    name = pure.name.lower()
    docker = name.startswith(("dockerfile", "containerfile")) or pure.suffix in (".dockerfile", ".containerfile")
    make = name in ("makefile", "gnumakefile", "justfile") or pure.suffix == ".mk"
    yaml = pure.suffix in (".yml", ".yaml")
    found = [*_arrays(text)]
    if yaml:
        found += _lists(text)
    for start, end in _logical_lines(text, docker, yaml):
        reader = _Reader(text, docker)
        if make:
            start = re.compile(r"[ \t]*[@+-]*").match(text, start, end).end()  # type: ignore[union-attr]
        if not (pure.suffix in (".ini", ".cfg") and text.startswith(";", start)):
            reader.read(start, end)
        found += reader.found
    return sorted(found, key=lambda command: command.words[0].start)


def _logical_lines(text: str, docker: bool, yaml: bool) -> Iterator[tuple[int, int]]:
    """The spans of lines, with the lines that a backslash or a folded YAML scalar joins to them."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z", text)]
    at = 0
    while at < len(lines):
        start, end = lines[at]
        at += 1
        continued = text[start:end].rstrip().endswith("\\")
        while continued and at < len(lines):
            line = text[lines[at][0] : lines[at][1]]
            end = lines[at][1]
            at += 1
            continued = line.rstrip().endswith("\\") or (docker and line.lstrip().startswith("#"))
        folded = _FOLDED.match(text[start:end].rstrip("\r\n")) if yaml else None
        if folded:
            yield start, end
            start = end
            while at < len(lines) and _deeper(text[lines[at][0] : lines[at][1]], len(folded["indent"])):
                end = lines[at][1]
                at += 1
        yield start, end


def _deeper(line: str, indent: int) -> bool:
    return len(line) - len(line.lstrip(" ")) > indent and bool(line.strip())


def _arrays(text: str) -> Iterator[Command]:
    for match in _ARRAY.finditer(text):
        line = text[max(text.rfind("\n", 0, match.start()), text.rfind("\r", 0, match.start())) + 1 : match.start()]
        if line.lstrip().startswith("#"):
            continue
        words = [
            Word(string.group()[1:-1], string.start() + 1, string.end() - 1, "\\" not in string.group(), string.group()[0])
            for string in re.compile(_STRING).finditer(text, match.start(), match.end())
        ]
        yield Command(tuple(words), Form.ARRAY)


def _lists(text: str) -> Iterator[Command]:
    """Runs of YAML items of one word each, at least two: `- python`, `- manage.py`, `- migrate`."""
    run: list[Word] = []
    indent, last = "", -1
    ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", text)]

    def line(offset: int) -> int:
        return bisect_right(ends, offset)

    for match in _ITEM.finditer(text):
        if run and (match["indent"] != indent or line(match.start()) != last + 1):
            if len(run) > 1:
                yield Command(tuple(run), Form.LIST)
            run = []
        indent, last = match["indent"], line(match.start())
        run.append(Word(match["value"], match.start("value"), match.end("value"), True, match["quote"]))
    if len(run) > 1:
        yield Command(tuple(run), Form.LIST)


class _Reader:
    """Reads one logical line, and what is nested in it."""

    def __init__(self, text: str, docker: bool) -> None:
        self.text = text
        self.docker = docker
        self.found: list[Command] = []

    def read(self, start: int, end: int) -> None:
        """Add the commands of `[start, end)` to those found."""
        words: list[Word] = []
        before = ""

        def close(operator: str) -> None:
            nonlocal before
            if words:
                self.found.append(Command(tuple(words), Form.SHELL, before, operator))
                words.clear()
            before = operator

        place = start
        while place < end:
            character = self.text[place]
            if character.isspace():
                place += 1
            elif continued := _CONTINUED.match(self.text, place, end):
                place = continued.end()
            elif character == "#":
                place = self._line_end(place, end)
                if not self.docker:
                    close("")
            elif redirection := _REDIRECTION.match(self.text, place, end):
                words.append(Word(redirection.group(), place, redirection.end(), False))
                place = redirection.end()
            elif operator := _BREAK.match(self.text, place, end):
                close(operator.group())
                place = operator.end()
            else:
                place = self._word(place, end, words)
        close("")

    def _line_end(self, place: int, end: int) -> int:
        match = re.compile(r"[^\r\n]*").match(self.text, place, end)
        return match.end() if match else end

    def _word(self, start: int, end: int, words: list[Word]) -> int:
        """Read one word from `start`, add it, and give the offset after it."""
        text = self.text
        parts: list[str] = []
        quoted: list[tuple[int, int]] = []
        place = start
        while place < end and not text[place].isspace():
            character = text[place]
            variable = _MAKE_VARIABLE.match(text, place, end)
            if variable:
                parts.append(variable.group())
                place = variable.end()
            elif text.startswith("$(", place) and (closing := self._closing(place + 2, end)) >= 0:
                self.read(place + 2, closing)
                parts.append(text[place : closing + 1])
                place = closing + 1
            elif character in "\"'":
                closing = self._quote_end(place, end)
                if closing < 0:
                    break
                self._nested(place + 1, closing)
                parts.append(text[place + 1 : closing])
                quoted.append((place + 1, closing))
                place = closing + 1
            elif self._ends_word(place, end):
                break
            else:
                parts.append(character)
                place += 1
        if place > start:
            words.append(self._made("".join(parts), start, place, quoted))
        if place < end and text[place] in "\"'\\" and not _CONTINUED.match(text, place, end):
            return place + (2 if text[place] == "\\" else 1)
        return place

    def _ends_word(self, place: int, end: int) -> bool:
        character = self.text[place]
        if character == "\\":
            return self.text[place + 1 : place + 2] in ('"', "'") or _CONTINUED.match(self.text, place, end) is not None
        return character in "<>" or _BREAK.match(self.text, place, end) is not None

    def _made(self, value: str, start: int, end: int, quoted: list[tuple[int, int]]) -> Word:
        if len(quoted) == 1 and quoted[0] == (start + 1, end - 1):
            return Word(value, start + 1, end - 1, "\\" not in value, self.text[start])
        return Word(value, start, end, not quoted)

    def _nested(self, start: int, end: int) -> None:
        if re.search(r"\s", self.text[start:end]):
            self.read(start, end)

    def _quote_end(self, place: int, end: int) -> int:
        quote = self.text[place]
        pattern = r'(?:[^"\\]|\\.)*?"' if quote == '"' else "[^']*'"
        match = re.compile(pattern, re.DOTALL).match(self.text, place + 1, end)
        return match.end() - 1 if match else -1

    def _closing(self, place: int, end: int) -> int:
        """Offset of the bracket that ends a command substitution begun before `place`, or -1."""
        depth = 1
        for at in range(place, end):
            depth += {"(": 1, ")": -1}.get(self.text[at], 0)
            if not depth:
                return at
        return -1
