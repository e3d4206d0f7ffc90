"""URL patterns: optional groups of regular expressions."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import is_value, text
from django_hop.ops.urls import REGEX_FUNCTIONS, calls, pattern_of, view_of
from django_hop.rewrite.scopes import FunctionNode, Names
from django_hop.rewrite.site import Site

MESSAGE = "an optional group that did not match is no longer passed as None"
HANDLERS = ("get", "post", "put", "patch", "delete", "head", "options", "dispatch")


def optional_groups(pattern: str) -> frozenset[str]:
    """Names of the groups of a regular expression that can stay out of a match; none if it cannot be read."""
    parser: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    try:
        parsed = parser.parse(pattern)
    except Exception:  # re.error, OverflowError, RecursionError: not ours to judge
        return frozenset()
    found: set[int] = set()
    stack: list[tuple[Any, bool]] = [(parsed, False)]
    while stack:
        part, optional = stack.pop()
        for kind, value in part:
            name = str(kind)
            if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
                stack.append((value[2], optional or value[0] == 0))
            elif name == "BRANCH":
                stack += [(branch, True) for branch in value[1]]
            elif name == "SUBPATTERN":
                if optional and value[0]:
                    found.add(value[0])
                stack.append((value[3], optional))
            elif name in ("ASSERT", "ASSERT_NOT"):
                stack.append((value[1], optional))
            elif name == "ATOMIC_GROUP":
                stack.append((value, optional))
    return frozenset(name for name, number in parsed.state.groupdict.items() if number in found)


@dataclass(frozen=True)
class OptionalGroups(PythonOp):
    """Views whose parameter got None from an optional group: `=None` in the same file, else a finding at the pattern."""

    @property
    def words(self) -> Words:
        """One of the functions; a named group is looked for in the pattern."""
        return tuple(frozenset({name.rpartition(".")[2], "P"}) for name in REGEX_FUNCTIONS)

    @property
    def means(self) -> tuple[str, ...]:
        """The functions."""
        return REGEX_FUNCTIONS

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A choice, or a group that may be missing."""
        return re.compile(rb"""\||\)[\s"'rRbBuU\\]*[?*{]""")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits and findings for each pattern with an optional named group."""
        for call in sorted(set(calls(site, *REGEX_FUNCTIONS)), key=site.module.start):
            pattern, view = pattern_of(call), view_of(call)
            for group in sorted(optional_groups(pattern)) if pattern and "(?P<" in pattern else ():
                if isinstance(view, ast.Call) and (site.qualified(view.func) or "").endswith(".include"):
                    yield site.finding(call, f"{MESSAGE}: look at the views behind this include() that take `{group}`")
                elif view is not None:
                    yield from self._view(site, call, view, group)

    def _view(self, site: Site, call: ast.Call, view: ast.expr, group: str) -> Iterator[Edit | Finding]:
        found = self._definition(site, view)
        if found is None:
            yield site.finding(call, f"{MESSAGE}: does the view need `{group}`?")
            return
        node, names = found
        if isinstance(node, ast.ClassDef):
            trouble = class_trouble(node, group)
        else:
            trouble = function_trouble(node, group)
            if trouble == "needs it" and names is site.names and (edit := default_none(site, node, group)) is not None:
                yield edit
                yield site.finding(node, f"{MESSAGE}, so `{group}` has the default None", fixed=True)
                return
        if trouble:
            yield site.finding(call, f"{MESSAGE}, and {node.name} {trouble}: `{group}`")

    @staticmethod
    def _definition(site: Site, view: ast.expr) -> tuple[FunctionNode | ast.ClassDef, Names] | None:
        """The function or class of a view, in this file or another of the project."""
        if isinstance(view, ast.Call) and isinstance(view.func, ast.Attribute) and view.func.attr == "as_view":
            view = view.func.value
        qualified, near = site.qualified(view), site.path
        if qualified is None and isinstance(view, ast.Name):
            for binding in site.names.uses[view].lookup(view.id):
                if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    return binding.node, site.names
        for _ in range(5):
            if qualified is None:
                return None
            path = site.project.module_path(qualified.rpartition(".")[0], near)
            names = site.names if path == site.path else site.project.names(path) if path else None
            bindings = names.module.bindings.get(qualified.rpartition(".")[2], []) if names is not None else []
            if len(bindings) != 1 or names is None or path is None:
                return None
            node = bindings[0].node
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                return node, names
            qualified, near = bindings[0].origin, path
        return None


def function_trouble(function: FunctionNode, group: str) -> str | None:
    """What goes wrong in a view without the argument; None if nothing does."""
    args = [*function.args.posonlyargs, *function.args.args]
    defaults: dict[str, ast.expr | None] = {one.arg: None for one in args[: len(args) - len(function.args.defaults)]}
    defaults |= {one.arg: value for one, value in zip(args[len(args) - len(function.args.defaults) :], function.args.defaults, strict=True)}
    defaults |= {one.arg: value for one, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)}
    if group in defaults:
        value = defaults[group]
        if value is None:
            return "needs it"
        return None if is_value(value, None) else "takes its default instead of None"
    return "looks it up" if looks_up(function, group) else None


def class_trouble(node: ast.ClassDef, group: str) -> str | None:
    """What goes wrong in a class-based view without the argument; None if nothing does."""
    for function in Site.methods(node, *HANDLERS):
        if trouble := function_trouble(function, group):
            return trouble
    return "looks it up" if looks_up(node, group) else None


def looks_up(node: ast.AST, group: str) -> bool:
    """True for `kwargs["group"]` and `self.kwargs["group"]`."""
    return any(
        isinstance(one, ast.Subscript) and text(one.slice) == group and ast.unparse(one.value).endswith("kwargs")
        for one in ast.walk(node)
    )


def default_none(site: Site, function: FunctionNode, group: str) -> Edit | None:
    """The edit that gives a parameter the default None; None if one without a default follows it."""
    args = [*function.args.posonlyargs, *function.args.args]
    without = args[: len(args) - len(function.args.defaults)]
    if without and without[-1].arg == group and without[-1].annotation is None:
        place = site.module.end(without[-1])
        return Edit(place, place, "=None")
    return None


CODEMODS = [
    Codemod(
        "optional-url-groups",
        "views do without the None of optional groups in URL patterns",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-regex-optional-groups",),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous; releases/3.0.1",
        ops=(OptionalGroups(),),
    ),
]
