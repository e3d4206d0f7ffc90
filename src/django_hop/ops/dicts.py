"""Text edits on dict literals: one item out, one item in. Where the layout is unusual they refuse."""

from __future__ import annotations

import ast
import re

from ..model import Edit
from ..rewrite.site import Site
from ..rewrite.source import Refused

_TAIL = re.compile(r"[ \t]*(#[^\r\n]*)?(?=\r|\n|\Z)")


def item_of(node: ast.expr | None, key: str) -> ast.expr | None:
    """The value that a dict literal has under a literal key; None if it has none, or is no dict."""
    if not isinstance(node, ast.Dict):
        return None
    found = (value for name, value in zip(node.keys, node.values, strict=True) if isinstance(name, ast.Constant) and name.value == key)
    return next(found, None)


def is_plain_dict(node: ast.expr | None) -> bool:
    """True for a dict literal whose keys are all literals: nothing is unpacked into it."""
    return isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys)


def without_item(site: Site, node: ast.Dict, place: int) -> Edit:
    """Remove one item of a dict literal, with its line where it has one to itself. Raises Refused where a comment would be lost."""
    key = node.keys[place]
    if key is None:
        raise Refused("the dict is unpacked")
    text, starts = site.text, site.module.source.starts
    start, end = site.module.start(key), site.module.end(node.values[place])
    following = (node.keys[place + 1] or node.values[place + 1]) if place + 1 < len(node.keys) else None
    limit = site.module.start(following) if following is not None else site.module.end(node) - 1
    comma = text.find(",", end, limit)
    after = comma + 1 if comma >= 0 else end
    line, next_line = starts[key.lineno - 1], text.find("\n", after) + 1
    if not text[line:start].strip() and next_line and not text[after:next_line].strip():
        return Edit(line, next_line, "")
    if "#" in text[start:limit]:
        raise Refused("a comment stands beside it")
    if following is not None:
        return Edit(start, limit, "")
    before = site.module.end(node.values[place - 1]) if place else start
    return Edit(before, after if comma >= 0 and not place else end, "")


def with_item(site: Site, node: ast.Dict, item: str) -> list[Edit]:
    """Add an item, `"key": value`, behind the last one, on a line of its own if that has one. Raises Refused."""
    text, starts = site.text, site.module.source.starts
    stop = site.module.end(node) - 1
    if not node.keys:
        if text[site.module.start(node) + 1 : stop].strip():
            raise Refused("a comment stands in the dict")
        return [Edit(site.module.start(node), site.module.end(node), f"{{{item}}}")]
    last = node.keys[-1]
    if last is None:
        raise Refused("the dict is unpacked")
    start, end = site.module.start(last), site.module.end(node.values[-1])
    gap = re.compile(r"[ \t]*,").match(text, end, stop)
    behind = gap.end() if gap else end
    indent = text[starts[last.lineno - 1] : start]
    tail = _TAIL.match(text, behind)
    if indent.strip() or tail is None:
        if "#" in text[end:stop] or ")" in text[end:stop]:
            raise Refused("the dict's lines are unusual")
        return [Edit(end, end, f", {item}")]
    new = Edit(tail.end(), tail.end(), f"{site.module.source.newline}{indent}{item}{',' if gap else ''}")
    return [new] if gap else [Edit(end, end, ","), new]
