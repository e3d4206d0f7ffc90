"""Fields of models: what their classes override and how they are told apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, is_super, owner_of
from django_hop.ops.classes import drop_with_calls
from django_hop.ops.functions import has_default, positional
from django_hop.rewrite.layout import drop_argument_at
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

CONVERTERS = ("from_db_value", "convert_value")
CONTEXT = "Django no longer gives `context` to converters of database values"


@dataclass(frozen=True)
class ConverterContext(PythonOp):
    """`from_db_value(self, value, expression, connection, context)` loses its last parameter, and calls of it their last argument."""

    @property
    def words(self) -> Words:
        """The methods, or the parameters of a function among the converters."""
        return (*(frozenset({name}) for name in CONVERTERS), frozenset({"expression", "connection", "context"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for methods, functions and calls."""
        for function in functions(site):
            name = self._context(site, function)
            if name is not None:
                yield from drop_with_calls(site, owner_of(site, function), function, name, CONTEXT)
        for call in site.nodes(ast.Call):
            if self._gives_context(call):
                if isinstance(call.args[3], (ast.Constant, ast.Dict)):
                    yield site.replace_call(call, drop_argument_at(site.cst_call(call), 3))
                    yield site.finding(call, CONTEXT, fixed=True)
                elif not self._of_override(site, call):
                    yield site.finding(call, CONTEXT)

    @staticmethod
    def _context(site: Site, function: FunctionNode) -> str | None:
        """Name of the parameter that stands for the context and has to be given."""
        if owner_of(site, function) is None:
            names = [one.arg for one in function.args.args]
            telling = len(names) == 4 and names[1:] == ["expression", "connection", "context"]
        else:
            names = [one.arg for one in positional(function)]
            telling = len(names) == 4 and function.name in CONVERTERS
        return names[3] if telling and not has_default(function, names[3]) else None

    @staticmethod
    def _gives_context(call: ast.Call) -> bool:
        if not isinstance(call.func, ast.Attribute) or len(call.args) != 4 or any(isinstance(one, ast.Starred) for one in call.args):
            return False
        return call.func.attr == "from_db_value" or (call.func.attr == "convert_value" and is_super(call.func.value))

    def _of_override(self, site: Site, call: ast.Call) -> bool:
        """True for `super().from_db_value(v, e, c, context)` inside the override, which changes together with it."""
        function = next((one for one in site.ancestors(call) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))), None)
        last = call.args[3]
        return function is not None and isinstance(last, ast.Name) and self._context(site, function) == last.id


CODEMODS = [
    Codemod(
        "from-db-value-context",
        "Converters of database values lose the context argument",
        deprecated="2.0",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("2.0-from-db-value-context",),
        docs="releases/2.0: Features deprecated in 2.0, context argument of Field.from_db_value() and Expression.convert_value()",
        ops=(ConverterContext(),),
    ),
]
