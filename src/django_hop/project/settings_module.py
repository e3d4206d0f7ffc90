"""What one settings module says: every place that sets, changes or deletes a setting, in all the forms there are."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .django_facts import star_names

CORE = frozenset({"INSTALLED_APPS", "DATABASES", "ROOT_URLCONF", "MIDDLEWARE", "MIDDLEWARE_CLASSES"})
"""Settings that only a settings module assigns."""
_MUTATORS = frozenset(
    {
        "append",
        "extend",
        "insert",
        "remove",
        "update",
        "setdefault",
        "pop",
        "popitem",
        "add",
        "discard",
        "clear",
        "reverse",
        "sort",
        "difference_update",
    }
)


@dataclass(frozen=True, eq=False)
class Assignment:
    """One place where a settings module touches a setting.

    `kind` is one of: assign, annotate, augment (`X += ...`), method (`X.append(...)`), item (`X["a"] = ...`), delete, unpack
    (tuple and loop targets), import (`from .x import X`), function (a property of a settings class).
    """

    path: str
    name: str
    kind: str
    statement: ast.stmt
    target: ast.AST
    """The Name node of the setting; for imports the alias, for functions the statement."""
    value: ast.expr | None = None
    """What is assigned or added; None where there is no one expression."""
    conditional: bool = False
    """Under `if`, `try`, `for`, `while` or `match`."""
    owner: ast.ClassDef | None = None
    """The settings class, for django-configurations."""

    @property
    def defines(self) -> bool:
        """True if the setting has a value after this, whatever went before."""
        return self.kind in ("assign", "annotate", "unpack", "import", "function")


IsSettingsClass = Callable[[ast.ClassDef], bool]


def assignments_in(tree: ast.Module, path: str = "", is_settings_class: IsSettingsClass = lambda node: False) -> list[Assignment]:
    """All places of a module that touch a setting (an upper-case name at module level or in a settings class), in source order."""
    return list(_body(tree.body, path, False, None, is_settings_class))


def _body(
    body: Sequence[ast.stmt], path: str, conditional: bool, owner: ast.ClassDef | None, is_class: IsSettingsClass
) -> Iterator[Assignment]:
    for statement in body:
        for kind, name, target, value in _touched(statement, owner is not None):
            yield Assignment(path, name, kind, statement, target, value, conditional, owner)
        if isinstance(statement, ast.ClassDef):
            if is_class(statement):
                yield from _body(statement.body, path, False, statement, is_class)
        elif isinstance(statement, (ast.With, ast.AsyncWith)):
            yield from _body(statement.body, path, conditional, owner, is_class)
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for block in _blocks(statement):
                yield from _body(block, path, True, owner, is_class)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The statement lists inside an `if`, `try`, `for`, `while` or `match`."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for part in [getattr(statement, name, [])]:
            if part and isinstance(part[0], ast.stmt):
                yield part
            else:
                yield from (one.body for one in part if hasattr(one, "body"))


def _touched(statement: ast.stmt, in_class: bool) -> Iterator[tuple[str, str, ast.AST, ast.expr | None]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _target(target, statement.value)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        for kind, name, node, value in _target(statement.target, statement.value):
            yield "annotate" if kind == "assign" else kind, name, node, value
    elif isinstance(statement, ast.AugAssign):
        for kind, name, node, value in _target(statement.target, statement.value):
            yield "augment" if kind == "assign" else kind, name, node, value
    elif isinstance(statement, ast.Delete):
        for target in statement.targets:
            for kind, name, node, _ in _target(target, None):
                yield "delete" if kind == "assign" else kind, name, node, None
    elif isinstance(statement, (ast.For, ast.AsyncFor)):
        yield from _unpacked(statement.target)
    elif isinstance(statement, ast.Expr):
        yield from _method(statement.value)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            if (alias.asname or alias.name).isupper():
                yield "import", alias.asname or alias.name, alias, None
    elif in_class and isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name.isupper():
        yield "function", statement.name, statement, None


def _target(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, str, ast.AST, ast.expr | None]]:
    if isinstance(target, ast.Name):
        if target.id.isupper():
            yield "assign", target.id, target, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        yield from _unpacked(target)
    elif isinstance(target, ast.Subscript) and (root := _root(target)) is not None:
        yield "item", root.id, root, value


def _unpacked(target: ast.expr) -> Iterator[tuple[str, str, ast.AST, ast.expr | None]]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id.isupper():
            yield "unpack", node.id, node, None


def _method(call: ast.expr) -> Iterator[tuple[str, str, ast.AST, ast.expr | None]]:
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _MUTATORS:
        root = _root(call.func.value)
        if root is not None:
            yield "method", root.id, root, call


def _root(node: ast.expr) -> ast.Name | None:
    """The upper-case name that a chain of subscripts starts from: `TEMPLATES` of `TEMPLATES[0]["OPTIONS"]`."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node if isinstance(node, ast.Name) and node.id.isupper() else None


def is_core(assignments: Sequence[Assignment]) -> bool:
    """True if a module assigns something that only settings modules assign."""
    return any(one.name in CORE and one.kind in ("assign", "annotate", "function") for one in assignments)


def is_like_settings(assignments: Sequence[Assignment]) -> bool:
    """True if a module sets or changes a setting that Django knows, other than by importing it."""
    known = star_names("django.conf.global_settings") | CORE
    return any(one.name in known and one.kind != "import" for one in assignments)
