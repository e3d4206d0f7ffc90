"""Tasks: decorators, classes, sets and schedules that Celery 2 had, and modules that are gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, MoveModule, Rename, release_root
from django_hop.rewrite.site import Site

PACKAGE = "celery"
_OLD_TASKS = ("celery.task.Task", "celery.task.base.Task")
_FIVE = ("celery.five", "kombu.five")


@dataclass(frozen=True)
class TaskClass(PythonOp):
    """`celery.task.Task` -> `celery.Task`, in files where every class that derives from it is abstract."""

    @property
    def words(self) -> Words:
        """Every part of the names."""
        return words_of(*_OLD_TASKS)

    @property
    def means(self) -> tuple[str, ...]:
        """The names."""
        return _OLD_TASKS

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the file; findings at the classes that are tasks themselves."""
        message = "`celery.task.Task` is gone, and `celery.Task` does not register its subclasses: `app.register_task(...)` does"
        tasks = [node for node in site.subclasses(*_OLD_TASKS) if not _is_abstract(node)]
        if tasks:
            yield from (site.finding(node, message) for node in tasks)
            return
        for old in _OLD_TASKS:
            yield from Rename(old.rpartition(".")[0], {"Task": "Task"}, to="celery").apply(site)


def _is_abstract(node: ast.ClassDef) -> bool:
    return any(
        isinstance(one, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "abstract" for target in one.targets)
        and isinstance(one.value, ast.Constant)
        and one.value.value is True
        for one in node.body
    )


@dataclass(frozen=True)
class TaskFunction(PythonOp):
    """`celery.task`, where it is the decorator and not the module: no attribute of it is used in the file."""

    @property
    def words(self) -> Words:
        """Both names."""
        return (frozenset({"celery", "task"}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The name."""
        return ("celery.task",)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports and uses; findings where the module is meant, too."""
        inner = [node for node in site.references("celery.task") if isinstance(site.parent(node), ast.Attribute)]
        if not inner:
            yield from Rename("celery", {"task": "shared_task"}).apply(site)
        for node in inner:
            if getattr(site.parent(node), "attr", "") != "task":
                yield site.finding(node, "the module `celery.task` is gone; what it had comes from `celery`")


@dataclass(frozen=True)
class TaskSet(PythonOp):
    """`TaskSet(tasks=[...])` -> `group([...])`."""

    names: tuple[str, ...] = ("celery.task.sets.TaskSet", "celery.task.TaskSet")

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"celery", "TaskSet"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with nothing but tasks; findings for other uses."""
        message = "`TaskSet` is `celery.group`"
        for node in [one for name in self.names for one in site.references(name)]:
            call = site.parent(node)
            plain = isinstance(call, ast.Call) and call.func is node and len(call.args) + len(call.keywords) == 1
            if not isinstance(call, ast.Call) or not plain or (call.keywords and call.keywords[0].arg != "tasks"):
                yield site.finding(call if isinstance(call, ast.Call) else node, f"{message}; its other arguments have no successor")
                continue
            binding = site.names.uses[node].lookup(node.id)[0] if isinstance(node, ast.Name) else None
            spoken = site.imports.need("celery.group", node, instead_of=binding)
            if spoken is None:
                yield site.finding(node, f"{message}, but the name `group` is taken in this file")
                continue
            yield site.edit(node, spoken)
            if call.keywords:
                start = site.module.start(call.keywords[0])
                yield Edit(start, site.module.start(call.keywords[0].value), "")
            release_root(site, node, spoken)
            yield site.finding(node, message, fixed=True)


CODEMODS = [
    Codemod(
        "celery-task-decorator",
        "task functions are decorated with shared_task",
        package=PACKAGE,
        deprecated="4.0",
        removed="5.0",
        works_from="3.1",
        safety=SAFE,
        covers=("celery-5.0-task-module",),
        docs="celery 5.0 what's new: Compat code for the old module API",
        ops=(
            Rename("celery.task", {"task": "shared_task"}, to="celery"),
            Rename("celery.decorators", {"task": "shared_task"}, to="celery"),
            Rename("celery.task.base", {"task": "shared_task"}, to="celery"),
            TaskFunction(),
        ),
    ),
    Codemod(
        "celery-task-class",
        "the base class of tasks is celery.Task",
        package=PACKAGE,
        deprecated="4.0",
        removed="5.0",
        works_from="3.1",
        safety=SAFE,
        covers=("celery-5.0-task-class-import",),
        docs="celery 5.0 what's new: Compat code for the old module API",
        ops=(TaskClass(),),
    ),
    Codemod(
        "celery-task-sets",
        "sets of tasks are groups, and subtasks signatures",
        package=PACKAGE,
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        covers=("celery-5.0-subtask-taskset",),
        docs="celery 4.0 what's new: Removed features",
        ops=(TaskSet(), Rename("celery.task.sets", {"subtask": "signature"}, to="celery")),
    ),
    Codemod(
        "celery-removed-modules",
        "modules of Celery without a successor are gone",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("celery-4.0-contrib-removed",),
        docs="celery 4.0 what's new: Removed features",
        ops=(
            FindModule("celery.contrib.batches", "`celery.contrib.batches` is the package celery-batches"),
            FindModule("celery.contrib.methods", "methods are no tasks any more: a function that takes the primary key does"),
            FindModule("celery.task.http", "tasks by HTTP are gone: a task that sends the request does"),
        ),
    ),
    Codemod(
        "celery-encoding",
        "helpers for text come from kombu, those for Python 2 from the standard library",
        package=PACKAGE,
        deprecated="4.0",
        removed="5.0",
        works_from="3.1",
        safety=SAFE,
        covers=("celery-5.0-utils-encoding",),
        docs="celery 5.0 what's new: Compat code for Python 2",
        ops=(
            MoveModule("celery.utils.encoding", "kombu.utils.encoding"),
            *(Rename(five, {"monotonic": "monotonic"}, to="time") for five in _FIVE),
            *(Rename(five, {"Queue": "Queue", "Empty": "Empty"}, to="queue") for five in _FIVE),
            *(
                FindName(f"{five}.{name}", f"`{five}` is gone: Python 3 says it without help")
                for five in _FIVE
                for name in ("items", "keys", "values", "nextfun", "range", "string", "string_t", "text_t", "bytes_t", "long_t", "reraise")
            ),
        ),
    ),
]
