"""Managers with `use_for_related_fields`: the models whose default manager they are say `Meta.base_manager_name`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django_hop.model import Edit, Finding, Hop
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, drop_line
from django_hop.ops.nodes import is_value
from django_hop.project.index import Project
from django_hop.project.model_fields import find_class, inner_class, option
from django_hop.releases import not_after
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MODEL = "django.db.models.Model"
QUERY_SETS = frozenset({"django.db.models.QuerySet", "django.db.models.query.QuerySet"})
MANAGERS = frozenset({"django.db.models.Manager", "django.db.models.manager.Manager", "django.db.models.manager.BaseManager"})
FLAGS = ("use_for_related_fields", "silence_use_for_related_fields_deprecation")
MESSAGE = "`use_for_related_fields` is ignored since 2.0: set `Meta.base_manager_name` on the models whose first manager this is"
SET = "`Meta.base_manager_name` says which manager is used for related objects"


class Verdict(Enum):
    """What a model is about a manager with the flag."""

    NONE = "its default manager is another"
    TOLD = "it says base_manager_name already"
    SURE = "it is to say base_manager_name"
    DOUBT = "a person has to look"


@dataclass(frozen=True)
class BaseManagerName(PythonOp):
    """A model whose first manager has the flag says its name in Meta."""

    @property
    def words(self) -> Words:
        """Models with a manager made by a call."""
        return (frozenset({"class", "models", "*Manager"}),)

    def in_hop(self, hop: Hop) -> bool:
        """Only from before 2.0: a project behind it lives with the plain manager."""
        return not not_after("2.0", hop.source)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A project with such a manager."""
        return bool(project.holding(b"use_for_related_fields"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits of Meta; findings where the default manager or the Meta is not certain."""
        if not (self.in_hop(site.hop) and self.in_project(site.project, b"")):
            return
        for node in site.subclasses(MODEL):
            verdict, statement = judge(site.project, site.names, site.path, node)
            if statement is None or verdict not in (Verdict.SURE, Verdict.DOUBT):
                continue
            edit = self._edit(site, node, statement) if verdict is Verdict.SURE else None
            yield from [edit] if edit is not None else []
            yield site.finding(statement, SET if edit is not None else MESSAGE, fixed=edit is not None)

    @staticmethod
    def _edit(site: Site, node: ast.ClassDef, statement: ast.Assign) -> Edit | None:
        """The line at the end of the Meta, or a new Meta behind the fields and managers; None where the layout is in the way."""
        newline, meta = site.module.source.newline, inner_class(node)
        assert isinstance(statement.targets[0], ast.Name)
        line = f'base_manager_name = "{statement.targets[0].id}"'
        last = meta.body[-1] if meta is not None else [one for one in node.body if isinstance(one, (ast.Assign, ast.AnnAssign))][-1]
        start, end = site.module.source.starts[last.lineno - 1], site.text.find("\n", site.module.end(last))
        indent = site.text[start : site.module.start(last)]
        end = len(site.text) if end < 0 else end - (newline == "\r\n")
        if indent.strip() or site.text[site.module.end(last) : end].strip()[:1] not in ("", "#"):
            return None
        if meta is not None:
            if isinstance(last, ast.Pass):
                return site.edit(last, line)
            return Edit(end, end, f"{newline}{indent}{line}")
        step = "    " if "\t" not in indent else "\t"
        return Edit(end, end, f"{newline}{newline}{indent}class Meta:{newline}{indent}{step}{line}")


@dataclass(frozen=True)
class DropFlag(PythonOp):
    """The flag goes from a manager whose every use in the project is a model that says, or will say, the manager's name."""

    @property
    def words(self) -> Words:
        """One of the flags."""
        return tuple(frozenset({"class", name}) for name in FLAGS)

    def in_hop(self, hop: Hop) -> bool:
        """Only from before 2.0, as above."""
        return not not_after("2.0", hop.source)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for such managers; findings for others. On a query set the flag never did anything."""
        for node in site.nodes(ast.ClassDef) if self.in_hop(site.hop) else ():
            found = [one for one in dict(assignments(node, *FLAGS)) if not is_value(one.value, False)]
            if not found or (site.class_ancestors(node) & QUERY_SETS and not site.class_ancestors(node) & MANAGERS):
                continue
            edits = self._edits(site, node, found)
            yield from edits or ()
            yield from (site.finding(one, MESSAGE, fixed=edits is not None) for one in found)

    @staticmethod
    def _edits(site: Site, node: ast.ClassDef, found: list[ast.Assign | ast.AnnAssign]) -> list[Edit] | None:
        if not all(is_value(one.value, True) and one in node.body for one in found) or not covered(site.project, site.path, node):
            return None
        try:
            if found == node.body:
                return [site.edit(found[0], "pass"), *(edit for one in found[1:] for edit in drop_line(site, one))]
            edits = [edit for one in found for edit in drop_line(site, one)]
            newline = site.module.source.newline
            if node.body[: len(found)] == found and site.text.startswith(newline, edits[-1].end):
                edits[-1] = Edit(edits[-1].start, edits[-1].end + len(newline), "")
            return edits
        except Refused:
            return None


def judge(project: Project, names: Names, path: str, model: ast.ClassDef) -> tuple[Verdict, ast.Assign | None]:
    """What a model is about managers with the flag, and the statement that makes its manager."""
    doubt = False
    for statement in model.body:
        value = statement.value if isinstance(statement, ast.Assign) else None
        if not isinstance(statement, ast.Assign) or not isinstance(value, ast.Call):
            continue
        if last_name(value.func).endswith(("Field", "Key", "Relation")):
            continue
        manager = manager_of(project, names, path, value)
        if manager is None or not is_flagged(project, *manager):
            if manager is not None or "anager" in ast.unparse(value.func):
                return Verdict.NONE, None
            doubt = True
            continue
        if option(model, "base_manager_name") is not None:
            return Verdict.TOLD, statement
        named = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
        return (Verdict.SURE if named and not doubt and _meta_is_plain(names, model) else Verdict.DOUBT), statement
    return Verdict.NONE, None


def manager_of(project: Project, names: Names, path: str, value: ast.Call) -> tuple[str, ast.ClassDef] | None:
    """The project's class whose object `Manager()` or `Manager.from_queryset(X)()` is."""
    func: ast.expr = value.func
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute) and func.func.attr == "from_queryset":
        func = func.func.value
    return _definition(project, names, path, func)


def is_flagged(project: Project, path: str, node: ast.ClassDef, depth: int = 5) -> bool:
    """True if a manager's class, or the first of its bases that says anything, has the flag on."""
    for statement, _ in assignments(node, FLAGS[0]):
        return is_value(statement.value, True)
    names = project.names(path)
    bases = [_definition(project, names, path, base) for base in node.bases] if names is not None and depth else []
    return any(is_flagged(project, *base, depth - 1) for base in bases if base is not None)


def covered(project: Project, path: str, node: ast.ClassDef, depth: int = 5) -> bool:
    """True if some model uses the manager, and each that does says its name or will; the same for the managers that derive from it."""
    uses = 0
    for other in project.holding(node.name.encode()) if depth else ():
        names = project.names(other)
        if names is None:
            return False
        kinds = ((names.references, True), (names.doubtful, False))
        for found, sure in kinds:
            for qualified, places in found.items():
                meant = find_class(project, qualified, other) if qualified.rpartition(".")[2] == node.name else None
                if meant is None or (meant[0], meant[1].name) != (path, node.name):
                    continue
                told = [_is_told(project, names, other, place, depth) for place in places if sure]
                if not sure or False in told:
                    return False
                uses += len(told)
    return uses > 0


def _is_told(project: Project, names: Names, path: str, use: ast.expr, depth: int) -> bool:
    """True for a use of a manager's class that loses nothing with the flag."""
    around = names.parents.get(use)
    if isinstance(around, ast.ClassDef):
        return covered(project, path, around, depth - 1)
    if isinstance(around, ast.Attribute) and around.attr == "from_queryset":
        around = names.parents.get(names.parents.get(around, around))
    statement = names.parents.get(around) if isinstance(around, ast.Call) else None
    model = names.parents.get(statement) if isinstance(statement, ast.Assign) else None
    if not isinstance(model, ast.ClassDef) or MODEL not in project.ancestors(f"{names.module_name}.{model.name}", path):
        return False
    return judge(project, names, path, model)[0] is not Verdict.DOUBT


def _definition(project: Project, names: Names, path: str, node: ast.expr) -> tuple[str, ast.ClassDef] | None:
    qualified = names.qualified(node)
    return find_class(project, qualified, path) if qualified else None


def _meta_is_plain(names: Names, model: ast.ClassDef) -> bool:
    """True if the model has a Meta, or can have one without losing what it inherits, and does not name its default manager."""
    if option(model, "default_manager_name") is not None or any(isinstance(one, (ast.If, ast.Try)) for one in model.body):
        return False
    meta = inner_class(model)
    return (meta is not None and meta.body[0].lineno > meta.lineno) or all(names.qualified(one) == MODEL for one in model.bases)
