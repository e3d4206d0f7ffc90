"""Decorators and base classes that go; see the table in ops/classes.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..project.index import Project
from ..rewrite.imported import can_mean, imported_from
from ..rewrite.scopes import FunctionNode
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .names import release_root


@dataclass(frozen=True)
class DropDecorator(PythonOp):
    """A decorator goes with its lines, and its import with the last use; called or passed on otherwise it is a finding."""

    qualified: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The name alone, as a project may hand it on from a module of its own."""
        return (frozenset({self.qualified.rpartition(".")[2]}),)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """True if the file may mean the name itself, or imports it from a module of the project."""
        last = self.qualified.rpartition(".")[2].encode()
        return can_mean(path, data, self.qualified) or any(
            last in words and project.module_path(module.decode("utf-8", "replace"), path) is not None
            for module, words in imported_from(path, data).items()
        )

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each decorator."""
        for node in [use for name in (self.qualified, *self._handed_on(site)) for use in site.references(name)]:
            holder, decorator = _decorated(site, node)
            if holder is None:
                if not isinstance(site.parent(node), ast.Attribute):
                    yield site.finding(node, f"{self.message}; here it is no decorator")
                continue
            try:
                yield drop_decorator(site, holder, decorator)
            except Refused as error:
                yield site.finding(node, f"{self.message}; {error}")
                continue
            release_root(site, node)
            yield site.finding(node, self.message, fixed=True)
        for node in site.doubtful(self.qualified):
            if _decorated(site, node)[0] is not None:
                yield site.finding(node, f"{self.message}; what this name means depends on which import worked")
        for binding in site.imports.bindings(self.qualified):
            if any(use.id == binding.name for use in site.names.uses) or not site.imports.alone(binding):
                continue
            if site.imports.exported(binding):
                yield site.finding(binding.alias or binding.node, f"{self.message}; other modules take it from here")
            else:
                site.imports.drop_unused(binding)
                yield site.finding(binding.alias or binding.node, self.message, fixed=True)

    def _handed_on(self, site: Site) -> Iterator[str]:
        """Names of the project's own modules that are this decorator and nothing else: `from .compat import it`."""
        for statement in site.nodes(ast.ImportFrom):
            for alias in statement.names:
                name = f"{site.names.absolute(statement)}.{alias.name}"
                if alias.name != self.qualified.rpartition(".")[2] or name == self.qualified:
                    continue
                if site.project.ancestors(name, site.path) == {self.qualified}:
                    yield name


def _decorated(site: Site, node: ast.expr) -> tuple[ast.ClassDef | FunctionNode | None, ast.expr]:
    """The definition that a name decorates, itself or called, and the whole decorator."""
    parent = site.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        node, parent = parent, site.parent(parent)
    if isinstance(parent, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node in parent.decorator_list:
        return parent, node
    return None, node


def drop_decorator(site: Site, holder: ast.ClassDef | FunctionNode, decorator: ast.expr) -> Edit:
    """The edit that removes a decorator's lines. Raises layout.Refused."""
    start = site.text.rindex("@", 0, site.module.start(decorator))
    line_start = site.text.rfind("\n", 0, start) + 1
    following = site.text.find("\n", site.module.end(decorator))
    tail = site.text[site.module.end(decorator) : following].strip(" \t\r\f)")
    if following < 0 or site.text[line_start:start].strip() or (tail and not tail.startswith("#")):
        raise Refused("the decorator's lines hold other code")
    return Edit(line_start, following + 1, "")


@dataclass(frozen=True)
class RemoveBase(PythonOp):
    """A base class goes from class statements: `class A(B, Gone):` becomes `class A(B):`, `class A(Gone):` becomes `class A:`."""

    qualified: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """Every part of the name."""
        return (frozenset({"class", *self.qualified.split(".")}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The base class."""
        return (self.qualified,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each class statement with this base."""
        for node in site.references(self.qualified):
            parent = site.parent(node)
            if isinstance(parent, ast.ClassDef) and node in parent.bases:
                try:
                    yield remove_base(site, parent, node)
                except Refused as error:
                    yield site.finding(node, f"{self.message}; {error}")
                    continue
                release_root(site, node)
                yield site.finding(node, self.message, fixed=True)


def remove_base(site: Site, node: ast.ClassDef, base: ast.expr) -> Edit:
    """The edit that takes a base class out of a class statement. Raises layout.Refused where a comment would be lost."""
    others = sorted([*node.bases, *(one.value for one in node.keywords)], key=site.module.start)
    place = others.index(base)
    start, end = site.module.start(base), site.module.end(base)
    if len(others) == 1:
        start = site.text.rindex("(", 0, start)
        end = site.text.index(")", end) + 1
    elif place + 1 < len(others):
        following = others[place + 1]
        keyword = next((one for one in node.keywords if one.value is following), None)
        end = site.module.start(keyword or following)
    else:
        start = site.module.end(others[place - 1])
    if "#" in site.text[start:end]:
        raise Refused("a comment stands beside the base class")
    return Edit(start, end, "")
