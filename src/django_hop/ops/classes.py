"""Class bodies: methods and attributes that subclasses of Django's classes override.

A subclass is known through the whole project and Django's own classes (`site.subclasses`); what has an unknown base is left alone.

| op | does |
|---|---|
| `AddParameter(bases, method, "obj=None", message, position=, passed=, pass_on=)` | an override takes one more, and gives it to `super()` |
| `DropParameter(bases, method, "context", message)` | an override takes one less; a finding where its body uses it |
| `RenameMethod(bases, {old: new}, message)` | an override and the calls through `self`, `cls` and `super()` in the class |
| `RenameAttribute(bases, {old: new}, message)` | a class attribute and its uses through `self` and `cls` in the class |
| `AttributeValue(bases, name, {old: new}, message)` | a class attribute with one of these literals gets another |
| `DropAttribute(bases, name, message, value=)` | a class attribute goes, whole lines |
| `FindMethod(bases, names, message)`, `FindAttribute(bases, names, message)` | report an override, or an attribute |
| `FindClass(bases, message, lacks=)` | report subclasses, or only those without an attribute or method |
| `decorators.DropDecorator(qualified, message)` | a decorator goes with its lines, on classes and functions |
| `decorators.RemoveBase(qualified, message)` | a base class goes |

`passed` says how Django gives the argument: `KEYWORD` (a method with `**kwargs` takes it already) or `POSITION` (one with `*args`, or with
enough parameters, does). For codemods with code of their own: ops/class_bodies.py has `override_calls` (calls of the same
method of the base class), `assignments`, `uses_through_self`, `drop_line(site, statement)`; ops/functions.py has `add_parameter`,
`drop_parameter`, `positional`, `has_default` for function headers.
"""

from __future__ import annotations

import ast
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..project.index import Project
from ..project.model_fields import find_class
from ..rewrite.scopes import FunctionNode
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words, definition_of, definition_with, definition_without
from .calls import change_arguments, without_argument
from .class_bodies import assignments, bases_known, defines, drop_line, offset_of_arguments, override_calls, uses_through_self
from .functions import add_parameter, drop_parameter, parameter_names, positional

KEYWORD, POSITION = "keyword", "position"


@dataclass(frozen=True)
class _ClassOp(PythonOp):
    """Common to the ops on subclasses of some of Django's classes."""

    bases: tuple[str, ...]
    """Qualified names; empty for every class, where the method's name alone is telling."""
    where: Where | None = field(default=None, kw_only=True)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A class whose bases have a name that a descendant may have."""
        return not self.bases or project.may_derive(data, self.bases)

    def classes(self, site: Site) -> Iterator[ast.ClassDef]:
        """The subclasses in a file."""
        yield from site.subclasses(*self.bases) if self.bases else site.nodes(ast.ClassDef)


# -- methods -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AddParameter(_ClassOp):
    """An override takes one parameter more. `position` counts from 0 behind `self`; None puts it last, before `*args` and `**kwargs`."""

    method: str
    source: str
    message: str
    position: int | None = None
    passed: str = KEYWORD
    pass_on: bool = True
    """Give it on in the calls of the overridden method, where every base is in sight."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"class", "def", self.method}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of the method that does not plainly take the parameter, or any."""
        return definition_without(self.method, self.name, "**" if self.passed == KEYWORD else "*")

    @property
    def name(self) -> str:
        """Name of the parameter."""
        return self.source.partition("=")[0].partition(":")[0].strip()

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each override that does not take the argument."""
        for node in self.classes(site):
            for function in site.methods(node, self.method):
                if not self._accepts(function):
                    yield from self._add(site, node, function)

    def _accepts(self, function: FunctionNode) -> bool:
        if self.name in parameter_names(function):
            return True
        if self.passed == KEYWORD:
            return function.args.kwarg is not None
        place = len(positional(function)) if self.position is None else self.position
        return function.args.vararg is not None or (self.position is not None and len(positional(function)) > place)

    def _add(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        if self.name in {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}:
            yield site.finding(function, f"{self.message}; the name `{self.name}` is used in this method for something else")
            return
        try:
            edits = add_parameter(site, function, self.source, self.position)
            if self.pass_on and bases_known(site, node) and not self._stopped(site, node):
                for call in override_calls(site, node, function):
                    edits += self._give(site, call)
        except Refused as error:
            yield site.finding(function, f"{self.message}; {error}")
            return
        yield from edits
        yield site.finding(function, self.message, fixed=True)

    def _stopped(self, site: Site, node: ast.ClassDef) -> bool:
        """True if a base is a mixin of the project whose own method does not take the argument, and is not changed with this one."""
        for base in node.bases:
            name = site.qualified(base)
            found = find_class(site.project, name, site.path) if name else None
            if name is None or found is None or site.project.ancestors(name, site.path) & set(self.bases):
                continue
            if any(not self._accepts(function) for function in site.methods(found[1], self.method)):
                return True
        return False

    def _give(self, site: Site, call: ast.Call) -> list[Edit]:
        given = len(call.args) - offset_of_arguments(call)
        taken = any(one.arg in (self.name, None) for one in call.keywords) or any(isinstance(one, ast.Starred) for one in call.args)
        if taken or (self.position is not None and given > self.position):
            return []
        return change_arguments(site, call, add={self.name: self.name}, drop=[])


@dataclass(frozen=True)
class DropParameter(_ClassOp):
    """An override takes one parameter less; where its body uses it (other than to give it on to `super()`), a person decides."""

    method: str
    name: str
    message: str

    @property
    def words(self) -> Words:
        """The method's and the parameter's name."""
        return (frozenset({"class", "def", self.method, self.name}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of the method with the parameter."""
        return definition_with(self.method, self.name)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each override that has the parameter."""
        for node in self.classes(site):
            for function in site.methods(node, self.method):
                if self.name in parameter_names(function):
                    yield from drop_with_calls(site, node, function, self.name, self.message)


def drop_with_calls(site: Site, node: ast.ClassDef | None, function: FunctionNode, name: str, message: str) -> Iterator[Edit | Finding]:
    """Drop a parameter of a method (or a function, with no class) that only gives it on to `super()`; else a finding."""
    names = [one.arg for one in positional(function)]
    given: set[ast.expr] = set()
    try:
        edits = drop_parameter(site, function, name)
        for call in override_calls(site, node, function) if node else ():
            place = _argument(call, name, names.index(name) if name in names else None)
            if place is not None:
                given.add(_value(call, place))
                edits.append(without_argument(site, call, place))
        if any(isinstance(one, ast.Name) and one.id == name and one not in given for one in ast.walk(function)):
            raise Refused(f"`{name}` is used here")
    except Refused as error:
        yield site.finding(function, f"{message}; {error}")
        return
    yield from edits
    yield site.finding(function, message, fixed=True)


def _argument(call: ast.Call, name: str, index: int | None) -> int | None:
    """Which argument of a call gives a parameter on, as it came."""
    for place, keyword in enumerate(call.keywords):
        if keyword.arg == name and isinstance(keyword.value, ast.Name) and keyword.value.id == name:
            return len(call.args) + place
    if index is None:
        return None
    index += offset_of_arguments(call)
    if index < len(call.args) and not any(isinstance(one, ast.Starred) for one in call.args):
        value = call.args[index]
        if isinstance(value, ast.Name) and value.id == name:
            return index
    return None


def _value(call: ast.Call, place: int) -> ast.expr:
    return call.args[place] if place < len(call.args) else call.keywords[place - len(call.args)].value


@dataclass(frozen=True)
class _RenameInClass(_ClassOp):
    names: Mapping[str, str]
    message: str
    """May say `{old}` and `{new}`."""

    @property
    def words(self) -> Words:
        """One of the old names."""
        return tuple(frozenset({"class", old}) for old in self.names)

    @abstractmethod
    def definitions(self, site: Site, node: ast.ClassDef, old: str, new: str) -> list[tuple[ast.AST, Edit]]:
        """What gives a name its meaning in a class body, each with the edit that gives it the new name."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each definition in a class body, and its uses."""
        for node in self.classes(site):
            for old, new in self.names.items():
                message = self.message.format(old=old, new=new)
                found = self.definitions(site, node, old, new)
                if found and defines(node, new):
                    yield from (site.finding(one, f"{message}; the class has both") for one, _ in found)
                    continue
                found += [(use, site.edit_attribute(use, new)) for use in uses_through_self(site, node, old)]
                for one, edit in found:
                    yield edit
                    yield site.finding(one, message, fixed=True)


@dataclass(frozen=True)
class RenameMethod(_RenameInClass):
    """Overrides get another name, with the calls through `self` and `super()` in their class; refused where the class has both."""

    def definitions(self, site: Site, node: ast.ClassDef, old: str, new: str) -> list[tuple[ast.AST, Edit]]:
        """The overrides."""
        return [(one, name_edit(site, one, new)) for one in site.methods(node, old)]


def name_edit(site: Site, function: FunctionNode, new: str) -> Edit:
    """The edit that gives a function definition another name."""
    start = site.text.index(function.name, site.module.start(function) + len("def"))
    return Edit(start, start + len(function.name), new)


@dataclass(frozen=True)
class FindMethod(_ClassOp):
    """Report overrides of these methods; `when` looks closer and says True for those that matter."""

    names: tuple[str, ...]
    message: str
    when: Callable[[Site, ast.ClassDef, FunctionNode], bool] | None = None

    @property
    def words(self) -> Words:
        """One of the names."""
        return tuple(frozenset({"class", "def", name}) for name in self.names)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of one of them."""
        return definition_of(*self.names)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each override."""
        for node in self.classes(site):
            for function in site.methods(node, *self.names):
                if self.when is None or self.when(site, node, function):
                    yield site.finding(function, self.message)


@dataclass(frozen=True)
class FindClass(_ClassOp):
    """Report subclasses, where one of their bases is named in the file; `lacks` leaves out those that define one of these names."""

    message: str
    lacks: tuple[str, ...] = ()
    direct: bool = False
    """Only those that name one of the bases themselves."""
    when: Callable[[Site, ast.ClassDef], bool] | None = None

    @property
    def words(self) -> Words:
        """The last part of one of the bases."""
        return tuple(frozenset({"class", base.rpartition(".")[2]}) for base in self.bases)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each class statement."""
        for node in self.classes(site):
            if self.direct and not any(site.qualified(base) in self.bases for base in node.bases):
                continue
            if not any(defines(node, name) for name in self.lacks) and (self.when is None or self.when(site, node)):
                yield site.finding(node, self.message)


# -- attributes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RenameAttribute(_RenameInClass):
    """Class attributes get another name, with their uses through `self` and `cls` in the class; refused where the class has both."""

    def definitions(self, site: Site, node: ast.ClassDef, old: str, new: str) -> list[tuple[ast.AST, Edit]]:
        """The assignments in the class body."""
        return [(target, site.edit(target, new)) for _, target in assignments(node, old)]


@dataclass(frozen=True)
class AttributeValue(_ClassOp):
    """A class attribute with one of these literals (source text, `"True"`, `"'a'"`) gets the other; `others`: others are findings."""

    name: str
    values: Mapping[str, str]
    message: str
    others: bool = False

    @property
    def words(self) -> Words:
        """The attribute's name."""
        return (frozenset({"class", self.name}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each assignment of such a literal."""
        wanted = {ast.dump(ast.parse(old, mode="eval").body): new for old, new in self.values.items()}
        for node in self.classes(site):
            for statement, _ in assignments(node, self.name):
                new = wanted.get(ast.dump(statement.value)) if statement.value is not None else None
                if new is not None and statement.value is not None:
                    yield site.edit(statement.value, new)
                    yield site.finding(statement, self.message, fixed=True)
                elif self.others:
                    yield site.finding(statement, self.message)


@dataclass(frozen=True)
class DropAttribute(_ClassOp):
    """A class attribute goes, with its lines; with `value` only where it is that literal, other values are findings."""

    name: str
    message: str
    value: str | None = None

    @property
    def words(self) -> Words:
        """The attribute's name."""
        return (frozenset({"class", self.name}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each assignment in a class body."""
        wanted = ast.dump(ast.parse(self.value, mode="eval").body) if self.value else None
        for node in self.classes(site):
            read = any(True for _ in uses_through_self(site, node, self.name))
            for statement, target in assignments(node, self.name):
                several = isinstance(statement, ast.Assign) and statement.targets != [target]
                if several or read or (wanted and (statement.value is None or ast.dump(statement.value) != wanted)):
                    yield site.finding(statement, self.message)
                    continue
                yield from site.change(statement, self.message, drop_line, site, statement)


@dataclass(frozen=True)
class FindAttribute(_ClassOp):
    """Report class attributes of these names; `when` looks closer and says True for those that matter."""

    names: tuple[str, ...]
    message: str
    when: Callable[[Site, ast.ClassDef, ast.expr | None], bool] | None = None

    @property
    def words(self) -> Words:
        """One of the names."""
        return tuple(frozenset({"class", name}) for name in self.names)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each assignment in a class body."""
        for node in self.classes(site):
            for statement, target in assignments(node, *self.names):
                if self.when is None or self.when(site, node, statement.value):
                    yield site.finding(target, self.message)
