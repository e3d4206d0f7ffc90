"""The engine's promises on one file: post-conditions, skip comments, order of codemods, bytes that stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Hop, Rewritten
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.calls import Call
from django_hop.ops.names import Rename
from django_hop.project.index import Project
from django_hop.rewrite.files import rewrite_file
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

HOP = Hop("2.2", "3.2")


@dataclass(frozen=True)
class Substitute(PythonOp):
    """For tests: replace each Name `old` by the text `new`, right or wrong."""

    old: str
    new: str

    @property
    def words(self) -> Words:
        return words_of(self.old)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        for node in site.names.uses:
            if node.id == self.old:
                yield site.edit(node, self.new)
                yield site.finding(node, "substituted", fixed=True)


@dataclass(frozen=True)
class Raise(PythonOp):
    """For tests: a codemod with a bug."""

    error: Exception

    @property
    def words(self) -> Words:
        return words_of("x")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        raise self.error
        yield


def mod(name: str, *ops: PythonOp) -> Codemod:
    return Codemod(name, name, "3.0", ops, SAFE, "2.0")


def run(data: bytes, *codemods: Codemod, path: str = "app/views.py") -> Rewritten:
    return rewrite_file(path, data, codemods, HOP, Project({path: data}))


def last(result: Rewritten) -> bytes:
    return result.steps[-1][1]


RENAME = mod("rename", Rename("old.mod", {"a": "b"}))
OTHER = mod("other", Rename("other.mod", {"c": "d"}))


def test_each_codemod_is_a_step_of_its_own() -> None:
    result = run(b"from old.mod import a\nfrom other.mod import c\na(c)\n", RENAME, OTHER)
    assert [(name, data) for name, data, _ in result.steps] == [
        ("rename", b"from old.mod import b\nfrom other.mod import c\nb(c)\n"),
        ("other", b"from old.mod import b\nfrom other.mod import d\nb(d)\n"),
    ]


def test_codemods_that_meet_are_applied_one_after_the_other() -> None:
    first, second = mod("first", Substitute("x", "y")), mod("second", Substitute("y", "z"))
    result = run(b"x = y = z = 1\nprint(x)\n", first, second)
    assert [data for _, data, _ in result.steps] == [b"y = y = z = 1\nprint(y)\n", b"z = z = z = 1\nprint(z)\n"]


def test_a_result_that_does_not_parse_is_left_as_it_was() -> None:
    result = run(b"x = 1\n", mod("broken", Substitute("x", "1 +")))
    assert result.steps == ()
    assert [(one.codemod, "does not parse" in one.message) for one in result.failures] == [("broken", True)]


def test_a_result_with_a_new_undefined_name_is_left_as_it_was() -> None:
    result = run(b"x = 1\nprint(x)\n", mod("broken", Substitute("print", "prynt")))
    assert result.steps == ()
    assert "undefined names: prynt" in result.failures[0].message


def test_a_codemod_that_never_comes_to_rest_is_left_out() -> None:
    result = run(b"x = 1\n", mod("restless", Substitute("x", "x.x")))
    assert result.steps == ()
    assert "does not come to rest" in result.failures[0].message


def test_the_good_codemods_go_on_where_one_fails() -> None:
    result = run(b"from old.mod import a\nx = 1\na(x)\n", mod("broken", Substitute("x", "1 +")), RENAME)
    assert [name for name, _, _ in result.steps] == ["rename"]
    assert [one.codemod for one in result.failures] == ["broken"]


@pytest.mark.parametrize("error", [ValueError("boom"), RecursionError(), Refused("not here"), KeyError("k")])
def test_a_codemod_that_raises_costs_this_file_only(error: Exception) -> None:
    result = run(b"from old.mod import a\nx = a()\n", mod("buggy", Raise(error)), RENAME)
    assert last(result) == b"from old.mod import b\nx = b()\n"
    assert [one.codemod for one in result.failures] == ["buggy"]


SAME_BYTES = {
    "a byte order mark": b"\xef\xbb\xbffrom old.mod import a\na()\n",
    "CRLF": b"from old.mod import a\r\na()\r\n",
    "mixed line ends": b"from old.mod import a\r\na()\nx = 1\r\n",
    "a lone CR": b"from old.mod import a\ra()\r",
    "no final newline": b"from old.mod import a\na()",
    "a form feed before a statement": b"from old.mod import a\n\x0cdef f():\n    a()\n",
    "tabs": b"from old.mod import a\ndef f():\n\ta()\n",
    "latin-1 with a cookie": b"# -*- coding: latin-1 -*-\nfrom old.mod import a\na('caf\xe9')\n",
    "characters of several bytes before the place": "from old.mod import a\nx = 'äöü€🎉', a()\n".encode(),
    "trailing white space": b"from old.mod import a   \na()  \n",
}


@pytest.mark.parametrize("data", SAME_BYTES.values(), ids=SAME_BYTES)
def test_all_other_bytes_stay(data: bytes) -> None:
    expected = data.replace(b"import a", b"import b").replace(b"a()", b"b()").replace(b"a('", b"b('")
    assert last(run(data, RENAME)) == expected


UNREADABLE = {
    "NUL bytes": (b"from old.mod import a\0\n", "NUL"),
    "not UTF-8 and no cookie": (b"from old.mod import a\nx = '\xe9'\n", "not valid utf-8"),
    "an unknown encoding": (b"# -*- coding: klingon -*-\nfrom old.mod import a\n", "encoding"),
    "Python 2": (b"from old.mod import a\nprint 'x'\n", "does not parse as Python 3"),
    "an except clause of Python 2": (b"from old.mod import a\ntry: a()\nexcept E, e: pass\n", "does not parse as Python 3"),
    "merge markers": (b"from old.mod import a\n<<<<<<< HEAD\n", "line 2"),
    "bad indentation": (b"from old.mod import a\n  a()\n", "line 2"),
    "nested too deeply": (b"from old.mod import a\nx = " + b"(" * 5000 + b")" * 5000 + b"\n", "nest"),
    "UTF-16": ("from old.mod import a\n".encode("utf-16"), ""),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_skipped_with_a_reason(data: bytes, reason: str) -> None:
    result = run(data, RENAME)
    assert result.steps == ()
    assert len(result.skipped) == 1
    assert reason in result.skipped[0].reason


def test_a_new_character_that_the_encoding_cannot_hold_is_a_failure() -> None:
    result = run(b"# coding: latin-1\nx = 1\n", mod("euro", Substitute("x", "€uro".replace("€", "ю"))))
    assert result.steps == ()
    assert result.failures


def test_a_skip_comment_keeps_every_codemod_off_its_line() -> None:
    data = b"import old.mod\nold.mod.a()  # django-hop: skip\nold.mod.a()\n"
    assert last(run(data, RENAME)) == b"import old.mod\nold.mod.a()  # django-hop: skip\nold.mod.b()\n"


def test_a_skip_comment_may_name_the_codemods() -> None:
    data = b"import old.mod\nold.mod.a()  # django-hop: skip=rename\nold.mod.a()  # django-hop: skip=other, more\n"
    assert last(run(data, RENAME)) == data[:-44] + b"old.mod.b()  # django-hop: skip=other, more\n"


def test_a_skip_comment_that_would_break_the_file_keeps_the_codemod_off_the_file() -> None:
    data = b"from old.mod import a\na()  # django-hop: skip\n"
    result = run(data, RENAME)
    assert result.steps == ()
    assert "undefined" in result.failures[0].message


@dataclass(frozen=True)
class Tell(PythonOp):
    """For tests: says something about every call of `told` and `changed`."""

    @property
    def words(self) -> Words:
        return words_of("told")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        for node in site.names.uses:
            if node.id == "told":
                yield site.finding(node, "look at this")
            elif node.id == "changed":
                yield site.finding(node, "this has changed", fixed=True)


def test_a_codemod_tells_a_line_the_same_thing_once() -> None:
    result = run(b"told(told, changed, changed)\ntold()\n", mod("tell", Tell()), mod("other", Tell()))
    said = [(one.codemod, one.line, one.column) for one in result.findings if not one.fixed]
    assert said == [("other", 1, 1), ("tell", 1, 1), ("other", 2, 1), ("tell", 2, 1)]
    assert said == [(one.codemod, one.line, one.column) for one in result.remaining]
    assert len([one for one in result.findings if one.fixed]) == 4, "changes are counted place by place"


def test_findings_that_nothing_fixed_have_their_place_in_the_result() -> None:
    @dataclass(frozen=True)
    class Long(PythonOp):
        @property
        def words(self) -> Words:
            return words_of("a")

        def apply(self, site: Site) -> Iterator[Edit | Finding]:
            for call in site.nodes(ast.Call):
                yield site.finding(call, "look")

    grow = mod("grow", Call("old.mod.a", "a moves", becomes="new.mod.z"))
    result = run(b"from old.mod import a, b\n\na()\n", grow, Codemod("look", "look", "3.0", (Long(),), REVIEW, "2.0"))
    assert [one.line for one in result.findings if one.codemod == "look"] == [3]
    assert [one.line for one in result.remaining] == [4]
