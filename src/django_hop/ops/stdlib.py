"""What the codemods for the standard library share: imports of modules that are gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Finding
from ..rewrite.site import Site
from .base import PythonOp, Where, Words
from .find import has_stand_in


@dataclass(frozen=True)
class FindImports(PythonOp):
    """Imports of modules that are gone are findings: `FindImports({"imghdr": "Pillow tells the format of an image"}, "{module}: {hint}")`.

    An import under `try` that another import stands in for is left alone, and so is a module of the project of the same name.
    """

    modules: Mapping[str, str]
    """Name -> what to do instead."""
    message: str
    """May say `{module}` and `{hint}`."""
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """`import` and the name of a module."""
        return tuple(frozenset({"import", name}) for name in self.modules)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An import statement with one of the names."""
        names = b"|".join(re.escape(name.encode()) for name in self.modules)
        return re.compile(rb"^[ \t]*(?:from[ \t]+(?:%s)\b|import[ \t][^\n]*\b(?:%s)\b)" % (names, names), re.M)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import statement."""
        statements: list[ast.ImportFrom | ast.Import] = [*site.nodes(ast.ImportFrom), *site.nodes(ast.Import)]
        for statement in statements:
            for name in self._named(statement):
                module = name.partition(".")[0]
                if module in self.modules and not has_stand_in(site, statement) and site.project.module_path(module, site.path) is None:
                    yield site.finding(statement, self.message.format(module=module, hint=self.modules[module]))

    @staticmethod
    def _named(statement: ast.ImportFrom | ast.Import) -> list[str]:
        if isinstance(statement, ast.ImportFrom):
            return [] if statement.level else [statement.module or ""]
        return [alias.name for alias in statement.names]


@dataclass(frozen=True)
class DropImport(PythonOp):
    """`import module` goes where nothing uses it, or nothing will, since it fails. Put it behind the other ops."""

    module: str
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """`import` and the module."""
        return (frozenset({"import", self.module}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An import of the module as a whole."""
        return re.compile(rb"^[ \t]*import[ \t][^\n]*\b%s\b" % re.escape(self.module.encode()), re.M)

    def apply(self, site: Site) -> Iterator[Finding]:
        """The editor of imports drops what no use is left of; a finding where there was none to begin with."""
        for statement in site.nodes(ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name.partition(".")[0]
                if alias.name.partition(".")[0] != self.module or isinstance(site.parent(statement), (ast.Try, ast.ExceptHandler)):
                    continue
                bindings = [one for one in site.names.scope_of[statement].bindings.get(name, ()) if one.alias is alias]
                used = any(node.id == name for node in site.names.uses)
                for binding in bindings:
                    site.imports.drop_unused(binding)
                    if site.imports.exported(binding):
                        yield site.finding(alias, f"`{alias.name}` is gone from later Pythons; other code may take the name from here")
                    elif not used:
                        yield site.finding(alias, f"nothing uses `{alias.name}` here, which is gone from later Pythons", fixed=True)
