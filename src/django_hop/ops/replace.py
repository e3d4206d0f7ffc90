"""An importable name becomes an expression over another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp, Where
from .methods import fitted
from .names import release_root


@dataclass(frozen=True)
class Becomes(PythonOp):
    """Every use of a name becomes an expression over another name.

    `Becomes("a.b.OLD", "a.b.Owner", "{}.new")`, where `{}` is how the file says `a.b.Owner`.
    """

    target: str
    need: str
    expression: str
    message: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def means(self) -> tuple[str, ...]:
        """The old name."""
        return (self.target,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the uses; findings where the name has two origins, is assigned to, or is taken from here by other code."""
        for node in site.references(self.target):
            stored = isinstance(node, (ast.Name, ast.Attribute)) and not isinstance(node.ctx, ast.Load)
            spoken = None if stored else site.imports.need(self.need, node)
            if spoken is None:
                yield site.finding(node, self.message)
                continue
            yield site.edit(node, fitted(site, node, self.expression.format(spoken)))
            yield site.finding(node, self.message, fixed=True)
            release_root(site, node)
        for node in site.doubtful(self.target):
            yield site.finding(node, f"{self.message}; what this name means depends on which import worked")
        for binding in site.imports.bindings(self.target):
            if site.imports.exported(binding):
                yield site.finding(binding.alias or binding.node, f"{self.message}; other code takes the name from here")
