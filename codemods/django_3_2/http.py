"""Requests and responses: the private _headers, query strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.expressions import operand
from django_hop.ops.methods import fitted, in_format_string
from django_hop.ops.nodes import name_of
from django_hop.rewrite.site import Site

RESPONSE = re.compile(r"(^|_)(resp|response|rsp)\d*$", re.I)
HTTP_RESPONSE = frozenset({"django.http.response.HttpResponseBase", "django.http.HttpResponse", "django.http.response.HttpResponse"})
MESSAGE = "`_headers` of a response is gone; the response itself is the mapping of its headers"


@dataclass(frozen=True)
class PrivateHeaders(PythonOp):
    """`response._headers["x"][1]` becomes `response["x"]`, `"x" in response._headers` becomes `response.has_header("x")`."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"_headers"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the forms that have one meaning, findings for the others; nothing for what is no response."""
        for node in site.nodes(ast.Attribute):
            if node.attr != "_headers" or not _is_response(site, node.value):
                continue
            edits = [] if in_format_string(site, node) else self._edits(site, node)
            yield from edits
            yield site.finding(node, MESSAGE, fixed=bool(edits))

    @staticmethod
    def _edits(site: Site, node: ast.Attribute) -> list[Edit]:
        around, response = site.parent(node), operand(site, node.value)
        if (
            isinstance(around, ast.Compare)
            and len(around.ops) == 1
            and around.comparators[0] is node
            and isinstance(around.ops[0], (ast.In, ast.NotIn))
        ):
            test = f"{response}.has_header({site.module.segment(around.left)})"
            return [site.edit(around, fitted(site, around, f"not {test}") if isinstance(around.ops[0], ast.NotIn) else test)]
        if not isinstance(around, ast.Subscript) or around.value is not node:
            return []
        key, outer = site.module.segment(around.slice), site.parent(around)
        if isinstance(around.ctx, ast.Del):
            return [site.edit(around, f"{response}[{key}]")]
        if isinstance(outer, ast.Subscript) and outer.value is around and isinstance(outer.ctx, ast.Load) and _is_number(outer.slice, 1):
            return [site.edit(outer, f"{response}[{key}]")]
        if (
            isinstance(outer, ast.Assign)
            and outer.targets == [around]
            and isinstance(outer.value, ast.Tuple)
            and len(outer.value.elts) == 2
        ):
            name, value = (site.module.segment(one) for one in outer.value.elts)
            return [] if "#" in site.module.segment(outer) else [site.edit(outer, f"{response}[{name}] = {value}")]
        return []


def _is_number(node: ast.expr, number: int) -> bool:
    return isinstance(node, ast.Constant) and node.value == number


def _is_response(site: Site, node: ast.expr) -> bool:
    """True for what is called a response, and for self in a class of responses."""
    if isinstance(node, ast.Name) and node.id == "self":
        owner = site.enclosing(node, ast.ClassDef)
        return owner is not None and bool(site.class_ancestors(owner) & HTTP_RESPONSE)
    name = name_of(node)
    return bool(RESPONSE.search(name))


QSL = ("qs", "keep_blank_values", "encoding", "errors", "max_num_fields")

CODEMODS = [
    Codemod(
        "response-private-headers",
        "headers of a response are read from the response, not from _headers",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.2-httpresponse-private-headers",),
        docs="releases/3.2: Requests and Responses",
        ops=(PrivateHeaders(),),
    ),
    Codemod(
        "limited-parse-qsl",
        "query strings are read by urllib.parse.parse_qsl()",
        removed="3.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("3.2-limited-parse-qsl-removed",),
        docs="releases/3.2: Miscellaneous",
        ops=tuple(
            Call(
                f"{module}.limited_parse_qsl",
                "`limited_parse_qsl()` is now `parse_qsl()` of urllib.parse, which raises ValueError for too many fields",
                becomes="urllib.parse.parse_qsl",
                rename={"fields_limit": "max_num_fields"},
                positional=QSL,
                name_from=2,
            )
            for module in ("django.utils.http", "django.http.request")
        ),
    ),
]
