"""Tasks that said themselves when they run: they are entries of the schedule that beat reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops import where
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.celery_apps import import_name, is_ambiguous, say_app
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import FindName, release_root
from django_hop.ops.settings_text import end_of_line
from django_hop.ops.statements import head_of_class
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "celery"
_MODULES = ("celery.task", "celery.task.base", "celery.decorators")
_DECORATORS = tuple(f"{module}.periodic_task" for module in _MODULES)
_CLASSES = tuple(f"{module}.PeriodicTask" for module in _MODULES)
_GONE = "`{}` is gone: the task goes into the schedule that beat reads, or it never runs again"
_MOVED = {"run_every": "schedule", "options": "options", "relative": "relative"}
"""Arguments of the decorator, and what they are in an entry of the schedule."""


@dataclass(frozen=True)
class Periodic(PythonOp):
    """`@periodic_task(run_every=...)` -> `@shared_task(ignore_result=True)`, and an entry of `app.conf.beat_schedule` behind the function.

    The entry is what the decorator made, under the same name; results of such tasks were never kept.
    """

    @property
    def words(self) -> Words:
        """The decorator."""
        return (frozenset({"periodic_task"}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The decorator's names."""
        return _DECORATORS

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for functions at the top of a module; findings for all other uses."""
        yield from _scheduled(site, _DECORATORS, _GONE.format("periodic_task"), self._edits)

    def _edits(self, site: Site, node: ast.expr) -> list[Edit]:
        call = site.parent(node)
        function = site.parent(call) if isinstance(call, ast.Call) else None
        if not isinstance(call, ast.Call) or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or call.func is not node:
            raise Refused("here it is no decorator with arguments")
        given = {one.arg: one.value for one in call.keywords}
        if call.args or None in given or "run_every" not in given or "base" in given or call not in function.decorator_list:
            raise Refused("not all of its arguments are seen")
        if not isinstance(site.parent(function), ast.Module) or where.tests(site.path):
            raise Refused("the function does not stand at the top of a module")
        place = end_of_line(site, function)
        if place is None or any("#" in site.module.segment(given[name]) for name in _MOVED if name in given):
            raise Refused("a comment stands among the arguments, or other code behind the function")
        entry = self._entry(site, function, given)
        add = {} if "ignore_result" in given else {"ignore_result": "True"}
        edits = change_arguments(site, call, add=add, drop=[name for name in _MOVED if name in given])
        # Imports are wished for when nothing can stand in the way any more.
        if not site.imports.free("shared_task") and not _means(site, "shared_task", "celery.shared_task"):
            raise Refused("the name `shared_task` is taken in this file")
        said = say_app(site, function)
        spoken = site.imports.need("celery.shared_task", node)
        assert spoken is not None
        release_root(site, node, spoken)
        newline = site.module.source.newline
        lines = [line.replace("{app}", said) for line in entry]
        return [site.edit(node, spoken), *edits, Edit(place, place, f"{newline * 3}{newline.join(lines)}")]

    @staticmethod
    def _entry(site: Site, function: FunctionNode, given: dict[str | None, ast.expr]) -> list[str]:
        """The lines that put the task into the schedule."""
        name = given.get("name")
        if name is not None and not isinstance(name, (ast.Constant, ast.Name, ast.Attribute)):
            raise Refused("its name is put together")
        key = site.module.segment(name) if name is not None else in_file_quotes(site, f'f"{{__name__}}.{function.name}"')
        lines = [f"{{app}}.conf.beat_schedule[{key}] = {{", in_file_quotes(site, f'    "task": {key},')]
        for old, new in _MOVED.items():
            if old in given:
                lines.append(f"    {in_file_quotes(site, f'{chr(34)}{new}{chr(34)}')}: {site.module.segment(given[old])},")
        return [*lines, "}"]


@dataclass(frozen=True)
class PeriodicClass(PythonOp):
    """A class that derives from `PeriodicTask` alone derives from `celery.Task`, and is registered and scheduled behind its body."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"PeriodicTask", "class"}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The class's names."""
        return _CLASSES

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for classes at the top of a module; findings for all other uses."""
        yield from _scheduled(site, _CLASSES, _GONE.format("PeriodicTask"), self._edits)

    @staticmethod
    def _edits(site: Site, node: ast.expr) -> list[Edit]:
        holder = site.parent(node)
        if not isinstance(holder, ast.ClassDef) or holder.bases != [node] or holder.keywords or holder.decorator_list:
            raise Refused("here it is not the one base of a class")
        if not isinstance(site.parent(holder), ast.Module) or where.tests(site.path) or defines(holder, "abstract"):
            raise Refused("the class is not one task at the top of a module")
        if not any(True for _ in assignments(holder, "run_every")) or not any(True for _ in site.methods(holder, "run")):
            raise Refused("it does not say itself when it runs, and what")
        used = re.compile(
            rb"\b" + holder.name.encode() + rb"\.(?:delay|apply\w*|retry|s|si|subtask|signature|run)\b|\(" + holder.name.encode() + rb"\):"
        )
        if any(used.search(site.project.tree[path]) for path in site.project.holding(holder.name.encode())):
            raise Refused("the class itself is called, or is a base, which asks for its instance")
        module, place = import_name(site.project, site.path), end_of_line(site, holder)
        lines = [] if defines(holder, "name") else [in_file_quotes(site, f'name = "{module}.{holder.name}"')]
        lines += [] if defines(holder, "ignore_result") else ["ignore_result = True"]
        if place is None or is_ambiguous(site.project, module):
            raise Refused(f"whether its module is imported as `{module}` is not certain, and so its name as a task")
        first = holder.body[0].lineno > holder.lineno
        newline = site.module.source.newline
        head = head_of_class(site, holder, f"{newline}{' ' * holder.body[0].col_offset}".join(lines)) if lines and first else None
        if lines and head is None:
            raise Refused("the class has an unusual layout")
        if not site.imports.free("Task") and not _means(site, "Task", "celery.Task"):
            raise Refused("the name `Task` is taken in this file")
        said = say_app(site, holder)
        spoken = site.imports.need("celery.Task", node)
        assert spoken is not None
        release_root(site, node, spoken)
        entry = [f"{said}.register_task({holder.name}())", f"{said}.conf.beat_schedule[{holder.name}.name] = {{"]
        entry.append(in_file_quotes(site, f'    "task": {holder.name}.name,'))
        entry += [in_file_quotes(site, f'    "{new}": {holder.name}.{old},') for old, new in _MOVED.items() if defines(holder, old)]
        behind = f"{newline * 3}{newline.join([*entry, '}'])}"
        return [site.edit(node, spoken), *([head] if head is not None else []), Edit(place, place, behind)]


def _scheduled(
    site: Site, names: Sequence[str], message: str, edits: Callable[[Site, ast.expr], Iterable[Edit]]
) -> Iterator[Edit | Finding]:
    """The edits of each use of the names, and a finding for what can only be found."""
    uses = [node for name in names for node in site.references(name)]
    for node in uses:
        yield from site.change(node, message, edits, site, node)
    for name in names:
        if not uses or site.doubtful(name):
            yield from FindName(name, message).apply(site)


def _means(site: Site, name: str, origin: str) -> bool:
    """True if a name at the top of the module is one import and nothing else."""
    found = site.names.module.bindings.get(name, ())
    return len(found) == 1 and found[0].origin == origin


CODEMODS = [
    Codemod(
        "celery-periodic-task",
        "tasks that say when they run are entries of beat's schedule",
        package=PACKAGE,
        deprecated="4.0",
        removed="5.0",
        works_from="4.0.1",
        safety=REVIEW,
        covers=("celery-5.0-periodic-task",),
        docs="celery 5.0 what's new: Compat code for the old module API",
        then="An entry may as well stand in CELERY_BEAT_SCHEDULE. Start beat once and compare what it says it has scheduled.",
        ops=(Periodic(), PeriodicClass()),
    ),
]
