"""What is done about each requirement of a file, and doing it: locate the specifier, splice, read again, compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..model import Edit, Finding, Hop
from . import advice
from .commands import is_command_file
from .inventory import parse_file, parser_for, read_file
from .model import COMPILED, Declared
from .specifier import splice
from .text import Positions, decode

_GAP = re.compile(r" {3,}(?=#)")


@dataclass(frozen=True)
class Decision:
    """What to do about one requirement: the new specifier (None: leave it), and what to say (empty: nothing)."""

    requirement: Declared
    new: str | None = None
    message: str = ""


def carry_out(data: bytes, decide: Callable[[str], Sequence[Decision]], codemod: str) -> tuple[bytes | None, list[Finding], int]:
    """The new bytes of one file (None if it stays), the findings in it, and the number of places changed.

    A file that would read differently afterwards, but for the new specifiers, stays as it is.
    """
    text, encoding = decode(data)
    decisions = decide(text)
    new = splice(text, [edit for one in decisions if one.new is not None for edit in _edits(one.requirement, one.new, text)])
    if new != text and not _is_same_but(text, new, decisions):
        refused = "{} is not moved: the file would read differently afterwards. Move it by hand."
        decisions = [replace(one, new=None, message=refused.format(shown(one.requirement))) if one.new else one for one in decisions]
    positions = Positions(text)
    findings = [_finding(one, positions, codemod) for one in decisions if one.message]
    findings += _compile_again(decisions, text, codemod)
    count = sum(one.new is not None for one in decisions)
    return (new.encode(encoding) if count else None), findings, count


def shown(one: Declared) -> str:
    """A requirement as written, for messages."""
    return f"`{one.text[:100]}`"


def named(one: Declared) -> str:
    """The package, for messages."""
    return "Django" if one.name == "django" else one.name


def alternative(one: Declared, target: str) -> Decision:
    """For one of several that are tested side by side: adding another is a person's decision."""
    return Decision(one, None, f"{shown(one)} is one of several alternatives that are tested. Add one for {named(one)} {target}.")


def elsewhere(one: Declared, target: str) -> Decision:
    """For one that does not come from an index."""
    return Decision(one, None, f"{named(one)} comes from {one.url}. Move it to {target} by hand.")


def locked(one: Declared, text: str) -> Decision:
    """For one in a lock file, with the command that makes it again."""
    return Decision(one, None, f"This file locks {shown(one)}. Make it again: {advice.lock_command(one, text, one.name)}")


def later(one: Declared, target: str) -> Decision:
    """For one that is beyond the release already."""
    return Decision(one, None, f"{shown(one)} is for a later release than {target} already; it stays.")


def unclear(one: Declared, target: str) -> Decision:
    """For one that no rule can write for the release."""
    return Decision(one, None, f"{shown(one)} cannot be moved by rule. Write it for {named(one)} {target} by hand.")


def obstacle(one: Declared, new: str, hop: Hop) -> str:
    """Why a specifier that could be moved is left to a person; empty if nothing is in the way."""
    if one.hashes:
        return f"is pinned with hashes of the old files. Pin `{new}` and make the hashes again: pip-compile --generate-hashes, or pip hash."
    if not advice.is_reachable(one.marker, hop):
        return f"is only for Pythons that Django {hop.target} does not run on ({one.marker}). Drop it together with them."
    if not one.editable:
        return f"is written with escapes or over several strings. Make it `{new}` by hand."
    return ""


def _edits(one: Declared, new: str, text: str) -> list[Edit]:
    """The edit of a specifier, and one of the blanks behind it where they hold a comment in its column (two are no column, but a habit)."""
    edits = [Edit(one.start, one.end, new)]
    gap = _GAP.match(text, one.end)
    if gap and one.format == "requirements":
        width = max(gap.end() - gap.start() + one.end - one.start - len(new), 2)
        edits.append(Edit(gap.start(), gap.end(), " " * width))
    return edits


def _is_same_but(text: str, new: str, decisions: Sequence[Decision]) -> bool:
    """True if the new text declares what the old one did, in the same order, except for the specifiers that were to change."""
    path, kind = decisions[0].requirement.path, decisions[0].requirement.kind
    changed = {one.requirement.start: one.new for one in decisions if one.new is not None}
    before, after = read_file(path, text, kind), read_file(path, new, kind)
    wanted = [(one.name, one.extras, one.marker, one.group, changed.get(one.start, one.specifier)) for one in before]
    is_now = [(one.name, one.extras, one.marker, one.group, one.specifier) for one in after]
    return wanted == is_now and _problems(path, text, kind) == _problems(path, new, kind)


def _problems(path: str, text: str, kind: str) -> int:
    """How many lines of a file were not understood; of one that only holds commands none is expected to be a requirement."""
    return 0 if is_command_file(path) and parser_for(path) is None else len(parse_file(path, text, kind).problems)


def _finding(decision: Decision, positions: Positions, codemod: str) -> Finding:
    one = decision.requirement
    return Finding(codemod, one.path, positions.line(one.start), positions.column(one.start), decision.message, decision.new is not None)


def _compile_again(decisions: Sequence[Decision], text: str, codemod: str) -> list[Finding]:
    """A compiled file whose pin was moved is not complete before the compiler has run: the package's own requirements changed."""
    moved = [one.requirement for one in decisions if one.new is not None and one.requirement.kind == COMPILED]
    command = advice.compile_command(text)
    message = "The pin is moved, but what {} itself requires may have changed. Compile this file again: {}"
    return [Finding(codemod, one.path, 1, 1, message.format(named(one), command)) for one in moved[:1]]
