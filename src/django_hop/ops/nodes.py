"""What single nodes of a tree say, without asking the file around them: names, literals, arguments of calls."""

from __future__ import annotations

import ast
from typing import TypeGuard


def name_of(node: ast.AST | None) -> str:
    """The name that an expression ends with: `b` of `a.b` and of `b`; '' for a call and anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def text(node: ast.AST | None) -> str | None:
    """The value of a string literal; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_value(node: ast.AST | None, value: object) -> TypeGuard[ast.Constant]:
    """True for the literal of a value: True, False, None, a number or a text. `1` is not True."""
    return isinstance(node, ast.Constant) and type(node.value) is type(value) and node.value == value


def argument(call: ast.Call, place: int, *keywords: str) -> ast.expr | None:
    """An argument by its place or by one of its names; None if it is not there or may hide in a star."""
    if any(isinstance(arg, ast.Starred) for arg in call.args[: place + 1]):
        return None
    if len(call.args) > place:
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg in keywords), None)


def keyword_of(call: ast.Call, name: str) -> ast.keyword | None:
    """The argument that a call gives by this name; None if it does not."""
    return next((one for one in call.keywords if one.arg == name), None)


def value_of(call: ast.Call, name: str) -> ast.expr | None:
    """The value that a call gives by this name; None if it does not."""
    found = keyword_of(call, name)
    return found.value if found is not None else None
