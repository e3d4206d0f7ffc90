"""The compiler's tables as a cheaper look at a changed file: what they vouch for, the dearer look would have passed."""

from __future__ import annotations

import pytest

from django_hop.rewrite.module import Module, parse
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.sound import free_names, is_sound


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
