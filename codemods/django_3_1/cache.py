"""Caches: pages with two lifetimes, keys of template fragments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import text
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.site import Site

View = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
AGE = "the time given to `cache_page()` wins over max-age of the response in the server's cache: give both the same"


@dataclass(frozen=True)
class TwoLifetimes(PythonOp):
    """Views under cache_page() whose response says its own max-age."""

    @property
    def words(self) -> Words:
        """The decorator and a way to say the other lifetime."""
        return tuple(frozenset({"cache_page", one}) for one in ("cache_control", "patch_cache_control", "Cache"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such view."""
        views: list[View] = [*site.nodes(ast.FunctionDef), *site.nodes(ast.AsyncFunctionDef), *site.nodes(ast.ClassDef)]
        for node in views:
            pages = [one for one in node.decorator_list if self._mentions(site, one, "django.views.decorators.cache.cache_page")]
            if pages and (self._controls(site, node) or self._sets(site, node)):
                yield site.finding(pages[0], AGE)

    @staticmethod
    def _mentions(site: Site, node: ast.AST, name: str) -> bool:
        return any(isinstance(one, (ast.Name, ast.Attribute)) and site.qualified(one) == name for one in ast.walk(node))

    def _controls(self, site: Site, node: View) -> bool:
        return any(
            isinstance(one, ast.Call)
            and any(keyword.arg == "max_age" for keyword in one.keywords)
            and self._mentions(site, one.func, "django.views.decorators.cache.cache_control")
            for decorator in node.decorator_list
            for one in ast.walk(decorator)
        )

    def _sets(self, site: Site, node: ast.AST) -> bool:
        for one in ast.walk(node):
            if isinstance(one, ast.Call) and site.qualified(one.func) == "django.utils.cache.patch_cache_control":
                return any(keyword.arg == "max_age" for keyword in one.keywords)
            if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store) and text(one.slice) == "Cache-Control":
                return True
        return False


CODEMODS = [
    Codemod(
        "cache-page-timeout",
        "the time of cache_page() wins over max-age",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-cache-page-timeout-precedence",),
        docs="releases/3.1: Miscellaneous",
        silent=True,
        ops=(TwoLifetimes(),),
    ),
    Codemod(
        "template-fragment-keys",
        "keys of cached template fragments are made in another way",
        removed="3.1",
        works_from="1.11",
        safety=DETECT,
        covers=("3.1-template-fragment-cache-keys",),
        docs="releases/3.1: Miscellaneous",
        silent=True,
        ops=(
            FindInStrings(
                r"^template\.cache\.",
                ("template", "cache"),
                "keys of fragments are hashed in another way: ask `make_template_fragment_key()` for them",
            ),
        ),
    ),
]
