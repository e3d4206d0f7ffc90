"""The `isnull` look-up wants a real boolean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import name_of
from django_hop.rewrite.site import Site

METHODS = frozenset({"filter", "exclude", "get", "get_or_create", "update_or_create", "complex_filter", "Q", "When", "FilteredRelation"})
FUNCTIONS = ("django.shortcuts.get_object_or_404", "django.shortcuts.get_list_or_404")
REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "urlencode", "request", "reverse"})
MESSAGE = "The `isnull` look-up wants True or False"
TEXT = frozenset({"GET", "POST", "data", "query_params"})


def _is_lookup(name: object) -> bool:
    return isinstance(name, str) and (name.endswith("__isnull") or name == "isnull")


@dataclass(frozen=True)
class IsNull(PythonOp):
    """Literals other than booleans become the boolean that their truth is; what is probably no boolean is reported."""

    @property
    def words(self) -> Words:
        """The look-up, with a field before it."""
        return (frozenset({"*__isnull"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The look-up with anything but a boolean."""
        return re.compile(rb"""isnull["']?[\s\\]*(?:[=:,][\s\\]*(?!True\b|False\b|[\s\\])|["'])""")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keywords, dictionaries and pairs with the look-up."""
        for call in site.nodes(ast.Call):
            for keyword in call.keywords:
                if _is_lookup(keyword.arg) and keyword.arg != "isnull":
                    yield from self._value(site, keyword.value, self._queries(site, call))
        for node in site.nodes(ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and _is_lookup(key.value) and key.value != "isnull":
                    sure = self._dict_queries(site, node)
                    if sure is not None:
                        yield from self._value(site, value, sure)
        for pair in site.nodes(ast.Tuple):
            if len(pair.elts) == 2 and isinstance(pair.elts[0], ast.Constant) and _is_lookup(pair.elts[0].value):
                parent = site.parent(pair)
                if isinstance(parent, ast.Call) and self._queries(site, parent):
                    yield from self._value(site, pair.elts[1], True)

    @staticmethod
    def _queries(site: Site, call: ast.Call) -> bool:
        """True if the keywords of a call are certainly look-ups."""
        name = name_of(call.func)
        return name in METHODS or site.qualified(call.func) in FUNCTIONS

    def _dict_queries(self, site: Site, node: ast.Dict) -> bool | None:
        """True for `filter(**{...})` and `limit_choices_to={...}`, None for the query string of a request, False for anything else."""
        parent = site.parent(node)
        if isinstance(parent, ast.keyword):
            call = site.parent(parent)
            if parent.arg == "limit_choices_to":
                return True
            if isinstance(call, ast.Call) and parent.arg is None:
                return self._queries(site, call)
            parent = call
        if isinstance(parent, ast.Call):
            name = parent.func.attr if isinstance(parent.func, ast.Attribute) else getattr(parent.func, "id", "")
            return None if name in REQUESTS else False
        return False

    @staticmethod
    def _value(site: Site, value: ast.expr, sure: bool) -> Iterator[Edit | Finding]:
        if isinstance(value, ast.Constant) and not isinstance(value.value, bool) and value.value is not None:
            if sure:
                yield site.edit(value, str(bool(value.value)))
            yield site.finding(value, MESSAGE, fixed=sure)
        elif _is_no_boolean(value):
            yield site.finding(value, f"{MESSAGE}; this is probably something else, and `bool('false')` is True")


def _is_no_boolean(value: ast.expr) -> bool:
    """True for what is certainly or probably no boolean: displays, arithmetic, int(), text of a request."""
    if isinstance(value, (ast.BinOp, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr)):
        return True
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in ("int", "str", "len")
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "get":
        value = value.func.value
        return isinstance(value, ast.Attribute) and value.attr in TEXT
    if isinstance(value, ast.Subscript):
        return isinstance(value.value, ast.Attribute) and value.value.attr in TEXT
    return False


CODEMODS = [
    Codemod(
        "isnull-boolean",
        "The isnull look-up gets True or False",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-isnull-non-boolean",),
        docs="releases/3.1: Features deprecated in 3.1, Miscellaneous",
        ops=(IsNull(),),
    ),
]
