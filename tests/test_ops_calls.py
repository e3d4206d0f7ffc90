"""Arguments that are added or dropped without LibCST leave what LibCST would leave."""

from __future__ import annotations

import ast

import pytest

from django_hop.model import Edit, Hop
from django_hop.ops import calls
from django_hop.ops.calls import change_arguments
from django_hop.packs import shipped
from django_hop.project.index import Project
from django_hop.rewrite import layout
from django_hop.rewrite.module import parse
from django_hop.rewrite.site import Site

CODEMOD = shipped()[0].codemods[0]
SURE = [
    "f()",
    "f(a)",
    "f(a, b=1)",
    "f(\n    a\n)",
    "f(\n    a,\n)",
    "f(\n    a, b,\n)",
    "f(\n    a, b\n)",
    "f(a,\n  b)",
    "f(a,\n  b=(1))",
    "f(a, [\n    1,\n])",
    "f(\n\ta,\n\tb,\n)",
    "f(\n    a,  # why,\n    b,\n)",
    "f(a, *b, **{\n    'é': 1})",
    "f('''\n''', a)",
]
IN_DOUBT = [
    "f(\n)",
    "f(\n    a  # why\n)",
    "f(\n\ta,  # why\n\tb,\n)",
    "f(\n    a,  # why\n)",
    "f(a,\n  (b))",
    "f(x for x in\n  y)",
    "f(a,\n\n  b)",
    "f(a,\n  # why\n  b)",
    "f(a, \\\n  b)",
    "f(\r\n    a,\r\n    b\r\n)",
    "f(a,\n  b ,\n)",
    "f(a, )",
    "f(a )",
]


def added(text: str) -> tuple[Edit | None, list[Edit]]:
    """The edit without LibCST, if there is one, and LibCST's."""
    module = parse("app/models.py", text.encode())
    site = Site(module, CODEMOD, Hop("2.2", "3.2"), Project({}))
    call = next(node for node in site.nodes(ast.Call))
    plain = calls._appended(site, call, {"new": "1"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "_appended", lambda *_: None)
        return plain, change_arguments(site, call, add={"new": "1"}, drop=[])


@pytest.mark.parametrize("text", SURE)
def test_what_is_added_without_libcst_is_what_it_adds(text: str) -> None:
    plain, edits = added(text)
    assert plain is not None and [plain] == edits


@pytest.mark.parametrize("text", IN_DOUBT)
def test_what_has_a_layout_of_its_own_is_left_to_libcst(text: str) -> None:
    assert added(text)[0] is None


LAYOUTS = [
    *SURE,
    *IN_DOUBT,
    "f (a)",
    "f( a )",
    "f(a, b, c)",
    "f(a , b , c ,)",
    "f(a=1,b=[2, 3],\n c={'x': (4)})",
    "f(\n    a=[\n        'é',  # why\n    ],\n)",
    "f(\n    a=1,\n    b=2,\n    c=3,\n)",
    "f(\n    a=1, b=2,\n    # why\n    c=3)",
    "f(a=(1), b=(2))",
    "f((a), (b))",
    "f(a)(b, c)",
    "(f)(a)",
    "f(*a, b, **c)",
    "f(  # why\n    a\n)",
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_what_is_dropped_without_libcst_leaves_what_it_leaves(text: str) -> None:
    module = parse("app/models.py", text.encode())
    site = Site(module, CODEMOD, Hop("2.2", "3.2"), Project({}))
    call = next(node for node in site.nodes(ast.Call))
    given = sorted([*call.args, *call.keywords], key=module.start)
    for place, argument in enumerate(given):
        if (edit := calls.dropped(site, call, argument)) is not None:
            assert edit == site.replace_call(call, layout.drop_argument_at(site.cst_call(call), place))


def test_most_arguments_are_dropped_without_libcst() -> None:
    module = parse("app/models.py", b"Signal(providing_args=['a', 'b'])\nSignal(\n    providing_args=['a'],  # why\n)")
    site = Site(module, CODEMOD, Hop("2.2", "3.2"), Project({}))
    plain, commented = (node for node in site.nodes(ast.Call) if isinstance(node, ast.Call))
    assert calls.dropped(site, plain, plain.keywords[0]) == Edit(7, len("Signal(providing_args=['a', 'b']"), "")
    assert calls.dropped(site, commented, commented.keywords[0]) is None
