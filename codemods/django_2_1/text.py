"""Text and dates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.expressions import first_argument, quoted
from django_hop.ops.names import Rename, release_root
from django_hop.rewrite.site import Site

OLD, NEW = "django.utils.translation.string_concat", "django.utils.text.format_lazy"


@dataclass(frozen=True)
class StringConcat(PythonOp):
    """`string_concat(a, b)` becomes `format_lazy("{}{}", a, b)`, both lazy."""

    @property
    def words(self) -> Words:
        """The name and its module."""
        return words_of(OLD)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls whose arguments can be counted; findings for other uses."""
        for node in [*site.references(OLD), *site.doubtful(OLD)]:
            parent = site.parent(node)
            call = parent if isinstance(parent, ast.Call) and parent.func is node else None
            if call is None or node in site.doubtful(OLD) or any(isinstance(arg, ast.Starred) for arg in call.args) or not call.args:
                yield site.finding(node, "`string_concat()` is gone; `format_lazy()` wants one placeholder for each part")
                continue
            spoken = site.imports.need(NEW, node)
            if spoken is None:
                yield site.finding(node, "`string_concat()` is gone; the name `format_lazy` is taken in this file")
                continue
            yield site.edit(node, spoken)
            yield first_argument(site, call, quoted(site, "{}" * len(call.args)))
            yield site.finding(node, "`string_concat()` is now `format_lazy()`", fixed=True)
            release_root(site, node)


CODEMODS = [
    Codemod(
        "string-concat",
        "lazy strings are joined by format_lazy()",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-string-concat",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(StringConcat(),),
    ),
    Codemod(
        "cookie-date",
        "dates of cookies are written by http_date()",
        deprecated="2.1",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-cookie-date",),
        docs="releases/2.1: Features deprecated in 2.1",
        ops=(Rename("django.utils.http", {"cookie_date": "http_date"}),),
    ),
]
