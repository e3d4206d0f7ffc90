"""What the project's models say about a field's name: of which classes are the fields that are called so?

Read with patterns, not parsed: an answer costs one scan of the files that have the name in them. Form fields, serializer fields
and filters of the same name are left out by how their classes are written.
"""

from __future__ import annotations

import ast
import re

from .index import Project

_ASSIGNED = rb"^[ \t]+%s[ \t]*(?::[^=\n]+)?=[ \t]*((?:\w+\.)*)(\w*(?:Field|ForeignKey|Key))\("
_ELSEWHERE = re.compile(rb"(?:^|\.)(?:forms|serializers|filters|django_filters|fields|graphene|drf|indexes|wtforms|factory)\.$")
_PATHS = re.compile(r"(?:form|serializer|filter|schema|search_index|factor)")


def field_kinds(project: Project, name: str) -> frozenset[str]:
    """Names of the field classes, `DecimalField`, that models of the project give to a field of this name; empty if there is none."""
    cache: dict[str, frozenset[str]] = project.__dict__.setdefault("_field_kinds", {})
    if name not in cache:
        cache[name] = _search(project, name)
    return cache[name]


def _search(project: Project, name: str) -> frozenset[str]:
    if not name.isidentifier():
        return frozenset()
    pattern = re.compile(_ASSIGNED % name.encode(), re.M)
    found = set()
    for path in project.holding(name.encode()):
        if "/migrations/" in path or b"models" not in project.tree[path]:
            continue
        for match in pattern.finditer(project.tree[path]):
            bare = not match[1]
            if not _ELSEWHERE.search(match[1]) and not (bare and _PATHS.search(path.rpartition("/")[2])):
                found.add(match[2].decode())
    return frozenset(found)


def names_of_kind(project: Project, kind: str) -> frozenset[str]:
    """Names that models of the project give to fields of a class, `JSONField`."""
    cache: dict[str, frozenset[str]] = project.__dict__.setdefault("_names_of_kind", {})
    if kind not in cache:
        pattern = re.compile(rb"^[ \t]+(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*((?:\w+\.)*)%s\(" % kind.encode(), re.M)
        found = set()
        for path in project.holding(kind.encode()):
            if "/migrations/" not in path and b"models" in project.tree[path] and not _PATHS.search(path.rpartition("/")[2]):
                found |= {match[1].decode() for match in pattern.finditer(project.tree[path]) if not _ELSEWHERE.search(match[2])}
        cache[kind] = frozenset(found)
    return cache[kind]


def find_class(project: Project, qualified: str, near: str, depth: int = 5) -> tuple[str, ast.ClassDef] | None:
    """The file and statement of a class of the project, given by its name as used in the file `near`; re-exports are followed."""
    module, _, name = qualified.rpartition(".")
    path = project.module_path(module, near) if module else None
    names = project.names(path) if path is not None else None
    if path is None or names is None or not depth:
        return None
    for binding in names.module.bindings.get(name, ()):
        if isinstance(binding.node, ast.ClassDef):
            return path, binding.node
        if binding.origin and (found := find_class(project, binding.origin, path, depth - 1)):
            return found
    return None


def inner_class(node: ast.ClassDef, name: str = "Meta") -> ast.ClassDef | None:
    """The `class Meta` of a class."""
    return next((one for one in node.body if isinstance(one, ast.ClassDef) and one.name == name), None)


def option(node: ast.ClassDef, name: str) -> ast.expr | None:
    """The value that a class's own `Meta` gives to an option; None if it does not say."""
    meta = inner_class(node)
    for statement in meta.body if meta else ():
        if isinstance(statement, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in statement.targets):
            return statement.value
    return None
