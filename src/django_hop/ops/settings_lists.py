"""Items of list settings: MIDDLEWARE, INSTALLED_APPS, context processors, hashers, backends."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..model import Edit, Finding
from ..project.settings_module import Assignment
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words, words_of
from .settings_text import string_edit, with_element, without_element, without_statement
from .settings_uses import feeders, settings_of, uses

if TYPE_CHECKING:
    from ..project.index import Project

_ADDING = frozenset({"append", "insert", "remove", "add", "discard"})


@dataclass(frozen=True)
class ListItem(PythonOp):
    """Remove, replace or add strings in list settings, wherever in the value they stand.

    `ListItem(("MIDDLEWARE",), message, remove=("django...SessionAuthenticationMiddleware",))`. `append` adds an item once to the
    group of settings modules, at the end or beside the item `after` or `before`, unless it is there already, and only where
    the item `when` is. Also in `+=`, `.append()`, `.insert()`, lists that flow into the setting, and overrides in tests.
    """

    names: tuple[str, ...]
    message: str
    remove: tuple[str, ...] = ()
    replace: Mapping[str, str] = field(default_factory=dict)
    append: str | None = None
    after: str | None = None
    before: str | None = None
    when: str | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The words of an item that goes or changes; the setting's name where one is added."""
        adding = tuple(frozenset({name}) for name in self.names) if self.append else ()
        return (*words_of(*self.remove, *self.replace), *adding)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """Items are added in settings modules only."""
        return bool(self.remove or self.replace) or project.settings.is_settings(path)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for items; findings where the layout or the code around is unusual."""
        held = [node for node in site.names.strings if node.value in self.remove or node.value in self.replace]
        spans = self._spans(site) if held else {}
        seen: set[ast.AST] = set()
        for node in held:
            around = next((one for one in (node, *site.ancestors(node)) if one in spans), None)
            if around is not None:
                yield from self._item(site, node, seen, override=spans[around])
        if self.append is not None and settings_of(site).is_settings(site.path):
            yield from self._add(site, self.append)

    def _spans(self, site: Site) -> dict[ast.AST, bool]:
        """Nodes that hold items of the setting, and whether they are overrides."""
        chain = settings_of(site)
        found: dict[ast.AST, bool] = {}
        if chain.is_settings(site.path):
            names = feeders(chain, site.path, frozenset(self.names))
            found = {one.statement: False for one in chain.read(site.path, site.module.tree) if one.name in names}
        found |= {use.value: True for use in uses(site, *self.names) if use.value is not None}
        return found

    # -- items that go or change ----------------------------------------------------------------------------------

    def _item(self, site: Site, node: ast.Constant, seen: set[ast.AST], *, override: bool) -> Iterator[Edit | Finding]:
        old, parent = str(node.value), site.parent(node)
        try:
            if isinstance(parent, ast.Dict) and override:
                raise Refused("here it is an instruction to modify_settings")
            if old in self.replace and (isinstance(parent, (ast.List, ast.Tuple, ast.Set)) or _is_mutation(parent)):
                edits = [string_edit(site, node, old, self.replace[old])]
            elif old in self.remove and self._is_looked_up(site, old):
                raise Refused("its place in the list is looked up")
            elif old in self.remove and isinstance(parent, (ast.List, ast.Tuple, ast.Set)):
                if parent in seen:
                    return  # one element of a list at a time; the next round takes the others
                seen.add(parent)
                edits = self._without(site, parent, node)
            elif old in self.remove and parent is not None and _is_mutation(parent) and isinstance(site.parent(parent), ast.Expr):
                edits = [without_statement(site, site.statement(parent))]
            else:
                raise Refused("here it is used in another way")
        except Refused as error:
            yield site.finding(node, f"{self.message}; {error}")
            return
        yield from edits
        yield site.finding(node, self.message, fixed=True)

    @staticmethod
    def _is_looked_up(site: Site, item: str) -> bool:
        """True if a module of the group asks `X.index(item)`, which fails once the item is gone."""
        for path in settings_of(site).unit(site.path):
            names = site.project.names(path)
            for node in names.strings if names is not None else ():
                call = names.parents.get(node) if names is not None and node.value == item else None
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "index":
                    return True
        return False

    @staticmethod
    def _without(site: Site, container: ast.List | ast.Tuple | ast.Set, node: ast.Constant) -> list[Edit]:
        statement = site.parent(container)
        if len(container.elts) == 1 and isinstance(statement, ast.AugAssign) and statement.value is container:
            return [without_statement(site, statement)]
        if len(container.elts) == 1 and isinstance(container, ast.Set):
            raise Refused("an empty set cannot be written so")
        return without_element(site, container, node)

    # -- an item that comes ---------------------------------------------------------------------------------------

    def _add(self, site: Site, new: str) -> Iterator[Edit | Finding]:
        chain = settings_of(site)
        if any(new in self._strings(site, path) for path in chain.unit(site.path)) or new in {node.value for node in site.names.strings}:
            return
        if self.when is not None and not any(self.when in self._strings(site, path) for path in chain.unit(site.path)):
            return
        for one in self._roots(site):
            yield from site.change(one.target, self.message, self._addition, site, one, new)

    @staticmethod
    def _strings(site: Site, path: str) -> frozenset[object]:
        names = site.project.names(path)
        return frozenset(node.value for node in names.strings) if names is not None else frozenset()

    def _roots(self, site: Site) -> list[Assignment]:
        """Where this file defines the setting first: no module it builds on does."""
        chain = settings_of(site)
        below = [one for path in chain.chain(site.path) for one in chain.assignments_of(path)]
        if any(one.name in self.names and one.kind in ("assign", "annotate") for one in below):
            return []
        own = chain.read(site.path, site.module.tree)
        return [one for one in own if one.name in self.names and one.kind in ("assign", "annotate") and not one.conditional]

    def _addition(self, site: Site, one: Assignment, new: str) -> list[Edit]:
        anchor = self.after or self.before
        if anchor is not None:
            names = feeders(settings_of(site), site.path, frozenset(self.names))
            statements = {each.statement for each in settings_of(site).read(site.path, site.module.tree) if each.name in names}
            for node in site.names.strings:
                parent = site.parent(node)
                if node.value == anchor and isinstance(parent, (ast.List, ast.Tuple)) and site.statement(node) in statements:
                    return with_element(site, parent, new, **{"after" if self.after else "before": node})
        if not isinstance(one.value, (ast.List, ast.Tuple)):
            raise Refused("the value is put together from others")
        return with_element(site, one.value, new)


def _is_mutation(node: ast.AST | None) -> bool:
    """True for `X.append(...)` and its like."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ADDING
