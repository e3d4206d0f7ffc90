"""Words that reports share: counts, paths that may hold anything, Markdown that shows what was meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..model import Codemod, Finding

Group = tuple[str, str, list[Finding]]
"""Codemod id, message, the places."""


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shown(text: str) -> str:
    """A path or message on one line: control characters, and bytes of a path that are no text, as escapes."""
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as os.fsdecode keeps it
        return f"\\x{code - 0xDC00:02x}"
    return character if character == "\u00a0" else character.encode("unicode_escape").decode()


def code(text: str) -> str:
    """A Markdown code span that holds the text whatever backticks are in it."""
    plain = shown(text)
    ticks = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    return f"{ticks}{plain}{ticks}" if len(ticks) == 1 else f"{ticks} {plain} {ticks}"


def prose(text: str) -> str:
    """A sentence in Markdown: what looks like emphasis, HTML or a table cell's end is text, code spans stay."""
    parts = re.split(r"(`[^`]*`)", shown(text))
    return "".join(part.replace("|", "\\|") if at % 2 else re.sub(r"([\\*_<\[|])", r"\\\1", part) for at, part in enumerate(parts))


def for_a_person(findings: Sequence[Finding], codemods: Mapping[str, Codemod]) -> tuple[list[Group], list[Group]]:
    """The findings that nothing fixed, grouped by codemod and message, in their order: silent traps, then the others."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if not finding.fixed:
            groups.setdefault((finding.codemod, finding.message), []).append(finding)
    traps: list[Group] = []
    others: list[Group] = []
    for (name, message), places in groups.items():
        (traps if name in codemods and codemods[name].silent else others).append((name, message, places))
    return sorted(traps, key=lambda one: one[0]), sorted(others, key=lambda one: one[0])
