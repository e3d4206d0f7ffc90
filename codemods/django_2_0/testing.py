"""Tests: assertRedirects(), assertRaisesMessage(), custom users."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.methods import defines_method, method_calls
from django_hop.ops.names import release_root
from django_hop.ops.nodes import argument, keyword_of
from django_hop.ops.receivers import test_case
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

HOST = "`assertRedirects()` takes no host"
ABSOLUTE = "`assertRedirects()` compares addresses as they are: a view that redirects to `/x` does not match `http://testserver/x`"
CALLABLE = "`assertRaisesMessage()` takes the callable by position; by the name `callable_obj` it is never called, and the test passes"
SKIP = "`skipIfCustomUser()` is gone"
OWN = "the project has a method of this name itself"
SKIP_NAME = "django.contrib.auth.tests.utils.skipIfCustomUser"


@dataclass(frozen=True)
class RedirectHost(PythonOp):
    """`assertRedirects(..., host=...)` loses the argument; later ones given by position get their names."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"assertRedirects"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of test cases."""
        for call, func in method_calls(site, "assertRedirects"):
            named = any(keyword.arg == "host" for keyword in call.keywords)
            if not named and len(call.args) < 5:
                continue
            try:
                if any(isinstance(arg, ast.Starred) for arg in call.args) or not named:
                    raise Refused("the fifth argument by position was the host and is the text of the message now")
                if defines_method(site, "assertRedirects"):
                    raise Refused(OWN)
                edits = change_arguments(site, call, add={}, drop=["host"])
            except Refused as error:
                yield site.finding(func, f"{HOST}; {error}")
                continue
            yield from edits
            yield site.finding(func, HOST, fixed=True)


@dataclass(frozen=True)
class RedirectTarget(PythonOp):
    """`assertRedirects(response, "http://testserver/x")` expects `"/x"`."""

    @property
    def words(self) -> Words:
        """The method and the host."""
        return (frozenset({"assertRedirects", "testserver"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal addresses."""
        for call, func in method_calls(site, "assertRedirects"):
            expected = argument(call, 1, "expected_url")
            while isinstance(expected, ast.BinOp):
                expected = expected.left
            if not isinstance(expected, ast.Constant) or not isinstance(expected.value, str) or not test_case.sure(site, func.value):
                continue
            host, source = "http://testserver", site.module.segment(expected)
            if not re.match(rf"{host}($|[/?])", expected.value) or source.count(host) != 1:
                continue
            if expected.value == host or defines_method(site, "assertRedirects"):
                yield site.finding(expected, ABSOLUTE)
                continue
            start = site.module.start(expected) + source.index(host)
            yield Edit(start, start + len(host), "")
            yield site.finding(expected, ABSOLUTE, fixed=True)


@dataclass(frozen=True)
class CallableObject(PythonOp):
    """`assertRaisesMessage(Error, "text", callable_obj=f)` becomes `assertRaisesMessage(Error, "text", f)`."""

    @property
    def words(self) -> Words:
        """The method and the argument."""
        return (frozenset({"assertRaisesMessage", "callable_obj"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the two arguments before it are given by position."""
        for call, func in method_calls(site, "assertRaisesMessage"):
            keyword = keyword_of(call, "callable_obj")
            if keyword is None:
                continue
            stars = any(isinstance(arg, ast.Starred) for arg in call.args)
            if len(call.args) != 2 or stars or call.keywords[0] is not keyword or defines_method(site, "assertRaisesMessage"):
                yield site.finding(func, CALLABLE)
                continue
            start = site.module.start(keyword)
            yield Edit(start, site.module.start(keyword.value), "")
            yield site.finding(func, CALLABLE, fixed=True)


@dataclass(frozen=True)
class SkipCustomUser(PythonOp):
    """`@skipIfCustomUser` becomes the `skipIf` that it stood for."""

    @property
    def words(self) -> Words:
        """The decorator."""
        return (frozenset({"skipIfCustomUser"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for decorators; findings for other uses."""
        for node in site.references(SKIP_NAME):
            holder = site.parent(node)
            decorates = isinstance(holder, (ast.ClassDef, ast.FunctionDef)) and node in holder.decorator_list
            skip = site.imports.need("unittest.skipIf", node) if decorates else None
            settings = site.imports.need("django.conf.settings", node) if decorates else None
            if skip is None or settings is None:
                yield site.finding(node, SKIP)
                continue
            yield site.edit(node, f'{skip}({settings}.AUTH_USER_MODEL != "auth.User", "Custom user model in use")')
            yield site.finding(node, SKIP, fixed=True)
            release_root(site, node)


CODEMODS = [
    Codemod(
        "assert-redirects-host",
        "assertRedirects() is called without a host",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-assertredirects-host",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(RedirectHost(),),
    ),
    Codemod(
        "assert-redirects-absolute",
        "assertRedirects() expects addresses without the host of the test server",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-assertredirects-absolute-url",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(RedirectTarget(),),
    ),
    Codemod(
        "assert-raises-message-callable",
        "assertRaisesMessage() is given its callable by position",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-assertraisesmessage-callable-obj",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(CallableObject(),),
    ),
    Codemod(
        "skip-if-custom-user",
        "skipIfCustomUser() is written out",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-skipifcustomuser",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(SkipCustomUser(),),
    ),
]

UNSEEN = [
    Unseen("2.0-assertnumqueries-connection-queries", "How many queries a test makes shows when it runs.", "tests"),
    Unseen("2.0-oracle-test-tablespace-size", "Only the size of Oracle's test tablespace changed."),
    Unseen("2.0-model-str-includes-pk", "Where a model's default text is shown is known when it is rendered.", "tests"),
    Unseen("2.0-new-system-checks", "`manage.py check` runs the new checks.", "checks"),
]
