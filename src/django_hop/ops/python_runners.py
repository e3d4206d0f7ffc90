"""Does a string in Python run as a command, or is it only said? `run("x check")`, not `raise ValueError("try x check")`."""

from __future__ import annotations

import ast
import re

from ..rewrite.site import Site
from .nodes import name_of

_RUNNERS = re.compile(
    r"^(?:local|sh|\w*(?:run|call|popen|system|sudo|spawn|exec|getoutput|getstatusoutput|check_output|subprocess|shell|command|cmd)\w*)$",
    re.IGNORECASE,
)
"""Functions that run what they are given, by their names: those of subprocess, os, fabric and invoke, and helpers called like them."""
_SPEAKERS = re.compile(r"(?:Error|Exception|Warning|Exit)$")
_TOLD = frozenset({"help", "description", "usage", "epilog", "doc", "message", "msg"})
_KEEPING = frozenset({"split", "join", "format", "strip", "replace", "dedent", "quote", "str", "list", "tuple", "encode"})
"""Functions and methods that give what they got, in another form."""
_TEXTS = (ast.BinOp, ast.JoinedStr, ast.FormattedValue, ast.Attribute)
_PARTS = (*_TEXTS, ast.List, ast.Tuple, ast.Starred, ast.IfExp, ast.BoolOp, ast.NamedExpr)


def is_run(site: Site, node: ast.expr, *, alone: bool = False) -> bool:
    """True for a string that goes to a function that runs it, or into a variable that does.

    `alone` says that it is nothing but the name of a program: in a list it stands for a command, and a comparison with it asks who runs.
    """
    child: ast.AST = node
    listed = False
    while (parent := site.parent(child)) is not None:
        if isinstance(parent, ast.Compare):
            return alone
        if isinstance(parent, ast.keyword) and parent.arg in _TOLD:
            return False
        if isinstance(parent, ast.Call) and child is not parent.func:
            name = name_of(parent.func) or ""
            if is_runner(parent):
                return True
            if name == "endswith":
                return alone
            if name not in _KEEPING:
                return listed
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return listed or _is_run_later(site, parent)
        elif not isinstance(parent, (*_PARTS, ast.keyword, ast.Call)):
            return listed
        listed = listed or (alone and child is node and isinstance(parent, (ast.List, ast.Tuple)))
        child = parent
    return listed


def is_runner(call: ast.Call) -> bool:
    """True for a call of a function that runs commands, by its name."""
    name = name_of(call.func) or ""
    return _RUNNERS.match(name) is not None and _SPEAKERS.search(name) is None


def _is_run_later(site: Site, statement: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    """True if a variable that is assigned here goes to a function that runs it, in this file."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = {name for target in targets if (name := name_of(target))}
    calls = [call for call in site.nodes(ast.Call) if is_runner(call)]
    given = [value for call in calls for value in (*call.args, *(one.value for one in call.keywords))]
    return any(name_of(one) in names for value in given for one in ast.walk(value) if isinstance(one, (ast.Name, ast.Attribute)))
