"""Conda's environment.yml: its own packages and the `pip:` list. Read line by line, so that no YAML library is needed."""

from __future__ import annotations

import re

from .model import REQUIREMENT, Declared, Parsed
from .pep508 import Where, declare
from .text import BOM, Positions, lines

_ITEM = re.compile(r"(?P<indent>\s*)-\s+(?P<quote>[\"']?)(?P<body>.*?)(?P=quote)\s*(?:\s#.*)?$")
_CONDA = re.compile(r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?P<gap>[ \t]*)(?P<specifier>(?:[=<>!~].*|\d.*)?)")


def parse(path: str, text: str) -> Parsed:
    """What an environment.yml installs, through conda (format `conda`) and through pip (format `environment.yml`)."""
    positions = Positions(text)
    declared: list[Declared] = []
    problems: list[str] = []
    inside = False
    pip_indent: int | None = None
    for offset, line in lines(text):
        if offset == 0 and line.startswith(BOM):
            line, offset = line[1:], 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] not in " \t-":
            inside = line.split("#")[0].strip() == "dependencies:"
            pip_indent = None
            continue
        item = _ITEM.match(line)
        if not inside or item is None:
            continue
        indent = len(item["indent"])
        if pip_indent is not None and indent <= pip_indent:
            pip_indent = None
        if item["body"].rstrip() == "pip:":
            pip_indent = indent
            continue
        begin = offset + item.start("body")
        if pip_indent is None:
            found = _conda(item["body"], begin, path, positions)
        elif item["body"].startswith(("-", ".", "git+", "http", "file:")):
            continue
        else:
            found = declare(item["body"], begin, text, positions, Where(path, "environment.yml", REQUIREMENT))
        if found is None:
            problems.append(f"line {positions.line(begin)}: not a requirement: {item['body'][:80]}")
        else:
            declared.append(found)
    return Parsed(tuple(declared), tuple(problems))


def _conda(body: str, begin: int, path: str, positions: Positions) -> Declared | None:
    match = _CONDA.fullmatch(body.rstrip())
    if match is None:
        return None
    start, end = begin + match.start("specifier"), begin + match.end("specifier")
    if not match["specifier"]:
        start = end = begin + match.end("name")
    return Declared(
        match["name"].lower().replace("_", "-"),
        path,
        positions.line(begin),
        match["specifier"],
        start,
        end,
        REQUIREMENT,
        "conda",
        text=body.strip(),
    )
