"""The compiler's tables as a cheaper look at a changed file: what they vouch for, the dearer look would have passed."""

from __future__ import annotations

import pytest

from django_hop.rewrite.module import Module, parse
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.sound import free_names, is_sound, is_sound_where_changed


def module(text: str) -> Module:
    return parse("app/models.py", text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "import a\n\n\ndef f(b):\n    return a, b, len(b), __name__\n",
        "def f():\n    global later\n    later = 1\n\n\nprint(later)\n",
        "class C:\n    a = 1\n    b = a\n    def f(self): return __class__, super()\n",
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    return g\n",
        "try:\n    import a\nexcept ImportError as error:\n    a = error\n",
        "def f(*args, **kwargs): return lambda x, *, y=1: (args, kwargs, x, y)\n",
    ],
)
def test_nothing_is_free_where_all_is_bound(text: str) -> None:
    assert free_names(text) == Names(module(text).tree).undefined() == set()
    assert is_sound(module(text), text.encode())


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("print(gone)\n", {"gone"}),
        ("def f():\n    x = 1\n\n\nprint(x)\n", {"x"}),
        ("class C:\n    x = 1\n    def f(self): return x\n", {"x"}),
        ("@gone\nclass C(base):\n    def f(self, a=default) -> None: pass\n", {"gone", "base", "default"}),
        ("del later\n", set()),
    ],
)
def test_what_is_bound_nowhere_in_sight_is_free(text: str, free: set[str]) -> None:
    assert free_names(text) == free
    assert is_sound(module("x = 1\n"), text.encode()) == (not free)


@pytest.mark.parametrize(
    "changed",
    [
        b"print(gone)\n",
        b"def f(:\n",
        b"x = 1\n\0",
        b"x = '\xff'\n",
        b"from __future__ import annotations\nx: gone = 1\n",
        b"x = 1\n" + b"#" * 4_000_000,
    ],
)
def test_what_is_in_doubt_is_not_vouched_for(changed: bytes) -> None:
    assert not is_sound(module("x = 1\n"), changed)


def test_where_a_star_import_may_bind_anything_nothing_is_vouched_for() -> None:
    assert not is_sound(module("from a import *\n"), b"from a import *\nx = 1\n")


def test_what_was_undefined_before_may_stay_so() -> None:
    assert is_sound(module("x = gone\n"), b"y = gone\n")


# -- only what changed --------------------------------------------------------------------------------------------------

OLD = """# head
from a import b, c
from d import e
import f as g


@b
class C(c):
    x = e
    y = x

    # why
    @g.h
    def m(self):
        global made
        made = b
        return undefined

    def n(self):
        return made


def last():
    return C
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class C(c):", "class C:"),
        ("@b\nclass", "class"),
        ("import f as g", "import k\nimport f as g"),
        ("from d import e\n", "from k import e\n"),
        ("return made", "return f'{e}', __name__, len(C), undefined"),
        ("    def n(self):\n        return made\n", ""),
        ("    y = x\n", "    y = [z for z in e]\n    k = y\n"),
        ("return C", "return [C for C in c]"),
        ("\n\ndef last():\n    return C\n", ""),
        ("# head\n", ""),
        ("return undefined", "return [undefined for _ in self]"),
        ("def last", "import k\n\n\ndef k_last(a=k):\n    pass\n\n\ndef last"),
    ],
)
def test_changed_statements_settle_most_changes(old: str, new: str) -> None:
    changed = OLD.replace(old, new)
    assert changed != OLD and is_sound_where_changed(module(OLD), changed)
    assert free_names(changed) <= module(OLD).names.undefined()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from d import e\n", ""),  # still used
        ("from a import b, c", "from a import b"),
        ("    x = e\n", ""),  # used by the class itself
        (OLD[OLD.index("    @g.h") : OLD.index("    def n")], ""),  # bound what the module uses
        ("return made", "return gone"),
        ("class C(c):", "class D(c):"),
        ("class C(c):", "class C(c): pass"),
        ("class C(c):", "class C(gone):"),
        ("    y = x\n", "    y = x\nif x:\n    pass\n"),
        ("    y = x\n", "        y = x\n"),
        ("    def n(self):\n", "  def n(self):\n"),
        ("    def n(self):\n        return made\n", "    def n(self):\n"),
        ("@b\nclass C(c):", "if b:\n  class C(c): pass"),
        ("import f as g\n\n\n", "import f as g \\\n"),
        ("return undefined\n\n", "return undefined; \\\n"),
        ("@b\nclass", "class C(c):\n@b\nclass"),
        ("import f as g\n", "import f as g; '''\n"),
        ("return C\n", "return C\n)\n"),
        ("return C\n", "return C"),
        ("# head\n", "# head\r\n"),
        ("# head\n", "from __future__ import division\n"),
        (OLD[OLD.index("    x = e") : OLD.index("\n\ndef last")], ""),
    ],
)
def test_what_changed_statements_do_not_settle_is_left_to_the_whole_text(old: str, new: str) -> None:
    changed = OLD.replace(old, new)
    assert changed != OLD and not is_sound_where_changed(module(OLD), changed)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1; y = 2\nz = '''\n'''; u = x\n",
        "x = \\\n    1\n\\\n\ny = x\n",
        "class C: x = 1; y = 2\n\n\nclass D:\n\tx = 1; y = x\n\tz = x\n",
        "@C\\\n.f\nclass C:\n    @ x\n    def f(self): pass\n    '''\nz = 1\n'''\n    y = f\n",
        "if a: pass\nelse:\n    b = 1\nb\n",
        "é = 1; x = 2\nclass É:\n    é = 1; x = 2\n    y = é\n",
    ],
)
def test_what_changed_statements_settle_is_what_the_whole_text_does(text: str) -> None:
    before = module(text)
    lines = text.splitlines(keepends=True)
    news = ["", "    ", "gone\n", "x = 1\n", "    x = gone\n", "class C:\n", "    def f(self):\n", "'''\n", "\\\n", ")\n", "if x:\n"]
    for place in range(len(lines)):
        for new in news:
            for kept in (lines[place], "", lines[place].lstrip()):
                changed = "".join([*lines[:place], new + kept, *lines[place + 1 :]])
                if is_sound_where_changed(before, changed):
                    assert free_names(changed) <= before.names.undefined()


def test_many_changes_are_left_to_the_whole_text() -> None:
    # Each of them would be searched for in the text, and every name for it: a large generated file would take a minute.
    text = "".join(f"x{number} = {'u' if number % 2 else ''}'text'\n" for number in range(100))
    changed = text.replace("u'", "'")
    assert not is_sound_where_changed(module(text), changed) and is_sound(module(text), changed.encode())


def test_a_class_with_many_changes_is_compiled_as_one() -> None:
    text = "class C:\n" + "".join(f"    x{number} = {'u' if number % 2 else ''}'text'\n" for number in range(100))
    assert is_sound_where_changed(module(text), text.replace("u'", "'"))
    assert not is_sound_where_changed(module(text), text.replace("u'text'", "gone"))


def test_a_module_of_many_statements_is_left_to_its_tree() -> None:
    text = "".join(f"def f{number}(): pass\n" for number in range(600))
    assert not is_sound(module(text), text.encode())
