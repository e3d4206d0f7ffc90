"""Findings only: a module that is gone, whatever is taken from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Finding
from ..rewrite.scopes import Binding, Names
from ..rewrite.site import Site
from .base import PythonOp, Where


@dataclass(frozen=True)
class FindModule(PythonOp):
    """Every import of a module or of anything in it is a finding, and so is a string that says its dotted name.

    An import under `try` that another import stands in for is left alone: the code is ready for the module to be missing.
    """

    module: str
    message: str
    first: bool = False
    """Only the first place in the project: for a package given up whose renaming is a codemod of its own, which says the rest."""
    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The module."""
        return (self.module,)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import statement and dotted string, or at the first of the project."""
        places = self._places(site.names)
        if self.first and (one := min(places, key=lambda node: (node.lineno, node.col_offset), default=None)) is not None:
            earlier = sorted(path for path in site.project.holding(self.module.encode()) if path < site.path)
            named = (names for path in earlier if (names := site.project.names(path)) is not None)
            places = [] if any(map(self._places, named)) else [one]
        yield from (site.finding(node, self.message) for node in places)

    def _places(self, names: Names) -> list[ast.stmt | ast.expr]:
        """The import statements and strings of a file that name the module."""
        found: list[ast.stmt | ast.expr] = []
        for node in names.by_type.get(ast.ImportFrom, ()):
            if isinstance(node, ast.ImportFrom):
                module = names.absolute(node)
                named = any(f"{module}.{alias.name}" == self.module for alias in node.names)
                if (self._inside(module) or named) and not _stands_in(names, node):
                    found.append(node)
        for node in names.by_type.get(ast.Import, ()):
            if isinstance(node, ast.Import) and any(self._inside(alias.name) for alias in node.names) and not _stands_in(names, node):
                found.append(node)
        said = (one for one in names.strings if isinstance(one.value, str) and self._inside(one.value) and " " not in one.value)
        return [*found, *said]

    def _inside(self, name: str) -> bool:
        return name == self.module or name.startswith(f"{self.module}.")


def has_stand_in(site: Site, statement: ast.Import | ast.ImportFrom) -> bool:
    """True if every name of the import is also bound by another import: `try: new / except ImportError: old`."""
    return _stands_in(site.names, statement)


def _stands_in(names: Names, statement: ast.Import | ast.ImportFrom) -> bool:
    scope = names.scope_of[statement]
    for alias in statement.names:
        bindings = scope.bindings.get(alias.asname or alias.name.partition(".")[0], [])
        others = (one for one in bindings if one.node is not statement and one.kind in ("from", "import"))
        if all(_is_part(statement, alias, one) for one in others):
            return False
    return True


def _is_part(statement: ast.Import | ast.ImportFrom, alias: ast.alias, other: Binding) -> bool:
    """True for `import a` and `import a.b`, which bind the same package under its own name."""
    plain = isinstance(statement, ast.Import) and alias.asname is None
    return plain and isinstance(other.node, ast.Import) and other.alias is not None and other.alias.asname is None
