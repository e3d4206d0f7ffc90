"""Whole packages that are imported by another name: with all their modules, in imports, in code and in dotted strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp, Where, Words, words_of
from .find import has_stand_in

_FILES = frozenset(("html", "htm", "txt", "css", "js", "json", "po", "mo", "png", "svg", "xml", "yml", "yaml", "csv", "md", "py"))
"""What stands behind the last dot of a file's name, and never of a module's."""


@dataclass(frozen=True)
class MovePackage(PythonOp):
    """`MovePackage({"rest_auth": "dj_rest_auth"}, message)`: the longest old name that fits counts, a module or all below it.

    What is bound by two imports, one of them ready for the new name, is left alone.
    """

    names: Mapping[str, str]
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """Every part of one of the old names."""
        return words_of(*self.names)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports, for what is reached through `import a.b`, and for dotted strings."""
        for statement in site.nodes(ast.ImportFrom):
            yield from self._import_from(site, statement)
        for plain in site.nodes(ast.Import):
            for alias in plain.names:
                yield from self._import(site, plain, alias)
        for node in site.names.strings:
            value = str(node.value)
            new = self._moved(value)
            text = site.module.segment(node)
            if new is None or not re.fullmatch(r"[A-Za-z_][\w.]*", value) or value.rpartition(".")[2] in _FILES or text.count(value) != 1:
                continue
            start = site.module.start(node) + text.index(value)
            yield site.edit_span(start, start + len(value), new)
            yield site.finding(node, self.message, fixed=True)

    def _moved(self, name: str) -> str | None:
        """The new name of a module or of what is in it; None if it is none of the old ones."""
        fit = [old for old in self.names if name == old or name.startswith(f"{old}.")]
        old = max(fit, key=len, default=None)
        return None if old is None else self.names[old] + name[len(old) :]

    def _import_from(self, site: Site, statement: ast.ImportFrom) -> Iterator[Edit | Finding]:
        if statement.level or statement.module is None:
            return
        new = self._moved(statement.module)
        inner = {alias.name: self._moved(f"{statement.module}.{alias.name}") for alias in statement.names}
        kept = {alias.name for alias in statement.names if inner[alias.name] == f"{new}.{alias.name}"}
        if not any(inner.values()) or has_stand_in(site, statement):
            return
        if new is None or len(kept) < len(inner):
            yield site.finding(statement, f"{self.message}; these names go to different places")
            return
        start = site.text.index(statement.module, site.module.start(statement))
        yield site.edit_span(start, start + len(statement.module), new)
        yield site.finding(statement, self.message, fixed=True)

    def _import(self, site: Site, statement: ast.Import, alias: ast.alias) -> Iterator[Edit | Finding]:
        new = self._moved(alias.name)
        if new is None or has_stand_in(site, statement):
            return
        if alias.asname is None:
            root = alias.name.partition(".")[0]
            uses = [node for node in site.names.uses if node.id == root and isinstance(site.parent(node), ast.Attribute)]
            chains = [self._chain(site, node) for node in uses]
            if any(self._moved(chain) is None for _, chain in chains):
                yield site.finding(alias, f"{self.message}; what is reached through this import goes to different places")
                return
            for node, chain in chains:
                yield site.edit(node, self._moved(chain) or chain)
        start = site.module.start(alias)
        yield Edit(start, start + len(alias.name), new)
        yield site.finding(alias, self.message, fixed=True)

    def _chain(self, site: Site, node: ast.expr) -> tuple[ast.expr, str]:
        """The longest attribute chain from a name on that is one of the old names, and its text; else the whole chain."""
        best: tuple[ast.expr, str] | None = None
        text = node.id if isinstance(node, ast.Name) else ""
        current = node
        while True:
            if text in self.names:
                best = (current, text)
            parent = site.parent(current)
            if not isinstance(parent, ast.Attribute):
                return best or (current, text)
            current, text = parent, f"{text}.{parent.attr}"
