"""Tests: assertQuerysetEqual(), setup_databases(), and what only a test run shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words, arguments_behind
from django_hop.ops.calls import Call, change_arguments
from django_hop.ops.expressions import is_builtin
from django_hop.ops.methods import defines_method, method_calls
from django_hop.ops.nodes import value_of
from django_hop.ops.receivers import test_case
from django_hop.project.index import Project
from django_hop.releases import order
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

REPR = "`assertQuerysetEqual()` no longer applies `repr()` by itself: say `transform=repr`"


_CALLED = re.compile(rb"assertQuerysetEqual[\s\\]*\(")
_NAMED = re.compile(rb"\s*(\w+)\s*=(?!=)")


def _may_rely(data: bytes, place: int) -> bool:
    """False if the call whose parentheses open at `place` gives a `transform`, or no values to compare with."""
    given = arguments_behind(data, place)
    if given is None:
        return True
    names = [match and match[1] for match in map(_NAMED.match, given[0])]
    plain = [text.strip() for text, name in zip(given[0], names, strict=True) if name is None and not text.lstrip().startswith(b"**")]
    empty = len(plain) == 2 and plain[1] in (b"[]", b"()")
    return len(plain) <= 2 and b"transform" not in names and not empty


@dataclass(frozen=True)
class QuerysetEqualRepr(PythonOp):
    """Calls that rely on the default `transform=repr` say so.

    Before 3.2 repr() was the default for every call, so that saying so changes nothing. A hop that starts later looks for values
    that are repr() texts.
    """

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"assertQuerysetEqual"}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A call that gives no `transform`, and values."""
        return any(_may_rely(data, match.end() - 1) for match in _CALLED.finditer(data))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the calls in test cases without `transform`."""
        own = defines_method(site, "assertQuerysetEqual")
        for call, func in method_calls(site, "assertQuerysetEqual"):
            values = self._values(call)
            if values is None or not self._relies(site, values):
                continue
            if any(keyword.arg is None for keyword in call.keywords) or any(isinstance(arg, ast.Starred) for arg in call.args):
                yield site.finding(func, f"{REPR}; the arguments are unpacked here, so what they hold cannot be seen")
            elif not test_case.sure(site, func.value):
                yield site.finding(func, f"{REPR}; what stands before the dot is not certainly a test case")
            elif own:
                yield site.finding(func, f"{REPR}; the project has a method of this name itself")
            elif not is_builtin(site, "repr", call):
                yield site.finding(func, f"{REPR}; the name `repr` is taken in this file")
            else:
                try:
                    yield from change_arguments(site, call, add={"transform": "repr"}, drop=[])
                    yield site.finding(func, REPR, fixed=True)
                except Refused as error:
                    yield site.finding(func, f"{REPR}; {error}")

    @staticmethod
    def _values(call: ast.Call) -> ast.expr | None:
        """The expected values of a call that gives no `transform`."""
        if len(call.args) > 2 or any(keyword.arg == "transform" for keyword in call.keywords):
            return None
        if len(call.args) == 2:
            return call.args[1]
        return value_of(call, "values")

    @staticmethod
    def _relies(site: Site, values: ast.expr) -> bool:
        """True if the comparison gives another answer, or a warning, without repr()."""
        elements = values.elts if isinstance(values, (ast.List, ast.Tuple, ast.Set)) else None
        if elements is not None and not elements:
            return False
        if order(site.hop.source) < order("3.2"):
            return True
        if elements is not None:
            texts = [one.value for one in elements if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            return len(texts) == len(elements) and all(text.startswith("<") and text.endswith(">") for text in texts)
        called = values.func if isinstance(values, ast.Call) else None
        if isinstance(called, ast.Name) and called.id == "map" and isinstance(values, ast.Call) and values.args:
            return isinstance(values.args[0], ast.Name) and values.args[0].id == "repr"
        inner = values.elt if isinstance(values, (ast.ListComp, ast.GeneratorExp)) else None
        return isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "repr"


CODEMODS = [
    Codemod(
        "assert-queryset-equal-transform",
        "assertQuerysetEqual() says transform=repr where it relied on it",
        deprecated="3.2",
        removed="4.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-assertquerysetequal-repr",),
        docs="releases/3.2: Features deprecated in 3.2 / Miscellaneous",
        ops=(QuerysetEqualRepr(),),
    ),
    Codemod(
        "setup-databases-keywords",
        "setup_databases() takes all but verbosity and interactive by keyword",
        removed="3.2",
        works_from="2.0",
        safety=SAFE,
        covers=("3.2-setup-databases-keyword-only",),
        docs="releases/3.2: Miscellaneous",
        ops=(
            Call(
                "django.test.utils.setup_databases",
                "`setup_databases()` takes only verbosity and interactive by position",
                positional=("verbosity", "interactive", "keepdb", "debug_sql", "parallel", "aliases"),
                name_from=2,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("3.2-testcontextdecorator-cleanup-order", "The order in which cleanups run shows only when they depend on each other.", "tests"),
    Unseen("3.2-client-keeps-query-on-307-308", "Which redirects keep the method is decided by views and servers at run time.", "tests"),
    Unseen("3.2-setuptestdata-deepcopy", "Whether an object can be deep-copied shows when it is; a warning names the attribute.", "tests"),
]
