"""Names that moved or left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp
from django_hop.ops.names import Rename, release_root
from django_hop.rewrite.site import Site

TRIM = "django.contrib.admindocs.utils.trim_docstring"


@dataclass(frozen=True)
class TrimDocstring(PythonOp):
    """`trim_docstring(x)` becomes `cleandoc(x or "")`, because the former took None."""

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return (TRIM,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument; findings for other uses."""
        for node in [*site.references(TRIM), *site.doubtful(TRIM)]:
            call = site.parent(node)
            plain = isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 and not call.keywords
            spoken = site.imports.need("inspect.cleandoc", node) if plain and node not in site.doubtful(TRIM) else None
            if spoken is None or not isinstance(call, ast.Call):
                yield site.finding(node, "`trim_docstring()` is gone; `inspect.cleandoc()` does the same, but does not take None")
                continue
            yield site.edit(node, spoken)
            (argument,) = call.args
            if not isinstance(argument, ast.Constant):
                simple = isinstance(argument, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BoolOp))
                text = site.module.segment(argument)
                yield site.edit(argument, f'{text if simple else f"({text})"} or ""')
            yield site.finding(node, "`trim_docstring()` is now `inspect.cleandoc()`", fixed=True)
            release_root(site, node)


CODEMODS = [
    Codemod(
        "classproperty",
        "classproperty is imported from django.utils.functional",
        removed="3.1",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-classproperty-moved",),
        docs="releases/3.1: Miscellaneous",
        ops=(Rename("django.utils.decorators", {"classproperty": "classproperty"}, to="django.utils.functional"),),
    ),
    Codemod(
        "trim-docstring",
        "docstrings are trimmed by inspect.cleandoc()",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-admindocs-trim-docstring-removed",),
        docs="not in the release notes; django/contrib/admindocs/utils.py",
        ops=(TrimDocstring(),),
    ),
]
