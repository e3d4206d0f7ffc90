"""Routers: the base name of the routes, and the route templates of routers of one's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import RenameMethod
from django_hop.ops.rest_framework import ROUTERS
from django_hop.rewrite.scopes import Binding
from django_hop.rewrite.site import Site

PACKAGE = "djangorestframework"
OTHER_ROUTERS = (
    "rest_framework_nested.routers.",
    "rest_framework_extensions.routers.",
)
"""Packages whose routers had `base_name` of their own for longer; their packs deal with them."""


@dataclass(frozen=True)
class BaseName(PythonOp):
    """`router.register(..., base_name="x")` -> `basename="x"`, where the receiver is certainly a router of REST framework."""

    message: str = "the keyword `base_name` of `register()` is spelled `basename`"

    @property
    def words(self) -> Words:
        """The keyword and the method."""
        return (frozenset({"register", "base_name"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls on routers; findings for calls on what may be one."""
        for call in site.nodes(ast.Call):
            given = [keyword for keyword in call.keywords if keyword.arg == "base_name"]
            if not given or not isinstance(call.func, ast.Attribute) or call.func.attr != "register":
                continue
            sure = is_router(site, call.func.value)
            if sure and not any(keyword.arg == "basename" for keyword in call.keywords):
                yield site.edit_keyword(given[0], "basename")
                yield site.finding(given[0], self.message, fixed=True)
            elif sure is None:
                yield site.finding(given[0], f"{self.message}, if this is a router of REST framework")


def is_router(site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool | None:
    """True for an object of REST framework's routers or of a subclass, False for certainly another thing, None if that cannot be seen."""
    if isinstance(node, ast.Call):
        return _is_router_class(site, node.func)
    if not isinstance(node, ast.Name):
        return None
    bindings = site.names.uses[node].lookup(node.id)
    if not bindings or node.id in seen:
        return None
    answers = {_bound(site, binding, seen | {node.id}) for binding in bindings}
    return answers.pop() if len(answers) == 1 else None


def _bound(site: Site, binding: Binding, seen: frozenset[str]) -> bool | None:
    statement: ast.AST | None = binding.node
    while statement is not None and not isinstance(statement, ast.stmt):
        statement = site.parent(statement)
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        return is_router(site, statement.value, seen)
    return None


def _is_router_class(site: Site, node: ast.expr) -> bool | None:
    name = site.qualified(node)
    if name is None or "." not in name:
        local = next((one for one in site.nodes(ast.ClassDef) if isinstance(node, ast.Name) and one.name == node.id), None)
        return True if local is not None and site.class_ancestors(local) & set(ROUTERS) else None
    if name in ROUTERS or site.project.ancestors(name, site.path) & set(ROUTERS):
        return True
    return False if name.startswith(OTHER_ROUTERS) else None


CODEMODS = [
    Codemod(
        "router-base-name",
        "register() of routers takes basename in place of base_name",
        package=PACKAGE,
        deprecated="3.9",
        removed="3.11",
        works_from="3.9",
        safety=SAFE,
        covers=("drf-3.9-base-name",),
        docs="djangorestframework 3.9 announcement: Deprecate base_name in routers",
        ops=(BaseName(),),
    ),
    Codemod(
        "get-default-base-name",
        "overrides of Router.get_default_base_name() are called get_default_basename()",
        package=PACKAGE,
        deprecated="3.9",
        removed="3.11",
        works_from="3.9",
        safety=SAFE,
        silent=True,
        covers=("drf-3.9-get-default-base-name",),
        docs="djangorestframework 3.9 announcement: Deprecate base_name in routers",
        ops=(RenameMethod(ROUTERS, {"get_default_base_name": "get_default_basename"}, "`{old}()` is now `{new}()`"),),
    ),
]
