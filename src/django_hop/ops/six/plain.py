"""Uses of six become plain Python 3 where that is certain."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...model import Edit, Finding
from ...rewrite.scopes import Binding
from ...rewrite.site import Site
from ..base import PythonOp
from . import branches, calls, classes, moves
from .names import CONSTANTS, ELSEWHERE, IMPORTED


@dataclass(frozen=True)
class PlainPython(PythonOp):
    """Uses of six, or of a copy of it, become what they stand for on Python 3, and its imports go."""

    six: str = "six"
    message: str = "Python 3 says it without six"
    help: str = "Python 3 says it without six; a person has to say how"
    """What findings say where nothing is changed."""

    @property
    def means(self) -> tuple[str, ...]:
        """The module."""
        return (self.six,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for what has one meaning; findings for the rest."""
        taken: list[tuple[int, int]] = []
        moved = [binding for binding in _bindings(site, self.six) if _keeps_name(site, self.six, binding)]
        for binding in moved:
            site.imports.replace(binding, IMPORTED[binding.name], name=binding.name)
            yield site.finding(binding.alias or binding.node, self.message, fixed=True)
        kept = {binding.name for binding in moved}
        for name, node in _uses(site, self.six):
            if isinstance(node, ast.Name) and node.id in kept and node.id == name:
                continue
            edits = None if _inside(taken, site.module.start(node)) else _edits(site, self.six, name, node)
            if _inside(taken, site.module.start(node)):
                continue
            if edits and name in CONSTANTS:
                taken.append((min(one.start for one in edits), max(one.end for one in edits)))
            yield from edits or ()
            yield site.finding(node, self.message if edits else self.help, fixed=bool(edits))
        yield from self._moves(site)
        yield from self._imports(site, moved)
        for string, edit in moves.strings(site, self.six):
            if edit:
                yield edit
            yield site.finding(string, self.message if edit else self.help, fixed=edit is not None)

    def _moves(self, site: Site) -> Iterator[Edit | Finding]:
        def ready(statement: ast.ImportFrom) -> bool:
            return all(_has_stand_in(site, statement, alias) for alias in statement.names)

        for statement, edits in moves.imports(site, self.six, ready):
            done = edits is not None
            yield from edits or ()
            yield site.finding(statement, self.message if done else self.help, fixed=done)

    def _imports(self, site: Site, moved: Sequence[Binding]) -> Iterator[Edit | Finding]:
        for binding in _bindings(site, self.six):
            assert binding.alias is not None and binding.origin is not None
            if binding in moved:
                continue
            if binding.origin.removeprefix(f"{self.six}.") in ELSEWHERE and binding.origin != f"{self.six}.moves":
                continue
            used = _is_used(site, binding)
            if site.imports.exported(binding) and site.imports.alone(binding):
                yield site.finding(binding.alias, f"{self.help}; other code takes the name from here")
            elif not used and site.imports.alone(binding):
                site.imports.drop_unused(binding)
                yield site.finding(binding.alias, self.message, fixed=True)


def _is_used(site: Site, binding: Binding) -> bool:
    return any(binding in scope.lookup(use.id) for use, scope in site.names.uses.items() if use.id == binding.name)


def _keeps_name(site: Site, six: str, binding: Binding) -> bool:
    """True for an import of what has the same name elsewhere, `BytesIO` of io, so that only the import changes."""
    same = binding.name in IMPORTED and binding.origin == f"{six}.{binding.name}" and binding.kind == "from"
    return same and site.imports.alone(binding) and (_is_used(site, binding) or site.imports.exported(binding))


def _uses(site: Site, six: str) -> list[tuple[str, ast.expr]]:
    """Each use with its name behind `django.utils.six.`, from the head of the file on, outer before inner."""
    found: dict[ast.expr, str] = {}
    for qualified, nodes in site.names.references.items():
        if not qualified.startswith(f"{six}."):
            continue
        name = qualified.removeprefix(f"{six}.")
        for node in nodes:
            if name.startswith("moves."):
                if moves.is_whole_use(site, six, name.removeprefix("moves."), node):
                    found[node] = name
            elif "." not in name and name not in ELSEWHERE:
                found[node] = name
    return sorted(((name, node) for node, name in found.items()), key=lambda one: (site.module.start(one[1]), -site.module.end(one[1])))


def _edits(site: Site, six: str, name: str, node: ast.expr) -> list[Edit] | None:
    if name.startswith("moves."):
        return moves.edits_of(site, six, name.removeprefix("moves."), node)
    if name == "with_metaclass":
        return classes.with_metaclass(site, node)
    if name == "add_metaclass":
        return classes.add_metaclass(site, node)
    if name in CONSTANTS and (edits := branches.branch(site, node, CONSTANTS[name])) is not None:
        return edits
    return calls.edits_of(site, name, node)


def _inside(taken: list[tuple[int, int]], offset: int) -> bool:
    return any(start <= offset < end for start, end in taken)


def _bindings(site: Site, six: str) -> list[Binding]:
    """Imports of six itself and from it, those of six.moves' members left out."""
    every = [one for scope in site.names.inner.values() for ones in scope.bindings.values() for one in ones]
    return [
        one
        for one in every
        if one.alias is not None
        and one.origin is not None
        and (one.kind == "from" or one.alias.asname or one.alias.name == six)
        and (
            one.origin == six
            or one.origin == f"{six}.moves"
            or (one.origin.startswith(f"{six}.") and not one.origin.startswith(f"{six}.moves."))
        )
    ]


def _has_stand_in(site: Site, statement: ast.ImportFrom, alias: ast.alias) -> bool:
    bindings = site.names.scope_of[statement].bindings.get(alias.asname or alias.name, ())
    return any(one.node is not statement and one.kind in ("from", "import") for one in bindings)
