"""Shortcuts: render_to_response()."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp
from django_hop.ops.expressions import first_argument
from django_hop.ops.names import release_root
from django_hop.ops.nodes import name_of
from django_hop.rewrite.site import Site

OLD = "django.shortcuts.render_to_response"
MESSAGE = "`render_to_response()` is gone; `render()` wants the request"
KEYWORDS = frozenset({"template_name", "context", "content_type", "status", "using"})


@dataclass(frozen=True)
class RenderToResponse(PythonOp):
    """`render_to_response(template, ...)` becomes `render(request, template, ...)` where a request is at hand."""

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return (OLD,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a request in sight; findings for the others."""
        doubtful = site.doubtful(OLD)
        for node in [*site.references(OLD), *doubtful]:
            call = site.parent(node)
            refusal = self._refusal(call, node) or ("what this name means depends on which import worked" if node in doubtful else None)
            request = None if refusal else _request(site, node)
            if refusal or request is None or not isinstance(call, ast.Call):
                yield site.finding(
                    node, f"{MESSAGE}; {refusal or 'there is none here: pass it in, or give None, which runs no context processors'}"
                )
                continue
            spoken = site.imports.need("django.shortcuts.render", node)
            if spoken is None:
                yield site.finding(node, f"{MESSAGE}; the name `render` is taken in this file")
                continue
            yield site.edit(node, spoken)
            yield first_argument(site, call, request)
            yield site.finding(node, MESSAGE, fixed=True)
            release_root(site, node)

    @staticmethod
    def _refusal(call: ast.AST | None, node: ast.expr) -> str | None:
        if not isinstance(call, ast.Call) or call.func is not node:
            return "here it is passed on without being called"
        names = {keyword.arg for keyword in call.keywords}
        if any(isinstance(arg, ast.Starred) for arg in call.args) or None in names or not (call.args or names):
            return "the arguments are unpacked here, so what they hold cannot be seen"
        if names - KEYWORDS:
            return f"`{'`, `'.join(sorted(name for name in names - KEYWORDS if name))}` is no argument of `render()`"
        if len(call.args) > 2 or any(isinstance(arg, ast.Call) and name_of(arg.func) in ("RequestContext", "Context") for arg in call.args):
            return "the context is given in a way that `render()` does not take"
        return None


def _request(site: Site, node: ast.expr) -> str | None:
    """How the request is said at a place: a parameter `request`, or `self.request` in a view class; None if there is none."""
    found = site.scope(node).lookup("request")
    if len(found) == 1 and found[0].kind == "parameter":
        return "request"
    function = site.enclosing(node, ast.FunctionDef)
    if found or function is None or not function.args.args:
        return None
    owner = next((one for one in site.ancestors(function) if not isinstance(one, (ast.If, ast.Try))), None)
    if isinstance(owner, ast.ClassDef) and "django.views.generic.base.View" in site.class_ancestors(owner):
        name = function.args.args[0].arg
        return f"{name}.request" if name == "self" else None
    return None


CODEMODS = [
    Codemod(
        "render-to-response",
        "views render with the request",
        deprecated="2.0",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-render-to-response",),
        docs="releases/2.0: Features deprecated in 2.0 / Miscellaneous",
        ops=(RenderToResponse(),),
    ),
]
