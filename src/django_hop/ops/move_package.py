"""A whole package that goes on under another name: imports, and dotted names in strings, wherever they lead inside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp, Where, Words, words_of
from .find import has_stand_in


@dataclass(frozen=True)
class MovePackage(PythonOp):
    """Modules below one dotted name are found below another: `MovePackage({"rest_auth": "dj_rest_auth"})`; the longest name counts.

    Changes `from old.x import y`, `import old.x as y` and strings that are a dotted name in it. Plain `import old.x` is a finding, and
    so is an import that another one stands in for. A package of this name in the project itself is left alone.
    """

    moves: Mapping[str, str]
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """Every part of one of the old names."""
        return words_of(*self.moves)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports and strings."""
        for statement in site.nodes(ast.ImportFrom):
            old = self._old(site, statement.module or "") if not statement.level else None
            if old is not None and not has_stand_in(site, statement):
                start = site.text.index(old, site.module.start(statement))
                yield site.edit_span(start, start + len(old), self.moves[old])
                yield site.finding(statement, self._message(old), fixed=True)
        for plain in site.nodes(ast.Import):
            for alias in plain.names:
                old = self._old(site, alias.name)
                if old is not None and not has_stand_in(site, plain):
                    if alias.asname is not None:
                        start = site.module.start(alias)
                        yield site.edit_span(start, start + len(old), self.moves[old])
                    yield site.finding(plain, self._message(old), fixed=alias.asname is not None)
        yield from self._strings(site)

    def _strings(self, site: Site) -> Iterator[Edit | Finding]:
        for node in site.names.strings:
            text = str(node.value)
            old = self._old(site, text) if re.fullmatch(r"[A-Za-z_][\w.]*", text) and not isinstance(site.parent(node), ast.Expr) else None
            if old is None or (text == old and "." not in old and not self._is_name(site, node)):
                continue
            segment = site.module.segment(node)
            if segment.count(text) != 1:
                yield site.finding(node, self._message(old))
                continue
            start = site.module.start(node) + segment.index(text)
            yield site.edit_span(start, start + len(old), self.moves[old])
            yield site.finding(node, self._message(old), fixed=True)

    @staticmethod
    def _is_name(site: Site, node: ast.Constant) -> bool:
        """True for a string of one word that names an app: an item of a list, or an argument of a call with a dot before it."""
        parent = site.parent(node)
        if isinstance(parent, (ast.List, ast.Tuple, ast.Set)):
            return site.project.settings.is_settings(site.path)
        return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr in ("append", "import_module")

    def _old(self, site: Site, name: str) -> str | None:
        """The longest of the old names that a dotted name is or begins with; None for the project's own packages."""
        fitting = [old for old in self.moves if name == old or name.startswith(f"{old}.")]
        if not fitting or site.project.module_path(name.partition(".")[0], site.path) is not None:
            return None
        return max(fitting, key=len)

    def _message(self, old: str) -> str:
        return f"`{old}` is now `{self.moves[old]}`"
