"""Tasks that are classes: they were registered by their class statement, and are by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.celery_apps import apps, import_name, is_ambiguous, say_app
from django_hop.ops.class_bodies import defines
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.settings_text import end_of_line
from django_hop.ops.statements import head_of_class
from django_hop.project.index import Project
from django_hop.rewrite.module import dotted
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "celery"
TASKS = ("celery.Task", "celery.app.task.Task")
MESSAGE = "from Celery 4.0 on a class is no task until `app.register_task(TheClass())`"
_REGISTERED = re.compile(rb"\b(?:register_task|tasks\.register)\(\s*([\w.]*)(\(?)")


@dataclass(frozen=True)
class Registration(PythonOp):
    """`class Export(Task): ...` gets the name it had, and `app.register_task(Export())` behind it."""

    @property
    def words(self) -> Words:
        """A class with the method that does the work: its base may have any name."""
        return (frozenset({"class", "def", "run"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the project has one app that can be imported; findings else."""
        if not (site.project.holding(b"celery") or "celery" in site.text):
            return
        made = apps(site.project)
        bases = (*TASKS, *(f"{dotted(one.path)}.{one.name}.Task" for one in made))
        for node in site.subclasses(*bases):
            if not is_unregistered(site, node):
                continue
            yield from site.change(node, MESSAGE, self._edits, site, node)

    def _edits(self, site: Site, node: ast.ClassDef) -> list[Edit]:
        if not isinstance(site.parent(node), ast.Module) or node.decorator_list or len(site.names.module.bindings[node.name]) != 1:
            raise Refused("the class is made under a condition, or more than once")
        module, place = import_name(site.project, site.path), end_of_line(site, node)
        if place is None or is_ambiguous(site.project, module):
            raise Refused(f"whether its module is imported as `{module}` is not certain, and so its name as a task")
        edits = []
        if not defines(node, "name"):
            edit = head_of_class(site, node, in_file_quotes(site, f'name = "{module}.{node.name}"'))
            if edit is None:
                raise Refused("the class has an unusual layout")
            edits.append(edit)
        newline, said = site.module.source.newline, say_app(site, node)  # the last that may refuse: it wishes for an import
        return [*edits, Edit(place, place, f"{newline * 3}{said}.register_task({node.name}())")]


def is_unregistered(site: Site, node: ast.ClassDef) -> bool:
    """True for a task class with a `run` method that is neither abstract, nor the base of decorated tasks, nor registered."""
    if not any(True for _ in site.methods(node, "run")) or defines(node, "abstract"):
        return False
    name = re.escape(node.name.encode())
    files = [site.text.encode(), *(site.project.tree[path] for path in site.project.holding(node.name.encode()))]
    based = re.compile(rb"\b(?:base|task_cls|Task)\s*=\s*[\w.\"':]*\b" + name + rb"\b")
    if any(based.search(data) for data in files):
        return False
    given = [match for data in (*files, *_registering(site.project)) for match in _REGISTERED.finditer(data)]
    # What is registered by the name of a variable, in a loop, say, may be this class.
    return not any(one[1].rpartition(b".")[2] == node.name.encode() or one[1].islower() for one in given)


def _registering(project: Project) -> Iterator[bytes]:
    yield from (project.tree[path] for path in project.holding(b"register"))


CODEMODS = [
    Codemod(
        "celery-class-registration",
        "classes of tasks are registered by hand",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0.1",
        safety=REVIEW,
        covers=("celery-4.0-class-task-registration",),
        docs="celery 4.0 what's new: The Task base class no longer automatically register tasks",
        silent=True,
        ops=(Registration(),),
    ),
]
