"""Findings only: a module that is gone, whatever is taken from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Finding
from ..rewrite.site import Site
from .base import PythonOp, Where


@dataclass(frozen=True)
class FindModule(PythonOp):
    """Every import of a module or of anything in it is a finding, and so is a string that says its dotted name.

    An import under `try` that another import stands in for is left alone: the code is ready for the module to be missing.
    """

    module: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The module."""
        return (self.module,)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import statement and dotted string."""
        for statement in site.nodes(ast.ImportFrom):
            module = site.names.absolute(statement)
            named = any(f"{module}.{alias.name}" == self.module for alias in statement.names)
            if (self._inside(module) or named) and not has_stand_in(site, statement):
                yield site.finding(statement, self.message)
        for plain in site.nodes(ast.Import):
            if any(self._inside(alias.name) for alias in plain.names) and not has_stand_in(site, plain):
                yield site.finding(plain, self.message)
        for node in site.names.strings:
            if isinstance(node.value, str) and self._inside(node.value) and " " not in node.value:
                yield site.finding(node, self.message)

    def _inside(self, name: str) -> bool:
        return name == self.module or name.startswith(f"{self.module}.")


def has_stand_in(site: Site, statement: ast.Import | ast.ImportFrom) -> bool:
    """True if every name of the import is also bound by another import: `try: new / except ImportError: old`."""
    scope = site.names.scope_of[statement]
    for alias in statement.names:
        bindings = scope.bindings.get(alias.asname or alias.name.partition(".")[0], [])
        if not any(one.node is not statement and one.kind in ("from", "import") for one in bindings):
            return False
    return True
