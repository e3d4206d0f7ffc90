"""Requests: is_ajax()."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import MethodCall
from django_hop.ops.nodes import name_of
from django_hop.ops.receivers import request
from django_hop.rewrite.site import Site

MESSAGE = "`is_ajax()` is going away; it only compared the header X-Requested-With"


@dataclass(frozen=True)
class FindIsAjaxByName(PythonOp):
    """Names in strings and keywords: `getattr(request, "is_ajax")`, `mock.patch.object(request, "is_ajax")`, `Mock(is_ajax=...)`."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"is_ajax"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each."""
        for node in site.names.strings:
            call = site.parent(node)
            handed = node.value == "is_ajax" and isinstance(call, ast.Call) and node in call.args
            if handed or str(node.value).endswith("HttpRequest.is_ajax"):
                yield site.finding(node, f"{MESSAGE}; here it is named in a string")
        for keyword in site.nodes(ast.keyword):
            call = site.parent(keyword)
            if keyword.arg == "is_ajax" and isinstance(call, ast.Call) and _is_mock(call.func):
                yield site.finding(keyword, f"{MESSAGE}; a mock of it has no effect any more, set the header instead")


def _is_mock(func: ast.expr) -> bool:
    name = name_of(func)
    return name in ("Mock", "MagicMock", "NonCallableMock", "namedtuple", "SimpleNamespace")


CODEMODS = [
    Codemod(
        "request-is-ajax",
        "request.is_ajax() becomes the comparison it stood for",
        deprecated="3.1",
        removed="4.0",
        works_from="2.2",
        safety=SAFE,
        covers=("3.1-httprequest-is-ajax",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(
            MethodCall(
                request,
                "is_ajax",
                MESSAGE,
                template='{receiver}.headers.get("x-requested-with") == "XMLHttpRequest"',
                negated='{receiver}.headers.get("x-requested-with") != "XMLHttpRequest"',
            ),
            FindIsAjaxByName(),
        ),
    ),
]
