"""SQL for random order that a backend's method gave: the database function Random() where the text is all there is to an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Edit, Finding
from django_hop.ops import receivers
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root
from django_hop.rewrite.site import Site

METHOD = "random_function_sql"
FUNCTION = "django.db.models.functions.Random"
RAW = ("django.db.models.expressions.RawSQL",)
MESSAGE = "`random_function_sql()` is gone; the database function `Random()` makes the SQL"


@dataclass(frozen=True)
class RandomOrder(PythonOp):
    """`RawSQL(connection.ops.random_function_sql(), ())` becomes `Random()`; an `extra()` that selects it and orders by it `annotate()`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({METHOD}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for these two; a finding for every other use of the method."""
        for node in site.nodes(ast.Attribute):
            if node.attr != METHOD:
                continue
            found = _raw(site, node) or _extra(site, node)
            spoken = site.imports.need(FUNCTION, node) if found else None
            if found is None or spoken is None:
                yield site.finding(node, MESSAGE)
                continue
            call, text = found
            start = site.module.end(call.func) - len(call.func.attr) if isinstance(call.func, ast.Attribute) and text else None
            yield site.edit(call, f"{spoken}()") if start is None else site.edit_span(start, site.module.end(call), text.format(spoken))
            release_root(site, node)
            if start is None:
                release_root(site, call.func, spoken)
            yield site.finding(call, MESSAGE, fixed=True)


def _called(site: Site, node: ast.Attribute) -> ast.Call | None:
    """The call of the method, if nothing is given to it."""
    call = site.parent(node)
    return call if isinstance(call, ast.Call) and call.func is node and not call.args and not call.keywords else None


def _raw(site: Site, node: ast.Attribute) -> tuple[ast.Call, str] | None:
    """`RawSQL(text, ())` around the call."""
    text = _called(site, node)
    call = site.parent(text) if text else None
    if not isinstance(call, ast.Call) or site.qualified(call.func) not in RAW or call.args[:1] != [text] or call.keywords:
        return None
    empty = len(call.args) == 2 and isinstance(call.args[1], (ast.Tuple, ast.List)) and not call.args[1].elts
    return (call, "") if empty and "#" not in site.module.segment(call) else None


def _extra(site: Site, node: ast.Attribute) -> tuple[ast.Call, str] | None:
    """`qs.extra(select={"name": text}, order_by=["name"])` around the call, with no other order behind it; and what stands in its place."""
    text = _called(site, node)
    select = site.parent(text) if text else None
    keyword = site.parent(select) if isinstance(select, ast.Dict) and select.values == [text] else None
    call = site.parent(keyword) if isinstance(keyword, ast.keyword) and keyword.arg == "select" else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "extra" or call.args:
        return None
    given = {one.arg: one.value for one in call.keywords}
    assert isinstance(select, ast.Dict)
    key, order = select.keys[0], given.get("order_by")
    named = key.value if isinstance(key, ast.Constant) else None
    listed = order.elts if isinstance(order, (ast.List, ast.Tuple)) else []
    by = listed[0].value if len(listed) == 1 and isinstance(listed[0], ast.Constant) else None
    if not isinstance(named, str) or not named.isidentifier() or not isinstance(by, str) or by.removeprefix("-") != named:
        return None
    if set(given) != {"select", "order_by"} or "#" in site.module.segment(call):
        return None
    if not receivers.queryset.sure(site, call.func.value) or _ordered_again(site, call):
        return None
    return call, f"annotate({named}={{}}()).order_by({site.module.segment(listed[0])})"


def _ordered_again(site: Site, call: ast.Call) -> bool:
    after = site.parent(call)
    while isinstance(after, (ast.Attribute, ast.Call)):
        if isinstance(after, ast.Attribute) and after.attr in ("order_by", "extra", "reverse", "union"):
            return True
        after = site.parent(after)
    return False
