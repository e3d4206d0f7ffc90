"""An override takes one parameter more, in the first place: `authenticate(self, request, ...)`, `configure_user(self, request, user)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.scopes import FunctionNode
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .class_bodies import is_super, override_calls
from .functions import add_parameter, positional


@dataclass(frozen=True)
class LeadingParameter(PythonOp):
    """An override takes `name` first; calls through super() give it on, calls on an instance made on the spot give None.

    `also` names further classes by a look at their body, where the base class does not tell.
    """

    bases: tuple[str, ...]
    method: str
    name: str
    message: str
    also: Callable[[Site, ast.ClassDef], bool] | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({self.method}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of it, or a call on what another call gave."""
        return re.compile(rf"\bdef[\s\\]+{self.method}\b|\)(?:\s|\\|#[^\n]*\n)*\.[\s\\]*{self.method}\b".encode())

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the overrides and calls."""
        found = set(site.subclasses(*self.bases))
        if self.also is not None:
            found |= {node for node in site.nodes(ast.ClassDef) if self.also(site, node)}
        for node in found:
            for function in site.methods(node, self.method):
                yield from self._override(site, node, function)
        yield from self._direct(site, found)

    def _override(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        taken = positional(function)
        if (taken and taken[0].arg == self.name) or (not taken and function.args.vararg is not None):
            return
        used = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
        named = {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}
        if self.name in used | named:
            yield site.finding(function, f"{self.message}; the name `{self.name}` means something else in this method")
            return
        try:
            edits = add_parameter(site, function, self.name, 0)
            for call in override_calls(site, node, function):
                edits += self._give(site, call, self.name)
        except Refused as error:
            yield site.finding(function, f"{self.message}; {error}")
            return
        yield from edits
        yield site.finding(function, self.message, fixed=True)

    def _give(self, site: Site, call: ast.Call, value: str) -> list[Edit]:
        """The edit that puts a value first. Raises layout.Refused where what stands first cannot be seen."""
        assert isinstance(call.func, ast.Attribute)
        behind = 0 if is_super(call.func.value) or value == "None" else 1
        given = call.args[behind:]
        named = any(keyword.arg == self.name for keyword in call.keywords)
        if named or (given and isinstance(given[0], ast.Name) and given[0].id == self.name):
            return []
        if any(isinstance(one, ast.Starred) for one in call.args[: behind + 1]):
            raise Refused("a call of the overridden method unpacks its arguments")
        following: ast.AST | None = given[0] if given else next(iter(call.keywords), None)
        if following is not None:
            place = site.module.start(following)
            return [Edit(place, place, f"{value}, ")]
        if behind:
            place = site.module.end(call.args[0])
            return [Edit(place, place, f", {value}")]
        place = site.module.end(call) - 1
        return [Edit(place, place, value)]

    def _direct(self, site: Site, found: set[ast.ClassDef]) -> Iterator[Edit | Finding]:
        """`Backend().method(...)` in tests and views."""
        for func in site.nodes(ast.Attribute):
            call, made = site.parent(func), func.value
            if func.attr != self.method or not isinstance(call, ast.Call) or call.func is not func or not isinstance(made, ast.Call):
                continue
            if not self._makes(site, made.func, found):
                continue
            first = call.args[0] if call.args else None
            if self._is_given(first):
                continue
            if len(call.args) > 1 or (call.args and call.keywords):
                yield site.finding(call, f"{self.message}; is it given here?")
                continue
            yield from site.change(call, self.message, self._give, site, call, "None")

    def _is_given(self, first: ast.expr | None) -> bool:
        """True if the first argument of a call speaks of what goes there: `request`, `self.request`, `RequestFactory().get(...)`, None."""
        if isinstance(first, ast.Constant):
            return first.value is None
        return first is not None and self.name in ast.unparse(first).lower()

    def _makes(self, site: Site, func: ast.expr, found: set[ast.ClassDef]) -> bool:
        if isinstance(func, ast.Name):
            bindings = site.names.uses[func].lookup(func.id)
            if len(bindings) == 1 and bindings[0].node in found:
                return True
        name = site.qualified(func)
        return name is not None and bool(({name} | site.project.ancestors(name, site.path)) & set(self.bases)) and name not in self.bases
