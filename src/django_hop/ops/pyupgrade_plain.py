"""The commonest changes of pyupgrade as spans, told from the tree: a file in which there are no others need not be tokenized.

Tokens cost pyupgrade ten times what the tree does. Each form here is one that leaves no doubt about what pyupgrade writes: the prefix of
`u""`, `class C(object)`, `super(C, self)`, an import from `__future__` on lines of its own, and of `six` its names, its decorator on a
line of its own, and an import whose module alone changes. tests/test_pyupgrade.py holds them to what pyupgrade writes itself.
"""

from __future__ import annotations

import ast
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..model import Edit
from ..rewrite.module import first_lines
from ..rewrite.site import Site
from ..rewrite.source import splice, trimmed
from .pyupgrade_parts import strings

_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_BEFORE_BASE = re.compile(r"([(,])[ \t]*\Z")
_BEHIND_BASE = re.compile(r"object([ \t]*\)[ \t]*):")
_SUPER = re.compile(r"super\s*\(")
_BEFORE_DECORATOR = re.compile(r"(?<!\\\n)^[ \t]*@[ \t]*\Z", re.MULTILINE)
_BEHIND_DECORATOR = re.compile(r"[\w.]+[ \t]*(?:#[^\n]*)?\n")
_FROM = re.compile(r"from[ \t]+(\w+(?:\.\w+)*)[ \t]+import\b")


def plain_edits(site: Site, callbacks: Mapping[Any, Sequence[Any]], prefixes: bool) -> tuple[list[Edit], list[Any]] | None:
    """What pyupgrade's callbacks (and the prefixes of strings, if `prefixes`) change, from the left, and the places of those that take its
    tokens; None if all may."""
    if "\r" in site.text or "\f" in site.text:
        return None
    if prefixes and site.nodes(ast.JoinedStr):
        return None
    nodes = {(node.lineno, node.col_offset): node for node in _changeable(site)} if callbacks else {}
    found = [Edit(place - 1, place, "") for place in strings(site.text) if place and site.text[place - 1] in "uU"] if prefixes else []
    doubtful = []
    for offset, functions in callbacks.items():
        node = nodes.get((offset.line, offset.utf8_byte_offset))
        start = site.module.source.offset(offset.line, offset.utf8_byte_offset)
        edit = _plain(site, node, functions[0]) if node is not None else _of_six(site.text, start, functions[0])
        if edit is None or len(functions) > 1:
            doubtful.append(offset)
        else:
            found.append(edit)
    found.sort(key=lambda edit: edit.start)
    return None if any(one.end > other.start for one, other in itertools.pairwise(found)) else (found, doubtful)


def statements(site: Site, offsets: Sequence[Any]) -> list[tuple[int, int]]:
    """The statements at the margin in which the offsets are: first line, and the first line of the next, 0 behind the last."""
    if not offsets:
        return []
    starts = [*dict.fromkeys([1, *first_lines(site.module, site.module.tree.body)]), 0]
    found = {bisect_right(starts, offset.line, 0, len(starts) - 1) for offset in offsets}
    return [(starts[place - 1], starts[place]) for place in sorted(found)]


def _changeable(site: Site) -> Iterator[ast.ImportFrom | ast.Call | ast.Name]:
    yield from (node for node in site.nodes(ast.ImportFrom) if node.module == "__future__" and not node.level)
    yield from (node for node in site.nodes(ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "super")
    for node in site.nodes(ast.ClassDef):
        yield from (base for base in node.bases if isinstance(base, ast.Name) and base.id == "object")


def _plain(site: Site, node: ast.ImportFrom | ast.Call | ast.Name, function: Any) -> Edit | None:
    """The change that one callback makes at a node."""
    name = _name(function)
    start, end, text = site.module.start(node), site.module.end(node), site.text
    if isinstance(node, ast.ImportFrom):
        rest = _REST_OF_LINE.match(text, end)
        return Edit(start, rest.end(), "") if rest and name == "_remove_import" and not node.col_offset else None
    if isinstance(node, ast.Call):
        return Edit(start, end, "super()") if name == "find_and_replace_call" and _SUPER.match(text, start) else None
    line = site.module.source.offset(node.lineno, 0)
    before, behind = _BEFORE_BASE.search(text[line:start]), _BEHIND_BASE.match(text, start)
    if name != "remove_base_class" or not before or not behind:
        return None
    first = line + before.start()
    return Edit(first, behind.end(1), "") if before[1] == "(" else Edit(first, end, "")


def _of_six(text: str, start: int, function: Any) -> Edit | None:
    """The change that one callback makes at a name of `six`, its decorator or an import from it."""
    name = _name(function)
    if name == "replace_name":
        chain = re.compile(rf"(?:\w+\.)*?{function.keywords['name']}\b").match(text, start)
        return Edit(start, chain.end(), function.keywords["new"]) if chain else None
    if name == "_replace_from_modname":
        module = _FROM.match(text, start)
        return Edit(module.start(1), module.end(1), function.keywords["modname"]) if module else None
    line, behind = text.rfind("\n", 0, start) + 1, _BEHIND_DECORATOR.match(text, start)
    if name != "remove_decorator" or not behind or not _BEFORE_DECORATOR.match(text, line, start):
        return None
    return Edit(line, behind.end(), "")


def _name(function: Any) -> str:
    return str(getattr(getattr(function, "func", function), "__name__", ""))


def by_line(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """The edits with all that is done to one line as one, and lines that go as one with changed lines next to them."""
    groups: list[list[Edit]] = []
    last = -1  # where the lines of the last group end
    for edit in edits:
        start = text.rfind("\n", 0, edit.start) + 1
        if groups and (start < last or (start == last and (_whole(text, edit) or any(_whole(text, one) for one in groups[-1])))):
            groups[-1].append(edit)
        else:
            groups.append([edit])
        last = edit.end if text.endswith("\n", edit.start, edit.end) else (text.find("\n", edit.end) + 1 or len(text))
    return [_one(text, group) for group in groups]


def _whole(text: str, edit: Edit) -> bool:
    """True if an edit takes lines away, with their ends."""
    return not edit.new and text.endswith("\n", edit.start, edit.end)


def _one(text: str, group: Sequence[Edit]) -> Edit:
    start, end = group[0].start, group[-1].end
    moved = [Edit(edit.start - start, edit.end - start, edit.new) for edit in group]
    return trimmed(text, start, end, splice(text[start:end], moved))
