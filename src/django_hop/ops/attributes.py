"""Attributes at receivers that their name tells: `model._meta.virtual_fields`, `connection.ops.proj4_version`.

| op | does |
|---|---|
| `RenameUse({old: new}, message, receiver)` | another attribute name, read, assigned or called |
| `FindUse(names, message, receiver, when)` | report uses of attributes |
| `FindParameter(method, name, message)` | report methods with a parameter, and calls that give it by keyword |
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp, Where, Words, attribute_of
from .class_bodies import functions
from .functions import parameter_names
from .nodes import name_of


def last_name(node: ast.expr) -> str:
    """The last name of an expression: `b` of `a.b`, of `b`, of `a.b()` and of `a.b[0]`; '' for anything else."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return name_of(node)


@dataclass(frozen=True)
class RenameUse(PythonOp):
    """Attributes get another name where the last name before the dot matches a pattern."""

    names: Mapping[str, str]
    message: str
    """May say `{old}` and `{new}`."""
    receiver: str = ""
    """A regular expression for the whole last name before the dot; empty for any receiver."""
    elsewhere: bool = False
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """One of the old names."""
        return tuple(frozenset({name}) for name in self.names)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each use."""
        for node in site.nodes(ast.Attribute):
            new = self.names.get(node.attr)
            if new is None:
                continue
            message = self.message.format(old=node.attr, new=new)
            if self.receiver and not re.fullmatch(self.receiver, last_name(node.value)):
                if self.elsewhere:
                    yield site.finding(node, f"{message}; what stands before the dot is not certain")
                continue
            yield site.edit_attribute(node, new)
            yield site.finding(node, message, fixed=True)


@dataclass(frozen=True)
class FindUse(PythonOp):
    """Report uses of attributes; `when` looks closer and says True for those that matter."""

    names: tuple[str, ...]
    message: str
    receiver: str = ""
    when: Callable[[Site, ast.Attribute], bool] | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """One of the names."""
        receivers = self.receiver.split("|") if re.fullmatch(r"\w+(?:\|\w+)*", self.receiver) else []
        return tuple(frozenset({name, *given}) for name in self.names for given in ([[one] for one in receivers] or [[]]))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """One of the names behind a dot."""
        return attribute_of(*self.names)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each use."""
        for node in site.nodes(ast.Attribute):
            if node.attr not in self.names or (self.receiver and not re.fullmatch(self.receiver, last_name(node.value))):
                continue
            if self.when is None or self.when(site, node):
                yield site.finding(node, self.message)


@dataclass(frozen=True)
class FindParameter(PythonOp):
    """Report functions of a name that take a parameter, and calls of that name that give it by keyword; with no method, any function."""

    method: str
    name: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """Both names."""
        return (frozenset({self.method, self.name} - {""}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each definition and call."""
        for function in functions(site):
            if (not self.method or function.name == self.method) and self.name in parameter_names(function):
                yield site.finding(function, self.message)
        for call in site.nodes(ast.Call):
            if any(one.arg == self.name for one in call.keywords) and (not self.method or last_name(call.func) == self.method):
                yield site.finding(call, self.message)


def argument_count(site: Site, node: ast.Attribute) -> int | None:
    """How many arguments a method is called with; None if it is not called, or with stars."""
    call = site.parent(node)
    if not isinstance(call, ast.Call) or call.func is not node:
        return None
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return None
    return len(call.args) + len(call.keywords)
