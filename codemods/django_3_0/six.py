"""django.utils.six: plain Python 3 where that is certain."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.rewrite.scopes import Binding
from django_hop.rewrite.site import Site

from . import six_branches, six_calls, six_classes, six_moves
from .six_names import CONSTANTS, ELSEWHERE, IMPORTED, SIX

MESSAGE = "Django brings no copy of six any more"
HELP = f"{MESSAGE}; write what Python 3 has, or depend on the package `six`"


@dataclass(frozen=True)
class PlainPython(PythonOp):
    """Uses of django.utils.six become what they stand for on Python 3, and its imports go."""

    @property
    def words(self) -> Words:
        """Every part of the module's name."""
        return words_of(*self.means)

    @property
    def means(self) -> tuple[str, ...]:
        """The module."""
        return (SIX,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for what has one meaning; findings for the rest."""
        taken: list[tuple[int, int]] = []
        moved = [binding for binding in _bindings(site) if _keeps_name(site, binding)]
        for binding in moved:
            site.imports.replace(binding, IMPORTED[binding.name], name=binding.name)
            yield site.finding(binding.alias or binding.node, MESSAGE, fixed=True)
        kept = {binding.name for binding in moved}
        for name, node in _uses(site):
            if isinstance(node, ast.Name) and node.id in kept and node.id == name:
                continue
            edits = None if _inside(taken, site.module.start(node)) else _edits(site, name, node)
            if _inside(taken, site.module.start(node)):
                continue
            if edits and name in CONSTANTS:
                taken.append((min(one.start for one in edits), max(one.end for one in edits)))
            yield from edits or ()
            yield site.finding(node, MESSAGE if edits else HELP, fixed=bool(edits))
        yield from self._moves(site)
        yield from self._imports(site, moved)
        for string, edit in six_moves.strings(site):
            if edit:
                yield edit
            yield site.finding(string, MESSAGE if edit else HELP, fixed=edit is not None)

    @staticmethod
    def _moves(site: Site) -> Iterator[Edit | Finding]:
        for statement, edits in six_moves.imports(site):
            ready = all(_has_stand_in(site, statement, alias) for alias in statement.names)
            if not ready:
                yield from edits or ()
                yield site.finding(statement, MESSAGE if edits else HELP, fixed=bool(edits))

    @staticmethod
    def _imports(site: Site, moved: Sequence[Binding]) -> Iterator[Edit | Finding]:
        for binding in _bindings(site):
            assert binding.alias is not None and binding.origin is not None
            if binding in moved:
                continue
            if binding.origin.removeprefix(f"{SIX}.") in ELSEWHERE and binding.origin != f"{SIX}.moves":
                continue
            used = _is_used(site, binding)
            if site.imports.exported(binding) and site.imports.alone(binding):
                yield site.finding(binding.alias, f"{HELP}; other code takes the name from here")
            elif not used and site.imports.alone(binding):
                site.imports.drop_unused(binding)
                yield site.finding(binding.alias, MESSAGE, fixed=True)


def _is_used(site: Site, binding: Binding) -> bool:
    return any(binding in scope.lookup(use.id) for use, scope in site.names.uses.items() if use.id == binding.name)


def _keeps_name(site: Site, binding: Binding) -> bool:
    """True for an import of what has the same name elsewhere, `BytesIO` of io, so that only the import changes."""
    same = binding.name in IMPORTED and binding.origin == f"{SIX}.{binding.name}" and binding.kind == "from"
    return same and site.imports.alone(binding) and (_is_used(site, binding) or site.imports.exported(binding))


def _uses(site: Site) -> list[tuple[str, ast.expr]]:
    """Each use with its name behind `django.utils.six.`, from the head of the file on, outer before inner."""
    found: dict[ast.expr, str] = {}
    for qualified, nodes in site.names.references.items():
        if not qualified.startswith(f"{SIX}."):
            continue
        name = qualified.removeprefix(f"{SIX}.")
        for node in nodes:
            if name.startswith("moves."):
                if six_moves.is_whole_use(site, name.removeprefix("moves."), node):
                    found[node] = name
            elif "." not in name and name not in ELSEWHERE:
                found[node] = name
    return sorted(((name, node) for node, name in found.items()), key=lambda one: (site.module.start(one[1]), -site.module.end(one[1])))


def _edits(site: Site, name: str, node: ast.expr) -> list[Edit] | None:
    if name.startswith("moves."):
        return six_moves.edits_of(site, name.removeprefix("moves."), node)
    if name == "with_metaclass":
        return six_classes.with_metaclass(site, node)
    if name == "add_metaclass":
        return six_classes.add_metaclass(site, node)
    if name in CONSTANTS and (edits := six_branches.branch(site, node, CONSTANTS[name])) is not None:
        return edits
    return six_calls.edits_of(site, name, node)


def _inside(taken: list[tuple[int, int]], offset: int) -> bool:
    return any(start <= offset < end for start, end in taken)


def _bindings(site: Site) -> list[Binding]:
    """Imports of six itself and from it, those of six.moves' members left out."""
    every = [one for scope in site.names.inner.values() for ones in scope.bindings.values() for one in ones]
    return [
        one
        for one in every
        if one.alias is not None
        and one.origin is not None
        and (one.kind == "from" or one.alias.asname)
        and (
            one.origin == SIX
            or one.origin == f"{SIX}.moves"
            or (one.origin.startswith(f"{SIX}.") and not one.origin.startswith(f"{SIX}.moves."))
        )
    ]


def _has_stand_in(site: Site, statement: ast.ImportFrom, alias: ast.alias) -> bool:
    bindings = site.names.scope_of[statement].bindings.get(alias.asname or alias.name, ())
    return any(one.node is not statement and one.kind in ("from", "import") for one in bindings)


CODEMODS = [
    Codemod(
        "django-utils-six",
        "plain Python 3 takes the place of django.utils.six",
        removed="3.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("3.0-django-utils-six",),
        docs="releases/3.0: Removed private Python 2 compatibility APIs",
        ops=(PlainPython(),),
    ),
]
