"""`if six.PY2:` and `if six.PY3:` as statements: the branch that Python 3 takes stays."""

from __future__ import annotations

import ast

from ...model import Edit
from ...rewrite.site import Site
from ..names import release_root


def branch(site: Site, node: ast.expr, truth: bool) -> list[Edit] | None:
    """The edits that keep one branch of the `if` around a constant, or take it out of an `and` or `or`; None if a person has to decide."""
    test, truth = _upwards(site, node, truth)
    around = site.parent(test)
    if isinstance(around, ast.BoolOp) and around.values[0] is test:
        behind = site.module.start(around.values[1])
        if "#" in site.text[site.module.start(test) : behind] or site.text[behind - 1] == "(":
            return None
        release_root(site, node)
        return [Edit(site.module.start(test), behind, ""), *_without_other(site, around)]
    if not isinstance(around, ast.If) or around.test is not test or _is_elif(site, around):
        return None
    kept = around.body if truth else around.orelse
    if any(isinstance(one, ast.If) and _is_elif(site, one) for one in around.orelse) or not _whole_lines(site, around):
        return None
    text = _dedented(site, around, kept) if kept else ""
    if text is None:
        return None
    starts = site.module.source.starts
    first, last = starts[around.lineno - 1], _line_end(site, around)
    release_root(site, node)
    if not kept and not _has_company(site, around):
        return [Edit(site.module.start(around), last, f"pass{site.module.source.newline}")]
    return [Edit(first, last, text)]


def _without_other(site: Site, choice: ast.BoolOp) -> list[Edit]:
    """For `six.PY3 and "a" or b"a"`, an old way to write a choice: the edit that takes out what is never taken."""
    around, last = site.parent(choice), choice.values[-1]
    if not isinstance(around, ast.BoolOp) or around.values[0] is not choice or len(choice.values) != 2 or len(around.values) != 2:
        return []
    if not isinstance(choice.op, ast.And) or not isinstance(last, ast.Constant) or not last.value:
        return []
    first, end = site.module.end(last), site.module.end(around)
    between = site.text[first : site.module.start(around.values[1])]
    return [Edit(first, end, "")] if between.strip() == "or" and "#" not in site.text[first:end] else []


def _upwards(site: Site, node: ast.expr, truth: bool) -> tuple[ast.expr, bool]:
    """The largest expression around a constant whose value the constant decides, and that value."""
    around = site.parent(node)
    if isinstance(around, ast.UnaryOp) and isinstance(around.op, ast.Not):
        return _upwards(site, around, not truth)
    if isinstance(around, ast.BoolOp) and around.values[0] is node and isinstance(around.op, ast.Or) is truth:
        return _upwards(site, around, truth)
    return node, truth


def _is_elif(site: Site, node: ast.If) -> bool:
    return site.text.startswith("elif", site.module.start(node))


def _line_end(site: Site, node: ast.stmt) -> int:
    starts, line = site.module.source.starts, node.end_lineno or node.lineno
    return starts[line] if line < len(starts) else len(site.text)


def _whole_lines(site: Site, node: ast.If) -> bool:
    """True if every branch starts on a line of its own and nothing follows the last one."""
    first_lines = [block[0].lineno for block in (node.body, node.orelse) if block]
    heads = [
        site.text[site.module.source.starts[line - 1] : site.module.start(block[0])]
        for line, block in zip(first_lines, (node.body, node.orelse), strict=False)
    ]
    tail = site.text[site.module.end(node) : _line_end(site, node)].strip()
    return not any(head.strip() for head in heads) and (not tail or tail.startswith("#"))


def _has_company(site: Site, node: ast.If) -> bool:
    """True if the block would not be empty without the statement."""
    parent = site.parent(node)
    if isinstance(parent, ast.Module):
        return True
    return any(
        node in block and len(block) > 1
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(parent, name, None), list)
    )


def _dedented(site: Site, node: ast.If, kept: list[ast.stmt]) -> str | None:
    """The lines of a branch, moved out to the indent of the `if`; None if a string over several lines would change."""
    for statement in kept:
        for inner in ast.walk(statement):
            several_lines = isinstance(inner, (ast.Constant, ast.JoinedStr)) and inner.lineno != inner.end_lineno
            if several_lines and not isinstance(site.parent(inner), ast.Expr):  # a docstring may move
                return None
    source = site.module.source
    outer = site.text[source.starts[node.lineno - 1] : site.module.start(node)]
    inner_indent = site.text[source.starts[kept[0].lineno - 1] : site.module.start(kept[0])]
    begin = _first_line(site, node, kept)
    lines = [source.line(number) for number in range(begin, (kept[-1].end_lineno or begin) + 1)]
    if any(line.strip() and not line.startswith(inner_indent) and not line.lstrip().startswith("#") for line in lines):
        return None
    return "".join(outer + line[len(inner_indent) :] if line.startswith(inner_indent) else line for line in lines)


def _first_line(site: Site, node: ast.If, kept: list[ast.stmt]) -> int:
    """The line of a branch's first statement, or of the comments right above it."""
    line: int = min([kept[0].lineno, *(one.lineno for one in getattr(kept[0], "decorator_list", []))])
    while line > 1 and site.module.source.line(line - 1).lstrip().startswith("#") and line - 1 > node.lineno:
        line -= 1
    return line
