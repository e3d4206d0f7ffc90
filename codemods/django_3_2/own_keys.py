"""Do all models of a project have primary keys of their own, so that the type of those that Django makes does not matter to it?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from django_hop.ops.nodes import is_value, name_of
from django_hop.project.index import Project
from django_hop.project.model_fields import find_class, option
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.site import Site

MODEL = frozenset({"django.db.models.Model", "django.db.models.base.Model"})
APP_CONFIG = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig"})
_WITH_TABLES_BETWEEN = frozenset({"django.contrib.auth.models.PermissionsMixin", "django.contrib.auth.models.AbstractUser"})
_LIKE_A_MODEL = re.compile(r"Model$|(?:^|\.)models?\.")
_DEEPEST = 10


def all_have_keys(site: Site) -> bool:
    """True if the project has models, and no key of them is of a type that Django chooses, as far as every class can be told."""
    project = site.project
    found: bool | None = project.__dict__.get("_own_keys")
    if found is None:
        found = project.__dict__["_own_keys"] = _all_have_keys(project)
    return found


def _all_have_keys(project: Project) -> bool:
    seen = False
    # The files that most often have a model without a key come first: mostly the answer is no.
    for path in sorted(project.holding(b"odel"), key=lambda path: (not path.endswith("models.py"), path)):
        if "/migrations/" in f"/{path}":
            continue
        names = project.names(path)
        if names is None:
            return False
        for node in _classes(names):
            settled = _settled(project, names, path, node)
            if settled is False:
                return False
            seen = seen or settled is True
    return seen


def _classes(names: Names) -> Iterator[ast.ClassDef]:
    yield from (node for node in names.by_type.get(ast.ClassDef, ()) if isinstance(node, ast.ClassDef))


def _settled(project: Project, names: Names, path: str, node: ast.ClassDef) -> bool | None:
    """True for a model whose keys are said; False for one of which that is not certain; None for what is no model."""
    above = _above(project, names, path, node)
    if not above & MODEL:
        return False if _may_be_one(names, node, above) else None
    if above & _WITH_TABLES_BETWEEN or any(_is_open_relation(call) for call in _fields(node)):
        return False
    if any((value := option(node, word)) is not None and is_value(value, True) for word in ("abstract", "proxy")):
        return True
    return _has_key(project, names, path, node, _DEEPEST) or _app_says(project, path)


def _may_be_one(names: Names, node: ast.ClassDef, above: frozenset[str]) -> bool:
    """True for a class whose bases are not in sight and that looks like a model, by their names or its fields."""
    if any(name.startswith("django.") for name in above):
        return False
    said = [*above, *(ast.unparse(base) for base in node.bases)]
    return any(map(_LIKE_A_MODEL.search, said)) or (
        bool(node.bases) and any((names.qualified(call.func) or "").startswith("django.db.models.") for call in _fields(node))
    )


def _above(project: Project, names: Names, path: str, node: ast.ClassDef) -> frozenset[str]:
    bases = frozenset(name for base in node.bases if (name := names.qualified(base)))
    return bases.union(*(project.ancestors(name, path) for name in bases))


def _fields(node: ast.ClassDef) -> Iterator[ast.Call]:
    """The calls that a class's own attributes come from."""
    for statement in node.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(statement.value, ast.Call):
            yield statement.value


def _is_open_relation(call: ast.Call) -> bool:
    """True for a relation whose table, with a key of Django's choice, Django makes."""
    return (name_of(call.func) or "").endswith("ManyToManyField") and not any(one.arg == "through" for one in call.keywords)


def _has_key(project: Project, names: Names, path: str, node: ast.ClassDef, left: int) -> bool:
    """True if a class, or one of the project that it derives from, says its key."""
    if any(one.arg == "primary_key" and is_value(one.value, True) for call in _fields(node) for one in call.keywords):
        return True
    for base in node.bases if left else ():
        name = names.qualified(base)
        found = find_class(project, name, path) if name else None
        others = project.names(found[0]) if found else None
        if found and others is not None and _has_key(project, others, found[0], found[1], left - 1):
            return True
    return False


def _app_says(project: Project, path: str) -> bool:
    """True if the one AppConfig of the app that a file belongs to sets `default_auto_field`."""
    folder = path.rpartition("/")[0]
    while f"{folder}/apps.py" not in project.tree:
        if "/" not in folder:
            return False
        folder = folder.rpartition("/")[0]
    config = f"{folder}/apps.py"
    names = project.names(config)
    classes = [node for node in _classes(names) if _above(project, names, config, node) & APP_CONFIG] if names is not None else []
    targets = [target for node in classes for one in node.body if isinstance(one, ast.Assign) for target in one.targets]
    return len(classes) == 1 and any(name_of(target) == "default_auto_field" for target in targets)
