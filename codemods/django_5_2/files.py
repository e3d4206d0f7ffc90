"""Static files: finders."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import override_calls
from django_hop.ops.functions import parameter_names
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

FINDERS = "django.contrib.staticfiles.finders"
ALL = "`all` of `find()` is `find_all`"


@dataclass(frozen=True)
class FinderParameter(PythonOp):
    """`def find(self, path, all=False)` of finders: the parameter, its uses, and the argument of the overridden method."""

    @property
    def words(self) -> Words:
        """The parameter and the method."""
        return (frozenset({"class", "def", "find", "all"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each override."""
        for node in site.subclasses(f"{FINDERS}.BaseFinder"):
            for function in site.methods(node, "find"):
                names = parameter_names(function)
                if "all" not in names:
                    continue
                if "find_all" in names or self._is_rebound(function):
                    yield site.finding(function, f"{ALL}; the name `find_all` means something here already")
                    continue
                yield from self._edits(site, node, function)
                yield site.finding(function, ALL, fixed=True)

    @staticmethod
    def _is_rebound(function: FunctionNode) -> bool:
        inner = [one for one in ast.walk(function) if one is not function]
        nested = any(isinstance(one, ast.arg) and one.arg == "all" and one not in _own(function) for one in inner)
        return nested or any(isinstance(one, ast.Name) and one.id == "find_all" for one in inner)

    @staticmethod
    def _edits(site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit]:
        parameter = next(one for one in _own(function) if one.arg == "all")
        start = site.module.start(parameter)
        yield Edit(start, start + len("all"), "find_all")
        for statement in function.body:
            for one in ast.walk(statement):
                if isinstance(one, ast.Name) and one.id == "all":
                    yield site.edit(one, "find_all")
        for call in override_calls(site, node, function):
            yield from (site.edit_keyword(keyword, "find_all") for keyword in call.keywords if keyword.arg == "all")


def _own(function: FunctionNode) -> list[ast.arg]:
    return [*function.args.args, *function.args.kwonlyargs]


CODEMODS = [
    Codemod(
        "finder-find-all",
        "finders of static files take find_all, no longer all",
        removed="5.2",
        works_from="5.2",
        safety=SAFE,
        covers=("5.2-staticfiles-custom-finder-signature",),
        docs="releases/5.2: Features deprecated in 5.2 / Miscellaneous",
        ops=(FinderParameter(),),
    ),
    Codemod(
        "staticfiles-find-all",
        "static files are found with find_all, no longer all",
        deprecated="5.2",
        removed="6.1",
        works_from="5.2",
        safety=SAFE,
        covers=("5.2-staticfiles-find-all",),
        docs="releases/5.2: Features deprecated in 5.2 / Miscellaneous",
        ops=(Call(f"{FINDERS}.find", ALL, rename={"all": "find_all"}),),
    ),
]
