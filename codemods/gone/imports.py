"""Imports of names that a release of Django no longer has: the net under all codemods that know what takes their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django_hop.model import DETECT, Codemod, Edit, Finding, Hop
from django_hop.ops.base import Look, PythonOp, Words
from django_hop.project.gone_names import Gone, gone_names
from django_hop.releases import order
from django_hop.rewrite.site import Site

# They begin with a plain word, which the engine finds without a look at every line.
_FROM = re.compile(rb"from[ \t\\\r\n]+(django[\w.]*)[ \t\\\r\n]+import\b[ \t\\\r\n]*(\([^)]*\)|(?:[^\n\\]|\\\r?\n)*)")
_IMPORT = re.compile(rb"import[ \t\\\r\n]+(?:[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[ \t\\\r\n]*)*(django\.[\w.]+)")
_WORD = re.compile(rb"\w+")


class _Imports:
    """Searches a file for an import of anything that is gone from some release."""

    def search(self, data: bytes) -> object:
        """The first match, None if there is none."""
        gone = _words()
        for match in _FROM.finditer(data):
            names = gone.get(match[1])
            if names is not None and (not names or not names.isdisjoint(_WORD.findall(match[2]))):
                return match
        return next((match for match in _IMPORT.finditer(data) if gone.get(match[1]) == frozenset()), None)


@cache
def _words() -> Mapping[bytes, frozenset[bytes]]:
    """Module -> the names that are gone from it, as they stand in files; none for a module that is gone itself."""
    return {
        module.encode(): frozenset() if "" in names else frozenset(name.encode() for name in names)
        for module, names in gone_names().items()
    }


@dataclass(frozen=True)
class GoneImport(PythonOp):
    """Report `from django.x import name` where the hop's target has no such name, outside of fallbacks and branches for releases.

    Where another codemod means the name, and so deals with its uses, only an import that nothing in the file uses is reported.
    """

    @property
    def words(self) -> Words:
        """What every such import says."""
        return (frozenset({"django", "import"}),)

    @property
    def second_look(self) -> Look:
        """The import statements themselves."""
        return _Imports()

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """A finding for each name."""
        for statement in site.nodes(ast.ImportFrom):
            module = "" if statement.level else statement.module or ""
            for alias in statement.names:
                yield from self._finding(site, statement, alias, module, alias.name)
        for one in site.nodes(ast.Import):
            for alias in one.names:
                yield from self._finding(site, one, alias, alias.name, "")

    @staticmethod
    def _finding(site: Site, statement: ast.stmt, alias: ast.alias, module: str, name: str) -> Iterator[Finding]:
        found = _gone(site.hop, module, name)
        if found is None or (found.known and _is_used(site, alias)) or _is_optional(site, statement):
            return
        if not site.project.module_path(module, site.path):  # Django's own sources may be the project
            yield site.finding(alias, f"`{module}{name and '.'}{name}` is not there any more from Django {found.release} on")


def _gone(hop: Hop, module: str, name: str) -> Gone | None:
    """What is known of a name that the hop's target lacks; None if it is there, or was gone before the hop."""
    names = gone_names().get(module, {})
    found = names.get("") or names.get(name)
    if found is None or order(found.release) > order(hop.target):
        return None
    return found if hop.arrived or order(found.release) > order(hop.source) else None


def _is_optional(site: Site, statement: ast.stmt) -> bool:
    """True where the code is ready for a missing name: in `try`, in the handler behind one, under a condition."""
    return any(isinstance(around, (ast.Try, ast.ExceptHandler, ast.If)) for around in site.ancestors(statement))


def _is_used(site: Site, alias: ast.alias) -> bool:
    local = (alias.asname or alias.name).partition(".")[0]
    return any(node.id == local for node in site.names.uses)


CODEMODS = [
    Codemod(
        "gone-import",
        "names that Django no longer has are not imported",
        deprecated="1.11",
        removed=None,
        works_from="1.11",
        safety=DETECT,
        docs="not in the release notes: read from the modules of the releases themselves",
        ops=(GoneImport(),),
    ),
]
