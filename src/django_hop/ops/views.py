"""Function views that became classes: `login` in a URL pattern becomes `LoginView.as_view(...)`, with the extra arguments in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..lazy import Lazy
from ..model import Edit, Finding
from ..rewrite import layout
from ..rewrite.scopes import Binding
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where
from .class_bodies import drop_line, without_gap
from .names import release_root, stands_in
from .nodes import argument, text
from .urls import PATTERN_FUNCTIONS, view_of

if TYPE_CHECKING:
    import libcst as cst
else:
    cst = Lazy("libcst")

Convert = Callable[[Site, ast.expr], str]
"""The source text of an argument for the class. Raises source.Refused."""


def as_it_is(site: Site, value: ast.expr) -> str:
    """An argument that the class takes as the function did."""
    source = site.module.segment(value)
    if "#" in source:
        raise Refused("a comment stands in the arguments")
    return source


@dataclass(frozen=True)
class ViewClass(PythonOp):
    """A function view is gone; its class takes the place in URL patterns, in calls with a request, and under decorators.

    `arguments` maps the function's arguments to those of `as_view()`; `convert` gives the text of those that mean another thing.
    """

    old: str
    new: str
    message: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    convert: Mapping[str, Convert] = field(default_factory=dict)
    passed_on: tuple[str, ...] = ()
    """Arguments that come from the address and are given to the view itself."""
    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The old view."""
        return (self.old,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for patterns and calls; findings for other uses and dotted strings."""
        for node in site.references(self.old):
            yield from site.change(node, self.message, self._place, site, node)
        doubtful = [node for node in site.doubtful(self.old) if not stands_in(site, node)]
        for node in [*doubtful, *(one for one in site.names.strings if one.value == self.old)]:
            yield site.finding(node, self.message)

    def _place(self, site: Site, node: ast.expr) -> list[Edit]:
        parent = site.parent(node)
        pattern = self._pattern(site, node)
        if pattern is not None and view_of(pattern) is node:
            return self._in_pattern(site, pattern, node)
        if isinstance(parent, ast.Call) and parent.func is node:
            return self._called(site, parent, node)
        if isinstance(parent, ast.Call) and pattern is not None and view_of(pattern) is parent:
            if argument(pattern, 2, "kwargs") is not None:
                raise Refused("it stands under a decorator and takes extra arguments")
            return [site.edit(node, f"{self._spoken(site, node)}.as_view()")]
        raise Refused("it is used in another way here")

    @staticmethod
    def _pattern(site: Site, node: ast.expr) -> ast.Call | None:
        """The call of url(), re_path() or path() around a view."""
        for around in site.ancestors(node):
            if isinstance(around, ast.Call) and site.qualified(around.func) in PATTERN_FUNCTIONS:
                return around
        return None

    def _spoken(self, site: Site, node: ast.expr) -> str:
        """How the class is said at the place of the function. Raises source.Refused if its name is taken."""
        old_module, (new_module, _, last) = self.old.rpartition(".")[0], self.new.rpartition(".")
        if isinstance(node, ast.Attribute) and old_module == new_module:
            return f"{site.module.segment(node.value)}.{last}"
        bindings = site.names.uses[node].lookup(node.id) if isinstance(node, ast.Name) else ()
        old: Binding | None = bindings[0] if len(bindings) == 1 else None
        spoken = site.imports.need(self.new, node, instead_of=old)
        if spoken is None:
            raise Refused(f"the name `{self.new.rpartition('.')[2]}` is taken in this file")
        release_root(site, node)
        return spoken

    def _in_pattern(self, site: Site, pattern: ast.Call, node: ast.expr) -> list[Edit]:
        extra = argument(pattern, 2, "kwargs")
        given, edits = self._extra(site, extra) if extra is not None else ("", [])
        new = f"{self._spoken(site, node)}.as_view({given})"
        if extra is None:
            return [site.edit(node, new)]
        places = [*pattern.args, *(keyword.value for keyword in pattern.keywords)]
        call = layout.drop_argument_at(site.cst_call(pattern), places.index(extra))
        args = list(call.args)
        at = places.index(node)
        args[at] = args[at].with_changes(value=cst.parse_expression(new))
        return [site.replace_call(pattern, call.with_changes(args=args)), *edits]

    def _extra(self, site: Site, extra: ast.expr) -> tuple[str, list[Edit]]:
        """The extra arguments of a pattern as keywords, and the edit that drops the name they had. Raises source.Refused."""
        edits: list[Edit] = []
        if isinstance(extra, ast.Name):
            bindings = site.names.uses[extra].lookup(extra.id)
            value = bindings[0].value if len(bindings) == 1 else None
            uses = [one for one in site.names.uses if one.id == extra.id and isinstance(one.ctx, ast.Load)]
            if not isinstance(value, ast.Dict) or site.imports.exported(bindings[0]):
                raise Refused("its extra arguments stand elsewhere")
            if len(uses) == 1:
                edits = [without_gap(site, edit) for edit in drop_line(site, site.statement(value))]
            extra = value
        if not isinstance(extra, ast.Dict):
            raise Refused("its extra arguments stand elsewhere")
        keys = [text(key) for key in extra.keys]
        return self._keywords(site, list(zip(keys, extra.values, strict=True))), edits

    def _keywords(self, site: Site, given: list[tuple[str | None, ast.expr]]) -> str:
        found = []
        for key, value in given:
            if key is None or key not in self.arguments:
                raise Refused(f"the class has no argument {key!r}" if key else "what its extra arguments hold cannot be seen")
            name = self.arguments[key]
            found.append(f"{name}={self.convert.get(name, as_it_is)(site, value)}")
        return ", ".join(found)

    def _called(self, site: Site, call: ast.Call, node: ast.expr) -> list[Edit]:
        if len(call.args) != 1 or isinstance(call.args[0], ast.Starred) or "#" in site.module.segment(call):
            raise Refused("it is called with more than the request by position")
        own = [keyword for keyword in call.keywords if keyword.arg in self.passed_on]
        given = self._keywords(site, [(keyword.arg, keyword.value) for keyword in call.keywords if keyword not in own])
        passed = "".join(f", {keyword.arg}={site.module.segment(keyword.value)}" for keyword in own)
        return [site.edit(call, f"{self._spoken(site, node)}.as_view({given})({site.module.segment(call.args[0])}{passed})")]
