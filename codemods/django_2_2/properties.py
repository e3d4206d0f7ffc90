"""Properties: second names of cached ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp
from django_hop.ops.expressions import quoted
from django_hop.rewrite.site import Site

CACHED = "django.utils.functional.cached_property"
MESSAGE = "a cached_property cannot have two names from 2.2 on: the class statement raises TypeError"


@dataclass(frozen=True)
class SecondName(PythonOp):
    """`amount = total` in a class, where `total` is a cached_property, becomes a property that reads the other."""

    @property
    def means(self) -> tuple[str, ...]:
        """The decorator."""
        return (CACHED,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for plain second names in class bodies."""
        for owner in site.nodes(ast.ClassDef):
            cached = _cached(site, owner)
            for statement in owner.body if cached else ():
                if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name) and statement.value.id in cached):
                    continue
                plain = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
                spoken = site.imports.need("operator.attrgetter", statement.value) if plain else None
                if spoken is not None:
                    yield site.edit(statement.value, f"property({spoken}({quoted(site, statement.value.id)}))")
                yield site.finding(statement, MESSAGE, fixed=spoken is not None)


def _cached(site: Site, owner: ast.ClassDef) -> set[str]:
    """Names of a class body that are cached properties."""
    found = set()
    for statement in owner.body:
        if isinstance(statement, ast.FunctionDef) and any(site.qualified(one) == CACHED for one in statement.decorator_list):
            found.add(statement.name)
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call) and site.qualified(statement.value.func) == CACHED:
            found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return found


CODEMODS = [
    Codemod(
        "cached-property-alias",
        "second names of cached properties read the first",
        removed="2.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.2-cached-property-alias",),
        docs="releases/2.2: cached_property aliases",
        ops=(SecondName(),),
    ),
]
