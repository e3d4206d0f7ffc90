"""What Django finds in an apps module, and what a package declares: read from the source, shared by the codemods of apps.py."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from django_hop.project.django_facts import ancestors_in_django
from django_hop.project.index import Project
from django_hop.rewrite.module import dotted
from django_hop.rewrite.scopes import Names

BASES = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig"})


@dataclass(frozen=True)
class Candidate:
    """A name in an apps module that Django takes for a configuration; `node` is its class if it stands there, `default` what it says."""

    name: str
    node: ast.ClassDef | None
    default: bool | None
    ancestors: frozenset[str]
    sure: bool = True


def apps_path(project: Project, package: str) -> str | None:
    """The apps module beside an `__init__.py`, or in the same folder as any other file."""
    folder = package.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    return next((path for path in (f"{prefix}apps.py", f"{prefix}apps/__init__.py") if path in project.tree), None)


def candidates(project: Project, path: str) -> list[Candidate] | None:
    """What Django would look at in an apps module; None if that cannot be seen."""
    names = project.names(path)
    if names is None or names.stars:
        return None
    found = []
    for name, bindings in names.module.bindings.items():
        binding = bindings[-1]
        if binding.origin is None or binding.origin in BASES or binding.kind not in ("from", "class"):
            continue
        ancestors = project.ancestors(binding.origin, path)
        if ancestors & BASES:
            node = binding.node if isinstance(binding.node, ast.ClassDef) else None
            found.append(Candidate(name, node, _default(node), ancestors))
        elif binding.kind == "from" and name.endswith("Config") and not ancestors_in_django(binding.origin):
            found.append(Candidate(name, None, None, frozenset(), sure=False))
    return [one for one in found if one.default is not False]


def _default(node: ast.ClassDef | None) -> bool | None:
    for statement in node.body if node else ():
        if isinstance(statement, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "default" for one in statement.targets):
            return bool(statement.value.value) if isinstance(statement.value, ast.Constant) else True
    return None


def found_by_django(found: list[Candidate]) -> Candidate | None:
    """The one that 3.2 takes by itself; None if it takes none, or if that is not certain."""
    if len(found) > 1:
        found = [one for one in found if one.default or not one.sure]
    return found[0] if len(found) == 1 and found[0].sure else None


def to_mark(found: list[Candidate], name: str, path: str) -> Candidate | None:
    """The candidate that may get `default = True`: its class stands here, and no other one is marked or would inherit the mark."""
    chosen = next((one for one in found if one.name == name and one.node is not None), None)
    others = [one for one in found if one is not chosen]
    if chosen is None or chosen.node is None or any(one.default for one in others):
        return None
    own = f"{dotted(path)}.{name}"
    heirs = [one for one in others if any(own == ancestor or own.endswith(f".{ancestor}") for ancestor in one.ancestors)]
    body = [one for one in chosen.node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return chosen if body and body[0].lineno > chosen.node.lineno and not heirs else None


def declared(names: Names, package: str) -> tuple[ast.stmt, str | None] | None:
    """The statement of `default_app_config` in a package, and the dotted class it names; None if it is not one plain assignment."""
    bindings = names.module.bindings.get("default_app_config", ())
    if len(bindings) != 1:
        return None
    statement = names.parents.get(bindings[0].node)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return None
    return statement, _dotted_value(statement.value, dotted(package))


def _dotted_value(value: ast.expr, package: str) -> str | None:
    """The string, where it is one or is built from `__name__` in a plain way."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else None
    parts: list[str] = []
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts.append(node.value)
        elif isinstance(node, ast.Name) and node.id not in ("__name__", "__package__"):
            return None
    found = re.search(r"\.apps\.(\w+)$", "".join(parts))
    return f"{package}.apps.{found[1]}" if found else None
