"""The word filter is sound: what it leaves out, no codemod would have touched or reported."""

from __future__ import annotations

import pytest

from django_hop.model import Codemod
from django_hop.ops.base import Op, PythonOp, definition_with, definition_without
from django_hop.packs import page_path, shipped
from django_hop.project.index import Project
from django_hop.rewrite.files import kind_of, rewrite_file
from django_hop.rewrite.imported import words_in
from django_hop.testing import Case, default_hop, read_page
from django_hop.words import WordFilter

CODEMODS = [codemod for pack in shipped() for codemod in pack.codemods]
CASES = [(codemod, case) for codemod in CODEMODS if (page := page_path(codemod, shipped())) for case in read_page(page.read_text("utf-8"))]


@pytest.mark.parametrize(
    ("codemod", "case"), [pytest.param(*one, id=f"{one[0].id}:{one[1].line}") for one in CASES if one[1].role != "same"]
)
def test_no_page_is_lost_by_the_filter(codemod: Codemod, case: Case) -> None:
    data = case.before.encode()
    project = Project({**{path: text.encode() for path, text in case.given.items()}, case.path: data})
    assert codemod in WordFilter([codemod], kind_of(case.path)).candidates(data, case.path, project)


@pytest.mark.parametrize(
    ("codemod", "case"), [pytest.param(*one, id=f"{one[0].id}:{one[1].line}") for one in CASES if one[1].role == "same"]
)
def test_the_filter_changes_no_answer(codemod: Codemod, case: Case) -> None:
    data = case.before.encode()
    project = Project({**{path: text.encode() for path, text in case.given.items()}, case.path: data})
    result = rewrite_file(case.path, data, [codemod], case.hop or default_hop(codemod), project)
    assert (result.steps, result.findings) == ((), ())


def _is_word(word: str) -> bool:
    """A word, or `*` and a part that stands anywhere in the text."""
    return len(word) > 2 if word.startswith("*") else word.encode() in words_in(word.encode())


@pytest.mark.parametrize("codemod", CODEMODS, ids=lambda codemod: codemod.id)
def test_every_op_names_words(codemod: Codemod) -> None:
    for op in codemod.ops:
        assert isinstance(op, Op)
        assert op.words
        assert all(words and all(_is_word(word) for word in words) for words in op.words)


def test_words_are_runs_of_letters_digits_and_underscores() -> None:
    assert words_in(b"from a.b_c import (d2,e)\nx='\xc3\xa9url'") == {b"from", b"a", b"b_c", b"import", b"d2", b"e", b"x", b"url"}


def test_all_words_of_one_alternative_must_be_there() -> None:
    codemod = next(one for one in CODEMODS if one.id == "gettext-aliases")
    only = WordFilter([codemod], PythonOp)
    assert only.candidates(b"from django.utils.translation import ugettext") == [codemod]
    assert only.candidates(b"from django.utils import ugettext") == []
    assert only.candidates(b"django utils translation ugettexts") == []


HEADERS = [
    ("def f(self, request)", True, False, "it is not there"),
    ("def f(self, obj=None)", False, True, "it is there"),
    ("def f(self,\n      obj : Item = 3,\n)", False, True, "over lines, with an annotation"),
    ("def f \\\n (obj)", False, True, "the only one"),
    ("def f(self, *, obj)", False, True, "by name alone"),
    ("def f(self, **options)", False, False, "among any"),
    ("def f(self, *rest)", True, False, "any others, but not by name"),
    ("def f(self, x=obj)", True, True, "the default of another"),
    ("def f(self, x: obj)", True, True, "the annotation of another"),
    ("def f(self, objx)", True, False, "another that begins alike"),
    ("def f(self, x=(1, obj))", True, True, "a default with parentheses is looked at closer"),
    ("def f(self, y=lambda obj: 1)", True, True, "the parameter of a default"),
    ("def f(self, x,  # obj)\n      obj)", True, True, "a comment is looked at closer"),
    ("def ff(self, obj)", False, False, "another function"),
]


@pytest.mark.parametrize(("header", "without", "having", "why"), HEADERS)
def test_the_header_of_a_method_is_told_from_the_text(header: str, without: bool, having: bool, why: str) -> None:
    data = f"class C:\n    {header}: ...\n".encode()
    assert bool(definition_without("f", "obj", "**").search(data)) is without, why
    assert bool(definition_with("f", "obj").search(data)) is having, why
