"""Text of expressions: when parentheses are needed, how the file writes strings, an argument in place of its call."""

from __future__ import annotations

import ast

from ..model import Edit
from ..rewrite.site import Site
from .names import release_root

_POSTFIX = (
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.JoinedStr,
)
_BRACKETED = (ast.Call, ast.Subscript, ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Tuple)
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr, ast.If, ast.While, ast.Assert, ast.Raise)


def is_atom(node: ast.expr) -> bool:
    """True if something may be written right behind the expression: `.items()`, `[0]`."""
    return isinstance(node, _POSTFIX) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def operand(site: Site, node: ast.expr) -> str:
    """The text of an expression fit to stand before `.name` or `[...]`, in parentheses where needed."""
    text = site.module.segment(node)
    closed = is_atom(node) and ("\n" not in text or isinstance(node, _BRACKETED))
    return text if closed or (text.startswith("(") and isinstance(node, (ast.GeneratorExp, ast.Tuple))) else f"({text})"


def binds_loosely(site: Site, node: ast.expr) -> bool:
    """True if any expression may stand at the node's place without parentheses: an argument, an element, the right of `=`."""
    parent = site.parent(node)
    if isinstance(parent, ast.Call):
        return node is not parent.func
    if isinstance(parent, ast.Subscript):
        return node is parent.slice
    return isinstance(parent, (*_STATEMENTS, ast.keyword, ast.List, ast.Set, ast.Dict, ast.Tuple))


def takes_comparison(site: Site, node: ast.expr) -> bool:
    """True if `a == b` may stand at the node's place without parentheses."""
    parent = site.parent(node)
    return (
        binds_loosely(site, node)
        or isinstance(parent, (ast.BoolOp, ast.IfExp, ast.Lambda, ast.NamedExpr))
        or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not))
    )


def in_f_string(site: Site, node: ast.AST) -> bool:
    """True inside `f"{...}"`, where quotes and backslashes are not free before Python 3.12."""
    return site.enclosing(node, ast.JoinedStr) is not None


def quoted(site: Site, text: str) -> str:
    """A string literal in the quotes that the file uses most; `text` needs no escapes."""
    single = double = 0
    for node in site.names.strings[:200]:
        opening = site.text[site.module.start(node) :][:3].lstrip("rRuUbBfF")[:1]
        single += opening == "'"
        double += opening == '"'
    return f"'{text}'" if single > double else f'"{text}"'


def is_builtin(site: Site, name: str, at: ast.AST) -> bool:
    """True if a builtin's name still means the builtin at a place."""
    return not site.scope(at).lookup(name) and not site.names.stars


def unwrap(site: Site, call: ast.Call, argument: ast.expr) -> Edit | None:
    """Replace a call by one of its arguments; None if a comment would be lost. The callee's import goes when this was its last use."""
    start, end = site.module.start(argument), site.module.end(argument)
    outside = site.text[site.module.start(call) : start] + site.text[end : site.module.end(call)]
    if "#" in outside or isinstance(argument, ast.Starred):
        return None
    text = site.module.segment(argument)
    bare = "\n" not in text or isinstance(argument, _BRACKETED)
    if not (bare and (is_atom(argument) or binds_loosely(site, call))) and not (
        isinstance(argument, (ast.GeneratorExp, ast.Tuple)) and text.startswith("(")
    ):
        text = f"({text})"
    release_root(site, call.func)
    return site.edit(call, text)
