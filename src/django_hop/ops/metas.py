"""What a model's Meta inherits from the Metas of other classes of the project."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..project.index import Project
from ..rewrite.scopes import Names

_DEEPEST = 20


def inherits_option(project: Project, names: Names, path: str, meta: ast.ClassDef, *options: str) -> bool | None:
    """Whether a Meta in the file `path` gets one of the options from a Meta it derives from; None if one of those is not in sight.

    Metas of Django itself are taken as having none: ask for options that they never set.
    """
    found = [_sets(project, names, path, base, options, _DEEPEST) for base in meta.bases]
    return None if None in found else any(found)


def derived_metas(project: Project, name: str) -> Iterator[tuple[Names, ast.ClassDef]]:
    """The Metas of the project that derive from the Meta of a class with this name, by the look of it."""
    for path in project.holding(f"{name}.Meta".encode()):
        names = project.outline(path)
        for node in names.by_type[ast.ClassDef] if names is not None else ():
            assert names is not None and isinstance(node, ast.ClassDef)
            if any(f".{ast.unparse(base)}".endswith(f".{name}.Meta") for base in node.bases):
                yield names, node


def _sets(project: Project, names: Names, path: str, base: ast.expr, options: tuple[str, ...], left: int) -> bool | None:
    """Whether the Meta that `base` means, or one it derives from, sets one of the options."""
    if isinstance(base, ast.Name) and base.id == "object" and not names.module.lookup("object"):
        return False
    owner = base.value if isinstance(base, ast.Attribute) and base.attr == "Meta" else None
    qualified = names.qualified(owner)
    if qualified is None:
        return None
    if qualified.startswith("django."):
        return False
    found = _definition(project, qualified, path, _DEEPEST)
    if found is None or not left:
        return None
    path, names, node = found
    metas = names.inner[node].bindings.get("Meta", ())
    if len(metas) != 1 or not isinstance(metas[0].node, ast.ClassDef):
        return None
    meta = metas[0].node
    if any(option in names.inner[meta].bindings for option in options):
        return True
    above = [_sets(project, names, path, one, options, left - 1) for one in meta.bases]
    return None if None in above else any(above)


def _definition(project: Project, qualified: str, near: str, left: int) -> tuple[str, Names, ast.ClassDef] | None:
    """The class statement that a qualified name means in the project, re-exports followed."""
    module, _, name = qualified.rpartition(".")
    path = project.module_path(module, near) if module else None
    names = project.outline(path) if path is not None else None
    bindings = names.module.bindings.get(name, ()) if names is not None else ()
    if path is None or names is None or len(bindings) != 1 or not left:
        return None
    node, origin = bindings[0].node, bindings[0].origin
    if isinstance(node, ast.ClassDef):
        return path, names, node
    return _definition(project, origin, path, left - 1) if origin else None
