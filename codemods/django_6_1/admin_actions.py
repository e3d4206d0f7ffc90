"""The admin's actions, which are objects and no longer tuples."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import is_super, owner_of
from django_hop.ops.methods import method_calls
from django_hop.ops.receivers import by_bindings, first_parameter
from django_hop.ops.statements import alone_on_lines
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

ADMIN = frozenset({"django.contrib.admin.ModelAdmin", "django.contrib.admin.options.ModelAdmin"})
PARTS = ("func", "name", "description")
TUPLES = "actions are objects since 6.1: `action.func`, `action.name` and `action.description` in place of a tuple"
INSERTED = re.compile(rb"def get_actions\b(?:(?!\n[ \t]*(?:async )?def )[\s\S])*\]\s*=\s*\(")
"""A get_actions() that puts a tuple into what it gives."""


@dataclass(frozen=True)
class ActionTuples(PythonOp):
    """`self.get_actions(request)["publish"]` is asked for the parts that were unpacked or taken by index."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"get_actions"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits in admins for indexes, three names, and loops over them; findings for other receivers and forms."""
        got = [(call, func.value) for call, func in method_calls(site, "get", "pop") if len(call.args) == 1 and not call.keywords]
        for node, source in [*((one, one.value) for one in site.nodes(ast.Subscript)), *got]:
            taken = site.parent(node)
            if isinstance(taken, ast.Subscript) and taken.value is node:
                yield from self._answer(site, source, node, taken, self._index)
            elif isinstance(taken, ast.Assign) and taken.value is node and isinstance(taken.targets[0], ast.Tuple):
                yield from self._answer(site, source, node, taken, self._assignment)
        for call, func in method_calls(site, "values", "items"):
            loop = site.parent(call)
            loops = [loop] if isinstance(loop, ast.For) else getattr(loop, "generators", [])
            target = next((one.target for one in loops if one.iter is call), None)
            if func.attr == "items":
                target = target.elts[1] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else None
            if isinstance(target, ast.Tuple) and loop is not None:
                yield from self._answer(site, func.value, target, loop, self._loop)

    def _answer(self, site: Site, source: ast.expr, node: ast.expr, taken: ast.AST, change: object) -> Iterator[Edit | Finding]:
        """What `change` gives at a place whose actions come from `source`; a finding where it refuses or the source is not an admin."""
        call = source if isinstance(source, ast.Call) else None
        sure = _are_actions(site, source, frozenset())
        if not sure and not (call is not None and isinstance(call.func, ast.Attribute) and call.func.attr == "get_actions"):
            return
        try:
            if not sure:
                raise Refused("that it is an admin's is not certain")
            if any(INSERTED.search(site.project.tree[path]) for path in site.project.holding(b"def get_actions")):
                raise Refused("the project puts tuples among them itself")
            assert callable(change)
            edits = change(site, node, taken)
        except Refused as error:
            yield site.finding(source, f"{TUPLES}; {error}")
            return
        yield from edits
        yield site.finding(source, TUPLES, fixed=True)

    @staticmethod
    def _index(site: Site, node: ast.expr, taken: ast.Subscript) -> list[Edit]:
        index = taken.slice.value if isinstance(taken.slice, ast.Constant) else None
        if index not in (0, 1, 2) or not isinstance(index, int):
            raise Refused("which part is meant is not seen")
        return [site.edit_span(site.module.end(node), site.module.end(taken), f".{PARTS[index]}")]

    @staticmethod
    def _assignment(site: Site, node: ast.expr, taken: ast.Assign) -> list[Edit]:
        target = taken.targets[0]
        names = _three(site, target)
        if len(taken.targets) != 1 or not alone_on_lines(site, taken):
            raise Refused("other code stands on its line")
        newline = site.module.source.newline
        indent = site.text[site.module.source.starts[taken.lineno - 1] : site.module.start(taken)]
        end = site.module.end(taken)
        line_end = site.module.source.starts[(taken.end_lineno or taken.lineno) - 1]
        place = max(end, line_end + len(site.module.source.line(taken.end_lineno or taken.lineno).rstrip("\r\n")))
        return [site.edit(target, "action"), Edit(place, place, f"{newline}{indent}{names} = {_parts()}")]

    @staticmethod
    def _loop(site: Site, node: ast.expr, taken: ast.AST) -> list[Edit]:
        if not isinstance(taken, ast.For):
            raise Refused("it is unpacked in a comprehension")
        names = _three(site, node)
        first = taken.body[0]
        if first.lineno == taken.lineno or getattr(first, "decorator_list", None):
            raise Refused("other code stands on its line")
        line = site.module.source.starts[first.lineno - 1]
        indent = site.text[line : site.module.start(first)]
        return [site.edit(node, "action"), Edit(line, line, f"{indent}{names} = {_parts()}{site.module.source.newline}")]


def _parts() -> str:
    return ", ".join(f"action.{one}" for one in PARTS)


def _three(site: Site, target: ast.expr) -> str:
    """The three names of an unpacked action, as text. Raises Refused."""
    elements = target.elts if isinstance(target, ast.Tuple) else []
    if len(elements) != 3 or not all(isinstance(one, ast.Name) for one in elements):
        raise Refused("it is not unpacked into three names")
    if site.scope(target).lookup("action"):
        raise Refused("the name `action` is taken here")
    return ", ".join(one.id for one in elements if isinstance(one, ast.Name))


def _are_actions(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
    """True for `self.get_actions(...)` and `super().get_actions(...)` in an admin, and for names assigned from it."""
    if isinstance(node, ast.Call):
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "get_actions"):
            return False
        owner = node.func.value
        holder = first_parameter(site, owner) if not is_super(owner) else _class_around(site, owner)
        return holder is not None and bool(site.class_ancestors(holder) & ADMIN)
    return by_bindings(site, node, seen, lambda _, binding: False, _are_actions)


def _class_around(site: Site, node: ast.AST) -> ast.ClassDef | None:
    function: FunctionNode | None = site.enclosing(node, ast.FunctionDef) or site.enclosing(node, ast.AsyncFunctionDef)
    return owner_of(site, function) if function is not None else None


CODEMODS = [
    Codemod(
        "action-tuples",
        "actions of the admin are asked for their parts by name",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-modeladmin-action-tuples",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(ActionTuples(),),
    ),
]
