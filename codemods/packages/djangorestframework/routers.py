"""Routers: the base name of the routes, and the route templates of routers of one's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import RenameMethod
from django_hop.ops.names import release_root
from django_hop.ops.rest_framework import EXTENDED_ROUTERS, NESTED_ROUTERS, ROUTERS, BaseName
from django_hop.rewrite.site import Site

PACKAGE = "djangorestframework"
_PLACEHOLDERS = (("{methodnamehyphen}", "{url_name}"), ("{methodname}", "{url_path}"))
_NAMES = "rest_framework.routers"


@dataclass(frozen=True)
class DynamicRoute(PythonOp):
    """`DynamicListRoute(url=..., name=..., initkwargs={})` -> `DynamicRoute(..., detail=False, ...)`, with the new placeholders."""

    old: str
    detail: bool

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"rest_framework", self.old}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for other uses, and where a template cannot be seen."""
        message = f"`{self.old}` is now `DynamicRoute(detail={self.detail})`, its placeholders `{{url_path}}` and `{{url_name}}`"
        for node in site.references(f"{_NAMES}.{self.old}"):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node:
                yield site.finding(node, message)
                continue
            templates = [*call.args[:2], *(one.value for one in call.keywords if one.arg in ("url", "name"))]
            seen = all(isinstance(one, ast.Constant) and "\n" not in site.module.segment(one) for one in templates)
            binding = site.names.uses[node].lookup(node.id)[0] if isinstance(node, ast.Name) else None
            spoken = site.imports.need(f"{_NAMES}.DynamicRoute", node, instead_of=binding) if seen and len(templates) == 2 else None
            if spoken is None:
                yield site.finding(call, message)
                continue
            yield site.edit(node, spoken)
            release_root(site, node, spoken)
            yield from (edit for one in templates for edit in _placeholders(site, one))
            if len(call.args) > 2:
                start = site.module.start(call.args[2])
                yield Edit(start, start, f"{self.detail}, ")
            else:
                end = site.module.end(templates[-1])
                yield Edit(end, end, f", detail={self.detail}")
            yield site.finding(call, message, fixed=True)


def _placeholders(site: Site, node: ast.expr) -> Iterator[Edit]:
    text = new = site.module.segment(node)
    for old, placeholder in _PLACEHOLDERS:
        new = new.replace(old, placeholder)
    if new != text:
        yield site.edit(node, new)


@dataclass(frozen=True)
class RouteDetail(PythonOp):
    """`Route(url=..., mapping=..., name="{basename}-list", initkwargs={})` says `detail`, which follows from its name."""

    message: str = "a `Route` says whether it is about one object: `detail`"

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"rest_framework", "Route", "routers"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a plain name; findings for others."""
        for call in site.calls(f"{_NAMES}.Route"):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            if "detail" in given or len(call.args) > 4 or len(call.args) + len(call.keywords) != 4:
                continue
            name = given.get("name") or (call.args[2] if len(call.args) > 2 else None)
            end = re.search(r"-(list|detail)$", str(name.value)) if isinstance(name, ast.Constant) else None
            if name is None or end is None:
                yield site.finding(call, self.message)
                continue
            if len(call.args) > 3:
                start = site.module.start(call.args[3])
                yield Edit(start, start, f"{end[1] == 'detail'}, ")
            elif "name" in given:
                behind = site.module.end(name)
                yield Edit(behind, behind, f", detail={end[1] == 'detail'}")
            else:
                yield site.finding(call, self.message)
                continue
            yield site.finding(call, self.message, fixed=True)


CODEMODS = [
    Codemod(
        "dynamic-route",
        "DynamicListRoute and DynamicDetailRoute become DynamicRoute",
        package=PACKAGE,
        deprecated="3.8",
        removed="3.10",
        works_from="3.8",
        safety=SAFE,
        covers=("drf-3.8-dynamic-routes",),
        docs="djangorestframework 3.8 announcement: dynamic routes",
        ops=(DynamicRoute("DynamicListRoute", False), DynamicRoute("DynamicDetailRoute", True)),
    ),
    Codemod(
        "route-detail",
        "routes of routers of one's own say detail",
        package=PACKAGE,
        removed="3.8",
        works_from="3.8",
        safety=SAFE,
        covers=("drf-3.8-dynamic-routes",),
        docs="djangorestframework 3.8 announcement: dynamic routes",
        ops=(RouteDetail(),),
        after=("dynamic-route",),
    ),
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
        ops=(BaseName(ROUTERS, (*NESTED_ROUTERS, *EXTENDED_ROUTERS)),),
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
