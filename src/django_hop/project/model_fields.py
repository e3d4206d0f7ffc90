"""What the project's models say about a field's name: of which classes are the fields that are called so?

Read with patterns, not parsed: one scan of the files that speak of models answers every question. Form fields, serializer fields
and filters of the same name are left out by how their classes are written.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict

from .index import Project

_ASSIGNED = re.compile(rb"[ \t]+(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*((?:\w+\.)*)(\w*(?:Field|Key))\(")
_ELSEWHERE = re.compile(rb"(?:^|\.)(?:forms|serializers|filters|django_filters|fields|graphene|drf|indexes|wtforms|factory)\.$")
_PATHS = re.compile(r"(?:form|serializer|filter|schema|search_index|factor)")


def field_kinds(project: Project, name: str) -> frozenset[str]:
    """Names of the field classes, `DecimalField`, that models of the project give to a field of this name; empty if there is none."""
    return frozenset(_index(project).get(name, ()))


def names_of_kind(project: Project, kind: str) -> frozenset[str]:
    """Names that models of the project give to fields of a class, `JSONField`."""
    return frozenset(name for name, kinds in _index(project).items() if kind in kinds)


def _index(project: Project) -> dict[str, set[str]]:
    """Field name -> classes, from one scan of the files that speak of models and have calls of field classes."""
    index: dict[str, set[str]] | None = project.__dict__.get("_field_index")
    if index is None:
        index = defaultdict(set)
        for path in project.holding(b"models"):
            data = project.tree[path]
            if "/migrations/" in path or not (b"Field(" in data or b"Key(" in data):
                continue
            plain = bool(_PATHS.search(path.rpartition("/")[2]))
            lines = [line for line in data.split(b"\n") if b"Field(" in line or b"Key(" in line]
            for match in filter(None, map(_ASSIGNED.match, lines)):
                # A form's field of that name: written with its module, or in a file that is called so.
                if not _ELSEWHERE.search(match[2]) and not (plain and not match[2]):
                    index[match[1].decode()].add(match[3].decode())
        project.__dict__["_field_index"] = index
    return index


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
