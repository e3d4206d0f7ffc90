"""Tests: names of assertions, hand-made requests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import MethodCall
from django_hop.ops.names import Rename
from django_hop.ops.receivers import test_case
from django_hop.rewrite.site import Site

INPUT = "requests made by hand carry a file in `wsgi.input`"


def renamed(old: str, new: str) -> tuple[MethodCall, Rename]:
    """An assertion of TestCase under its new name, and pytest-django's function of it."""
    return (
        MethodCall(test_case, old, f"`{old}()` is now `{new}()`", becomes=new),
        Rename("pytest_django.asserts", {old: new}),
    )


@dataclass(frozen=True)
class WsgiInput(PythonOp):
    """`WSGIRequest({..., "wsgi.input": None})` gets an empty file."""

    @property
    def words(self) -> Words:
        """The class and the key."""
        return (frozenset({"WSGIRequest", "wsgi", "input"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for dict literals whose value is None or an empty text."""
        for call in site.calls("django.core.handlers.wsgi.WSGIRequest"):
            environ = call.args[0] if call.args else None
            if not isinstance(environ, ast.Dict):
                continue
            for key, value in zip(environ.keys, environ.values, strict=True):
                if not (isinstance(key, ast.Constant) and key.value == "wsgi.input" and isinstance(value, ast.Constant)):
                    continue
                spoken = site.imports.need("io.BytesIO", call) if value.value in (None, "", b"") else None
                if spoken is None:
                    yield site.finding(value, f"{INPUT}: give it `io.BytesIO(...)`")
                    continue
                yield site.edit(value, f"{spoken}()")
                yield site.finding(value, INPUT, fixed=True)


CODEMODS = [
    Codemod(
        "assert-queryset-equal",
        "assertQuerysetEqual() is written assertQuerySetEqual()",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=SAFE,
        covers=("4.2-assert-queryset-equal",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        after=("assert-queryset-equal-transform",),
        ops=renamed("assertQuerysetEqual", "assertQuerySetEqual"),
    ),
    Codemod(
        "assert-formset-error",
        "assertFormsetError() is written assertFormSetError()",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=SAFE,
        covers=("4.2-assert-formset-error",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        after=("assert-form-error-form",),
        ops=renamed("assertFormsetError", "assertFormSetError"),
    ),
    Codemod(
        "wsgi-request-input",
        "requests made by hand carry a file",
        removed="4.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.2-wsgirequest-needs-wsgi-input",),
        docs="releases/4.2: Miscellaneous",
        ops=(WsgiInput(),),
    ),
]
