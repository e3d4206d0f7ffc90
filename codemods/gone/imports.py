"""Imports of names that a release of Django no longer has: the net under all codemods that know what takes their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from django_hop.model import DETECT, Codemod, Edit, Finding, Hop
from django_hop.ops.base import Look, PythonOp, Words
from django_hop.project.gone_names import gone_names
from django_hop.project.index import Project
from django_hop.releases import NAMES, order
from django_hop.rewrite.site import Site

# They begin with a plain word, which the engine finds without a look at every line.
_FROM = re.compile(rb"from[ \t\\\r\n]+(django[\w.]*)[ \t\\\r\n]+import\b[ \t\\\r\n]*(\([^)]*\)|(?:[^\n\\]|\\\r?\n)*)")
_IMPORT = re.compile(rb"import[ \t\\\r\n]+(?:[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[ \t\\\r\n]*)*(django\.[\w.]+)")
_PLAIN = re.compile(rb"django\.(?<=[\s\\,]django\.)(?<!from django\.)")
_WORD = re.compile(rb"\w+")


@dataclass(frozen=True)
class _Imports:
    """Searches a file for an import of anything that a release lacks for the first time."""

    release: str

    def search(self, data: bytes) -> object:
        """What is imported, None if it is nothing of the kind."""
        return next(_lacking(data, self.release), None)


def _lacking(data: bytes, release: str) -> Iterator[bytes]:
    """The modules from which a file imports what the release is the first to lack."""
    gone = _words()[release]
    for module, names in _imported(data):
        lacking = gone.get(module)
        if lacking is not None and (b"" in lacking or not lacking.isdisjoint(names)):
            yield module


@lru_cache(maxsize=1)
def _imported(data: bytes) -> tuple[tuple[bytes, frozenset[bytes]], ...]:
    """(module of Django, words behind `import`), by a look at the text. Kept for the next release that asks about the same file."""
    taken = [(match[1], frozenset(_WORD.findall(match[2]))) for match in _FROM.finditer(data)]
    if _PLAIN.search(data) is None:
        return tuple(taken)  # which spares most files a look at each of their imports
    return (*taken, *((match[1], frozenset[bytes]()) for match in _IMPORT.finditer(data)))


@cache
def _words() -> Mapping[str, Mapping[bytes, frozenset[bytes]]]:
    """Release -> module -> the names that it lacks from there on, as they stand in files; the empty one for the module itself."""
    found: dict[str, dict[bytes, set[bytes]]] = {release: {} for release in NAMES}
    for module, names in gone_names().items():
        for name, gone in names.items():
            found[gone.release].setdefault(module.encode(), set()).add(name.encode())
    return {release: {module: frozenset(names) for module, names in modules.items()} for release, modules in found.items()}


@dataclass(frozen=True)
class GoneImport(PythonOp):
    """Report `from django.x import name` where a release that the hop crosses is the first without it, outside of `try` and conditions.

    Where another codemod means the name, and so deals with its uses, only an import that nothing in the file uses is reported.
    """

    release: str

    @property
    def words(self) -> Words:
        """The names that are gone, each with its module: one `django` of all would ask nearly every file for its imports."""
        return tuple(
            frozenset(word.decode() for word in (b"import", *module.split(b"."), name) if word)
            for module, names in _words()[self.release].items()
            for name in sorted(names)
        )

    @property
    def second_look(self) -> Look:
        """The import statements themselves."""
        return _Imports(self.release)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """A module that is not the project's own, as those of Django's sources are."""
        return any(not project.module_path(module.decode(), path) for module in _lacking(data, self.release))

    def in_hop(self, hop: Hop) -> bool:
        """True if the hop crosses the release, or the project that is past it is guarded."""
        crossed = hop.arrived or order(self.release) > order(hop.source)
        return crossed and order(self.release) <= order(hop.target)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """A finding for each name."""
        if not self.in_hop(site.hop):
            return
        for statement in site.nodes(ast.ImportFrom):
            module = "" if statement.level else statement.module or ""
            for alias in statement.names:
                yield from self._finding(site, statement, alias, module, alias.name)
        for one in site.nodes(ast.Import):
            for alias in one.names:
                yield from self._finding(site, one, alias, alias.name, "")

    def _finding(self, site: Site, statement: ast.stmt, alias: ast.alias, module: str, name: str) -> Iterator[Finding]:
        names = gone_names().get(module, {})
        found = names.get("") or names.get(name)
        if found is None or found.release != self.release or (found.known and _is_used(site, alias)) or _is_optional(site, statement):
            return
        if not site.project.module_path(module, site.path):  # Django's own sources may be the project
            yield site.finding(alias, f"`{module}{name and '.'}{name}` is not there any more from Django {found.release} on")


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
        ops=tuple(GoneImport(release) for release in NAMES[1:]),
    ),
]
