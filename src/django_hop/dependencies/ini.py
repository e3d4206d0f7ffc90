"""setup.cfg and tox.ini: requirements in the values of an ini file."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .model import MATRIX, REQUIREMENT, Declared, Parsed
from .pep508 import Where, declare, is_matrix
from .text import BOM, Positions, lines

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_KEY = re.compile(r"(?P<key>[^\s#;=:\[][^=:]*?)[ \t]*[=:](?P<value>.*)")
_COMMENT = re.compile(r"\s#.*$")
_FACTOR = re.compile(r"\s*(?P<factors>!?[A-Za-z0-9_.{},!-]+(?:[ \t]+[A-Za-z0-9_.{},!-]+)*)[ \t]*:(?=\s)")
_SETUP_CFG_KEYS = {"install_requires", "setup_requires", "tests_require"}


@dataclass(frozen=True)
class _Value:
    """One line of a value."""

    section: str
    key: str
    text: str
    offset: int
    multiline: bool
    """The value begins on the line after its key."""


def parse_setup_cfg(path: str, text: str) -> Parsed:
    """What a setup.cfg declares for setuptools."""
    problems = _syntax(text)
    if problems:
        return Parsed(problems=problems)
    positions = Positions(text)
    declared: list[Declared] = []
    for value in _values(text):
        group = _setup_cfg_group(value)
        if group is None:
            continue
        where = Where(path, "setup.cfg", REQUIREMENT, group)
        for part, offset in _parts(value):
            found = declare(part, offset, text, positions, where)
            if found is not None:
                declared.append(found)
            elif not part.strip().startswith(("file:", "attr:", "%")):
                problems += (f"line {positions.line(offset)}: not a requirement: {part.strip()[:80]}",)
    return Parsed(tuple(declared), problems)


def parse_tox(path: str, text: str) -> Parsed:
    """What the environments of a tox.ini install; lines for one factor, and sections of one Django release, are a matrix."""
    problems = _syntax(text)
    if problems:
        return Parsed(problems=problems)
    positions = Positions(text)
    declared: list[Declared] = []
    for value in _values(text):
        if value.key != "deps" or not value.section.startswith(("testenv", "env")):
            continue
        factor = _FACTOR.match(value.text)
        body = _COMMENT.sub("", value.text)
        skip = factor.end() if factor else 0
        if body[skip:].strip().startswith(("-", "#", ".", "http", "git+")) or not body[skip:].strip():
            continue
        group = factor["factors"] if factor else value.section.partition(":")[2]
        found = declare(body[skip:], value.offset + skip, text, positions, Where(path, "tox", REQUIREMENT, group))
        if found is not None:
            declared.append(replace(found, kind=MATRIX) if factor or is_matrix(group) else found)
        elif "{" not in body:
            problems += (f"line {positions.line(value.offset)}: not a requirement: {body.strip()[:80]}",)
    return Parsed(tuple(declared), problems)


def _syntax(text: str) -> tuple[str, ...]:
    try:
        configparser.RawConfigParser(strict=False).read_string(text.removeprefix(BOM))
    except configparser.Error as error:
        return (f"not a valid ini file: {' '.join(str(error).split())[:200]}",)
    return ()


def _values(text: str) -> Iterator[_Value]:
    section = key = ""
    multiline = False
    for offset, line in lines(text):
        if offset == 0 and line.startswith(BOM):
            line, offset = line[1:], 1
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if line[0] in " \t":
            if key:
                yield _Value(section, key, line, offset, multiline)
            continue
        header, pair = _SECTION.match(line), _KEY.match(line)
        if header:
            section, key = header["name"].strip(), ""
        elif pair:
            key = pair["key"].strip().lower().replace("-", "_")
            multiline = not pair["value"].strip()
            if not multiline:
                yield _Value(section, key, pair["value"], offset + pair.start("value"), False)


def _setup_cfg_group(value: _Value) -> str | None:
    if value.section == "options" and value.key in _SETUP_CFG_KEYS:
        return "" if value.key == "install_requires" else value.key
    if value.section == "options.extras_require":
        return value.key
    return None


def _parts(value: _Value) -> Iterator[tuple[str, int]]:
    """The requirements of one line; setuptools splits a value on a single line at semicolons."""
    text = _COMMENT.sub("", value.text)
    if value.multiline or ";" not in text:
        if text.strip():
            yield text, value.offset
        return
    at = 0
    for part in text.split(";"):
        if part.strip():
            yield part, value.offset + at
        at += len(part) + 1
