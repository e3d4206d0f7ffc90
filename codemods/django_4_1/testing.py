"""Tests: assertFormError() and its like take the form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import operand
from django_hop.ops.methods import defines_method, method_calls
from django_hop.ops.nodes import is_value, name_of, value_of
from django_hop.ops.receivers import test_case
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

PARAMETERS = {
    "assertFormError": ("response", "form", "field", "errors", "msg_prefix"),
    "assertFormsetError": ("response", "formset", "form_index", "field", "errors", "msg_prefix"),
    "assertFormSetError": ("response", "formset", "form_index", "field", "errors", "msg_prefix"),
}
REQUESTS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "trace", "generic"})
MESSAGE = "`{}()` takes the {} itself, `response.context[...]`, no longer the response and a name"


@dataclass(frozen=True)
class FormError(PythonOp):
    """`assertFormError(response, "form", ...)` becomes `assertFormError(response.context["form"], ...)`; errors of None become []."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return tuple(frozenset({name}) for name in PARAMETERS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls whose first argument is certainly a response."""
        for call, func in method_calls(site, *PARAMETERS):
            names = PARAMETERS[func.attr]
            message = MESSAGE.format(func.attr, names[1])
            old = self._is_old(site, call, names)
            if old is False:
                continue
            try:
                if old is None:
                    raise Refused("is the first argument here a response?")
                if not test_case.sure(site, func.value):
                    raise Refused("what stands before the dot is not certainly a test case")
                if defines_method(site, func.attr):
                    raise Refused("the project has a method of this name itself")
                edits = [*self._form(site, call, names), *self._errors(site, call, names)]
            except Refused as error:
                yield site.finding(func, f"{message}; {error}")
                continue
            yield from edits
            yield site.finding(func, message, fixed=True)

    @staticmethod
    def _is_old(site: Site, call: ast.Call, names: tuple[str, ...]) -> bool | None:
        """True for a call with a response, False for one with a form, None where that cannot be told."""
        given = {keyword.arg for keyword in call.keywords}
        if "response" in given:
            return True
        stars = any(isinstance(one, ast.Starred) for one in call.args) or None in given
        if not call.args or isinstance(call.args[0], ast.Starred) or (stars and len(call.args) < 2):
            return None if stars else False
        if is_response(site, call.args[0]):
            return True
        second = call.args[1] if len(call.args) > 1 else value_of(call, names[1])
        named = isinstance(second, ast.Constant) and isinstance(second.value, str)
        enough = len(call.args) + len(given & set(names)) >= len(names) - 1
        plain = isinstance(call.args[0], (ast.Name, ast.Attribute, ast.Call)) and "form" not in ast.unparse(call.args[0]).lower()
        return None if named and enough and plain else False

    @staticmethod
    def _form(site: Site, call: ast.Call, names: tuple[str, ...]) -> list[Edit]:
        """The edits that join response and name. Raises Refused."""
        keywords = {keyword.arg: keyword for keyword in call.keywords}
        if any(isinstance(one, ast.Starred) for one in call.args[:2]) or None in keywords:
            raise Refused("the arguments are unpacked here")
        if len(call.args) >= 2:
            first, second = call.args[:2]
            start, end = site.module.start(first), site.module.end(second)
            if "#" in site.text[site.module.end(first) : site.module.start(second)]:
                raise Refused("a comment stands between the arguments")
            return [site.edit_span(start, end, f"{operand(site, first)}.context[{site.module.segment(second)}]")]
        if len(call.args) == 1 and names[1] in keywords:
            raise Refused("it mixes arguments by position and by keyword")
        response, form = keywords.get("response"), keywords.get(names[1])
        if response is None or form is None:
            raise Refused("response and name are not both given here")
        gap = site.text[site.module.end(response) : site.module.start(form)]
        if gap.strip() != ",":
            raise Refused("other arguments or comments stand between response and name")
        text = f"{names[1]}={operand(site, response.value)}.context[{site.module.segment(form.value)}]"
        return [site.edit_span(site.module.start(response), site.module.end(form), text)]

    @staticmethod
    def _errors(site: Site, call: ast.Call, names: tuple[str, ...]) -> list[Edit]:
        place = names.index("errors")
        errors = call.args[place] if len(call.args) > place else value_of(call, "errors")
        return [site.edit(errors, "[]")] if is_value(errors, None) else []


def is_response(site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    """True for a response by its name, for requests of a client, and for names that hold one."""
    if isinstance(node, ast.Await):
        return is_response(site, node.value, seen)
    if isinstance(node, ast.Call):
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in REQUESTS
            and bool(re.search(r"client|^app$", ast.unparse(node.func.value)))
        )
    name = name_of(node)
    if re.fullmatch(r"(?:\w+_)?(?:response|resp|res)_?\d*", name):
        return True
    if not isinstance(node, ast.Name) or node.id in seen:
        return False
    found = site.names.uses.get(node, site.names.module).lookup(node.id)
    return bool(found) and all(one.value is not None and is_response(site, one.value, seen | {node.id}) for one in found)


CODEMODS = [
    Codemod(
        "assert-form-error-form",
        "assertFormError() is given the form",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-assertformerror-response-signature", "4.1-assertformerror-errors-none"),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(FormError(),),
    ),
]

UNSEEN = [
    Unseen("4.1-assertformerror-exact-errors", "Which errors a form has besides those named is seen when the test runs.", "tests"),
    Unseen("4.1-runner-unexpected-success-fails", "Whether a test that should fail passes is seen when it runs.", "tests"),
]
