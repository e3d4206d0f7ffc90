"""Requirements of other packages than Django that forbid what a release needs: raised as little as will do, or given another name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name
from packaging.version import Version

from ..dependencies import advice
from ..dependencies.inventory import parse_file, parser_for
from ..dependencies.model import COMPILED, LOCK, MATRIX, Declared
from ..dependencies.specifier import Clause, as_set, clauses, dialect_of, splice
from ..model import Edit, Finding, Hop
from ..rewrite.shell_lexer import Word
from ..rewrite.text import TextSite
from .base import TextOp, Words
from .requirements import FindRequirement

_KEYED = frozenset(("poetry", "pipfile"))
"""Formats in which the name of a package is a key, and its version the value."""


@dataclass(frozen=True)
class RaiseRequirement(FindRequirement):
    """Raise a requirement that allows no version from `floor` on, as little as will do: `==1.3.14` to `==1.4.0`, `<1.4` to `<1.5`.

    What resolvers write, what is pinned with hashes, one of several alternatives and what cannot be read is only reported.
    """

    within_major: bool = field(default=False, kw_only=True)
    """True if the major release of the floor changed what calls mean: older ones have to move by themselves, together with the code."""

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit of the specifier, or a finding that says why not."""
        assert self.floor is not None
        for one in parse_file(site.path, site.text).declared:
            dialect = dialect_of(one.format)
            if one.name != self.package or one.kind == LOCK or one.url or _admits(one.specifier, dialect, self.floor) is not False:
                continue
            place = Word(one.specifier, one.start, one.end)
            new = raised(one.specifier, dialect, self.floor)
            why = obstacle(one, site.hop) or ("" if new is not None else "its versions are not understood")
            if not why and self.within_major and _newest_major(one.specifier, dialect) < Version(self.floor).major:
                why = "calls mean something else from its next major release on, so it has to move together with the code"
            if why or new is None:
                yield site.finding(place, f"{self.message}; {why}")
                continue
            yield site.edit(place, new)
            again = f"; compile this file again: {advice.compile_command(site.text)}" if one.kind == COMPILED else ""
            yield site.finding(place, f"{self.message}{again}", fixed=True)


@dataclass(frozen=True)
class RenameRequirement(TextOp):
    """A requirement of one package becomes that of another: `RenameRequirement("py-bcrypt", "bcrypt", "", "...")`.

    `specifier` is the new one, `>=3.4.0`; empty for any version. Only in the standard notation, where name and version stand together.
    """

    package: str
    """The canonical name of the package that goes."""
    new: str
    specifier: str
    message: str

    @property
    def words(self) -> Words:
        """The words of the name, which people write with `-` or `_`."""
        parts = self.package.split("-")
        return (frozenset(parts), frozenset({"_".join(parts)}))

    def concerns(self, path: str) -> bool:
        """Files that declare dependencies."""
        return parser_for(path) is not None

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit of the name and specifier, or a finding that says why not."""
        declared = parse_file(site.path, site.text).declared
        there = any(one.name == self.new for one in declared)
        for one in declared:
            if one.name != self.package or one.kind == LOCK:
                continue
            span = named_span(one, site.text)
            why = obstacle(one, site.hop) or (f"`{self.new}` is required here already" if there else "")
            if span is None or why:
                place = Word(one.specifier, one.start, one.end)
                yield site.finding(place, f"{self.message}; {why or 'its name and version stand apart here'}")
                continue
            yield site.edit(span, f"{self.new}{self.specifier}")
            yield site.finding(span, self.message, fixed=True)


def obstacle(one: Declared, hop: Hop) -> str:
    """Why a requirement is left to a person; empty if nothing is in the way."""
    if one.hashes:
        return "it is pinned with hashes, which have to be made again"
    if one.kind == MATRIX:
        return "it is one of several alternatives"
    if not one.editable:
        return "it is written with escapes or over several strings"
    return "" if advice.is_reachable(one.marker, hop) else f"it is only for Pythons that Django {hop.target} does not run on"


def _newest_major(specifier: str, dialect: str) -> int:
    """The newest major release that a specifier names; `<3` and `<3.0` name 2."""
    majors = [clause.parts[0] - (clause.op == "<" and not any(clause.parts[1:])) for clause in clauses(specifier, dialect) or ()]
    return max(majors, default=0)


def named_span(one: Declared, text: str) -> Word | None:
    """The span of a requirement's name and specifier in the standard notation; None where they stand apart, or extras between them."""
    head = re.search(r"[A-Za-z0-9][\w.-]*[ \t]*$", text[: one.start])
    if one.format in _KEYED or one.extras or head is None or canonicalize_name(head.group().strip()) != one.name:
        return None
    return Word(text[head.start() : one.end], head.start(), one.end)


def raised(specifier: str, dialect: str, floor: str) -> str | None:
    """The specifier with every clause that forbids `floor` written for it, in as many numbers as before; None if that is not enough."""
    edits = []
    for clause in clauses(specifier, dialect) or ():
        if _admits(clause.op + clause.version, dialect, floor):
            continue
        version = _version(clause, floor)
        if version is None:
            return None
        edits.append(Edit(*clause.version_span, version))
    new = splice(specifier, edits)
    return new if edits and _admits(new, dialect, floor) else None


def _version(clause: Clause, floor: str) -> str | None:
    """The version that lets a clause admit the floor."""
    wanted = Version(floor).release
    count = len(clause.parts)
    padded = (*wanted, *([0] * (count - len(wanted))))
    if clause.op in ("<", "~=", "^", "~") or clause.wildcard:
        numbers = list(padded[:count])
        if clause.op == "<":
            numbers[-1] += 1
        return ".".join(map(str, numbers)) + (".*" if clause.wildcard else "")
    return floor if clause.op in ("==", "===", "=", "<=", "") else None


def _admits(specifier: str, dialect: str, floor: str) -> bool | None:
    """True if a specifier lets in the floor or something above it, as far as a few versions show; None if it is not understood."""
    found, within = clauses(specifier, dialect), as_set(specifier, dialect)
    if found is None or within is None:
        return None
    first = Version(floor).release
    above = [floor, f"{floor}.99", *(".".join(map(str, (*first[:place], first[place] + 1))) for place in range(len(first))), "999"]
    named = [one.version for one in found if one.op not in ("!=", "<", ">") and not one.wildcard]
    candidates = [*above, *(one for one in named if Version(one) >= Version(floor))]
    return any(within.contains(one, prereleases=True) for one in candidates)
