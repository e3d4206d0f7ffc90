"""What a file can mean, by the text of its imports: never no where the resolver says yes."""

from __future__ import annotations

import pytest

from django_hop.ops.base import arguments_behind
from django_hop.rewrite.imported import can_mean
from django_hop.rewrite.module import parse

NAME = "django.utils.http.urlquote"


@pytest.mark.parametrize(
    "text",
    [
        "from django.utils.http import urlquote\nurlquote(1)",
        "from django.utils.http import (\n    # see foo() for why\n    urlencode,\n    urlquote as q,\n)\nq(1)",
        "from django.utils.http import \\\n    urlquote\nurlquote(1)",
        "from django.utils import http\nhttp.urlquote(1)",
        "from django.utils import http as h\nh.urlquote(1)",
        "from django import utils\nutils.http.urlquote(1)",
        "import django.utils.http\ndjango.utils.http.urlquote(1)",
        "import django\n(django.utils\n    .http. urlquote(1))",
        "import os, django.utils.http as h\nh.urlquote(1)",
        "import os; from django.utils.http import urlquote; urlquote(1)",
        "if x: from django.utils.http import urlquote\nurlquote(1)",
        "'''Taken from the\nfrom where'''\nfrom django.utils.http import urlquote\nurlquote(1)",
        "'''what we import from (this'''\nfrom django.utils.http import urlquote\nurlquote(1)",
        "from django . utils . http import urlquote\nurlquote(1)",
    ],
)
def test_what_is_meant_is_seen(text: str) -> None:
    module = parse("shop/a.py", text.encode())
    assert NAME in {*module.names.references, *module.names.doubtful}, "the case itself is wrong"
    assert can_mean("shop/a.py", text.encode(), NAME)


def test_a_dotted_string_counts() -> None:
    assert can_mean("shop/a.py", b"mock.patch('django.utils.http.urlquote')", NAME)


def test_a_star_import_may_bring_the_name() -> None:
    assert can_mean("shop/a.py", b"from django.utils.http import *\nurlquote(1)", NAME)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("django/utils/text.py", "from .http import urlquote"),
        ("django/contrib/x/y.py", "from ...utils import http\nhttp.urlquote"),
        ("django/utils/http.py", "def urlquote(x): ...\nurlquote(1)"),
        ("django/utils/http/__init__.py", "from . import x\ndef urlquote(x): ..."),
    ],
)
def test_relative_imports_and_own_definitions_count(path: str, text: str) -> None:
    assert can_mean(path, text.encode(), NAME)


@pytest.mark.parametrize(
    "text",
    [
        "from django.utils.http import urlencode\nfrom .quoting import urlquote\nurlquote(1)",
        "from django.utils import text\nfrom shop.http import urlquote\nurlquote(1)",
        "import django.utils\ndef urlquote(http): ...",
    ],
)
def test_words_alone_do_not_make_a_meaning(text: str) -> None:
    assert not can_mean("shop/a.py", text.encode(), NAME)


def test_a_module_is_meant_by_what_comes_from_it() -> None:
    assert can_mean("a.py", b"from django.utils.six.moves import input", "django.utils.six")
    assert not can_mean("a.py", b"from six.moves import input  # no django.utils", "django.utils.six")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(a, b)", ["a", "b"]),
        ("f()", []),
        ("f(a,)", ["a"]),
        ("f(g(a, b), [c, d], {e: 1})", ["g(a, b)", "[c, d]", "{e: 1}"]),
        ("f('a, (b', r\"c)\\\", d\", '''e\n',')''')", ["'a, (b'", 'r"c)\\", d"', "'''e\n',')'''"]),
        ("f(\n    a,  # one, (two\n    b,\n)", ["a", "b"]),
    ],
)
def test_arguments_are_split_where_python_splits_them(text: str, expected: list[str]) -> None:
    found = arguments_behind(text.encode(), 1)
    assert found is not None
    assert [one.decode().strip() for one in found[0]] == expected
    assert found[1] == len(text)


def test_what_does_not_end_has_no_arguments() -> None:
    assert arguments_behind(b"f(a, 'b)", 1) is None
    assert arguments_behind(b"f(a, # b)", 1) is None
