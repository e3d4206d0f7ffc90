"""Is a changed Python text sound, asked of the compiler's own tables: a third of the price of a tree with its names.

Most changes are small, so first only the statements are asked about that are not in the old text: what stays has been parsed, and means
what it meant as long as nothing that it may name is gone. Where that does not settle it, the whole text is asked about.
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .module import MAX_BYTES, Module, first_line, first_lines
from .scopes import IMPLICIT, Binding
from .source import Unreadable, read_python

_LONG = 500
"""Statements at the margin above which a tree is cheaper: for each name `symtable` goes through all scopes of the module."""


def is_sound(before: Module, data: bytes) -> bool:
    """True if bytes that came of a module parse and use no name that was not defined or used undefined before; False if in doubt."""
    if len(data) > MAX_BYTES or len(before.tree.body) > _LONG:
        return False
    if before.names.stars or b"annotations" in data:  # deferred annotations are in no table
        return False
    try:
        text = read_python(data).text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            free = set() if is_sound_where_changed(before, text) else free_names(text)
    except (Unreadable, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return free <= before.names.undefined() if free else True


def free_names(text: str) -> set[str]:
    """Names that a text uses and binds nowhere in sight, without those that are always there. Raises what `compile` raises."""
    return _named(symtable.symtable(text, "<changed>", "exec"))[0]


def _named(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """The names that a text uses and does not bind, and those that it binds for all of the module."""
    bound = _bound(table)
    used: set[str] = set()
    tables = [table]
    for table in tables:  # grows as it goes
        for name in table.get_identifiers():
            if name in bound or name in IMPLICIT:
                continue
            symbol = table.lookup(name)
            if symbol.is_global():
                (bound if symbol.is_assigned() or symbol.is_imported() else used).add(name)
        tables += table.get_children()
    return used - bound, bound


def _bound(table: symtable.SymbolTable) -> set[str]:
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


# -- only what changed --------------------------------------------------------------------------------------------------

_FAR = 10
"""Statements in a row that may have changed before the whole text is looked at."""
_MANY = 40
"""Changes with which a file is looked at as a whole: each costs a search of the text and a look at all names."""


@dataclass(frozen=True)
class _Change:
    """Lines of the old text (from, and up to without) that gave way to a text, of a class where there is a holder."""

    first: int
    end: int
    text: str
    holder: ast.ClassDef | None = None
    indent: str = ""
    is_head: bool = False


def is_sound_where_changed(before: Module, text: str) -> bool:
    """True if a text is sound for certain by its changed statements alone."""
    both = (before.text, text)
    if "__future__" in text or not all(one.endswith("\n") and "\r" not in one and "\f" not in one for one in both):
        return False
    changes = _changes(before, text)
    if changes is None or any(change.text.endswith("\\\n") for change in changes):
        return False
    module = before.names.module.bindings
    free: set[str] = set()
    bound: set[str] = set()
    of_classes: dict[ast.ClassDef, set[str]] = {}
    for change in changes:
        try:
            table = symtable.symtable(_alone(change), "<changed>", "exec")
        except SyntaxError:
            return False
        uses, binds = _named(table)
        free |= uses
        if change.holder is not None:
            inner = of_classes.setdefault(change.holder, set())
            if not change.is_head:
                inner |= _bound(table.get_children()[0])
        bound |= binds
    gone = {*_gone(module, changes)} - bound
    for holder, kept in of_classes.items():
        gone |= {*_gone(before.names.inner[holder].bindings, changes)} - kept
    if any(_is_spoken(name, text) for name in gone):
        return False
    unknown = free - module.keys() - bound
    return not unknown or unknown <= before.names.undefined()


def _gone(bindings: Mapping[str, Sequence[Binding]], changes: Sequence[_Change]) -> Iterator[str]:
    """The names of a scope that nothing binds but lines that are no more."""
    for name, every in bindings.items():
        lines = [one.node.lineno for one in every]  # type: ignore[attr-defined]
        if all(any(change.first <= line < change.end for change in changes) for line in lines):
            yield name


def _is_spoken(name: str, text: str) -> bool:
    """True if a name is a word of a text. A pattern would have to be compiled for each name."""
    around = pairwise(f" {text} ".split(name))
    return any(not f"a{left[-1:]}".isidentifier() and not f"a{right[:1]}".isidentifier() for left, right in around)


def _alone(change: _Change) -> str:
    """A text that parses if a change does where it stands."""
    if change.is_head:
        return f"{change.text}{change.indent}0\n"
    return f"class {change.holder.name}:\n{change.text}{change.indent}0\n" if change.holder is not None else change.text


def _changes(before: Module, text: str) -> list[_Change] | None:
    """What changed, statement by statement and within classes member by member; None if too much did."""
    lines = [1, *first_lines(before, before.tree.body, "")]
    lines = [*dict.fromkeys(lines), len(before.source.starts) + 1]
    classes = {first_line(node): node for node in before.tree.body if isinstance(node, ast.ClassDef)}
    found = _differences(before, lines, text)
    if found is None:
        return None
    changes: list[_Change] = []
    for first, end, new in found:
        holder = classes.get(first)
        within = _within(before, holder, end, new) if holder is not None and lines[lines.index(first) + 1] == end else None
        changes += [_Change(first, end, new)] if within is None else within
    return changes if len(changes) <= _MANY else None


def _within(before: Module, holder: ast.ClassDef, end: int, text: str) -> list[_Change] | None:
    """What changed in a class, if it is still that class and a member of it stays."""
    member = holder.body[0]
    start = before.source.starts[first_line(member) - 1]
    indent = re.compile(r"[ \t]*").match(before.text, start)[0]  # type: ignore[index]
    members = [*first_lines(before, holder.body, indent)]
    if not indent or members[:1] != [first_line(member)]:
        return None
    found = _differences(before, [first_line(holder), *members, end], text)
    if found is None or sum(last - first for first, last, _ in found) >= end - members[0]:
        return None
    if any(last < members[0] for _, last, _ in found):  # something new before the class
        return None
    changes = [_Change(first, last, new, holder, indent, first < members[0]) for first, last, new in found]
    return changes if all(_stays_within(change) for change in changes) else None


def _stays_within(change: _Change) -> bool:
    """True if the text ends in the class that it stands in, whatever follows."""
    assert change.holder is not None
    outside = re.findall(r"^[^\s#].*", change.text, re.MULTILINE)
    if change.is_head:
        return bool(outside) and re.match(rf"class {change.holder.name}\b", outside[-1]) is not None
    return not outside and (not change.text or re.match(rf"{change.indent}\S", change.text) is not None)


def _differences(module: Module, lines: Sequence[int], new: str) -> list[tuple[int, int, str]] | None:
    """Old lines and the new text in their place, where a text is cut at the lines; None if they are many."""
    starts = [*module.source.starts, len(module.text)]
    pieces = [module.text[starts[first - 1] : starts[end - 1]] for first, end in pairwise(lines)]
    found = []
    at = place = 0
    while at < len(pieces):
        if new.startswith(pieces[at], place):
            place += len(pieces[at])
            at += 1
            continue
        for kept in range(at, min(at + _FAR, len(pieces))):
            behind = new.find("\n" + pieces[kept], max(place - 1, 0)) + 1
            if behind:
                break
        else:
            if at + _FAR < len(pieces):
                return None
            kept, behind = len(pieces), len(new)
        found.append((lines[at], lines[kept], new[place:behind]))
        if len(found) > _MANY:
            return None
        at, place = kept, behind
    if place < len(new):
        found.append((lines[-1], lines[-1], new[place:]))
    return found
