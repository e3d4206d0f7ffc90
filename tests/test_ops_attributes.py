"""Attributes that are renamed or reported by what stands before the dot."""

from __future__ import annotations

import ast

import pytest

from django_hop.model import SAFE, Codemod, Hop
from django_hop.ops.attributes import FindParameter, FindUse, RenameUse, last_name
from django_hop.ops.base import Op
from django_hop.testing import Case, result_text, run_case


def run(op: Op, text: str) -> tuple[str, list[str]]:
    """The new text and the messages of what was not fixed."""
    codemod = Codemod("t", "t", removed="3.0", ops=(op,), safety=SAFE, works_from="2.0")
    case = Case("", "before", "app/x.py", text, "", 1, Hop("2.2", "3.2"))
    result = run_case(codemod, case)
    assert not result.failures, result.failures
    return result_text(case, result), [one.message for one in result.findings if not one.fixed]


@pytest.mark.parametrize(("text", "name"), [("a.b.c", "c"), ("a", "a"), ("f(1)", "f"), ("a.f(1)[0]", "f"), ("(1, 2)", ""), ("'x'", "")])
def test_the_last_name_of_an_expression(text: str, name: str) -> None:
    assert last_name(ast.parse(text, mode="eval").body) == name


OLD = RenameUse({"old": "new"}, "{old} is {new}", "_meta|opts")


def test_uses_at_the_receiver_are_renamed() -> None:
    assert run(OLD, "a = model._meta.old\nopts.old = f(x().opts.old.b)\n") == ("a = model._meta.new\nopts.new = f(x().opts.new.b)\n", [])


@pytest.mark.parametrize("text", ["a = other.old\n", "old = 1\n", "a._meta.older\n", "f(old=1)\n", "# _meta.old\n'opts.old'\n"])
def test_other_receivers_and_names_stay(text: str) -> None:
    assert run(OLD, text) == (text, [])


def test_elsewhere_it_may_be_reported() -> None:
    op = RenameUse({"old": "new"}, "{old} is {new}", "_meta", elsewhere=True)
    assert run(op, "a.old\n") == ("a.old\n", ["old is new; what stands before the dot is not certain"])


def test_uses_are_found() -> None:
    text = "a.ops.hook()\na.hook()\n"
    assert run(FindUse(("hook",), "m", "ops"), text) == (text, ["m"])
    assert run(FindUse(("hook",), "m"), text) == (text, ["m", "m"])
    assert run(FindUse(("hook",), "m", "", lambda site, node: node.lineno == 2), text) == (text, ["m"])


def test_parameters_are_found() -> None:
    text = "def hook(a, simple=1): ...\nhook(simple=2)\nother(simple=3)\ndef third(simple): ...\n"
    assert len(run(FindParameter("hook", "simple", "m"), text)[1]) == 2
    assert len(run(FindParameter("", "simple", "m"), text)[1]) == 4
