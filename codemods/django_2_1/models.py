"""Models: permalink and options that went."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import last_name
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.decorators import drop_decorator
from django_hop.ops.methods import fitted, in_format_string
from django_hop.ops.names import release_root
from django_hop.ops.nodes import is_value
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PERMALINKS = ("django.db.models.permalink", "django.contrib.gis.db.models.permalink")
MESSAGE = "`permalink` is gone; the method calls `reverse()` itself"


@dataclass(frozen=True)
class Permalink(PythonOp):
    """`@models.permalink` goes, and each returned tuple becomes a call of `reverse()`."""

    @property
    def words(self) -> Words:
        """The decorator."""
        return words_of(*PERMALINKS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for decorated methods whose returns are all in sight; findings for the others."""
        for node in [use for name in PERMALINKS for use in site.references(name)]:
            holder = site.parent(node)
            if isinstance(holder, (ast.FunctionDef, ast.AsyncFunctionDef)) and node in holder.decorator_list:
                yield from self._method(site, node, holder)
            elif not isinstance(holder, ast.Attribute):
                yield site.finding(node, MESSAGE)

    def _method(self, site: Site, node: ast.expr, function: FunctionNode) -> Iterator[Edit | Finding]:
        try:
            returned = [(value, self._call(site, value)) for value in _returns(function)]
            decorator = drop_decorator(site, function, node)
        except Refused as error:
            yield site.finding(node, f"{MESSAGE}; {error}")
            return
        spoken = "reverse" if _reverse_is_there(site, node) else site.imports.need("django.urls.reverse", node)
        if spoken is None:
            yield site.finding(node, f"{MESSAGE}; the name `reverse` is taken in this file")
            return
        yield decorator
        for value, arguments in returned:
            yield Edit(*_span(site, value), f"{spoken}({arguments})")
        release_root(site, node, spoken)
        yield site.finding(node, MESSAGE, fixed=True)

    @staticmethod
    def _call(site: Site, value: ast.expr | None) -> str:
        """The arguments of reverse() for `("name", args, kwargs)`. Raises Refused."""
        if not isinstance(value, ast.Tuple) or not 1 <= len(value.elts) <= 3:
            raise Refused("what it returns is not a tuple in sight")
        if any(isinstance(one, ast.Starred) for one in value.elts) or "#" in site.text[slice(*_span(site, value))]:
            raise Refused("the tuple has stars or comments in it")
        parts = [site.module.segment(value.elts[0])]
        given = zip(("args", "kwargs"), value.elts[1:], strict=False)
        return ", ".join([*parts, *(f"{name}={site.module.segment(one)}" for name, one in given if not _is_empty(one))])


def _reverse_is_there(site: Site, node: ast.expr) -> bool:
    """True if the name means reverse() whichever of several imports worked."""
    found = {one.origin for one in site.names.module.lookup("reverse")}
    return (
        bool(found)
        and found <= {"django.urls.reverse", "django.core.urlresolvers.reverse"}
        and not site.scope(node).bindings.get("reverse")
    )


def _is_empty(node: ast.expr) -> bool:
    """True for `()`, `[]`, `{}` and None."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return not node.elts
    return not node.keys if isinstance(node, ast.Dict) else is_value(node, None)


def _span(site: Site, value: ast.expr | None) -> tuple[int, int]:
    """The span of a returned tuple; `ast` includes its parentheses."""
    assert value is not None
    return site.module.start(value), site.module.end(value)


def _returns(function: FunctionNode) -> Iterator[ast.expr | None]:
    """What the function returns, not entering functions in it. Raises Refused where it may return nothing at all."""
    stack: list[ast.AST] = list(function.body)
    found = 0
    while stack:
        node = stack.pop(0)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            continue
        if isinstance(node, ast.Return):
            found += 1
            yield node.value
        stack += ast.iter_child_nodes(node)
    if not found:
        raise Refused("it returns nothing")


AUTO = "`_meta.has_auto_field` is gone; `_meta.auto_field` is None where there is none"


@dataclass(frozen=True)
class HasAutoField(PythonOp):
    """`_meta.has_auto_field` becomes `_meta.auto_field is not None`."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"has_auto_field"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where it is read from options; findings elsewhere."""
        for node in site.nodes(ast.Attribute):
            if node.attr != "has_auto_field":
                continue
            read = isinstance(node.ctx, ast.Load) and last_name(node.value) in ("_meta", "opts", "meta", "options")
            if not read or in_format_string(site, node):
                yield site.finding(node, AUTO)
                continue
            yield self._test(site, node)
            yield site.finding(node, AUTO, fixed=True)

    @staticmethod
    def _test(site: Site, node: ast.Attribute) -> Edit:
        parent, field = site.parent(node), f"{site.module.segment(node.value)}.auto_field"
        if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not) and "#" not in site.module.segment(parent):
            return site.edit(parent, fitted(site, parent, f"{field} is None"))
        return site.edit(node, fitted(site, node, f"{field} is not None"))


CODEMODS = [
    Codemod(
        "has-auto-field",
        "Options know auto_field, no has_auto_field",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-has-auto-field",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(HasAutoField(),),
    ),
    Codemod(
        "permalink",
        "Methods with permalink call reverse() themselves",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-permalink",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(Permalink(),),
    ),
]
