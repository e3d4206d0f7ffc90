"""The adapter for pyupgrade: what it relies on, what it never touches, and how far it goes in which hop."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import pytest

from django_hop.config import Settings
from django_hop.errors import HopError
from django_hop.model import Codemod, Hop, Rewritten, Stage
from django_hop.ops import pyupgrade
from django_hop.ops.pyupgrade import engine
from django_hop.ops.pyupgrade_parts import LATER, PYTHON_2
from django_hop.packs import shipped
from django_hop.plan import active, choose
from django_hop.project.index import Project
from django_hop.releases import FACTS, facts
from django_hop.rewrite.files import rewrite_file

CODEMODS = {codemod.id: codemod for pack in shipped() for codemod in pack.codemods if codemod.id.startswith("pyupgrade")}
OLD = b'class C(object):\n    name = u"x"\n'
NEW = b'class C:\n    name = "x"\n'


def run(data: bytes, codemod: Codemod = CODEMODS["pyupgrade"], source: str = "2.2", target: str = "3.2") -> Rewritten:
    return rewrite_file("app/models.py", data, [codemod], Hop(source, target), Project({"app/models.py": data}))


def result(data: bytes, *args: object) -> bytes:
    done = run(data, *args)  # type: ignore[arg-type]
    assert not done.failures
    return done.steps[-1][1] if done.steps else data


# -- the engine ---------------------------------------------------------------------------------------------------------


def test_the_installed_pyupgrade_is_one_the_adapter_was_written_for() -> None:
    assert version("pyupgrade").rpartition(".")[0] in pyupgrade.SUPPORTED


@pytest.mark.parametrize("part", sorted({part.plugin for part in (*PYTHON_2, *LATER) if part.plugin}))
def test_every_plugin_that_is_used_is_there(part: str) -> None:
    assert engine().functions(part)


def test_importing_the_packs_does_not_import_the_engine() -> None:
    code = "import sys; from django_hop.packs import shipped; shipped(); print({'pyupgrade', 'tokenize_rt'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


@pytest.mark.parametrize(
    "moved",
    [
        {"pyupgrade._data": SimpleNamespace()},
        {"pyupgrade._data": SimpleNamespace(FUNCS={}, Settings=lambda min_version, keep_mock: 1, State=lambda settings, from_imports: 1)},
        {"pyupgrade._main": SimpleNamespace()},
        {"tokenize_rt": SimpleNamespace()},
    ],
)
@pytest.mark.usefixtures("fresh_engines")
def test_moved_internals_are_said_with_a_remedy(moved: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in moved.items():
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(HopError) as error:
        engine()
    assert "internals" in error.value.message and pyupgrade.SUPPORTED[-1] in error.value.hint and "--skip" in error.value.hint


@pytest.mark.usefixtures("fresh_engines")
def test_a_missing_engine_is_said_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyupgrade._data", None)
    with pytest.raises(HopError) as error:
        engine()
    assert "cannot be imported" in error.value.message and "pip install" in error.value.hint


@pytest.mark.parametrize("error", [RecursionError("deep"), IndexError("list index out of range"), AssertionError()])
def test_what_the_engine_raises_costs_the_file_only(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fix(*_: object) -> str:
        raise error

    monkeypatch.setattr(pyupgrade, "engine", lambda: SimpleNamespace(fix=fix))
    done = run(OLD)
    assert not done.steps and "pyupgrade" in done.failures[0].message


# -- bytes that stay ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("\ufeff", "utf-8"),
        ("# -*- coding: latin-1 -*-\n", "latin-1"),
        ("# coding: utf-8\n", "utf-8"),
        ("#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        ("\n\n", "utf-8"),
        ("\f\n", "utf-8"),
    ],
)
def test_cookies_marks_and_characters_stay(head: str, encoding: str) -> None:
    # pyupgrade itself deletes the cookie, and with it what `é` means; it strips the head, too.
    tail = 's = "é" \n\tx = 1\n'.replace("\n\tx", "\nif s:\n\tx")
    assert result((head + OLD.decode() + tail).encode(encoding)) == (head + NEW.decode() + tail).encode(encoding)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_stay(end: str) -> None:
    old, new = (text.replace(b"\n", end.encode()) for text in (OLD, NEW))
    assert result(old) == new


def test_imports_that_are_added_take_the_line_end_of_the_file() -> None:
    assert result(b"from six import StringIO, PY2\r\n\r\nPY2\r\n") == b"from six import PY2\r\nfrom io import StringIO\r\n\r\nPY2\r\n"


def test_a_file_without_a_final_newline_gets_none() -> None:
    assert result(OLD.rstrip(b"\n")) == NEW.rstrip(b"\n")


@pytest.mark.parametrize(
    "text",
    [
        b'x = "%s" % (a,)\n',
        b'x = "{0} {1}".format(a, b)\n',
        b"x = set([1, 2]), dict(((1, 2),)), str('x')\n",
        b"def f():\n    for x in y:\n        yield x\n",
        b"print(('x'))\n",
        b'x = "\\d"\n',
        b"if x is 'a': pass\n",
        b"import mock\nfrom mock import patch\n",
        b"from typing import List\nfrom collections import Mapping\n",
        b"import xml.etree.cElementTree as ET\n",
        b"x = 'a'.encode('utf-8')\n",
        b"from functools import lru_cache\n\n\n@lru_cache()\ndef f(): ...\n",
        b"from __future__ import annotations\n",
        b'# u"x", super(C, self)\nx = r"u\'"\n',
    ],
)
def test_what_no_python_demands_is_left_alone(text: bytes) -> None:
    assert result(text) == text


def test_a_name_of_pythons_own_that_the_file_binds_is_left_to_a_person() -> None:
    done = run(b"from models import object\n\n\nclass C(object):\n    pass\n")
    assert not done.steps and "`object`" in done.remaining[0].message


def test_a_function_may_call_something_object_that_no_class_derives_from() -> None:
    text = "class C(object):\n    def f(self, object):\n        return [object for object in object]\n"
    assert result(text.encode()) == text.replace("(object):\n    def", ":\n    def").encode()


def test_a_parameter_called_like_a_builtin_matters_to_its_own_function_only() -> None:
    text = "from six import text_type\n\n\ndef clean(str):\n    return str.strip()\n\n\ndef show(value):\n    return text_type(value)\n"
    assert result(text.encode()) == b"def clean(str):\n    return str.strip()\n\n\ndef show(value):\n    return str(value)\n"
    inside = text.replace("str.strip()", "text_type(str)")
    assert not run(inside.encode()).steps


def test_a_base_that_a_function_binds_is_left_to_a_person_and_said_where() -> None:
    done = run(b"def f(Base):\n    object = Base\n\n    class C(object):\n        x = u'a'\n\n    return C\n")
    assert not done.steps and done.remaining[0].line == 2


def test_a_branch_whose_name_is_still_used_stays() -> None:
    # A use under a dead condition would be one of an undefined name.
    text = b"import six\n\nif six.PY2:\n    code = 1\n\n\ndef f(x=%s):\n    return six.PY2 and code\n"
    done = run(text % b"u''")
    assert done.steps[-1][1] == text % b"''" and not done.failures
    assert "`code`" in done.remaining[0].message


def test_it_comes_to_rest() -> None:
    once = result(b"import six\n\nif six.PY2:\n    class C(object):\n        pass\nelse:\n    class C(object):\n        name = u'x'\n")
    assert result(once) == once == b"class C:\n    name = 'x'\n"


# -- the forms that need no tokens --------------------------------------------------------------------------------------

PLAIN = [
    "class C(object):\n    pass\n",
    "class C ( object ) :\n    pass\n\n\nclass D(Base, object): pass\n",
    "x = u'a' 'b' u\"c\" + U'''d\n''' + 'u\"', '\\'u\"', \"\"\"u'x' \"u\" \"\"\"  # u'x'\nif x in(u'é',u''): pass\n",
    "x = rb'u\"', r'\\\\', u''\nclass C(object): pass  # \\'\n",
    "from __future__ import unicode_literals\nimport a\n",
    "# coding: utf-8\nfrom __future__ import (  # why\n    division,\n    print_function,\n)  # noqa\n\n\n\nimport a",
    "'''Doc.'''\n\nfrom __future__ import division\nfrom __future__ import print_function\n\nimport a\n",
    "import a\n\nfrom __future__ import division",
    "from __future__ import division\n\n\nfrom __future__ import print_function\nimport a\n\nclass C(object): pass\n",
    "from __future__ import division  # why\n\n \n\nx = u''\n",
    "from __future__ import division\n\n",
    "class C(object):\n    def f(self):\n        super(C, self).f(super (\n            C, self,  #\n        ).g, u'', super(C, self).h)\n",
    "def f():\n    class C:\n        class D(object):\n            def g(self): return lambda self: super(C.D, self).g(), super(D, self)\n",
    "class C:\n    def f(me):\n        return super(C, me).x, [super(C, me).x for y in super(C, me).z], super(D, me), super(C, self)\n",
    "from __future__ import division\nclass C(object): name = u''\n",
    "import six\n\n\nclass C(object):\n    x = six.text_type\n",
    "import six\nx = 'é', six.text_type(six.binary_type.y), [\n\tsix.class_types, six.moves.xrange(3)], isinstance(a, six.string_types)\n",
    "from six import text_type, string_types as s\nfrom six.moves import xrange\nx = text_type, s, xrange(text_type(1))\n",
    "import six\n\n\n@a\n@six.python_2_unicode_compatible  # why\n@b\nclass C(object):\n    x = six.text_type(u'')\n",
    "import six\n\nif a:\n    @ six.python_2_unicode_compatible\n    class C: pass\n@six.python_2_unicode_compatible\nclass D: pass\n",
    "from six.moves.urllib.parse import quote\nfrom  six.moves  import reduce, reduce as r  # why\nfrom six import (\n    BytesIO,\n)\n",
]


def replaced(text: str, monkeypatch: pytest.MonkeyPatch, *, tokens: bool) -> Rewritten:
    with monkeypatch.context() as patch:
        if tokens:
            patch.setattr(pyupgrade, "plain_edits", lambda *_: None)
        else:
            patch.setattr(pyupgrade.Engine, "_by_tokens", lambda *_: pytest.fail("this takes tokens"))
        return run(text.encode())


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_told_from_the_tree_is_what_pyupgrade_writes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replaced(text, monkeypatch, tokens=False)
    assert plain == replaced(text, monkeypatch, tokens=True) and plain.steps


@pytest.mark.parametrize(
    "text",
    [
        "class C(\n    object,\n):\n    pass\n",
        "class C(object, metaclass=M):\n    pass\n",
        "class C(object  # why\n        ):\n    pass\n",
        "class C(object):\r\n    pass\r\n",
        "x = f'{u\"a\"}', u'b'\n",
        "import six\n\nx = (six\n     .text_type)\n",
        "import six\n\nx = six . text_type\n",
        "import six\n\nx = six.\\\n    text_type\n",
        "import six\n\n\n@six.python_2_unicode_compatible\r\nclass C:\r\n    pass\r\n",
        "import six\n\n\n@six.\\\npython_2_unicode_compatible\nclass C:\n    pass\n",
        "import six\n\n\n@six.add_metaclass(M)\nclass C:\n    pass\n",
        "from six \\\n    import BytesIO\n",
        "import six\n\n\nclass C:\n    def f(self): super(C, self).f(six.text_type)\n\nx = u'', f''\n",
    ],
)
def test_what_is_in_doubt_is_left_to_the_tokens(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_tokens = pyupgrade.Engine._by_tokens
    seen = []

    def spy(engine: pyupgrade.Engine, old: str, *args: Any) -> str:
        seen.append(old)
        return by_tokens(engine, old, *args)

    monkeypatch.setattr(pyupgrade.Engine, "_by_tokens", spy)
    done = run(text.encode())
    assert done.steps and seen
    monkeypatch.setattr(pyupgrade, "plain_edits", lambda *_: None)
    seen.clear()
    assert done == run(text.encode()) and seen[0] == text


BY_STATEMENT = "import six\n\n\nclass B(object):\n    x = six.text_type, u''\n\n\n{}\n\nclass D(object):\n    pass\n"


@pytest.mark.parametrize(
    "text",
    [
        "class C(six.with_metaclass(M, object)):\n    x = u'é', u''\n\n    def f(self): super(C, self).f()\n# why\n",
        "@a\n@six.add_metaclass(M)  # why\n@b\nclass C(object):\n    pass\n",
        "if six.PY3:\n    def f():\n        return u''\n\n# why\nelse:\n    def f():\n        return u'b'\n\n  # why not\n\n",
        "if six.PY2:\n    class C(object): pass\nfor x in six.iteritems(y): pass\nclass E(object): pass\n",
        "from six.moves import input, xrange\nx = '''\n'''; y = six.iteritems(u'é'), six.text_type\n",
        "x = \\\n    six.itervalues(y)\n\\\n\nz = six.itervalues(y)\n@\\\nsix.add_metaclass(M)\nclass C: pass\n",
        "from six.moves import input\nfrom six.moves import input\nclass C(object):\n    x = six.iterkeys(y)\nx = six.iterkeys(u'')",
    ],
)
def test_tokens_of_one_statement_tell_what_those_of_the_file_do(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for whole in (BY_STATEMENT.format(text), f"import six\n{text}"):
        assert run(whole.encode()) == replaced(whole, monkeypatch, tokens=True)
        assert run(whole.encode()).steps


# -- how far ------------------------------------------------------------------------------------------------------------


def test_there_is_a_codemod_for_each_oldest_python_that_a_release_raises() -> None:
    raised = {one.pythons[0]: one.name for one in reversed(FACTS) if one.name != "1.11" and one.pythons[0] not in ("3.4", "3.5")}
    assert {f"pyupgrade-{python.replace('.', '-')}": release for python, release in raised.items()} == {
        name: codemod.works_from for name, codemod in CODEMODS.items() if name != "pyupgrade"
    }


@pytest.mark.parametrize(
    ("hop", "floor"), [(("2.2", "3.2"), 6), (("3.2", "4.2"), 8), (("4.2", "5.2"), 10), (("5.2", "6.1"), 12), (("2.2", "5.2"), 10)]
)
def test_a_hop_goes_as_far_as_the_oldest_python_of_its_target(hop: tuple[str, str], floor: int) -> None:
    branch = "import sys\n\nif sys.version_info >= (3, {}):\n    x = 1\nelse:\n    x = 2\n"
    codemods = active([*CODEMODS.values()], Hop(*hop), Settings())
    for minor in range(5, 15):
        data = branch.format(minor).encode()
        done = rewrite_file("a.py", data, codemods, Hop(*hop), Project({"a.py": data}))
        assert bool(done.steps) == (minor <= floor), minor


def test_what_runs_on_the_source_is_prepared_and_what_needs_the_target_is_not() -> None:
    stages = {one.codemod.id: one.stage for one in choose([*CODEMODS.values()], Hop("2.2", "3.2"), Settings()) if one.active}
    assert stages == {"pyupgrade": Stage.PREPARE, "pyupgrade-3-6": Stage.BUMP}
    # 4.0 and 4.2 have the same oldest Python, so the result runs on both.
    stages = {one.codemod.id: one.stage for one in choose([*CODEMODS.values()], Hop("4.0", "4.2"), Settings()) if one.active}
    assert facts("4.0").pythons[0] == facts("4.2").pythons[0] and stages["pyupgrade-3-8"] is Stage.PREPARE


def test_from_a_release_for_python_2_nothing_of_it_is_prepared() -> None:
    stages = {one.codemod.id: one.stage for one in choose([*CODEMODS.values()], Hop("1.11", "2.2"), Settings()) if one.active}
    assert stages == {"pyupgrade": Stage.BUMP}


def test_it_can_be_left_out() -> None:
    assert active([*CODEMODS.values()], Hop("2.2", "3.2"), Settings(skip=("pyupgrade",))) == []
    assert [one.id for one in active([*CODEMODS.values()], Hop("2.2", "3.2"), Settings(skip=("pyupgrade-3-6",)))] == ["pyupgrade"]
    with pytest.raises(HopError):
        active([*CODEMODS.values()], Hop("2.2", "3.2"), Settings(skip=("pyupgrades",)))
