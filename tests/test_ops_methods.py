"""Method calls at recognised receivers: what counts as a request, a user, a query set, a test case, and where parentheses go."""

from __future__ import annotations

import ast

import pytest

from django_hop.model import SAFE, Codemod, Hop, Rewritten
from django_hop.ops.base import PythonOp
from django_hop.ops.methods import FindMethodCall, MethodCall
from django_hop.ops.receivers import Receiver, queryset, request, test_case, user
from django_hop.project.index import Project
from django_hop.rewrite.files import rewrite_file
from django_hop.rewrite.module import parse
from django_hop.rewrite.site import Site

HOP = Hop("2.2", "3.2")


def codemod(*ops: PythonOp) -> Codemod:
    return Codemod("example", "An example", removed="3.0", works_from="2.2", safety=SAFE, ops=ops)


def run(op: PythonOp, code: str, path: str = "app/views.py") -> Rewritten:
    data = code.encode()
    return rewrite_file(path, data, [codemod(op)], HOP, Project({path: data}))


def sure(receiver: Receiver, code: str, path: str = "app/views.py") -> list[bool]:
    """The receiver's answer for what stands before each `.X` in the code."""
    data = code.encode()
    site = Site(parse(path, data), codemod(), HOP, Project({path: data}))
    return [receiver.sure(site, node.value) for node in site.nodes(ast.Attribute) if node.attr == "X"]


@pytest.mark.parametrize(
    ("receiver", "code"),
    [
        (request, "def view(request): request.X"),
        (request, "class V:\n def get(self, *args): self.request.X"),
        (request, "class V:\n def get(self):\n  request = self.request\n  return lambda: request.X"),
        (request, "from django.http import HttpRequest as R\ndef f(req: R): req.X"),
        (request, "def f(request: 'HttpRequest'): request.X"),
        (user, "def view(request): request.user.X"),
        (user, "class V:\n def get(self):\n  user = self.request.user\n  user.X"),
        (user, "from django.contrib.auth import get_user\ndef f(request): get_user(request).X"),
        (user, "from django.contrib.auth.decorators import user_passes_test\nuser_passes_test(lambda u: u.X)"),
        (user, "def may(user): user.X"),
        (queryset, "Book.objects.X"),
        (queryset, "Book.objects.filter(a=1).order_by('b').X"),
        (queryset, "class V:\n def get(self): self.get_queryset().X"),
        (queryset, "class M:\n def get_queryset(self):\n  qs = super().get_queryset()\n  qs = qs.filter(a=1)\n  qs.X"),
        (test_case, "from django.test import TestCase\nclass T(TestCase):\n def test(self): self.X"),
        (test_case, "import unittest\nclass T(unittest.TestCase):\n def test(self): self.X"),
    ],
)
def test_recognised(receiver: Receiver, code: str) -> None:
    assert sure(receiver, code) == [True]


@pytest.mark.parametrize(
    ("receiver", "code"),
    [
        (request, "request.X"),
        (request, "from other import request\nrequest.X"),
        (request, "def f(request):\n request = wrap(request)\n request.X"),
        (request, "def f(form): form.request.X"),
        (request, "from flask import Request\ndef f(request: Request): request.X"),
        (request, "def f(context): context['request'].X"),
        (user, "def f(obj): obj.owner.X"),
        (user, "user = load()\nuser.X"),
        (user, "filter(lambda u: u.X, users)"),
        (queryset, "def f(rows): rows.filter(a=1).X"),
        (queryset, "Book.objects.get(pk=1).X"),
        (queryset, "Book.objects.count().X"),
        (test_case, "class T(Base):\n def test(self): self.X"),
        (test_case, "from django.test import TestCase\nclass T(TestCase):\n def test(self): self.client.X"),
    ],
)
def test_not_recognised(receiver: Receiver, code: str) -> None:
    assert sure(receiver, code) == [False]


def test_a_mixin_in_a_file_of_tests_is_a_test_case() -> None:
    assert sure(test_case, "class LoginMixin:\n def log_in(self): self.X", "app/tests/base.py") == [True]


BECOMES = MethodCall(request, "old", "`old()` is `new()` now", becomes="new")
TEMPLATE = MethodCall(request, "old", "`old()` is a comparison now", template='{receiver}.a("x") == "y"')


def test_a_renamed_method_keeps_its_arguments() -> None:
    result = run(BECOMES, "def f(request):\n    return request.old(1,  # one\n        b=2)\n")
    assert result.steps[-1][1].decode() == "def f(request):\n    return request.new(1,  # one\n        b=2)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("request.old()", 'request.a("x") == "y"'),
        ("(request.old())", '(request.a("x") == "y")'),
        ("not request.old()", 'not request.a("x") == "y"'),
        ("a and request.old() or b", 'a and request.a("x") == "y" or b'),
        ("f(request.old(), x=request.old())", 'f(request.a("x") == "y", x=request.a("x") == "y")'),
        ("[request.old() for a in b if request.old()]", '[request.a("x") == "y" for a in b if request.a("x") == "y"]'),
        ("request.old() is True", '(request.a("x") == "y") is True'),
        ("request.old() | 1", '(request.a("x") == "y") | 1'),
        ("request.old().real", '(request.a("x") == "y").real'),
        ("(\n    request.old()\n    == b\n)", '(\n    (request.a("x") == "y")\n    == b\n)'),
        ("f(*request.old())", 'f(*request.a("x") == "y")'),
    ],
)
def test_parentheses_only_where_the_meaning_needs_them(before: str, after: str) -> None:
    result = run(TEMPLATE, f'def f(request):\n    x = {before}, "a"\n')
    assert result.steps[-1][1].decode() == f'def f(request):\n    x = {after}, "a"\n'


def test_strings_take_the_quotes_of_the_file() -> None:
    result = run(TEMPLATE, "def f(request):\n    return 'a', 'b', request.old()\n")
    assert result.steps[-1][1].decode() == "def f(request):\n    return 'a', 'b', request.a('x') == 'y'\n"


@pytest.mark.parametrize(
    "code",
    [
        "def f(other):\n    other.old()\n",
        "def f(request):\n    request.old(1)\n",
        "def f(request):\n    g(request.old)\n",
        'def f(request):\n    f"{request.old()}"\n',
        "class Own:\n    def old(self): ...\n\ndef f(request):\n    request.old()\n",
    ],
)
def test_what_is_not_certain_is_reported_and_left(code: str) -> None:
    result = run(TEMPLATE, code)
    assert not result.steps
    assert [one.fixed for one in result.findings] == [False]


@pytest.mark.parametrize("code", ["def old(): ...\nold()\n", "old = 'old'\n", "def f(request, old):\n    return request.a(old=old)\n"])
def test_other_things_of_that_name_are_not_reported(code: str) -> None:
    result = run(TEMPLATE, code)
    assert not result.steps and not result.findings


def test_find_reports_calls_at_any_receiver_or_only_at_one() -> None:
    code = "def f(request, other):\n    request.old()\n    other.old()\n    request.old\n"
    assert [one.line for one in run(FindMethodCall("old", "look"), code).findings] == [2, 3]
    assert [one.line for one in run(FindMethodCall("old", "look", request), code).findings] == [2]
