"""One requirement in the standard notation, `Django[argon2]>=2.2,<3.0 ; python_version < "3.8"`, with the place of its specifier."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from .model import MATRIX, Declared
from .text import Positions

_HEAD = re.compile(r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\]\s*)?")
_MATRIX = re.compile(r"(?<![a-z])dj(?:ango)?[-_.]?[1-9](?:[-_.]?\d{1,2})?(?![0-9a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Parsed508:
    """The parts of a requirement; `start` and `end` are the specifier's place in the text that was given."""

    name: str
    extras: tuple[str, ...]
    start: int
    end: int
    marker: str
    url: str


def parse(text: str) -> Parsed508 | None:
    """Take a requirement apart; None if it is not one."""
    try:
        requirement = Requirement(text.strip())
    except InvalidRequirement:
        return None
    head = _HEAD.match(text)
    if head is None:
        return None
    start = end = len(text[: head.end()].rstrip())
    if requirement.url is None:
        start, end = _specifier_span(text, head.end(), start)
    return Parsed508(
        canonicalize_name(requirement.name),
        tuple(sorted(requirement.extras)),
        start,
        end,
        str(requirement.marker or ""),
        requirement.url or "",
    )


def _specifier_span(text: str, begin: int, empty: int) -> tuple[int, int]:
    """The span of the specifier, without brackets and blanks around it; `(empty, empty)` if there is none."""
    end = text.find(";", begin)
    part = text[begin : end if end >= 0 else len(text)]
    if part.strip().startswith("(") and part.rstrip().endswith(")"):
        begin += part.index("(") + 1
        part = part[part.index("(") + 1 : part.rindex(")")]
    if not part.strip():
        return empty, empty
    begin += len(part) - len(part.lstrip())
    return begin, begin + len(part.strip())


def is_matrix(name: str) -> bool:
    """True if a group, factor or file is named after one Django release (`django22`, `dj-3.2`): it is one of several alternatives."""
    return _MATRIX.search(name) is not None


@dataclass(frozen=True)
class Where:
    """What the requirements of one list in one file have in common."""

    path: str
    format: str
    kind: str
    group: str = ""


def declare(text: str, offset: int, source: str, positions: Positions, where: Where, *, literal: bool = True) -> Declared | None:
    """The declaration of a requirement that stands in `source` at `offset`; None if it is not one.

    `literal` is False where the characters in the file are not those of the value (escapes), so that nothing can be replaced there.
    """
    parsed = parse(text)
    if parsed is None:
        return None
    start, end = offset + parsed.start, offset + parsed.end
    shown = source[start:end] if literal else text[parsed.start : parsed.end]
    return Declared(
        name=parsed.name,
        path=where.path,
        line=positions.line(start if literal else offset),
        specifier=shown,
        start=start if literal else offset,
        end=end if literal else offset,
        kind=MATRIX if where.group and is_matrix(where.group) else where.kind,
        format=where.format,
        extras=parsed.extras,
        marker=parsed.marker,
        text=" ".join(text.split()),
        url=parsed.url,
        group=where.group,
        editable=literal,
    )
