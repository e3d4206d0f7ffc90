"""Which form fields a widget class of the project serves."""

from __future__ import annotations

import ast

from django_hop.project.index import Project
from django_hop.project.model_fields import find_class
from django_hop.rewrite.scopes import Names

PLAIN = frozenset(
    f"django.forms.{module}{name}"
    for module in ("", "fields.")
    for name in ("ChoiceField", "MultipleChoiceField", "TypedChoiceField", "TypedMultipleChoiceField", "NullBooleanField", "FilePathField")
)
"""Fields whose choices are what the code gives, not rows of a table."""


def only_plain_choices(project: Project, path: str, node: ast.ClassDef, depth: int = 5) -> bool:
    """True if the project uses a widget class, or classes that derive from it, and each use is the `widget` of a plain choice field."""
    served = False
    for other in project.holding(node.name.encode()) if depth else ():
        names = project.names(other)
        if names is None or any(isinstance(one.value, str) and one.value.rpartition(".")[2] == node.name for one in names.strings):
            return False
        for sure, found in ((True, names.references), (False, names.doubtful)):
            for qualified, places in found.items():
                meant = find_class(project, qualified, other) if qualified.rpartition(".")[2] == node.name else None
                if meant is None or (meant[0], meant[1].name) != (path, node.name):
                    continue
                verdicts = [_verdict(project, names, other, place, node.name, depth) for place in places]
                if not sure or False in verdicts:
                    return False
                served = served or True in verdicts
    return served


def _verdict(project: Project, names: Names, path: str, use: ast.expr, name: str, depth: int) -> bool | None:
    """True for the widget of a plain choice field, False for any other use, None for what makes no widget."""
    around = names.parents.get(use)
    if isinstance(around, ast.ClassDef):
        return only_plain_choices(project, path, around, depth - 1)
    if isinstance(around, ast.Call) and use in around.args:
        return None if isinstance(around.func, ast.Name) and around.func.id in ("super", "isinstance", "issubclass") else False
    if isinstance(around, ast.Call) and around.func is use:
        around = names.parents.get(around)
    field = names.parents.get(around) if isinstance(around, ast.keyword) and around.arg == "widget" else None
    return isinstance(field, ast.Call) and names.qualified(field.func) in PLAIN
