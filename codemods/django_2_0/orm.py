"""Querysets and managers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MESSAGE = "`earliest()` and `latest()` take field names by position"
_OWN = re.compile(rb"def\s+(?:earliest|latest)\s*\([^)]*\bfield_name\b")


@dataclass(frozen=True)
class FieldName(PythonOp):
    """`latest(field_name="x")` becomes `latest("x")`, `latest(field_name=None)` becomes `latest()`."""

    @property
    def words(self) -> Words:
        """One of the methods with the keyword."""
        return tuple(frozenset({name, "field_name"}) for name in ("earliest", "latest"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal names."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr in ("earliest", "latest")):
                continue
            for place, keyword in enumerate(call.keywords):
                if keyword.arg == "field_name":
                    yield from self._keyword(site, call, keyword, place)

    def _keyword(self, site: Site, call: ast.Call, keyword: ast.keyword, place: int) -> Iterator[Edit | Finding]:
        refusal = self._refusal(site, call, keyword, place)
        if refusal:
            yield site.finding(keyword, f"{MESSAGE}; {refusal}")
            return
        assert isinstance(keyword.value, ast.Constant)
        if keyword.value.value is None:
            try:
                yield from change_arguments(site, call, add={}, drop=["field_name"])
            except Refused as error:
                yield site.finding(keyword, f"{MESSAGE}; {error}")
                return
        else:
            yield Edit(site.module.start(keyword), site.module.start(keyword.value), "")
        yield site.finding(keyword, MESSAGE, fixed=True)

    @staticmethod
    def _refusal(site: Site, call: ast.Call, keyword: ast.keyword, place: int) -> str | None:
        if any(_OWN.search(site.project.tree[path]) for path in site.project.holding(b"field_name")):
            return "the project has a method of its own with this keyword"
        if not isinstance(keyword.value, ast.Constant):
            return "the value may be None, which is only allowed to be left out"
        return "other arguments stand before it" if place or call.args else None


CODEMODS = [
    Codemod(
        "earliest-latest-field-name",
        "earliest() and latest() get the field's name by position",
        deprecated="2.0",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-earliest-latest-field-name",),
        docs="releases/2.0: Features deprecated in 2.0, Miscellaneous",
        ops=(FieldName(),),
    ),
]
