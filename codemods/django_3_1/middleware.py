"""Middleware: get_response is required."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, definition_of
from django_hop.ops.nodes import is_value
from django_hop.project.django_facts import ancestors_in_django
from django_hop.project.index import Project
from django_hop.rewrite.imported import stands_before
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

MIXIN = "django.utils.deprecation.MiddlewareMixin"
REQUIRED = "middleware is made with `get_response` from 4.0 on"
HANDED_ON = "`MiddlewareMixin` sets up more than `get_response` from 3.1 on, so its constructor has to be called with it"


_WITH_NOTHING = re.compile(rb"[\s\\]*\([\s\\(]*(?:\)|None\b|get_response\b)")
_CONSTRUCTOR = definition_of("__init__")


@dataclass(frozen=True)
class GetResponse(PythonOp):
    """`SessionMiddleware()` gets a callable; constructors hand get_response on to MiddlewareMixin."""

    @property
    def words(self) -> Words:
        """The mixin, or what a module of middleware is called."""
        return (frozenset({"MiddlewareMixin"}), frozenset({"middleware"}))

    def in_project(self, project: Project, data: bytes) -> bool:
        """A class below the mixin with a constructor, or a call with nothing of one that is called like those."""
        if _CONSTRUCTOR.search(data) and project.may_derive(data, (MIXIN,)):
            return True
        return any(stands_before(data, name, _WITH_NOTHING) for name in project.names_below((MIXIN,)))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls without get_response and constructors that set the attribute themselves; findings for what is unusual."""
        for call in site.nodes(ast.Call):
            if _lacks_get_response(call) and self._is_middleware(site, call):
                yield self._given(site, call)
                yield site.finding(call, REQUIRED, fixed=True)
        for node in site.subclasses(MIXIN):
            for init in site.methods(node, "__init__"):
                yield from self._constructor(site, node, init)

    @staticmethod
    def _is_middleware(site: Site, call: ast.Call) -> bool:
        name = site.qualified(call.func)
        if name is None or not name.rpartition(".")[2][:1].isupper():
            return False
        if MIXIN in ancestors_in_django(name):
            return True
        if MIXIN not in site.project.ancestors(name, site.path):
            return False
        return not _own_constructor(site, name)

    @staticmethod
    def _given(site: Site, call: ast.Call) -> Edit:
        text = "lambda request: None"
        if call.args:
            return site.edit(call.args[0], text)
        if call.keywords:
            return site.edit(call.keywords[0].value, text)
        end = site.module.end(call)
        return Edit(end - 1, end - 1, text)

    @staticmethod
    def _constructor(site: Site, node: ast.ClassDef, init: FunctionNode) -> Iterator[Edit | Finding]:
        takes = [one.arg for one in init.args.args[1:]]
        if "get_response" not in takes:
            if not init.args.vararg:
                yield site.finding(init, f"{REQUIRED}, and this constructor does not take it")
            return
        calls = [
            one
            for one in ast.walk(init)
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "__init__"
        ]
        for call in calls:
            if not call.args and not call.keywords and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
                end = site.module.end(call)
                yield Edit(end - 1, end - 1, "get_response")
                yield site.finding(call, HANDED_ON, fixed=True)
        if calls:
            return
        for statement in init.body:
            if isinstance(statement, ast.Assign) and _is_plain_assignment(statement, init.args.args[0].arg):
                yield site.edit(statement, "super().__init__(get_response)")
                yield site.finding(statement, HANDED_ON, fixed=True)
                return
        yield site.finding(init, HANDED_ON)


def _lacks_get_response(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "get_response")]
    if len(call.args) + len(call.keywords) > 1 or any(keyword.arg != "get_response" for keyword in call.keywords):
        return False
    return not given or is_value(given[0], None)


def _own_constructor(site: Site, name: str) -> bool:
    """True if a class of the project has a constructor of its own, as far as can be seen."""
    module, _, last = name.rpartition(".")
    path = site.project.module_path(module, site.path)
    names = site.project.names(path) if path else None
    for binding in names.module.bindings.get(last, ()) if names else ():
        if isinstance(binding.node, ast.ClassDef):
            return any(site.methods(binding.node, "__init__", "__new__", "__call__"))
    return True


def _is_plain_assignment(statement: ast.Assign, own: str) -> bool:
    """True for `self.get_response = get_response`."""
    (target, *others) = statement.targets
    named = (
        isinstance(target, ast.Attribute)
        and target.attr == "get_response"
        and isinstance(target.value, ast.Name)
        and target.value.id == own
    )
    return named and not others and isinstance(statement.value, ast.Name) and statement.value.id == "get_response"


CODEMODS = [
    Codemod(
        "middleware-get-response",
        "middleware is made with get_response",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-middlewaremixin-get-response-required",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(GetResponse(),),
    ),
]
