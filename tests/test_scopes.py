"""Names: what an expression means, through aliases, scopes, shadowing and fallbacks."""

from __future__ import annotations

import ast
import textwrap

import pytest

from django_hop.rewrite.scopes import Names


def names(source: str, module: str = "app.views", package: str = "app") -> Names:
    return Names(ast.parse(textwrap.dedent(source)), module, package)


def lines(source: str, qualified: str) -> list[int]:
    return sorted(node.lineno for node in names(source).references.get(qualified, []))


MEANS = {
    "a plain import": ("from a.b import c\nc()", [2]),
    "an alias": ("from a.b import c as d\nd()", [2]),
    "the module imported from its package": ("from a import b\nb.c()", [2]),
    "the dotted import": ("import a.b\na.b.c()", [2]),
    "the dotted import under an alias": ("import a.b as x\nx.c()", [2]),
    "an import inside a function": ("def f():\n    from a.b import c\n    return c", [3]),
    "a use in a nested function": ("from a.b import c\ndef f():\n    def g():\n        return c\n", [4]),
    "a default argument is evaluated outside": ("from a.b import c\ndef f(c=c):\n    return c", [2]),
    "a decorator": ("from a.b import c\n@c\ndef f(): ...", [2]),
    "the first iterable of a comprehension": ("from a.b import c\nx = [c for c in c]", [2]),
    "an annotation": ("from a.b import c\ndef f(x: c) -> c: ...", [2, 2]),
    "a base class": ("from a.b import c\nclass X(c): ...", [2]),
    "a use in a class body": ("from a.b import c\nclass X:\n    y = c()", [3]),
    "the same import twice": ("from a.b import c\nfrom a.b import c\nc()", [3]),
    "both branches import the same thing": ("if x:\n    from a.b import c\nelse:\n    from a.b import c\nc()", [5]),
    "a global declaration leads to the module": ("from a.b import c\ndef f():\n    global c\n    return c", [4]),
}
DOES_NOT_MEAN = {
    "a parameter shadows it": "from a.b import c\ndef f(c):\n    return c",
    "a lambda's parameter shadows it": "from a.b import c\nf = lambda c: c",
    "a local assignment shadows it": "from a.b import c\ndef f():\n    c = 1\n    return c",
    "a loop variable shadows it": "from a.b import c\ndef f():\n    for c in ():\n        print(c)",
    "a comprehension variable shadows it": "from a.b import c\nx = [c for c in ()]",
    "an except name shadows it": "from a.b import c\ndef f():\n    try: ...\n    except E as c:\n        print(c)",
    "a with name shadows it": "from a.b import c\ndef f():\n    with o() as c:\n        print(c)",
    "a walrus shadows it": "from a.b import c\ndef f():\n    if (c := 1):\n        return c",
    "a match capture shadows it": "from a.b import c\ndef f(x):\n    match x:\n        case {'k': c}:\n            return c",
    "a module-level assignment makes it doubtful": "from a.b import c\nc = wrap(c)",
    "a global assignment in a function makes it doubtful": "from a.b import c\ndef f():\n    global c\n    c = 1\nc()",
    "two imports of one name": "try:\n    from a.b import c\nexcept ImportError:\n    from x import c\nc()",
    "an attribute of something else": "from a.b import d\nobj.c()",
    "a method does not see the class body": "from a.b import d\nclass X:\n    from a.b import c\n    def f(self):\n        return c",
    "a keyword of that name": "from a.b import d\nf(c=1)",
}


@pytest.mark.parametrize(("source", "expected"), MEANS.values(), ids=MEANS)
def test_means_the_imported_name(source: str, expected: list[int]) -> None:
    assert lines(source, "a.b.c") == expected


@pytest.mark.parametrize("source", DOES_NOT_MEAN.values(), ids=DOES_NOT_MEAN)
def test_does_not_certainly_mean_it(source: str) -> None:
    assert lines(source, "a.b.c") == []


def test_two_origins_are_doubtful_under_each() -> None:
    found = names("try:\n    from a.b import c\nexcept ImportError:\n    from x import c\nc()").doubtful
    assert [node.lineno for node in found["a.b.c"]] == [5]
    assert [node.lineno for node in found["x.c"]] == [5]


@pytest.mark.parametrize(
    ("statement", "qualified"),
    [("from . import c", "app.c"), ("from .b import c", "app.b.c"), ("from ..b import c", "b.c"), ("from .. import c", "c")],
)
def test_relative_imports_are_resolved_against_the_package(statement: str, qualified: str) -> None:
    found = names(f"{statement}\nc()", "app.sub.views" if ".." in statement else "app.views", "app")
    assert (qualified in found.references) is (qualified != "c")


def test_a_relative_import_beyond_the_top_means_nothing() -> None:
    assert names("from ... import c\nc()").references == {}


UNDEFINED = {
    "a plain one": ("print(x)", {"x"}),
    "none: a builtin": ("print(len)", set()),
    "none: bound later": ("def f():\n    return x\nx = 1", set()),
    "none: a star import may bring it": ("from a import *\nx()", set()),
    "none: class body, comprehension, lambda": ("class A:\n    y = 1\n    z = [i for i in (y,)]\nf = lambda q: q", set()),
    "none: module attributes": ("print(__name__, __file__, __doc__)", set()),
    "none: __class__ in a method": ("class A:\n    def f(self):\n        return __class__", set()),
    "none: import in a function used there": ("def f():\n    import a.b\n    return a.b", set()),
    "none: except name and with name": ("try: ...\nexcept E0 as e:\n    e\n".replace("E0", "ValueError"), set()),
    "del does not define": ("del x", {"x"}),
}


@pytest.mark.parametrize(("source", "expected"), UNDEFINED.values(), ids=UNDEFINED)
def test_undefined_names(source: str, expected: set[str]) -> None:
    assert names(source).undefined() == expected


def test_the_walk_is_not_recursive() -> None:
    source = "x = " + "a" + ".b" * 900
    assert names(source).undefined() == {"a"}
