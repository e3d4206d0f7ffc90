"""The text of one import statement after aliases were renamed, dropped or added; comments and layout of the others stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Edit

if TYPE_CHECKING:
    from .module import Module
    from .site import Site

LONG_LINE = 100


@dataclass(frozen=True)
class Line:
    """A new `from module import names` line."""

    module: str
    names: str

    def __str__(self) -> str:
        return f"from {self.module} import {self.names}"


def render(
    site: Site, statement: ast.stmt, aliases: Mapping[ast.alias, str | None], added: Sequence[str], after: Sequence[Line]
) -> Iterator[Edit]:
    """Edits for one statement: `aliases` maps an alias to its new text (None: gone), `added` joins it, `after` follows it."""
    assert isinstance(statement, (ast.ImportFrom, ast.Import))
    module = site.module
    indent = " " * statement.col_offset
    newline = module.source.newline
    tail = "".join(f"{newline}{indent}{line}" for line in _merge(after))
    kept = [alias for alias in statement.names if aliases.get(alias, "kept") is not None]
    whole = [text for text in aliases.values() if text and text.startswith("from ")]
    if whole:
        yield Edit(module.start(statement), module.end(statement), whole[0] + tail)
        return
    if not kept and not added:
        yield from _drop_statement(site, statement, [str(line) for line in _merge(after)])
        return
    added = [name for name in added if not any(_spelling(alias) == name for alias in kept)]
    if added or not kept:
        yield from _rebuilt(module, statement, aliases, added, tail)
        return
    for alias, text in aliases.items():
        if text is not None:
            yield Edit(module.start(alias), module.end(alias), text)
    yield from _dropped(module, statement, {alias for alias, text in aliases.items() if text is None})
    if tail:
        yield Edit(module.end(statement), module.end(statement), tail)


def _merge(lines: Sequence[Line]) -> list[Line]:
    names: dict[str, set[str]] = {}
    for line in lines:
        names.setdefault(line.module, set()).add(line.names)
    return [Line(module, ", ".join(sorted(found))) for module, found in names.items()]


def _spelling(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _drop_statement(site: Site, statement: ast.stmt, instead: list[str]) -> Iterator[Edit]:
    module = site.module
    newline = module.source.newline
    start, end = module.start(statement), module.end(statement)
    if instead:
        yield Edit(start, end, f"{newline}{' ' * statement.col_offset}".join(instead))
        return
    line_start = module.source.starts[statement.lineno - 1]
    last = statement.end_lineno or statement.lineno
    line_end = module.source.starts[last] if last < len(module.source.starts) else len(module.text)
    alone_on_line = not module.text[line_start:start].strip() and module.text[end:line_end].strip()[:1] in ("", "#")
    if _only_in_block(site, statement) or not alone_on_line:
        yield Edit(start, end, "pass")
    else:
        yield Edit(line_start, line_end, "")


def _only_in_block(site: Site, statement: ast.stmt) -> bool:
    parent = site.parent(statement)
    if isinstance(parent, ast.Module):
        return False
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return len(block) == 1
    return True


def _rebuilt(
    module: Module, statement: ast.ImportFrom | ast.Import, aliases: Mapping[ast.alias, str | None], added: Sequence[str], tail: str
) -> Iterator[Edit]:
    """Names joined to a statement: each new one in its alphabetical place, or in the place of a dropped one."""
    gone = [alias for alias in statement.names if alias in aliases and aliases[alias] is None]
    fresh = sorted(set(added))
    for alias, text in aliases.items():
        if text is not None:
            yield Edit(module.start(alias), module.end(alias), text)
    while gone and fresh:
        alias = gone.pop(0)
        yield Edit(module.start(alias), module.end(alias), fresh.pop(0))
    if gone:
        yield from _dropped(module, statement, set(gone))
    for name in fresh:
        yield _joined(module, statement, name, skip=set(gone))
    if tail:
        yield Edit(module.end(statement), module.end(statement), tail)


def _joined(module: Module, statement: ast.ImportFrom | ast.Import, name: str, skip: set[ast.alias]) -> Edit:
    names = [alias for alias in statement.names if alias not in skip]
    after = next((alias for alias in reversed(names) if alias.name <= name), None)
    one_a_line = len({alias.lineno for alias in statement.names} | {statement.lineno}) == len(statement.names) + 1
    if one_a_line:
        beside = after or names[0]
        indent = module.text[module.source.starts[beside.lineno - 1] : module.start(beside)]
        if after is None:
            start = module.start(beside)
            return Edit(start, start, f"{name},{module.source.newline}{indent}")
        end = module.end(after)
        comma = module.text[end : end + 1] == ","
        if comma or after is not names[-1]:
            line_end = module.source.starts[after.end_lineno or after.lineno]
            return Edit(line_end, line_end, f"{indent}{name},{module.source.newline}")
        return Edit(end, end, f",{module.source.newline}{indent}{name}")
    if after is None:
        start = module.start(names[0])
        return Edit(start, start, f"{name}, ")
    end = module.end(after)
    return Edit(end, end, f", {name}")


def _dropped(module: Module, statement: ast.ImportFrom | ast.Import, gone: set[ast.alias]) -> Iterator[Edit]:
    """Cut aliases out: a whole line where the alias has one of its own, else up to its neighbour."""
    own_line = {alias: span for alias in gone if (span := _own_line(module, statement, alias)) is not None}
    yield from (Edit(start, end, "") for start, end in own_line.values())
    inline = [alias for alias in statement.names if alias not in own_line]
    place = 0
    while place < len(inline):
        run = place
        while run < len(inline) and inline[run] in gone:
            run += 1
        if run == place:
            place += 1
        elif run < len(inline):
            yield Edit(module.start(inline[place]), module.start(inline[run]), "")
            place = run
        else:
            yield Edit(module.end(inline[place - 1]) if place else module.start(inline[0]), module.end(inline[-1]), "")
            place = run


def _own_line(module: Module, statement: ast.ImportFrom | ast.Import, alias: ast.alias) -> tuple[int, int] | None:
    """The span of the line(s) that hold nothing but this alias, inside parentheses; a comment behind it goes with it."""
    first = statement.names[0]
    if "(" not in module.text[module.start(statement) : module.start(first)]:
        return None
    starts = module.source.starts
    line_start, last = starts[alias.lineno - 1], alias.end_lineno or alias.lineno
    line_end = starts[last] if last < len(starts) else len(module.text)
    behind = module.text[module.end(alias) : line_end].strip().removeprefix(",").strip()
    if module.text[line_start : module.start(alias)].strip() or (behind and not behind.startswith("#")):
        return None
    return line_start, line_end
