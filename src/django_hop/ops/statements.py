"""Whole statements: taken out with their lines, put in at the head of a class body."""

from __future__ import annotations

import ast

from ..model import Edit
from ..rewrite.site import Site


def alone_on_lines(site: Site, statement: ast.stmt) -> bool:
    """True if nothing but a comment stands on the statement's lines beside it."""
    starts = site.module.source.starts
    last = statement.end_lineno or statement.lineno
    end = starts[last] if last < len(starts) else len(site.text)
    before, behind = site.text[starts[statement.lineno - 1] : site.module.start(statement)], site.text[site.module.end(statement) : end]
    return not before.strip() and behind.strip()[:1] in ("", "#")


def drop_lines(site: Site, statement: ast.stmt) -> Edit | None:
    """Take a statement of a module out with its lines and with the blank lines that would add up; None if it shares its line."""
    if not isinstance(site.parent(statement), ast.Module) or not alone_on_lines(site, statement):
        return None
    source = site.module.source
    count = len(source.starts) - (1 if site.text.endswith("\n") else 0)
    first, after = statement.lineno, (statement.end_lineno or statement.lineno) + 1
    above = 0
    while first - 1 - above >= 1 and source.line(first - 1 - above).isspace():
        above += 1
    below = 0
    while after + below <= count and source.line(after + below).isspace():
        below += 1
    opens, closes = first - 1 - above < 1, after + below > count
    start = source.starts[first - 1 - (above if closes else 0)]
    drop = below if opens or closes else min(above, below)
    place = after - 1 + drop
    return Edit(start, source.starts[place] if place < len(source.starts) else len(site.text), "")


def head_of_class(site: Site, node: ast.ClassDef, line: str) -> Edit | None:
    """Put a line into a class body, before its first statement that is no docstring; None for a body on the class's own line."""
    body = node.body
    first = body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    anchor = body[1] if documented and len(body) > 1 else first
    if anchor.lineno == node.lineno or (documented and len(body) == 1):
        return None
    decorated = getattr(anchor, "decorator_list", [])
    start = site.module.start(decorated[0]) - 1 if decorated else site.module.start(anchor)
    indent = site.text[site.module.source.starts[site.module.source.position(start)[0] - 1] : start]
    if indent.strip():
        return None
    gap = site.module.source.newline if isinstance(anchor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else ""
    return Edit(start, start, f"{line}{site.module.source.newline}{gap}{indent}")
