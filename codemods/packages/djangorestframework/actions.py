"""Extra actions of view sets: `@list_route` and `@detail_route` became `@action`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.class_bodies import defines
from django_hop.ops.names import release_root
from django_hop.rewrite.site import Site

DECORATORS = "rest_framework.decorators"


@dataclass(frozen=True)
class Action(PythonOp):
    """`@detail_route(url_path="close-out")` -> `@action(detail=True, url_path="close-out", url_name="close-out")`."""

    old: str
    detail: bool

    @property
    def message(self) -> str:
        """What the finding says."""
        return f"`@{self.old}` is now `@action(detail={self.detail})`"

    @property
    def words(self) -> Words:
        """Every part of the old name."""
        return words_of(f"{DECORATORS}.{self.old}")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for decorators; findings for other uses."""
        for node in site.references(f"{DECORATORS}.{self.old}"):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node:
                yield site.finding(node, f"{self.message}; here the name is passed on without being called")
                continue
            edits, refusal = self._changed(site, call)
            yield from edits
            yield site.finding(call, f"{self.message}; {refusal}" if refusal else self.message, fixed=not refusal)
        for node in site.doubtful(f"{DECORATORS}.{self.old}"):
            yield site.finding(node, f"{self.message}; what this name means depends on which import worked")

    def _changed(self, site: Site, call: ast.Call) -> tuple[list[Edit], str]:
        """The edits for one call, or why there are none."""
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if None in given or any(isinstance(one, ast.Starred) for one in call.args):
            return [], "the arguments are unpacked here, so what they hold cannot be seen"
        holder = site.enclosing(call, ast.ClassDef)
        if holder is not None and defines(holder, "action"):
            return [], "the class has a member called `action`"
        added = ""
        if "url_path" in given and "url_name" not in given:
            name = _url_name(site, given["url_path"])
            if name is None:
                return [], "the name of the route follows from `url_path`, whose value cannot be seen"
            added = f",{_gap(site, call)}url_name={name}"
        bindings = site.names.uses[call.func].lookup(call.func.id) if isinstance(call.func, ast.Name) else ()
        spoken = site.imports.need(f"{DECORATORS}.action", call.func, instead_of=bindings[0] if len(bindings) == 1 else None)
        if spoken is None:
            return [], "the name `action` is taken in this file"
        release_root(site, call.func, spoken)
        return [site.edit(call.func, spoken), *_arguments(site, call, f"detail={self.detail}", given, added)], ""


def _arguments(site: Site, call: ast.Call, detail: str, given: dict[str | None, ast.expr], added: str) -> list[Edit]:
    if call.args:
        behind = site.module.end(call.args[-1])
        edits = [Edit(behind, behind, f", {detail}")]
    else:
        behind = site.text.index("(", site.module.end(call.func)) + 1
        if not call.keywords:
            edits = [Edit(behind, behind, detail)]
        else:
            first = site.module.start(call.keywords[0])
            gap = site.text[behind:first]
            edits = [Edit(first, first, f"{detail}," + (gap[gap.rindex("\n") :] if "\n" in gap else " "))]
    if added:
        behind = site.module.end(given["url_path"])
        edits.append(Edit(behind, behind, added))
    return edits


def _gap(site: Site, call: ast.Call) -> str:
    """What stands before `url_path`: a space, or a line end with the indentation."""
    start = next(site.module.start(keyword) for keyword in call.keywords if keyword.arg == "url_path")
    line = site.text.rindex("\n", 0, start)
    return site.text[line:start] if not site.text[line:start].strip() else " "


def _url_name(site: Site, path: ast.expr) -> str | None:
    """The name that the old decorators derived from the path, as source; None if it cannot be said."""
    if isinstance(path, ast.Constant) and isinstance(path.value, str):
        text = site.module.segment(path)
        # The text rather than the value, which may hold escapes; a prefix has no underscore.
        return text.replace("_", "-") if "\n" not in text else None
    if isinstance(path, (ast.Name, ast.Attribute)) or _is_format(path):
        return f'{site.module.segment(path)}.replace("_", "-")'
    if isinstance(path, ast.BinOp) and isinstance(path.left, ast.Constant):
        return f'({site.module.segment(path)}).replace("_", "-")'
    return None


def _is_format(node: ast.expr) -> bool:
    """True for `"text {}".format(...)`, which may as well be said twice."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
        and isinstance(node.func.value, ast.Constant)
        and not any(isinstance(one, ast.Call) for argument in [*node.args, *node.keywords] for one in ast.walk(argument))
    )


CODEMODS = [
    Codemod(
        "list-route-detail-route",
        "@list_route and @detail_route become @action, which says detail and keeps the name of the route",
        package="djangorestframework",
        deprecated="3.8",
        removed="3.10",
        works_from="3.8",
        safety=SAFE,
        covers=("drf-3.8-list-detail-route",),
        docs="djangorestframework 3.8 announcement: Replaced list_route and detail_route with action",
        ops=(Action("list_route", False), Action("detail_route", True)),
    ),
]
