"""What the ops on class bodies change, what they leave, and what they report."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from django_hop.model import SAFE, Codemod, Hop
from django_hop.ops.base import Op
from django_hop.ops.classes import (
    POSITION,
    AddParameter,
    AttributeValue,
    DropAttribute,
    DropParameter,
    FindAttribute,
    FindMethod,
    RenameAttribute,
    RenameMethod,
)
from django_hop.ops.decorators import DropDecorator, RemoveBase
from django_hop.testing import Case, result_text, run_case

WIDGET = "django.forms.Widget"
HEAD = "from django import forms\n\n\n"


def run(op: Op, text: str, **given: str) -> tuple[str, list[str]]:
    """The new text and the messages of what was not fixed."""
    codemod = Codemod("t", "t", removed="3.0", ops=(op,), safety=SAFE, works_from="2.0")
    files = {name.replace("__", "/") + ".py": source for name, source in given.items()}
    case = Case("", "before", "app/x.py", text, "", 1, Hop("2.2", "3.2"), None, files)
    result = run_case(codemod, case)
    assert not result.failures, result.failures
    return result_text(case, result), [one.message for one in result.findings if not one.fixed]


RENDER = AddParameter((WIDGET,), "render", "renderer=None", "m")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def render(self, name, value, attrs=None): ...", "def render(self, name, value, attrs=None, renderer=None): ..."),
        ("def render(self, name, value, attrs=(1, [2])): ...", "def render(self, name, value, attrs=(1, [2]), renderer=None): ..."),
        ("def render(self, name, attrs: dict = None) -> str: ...", "def render(self, name, attrs: dict = None, renderer=None) -> str: ..."),
        ("def render(self, name, *args): ...", "def render(self, name, renderer=None, *args): ..."),
        ("def render(self, name, *, big=1): ...", "def render(self, name, renderer=None, *, big=1): ..."),
        ("def render(self, name, /): ...", "def render(self, name, /, renderer=None): ..."),
        ("def render(self, name, attrs=None,): ...", "def render(self, name, attrs=None, renderer=None,): ..."),
        (
            "def render(\n        self,\n        name,\n        attrs=None,  # from the form\n    ):\n        ...",
            "def render(\n        self,\n        name,\n        attrs=None,  # from the form\n        renderer=None,\n    ):\n        ...",
        ),
        (
            "def render(\n        self,\n        name,\n        attrs=None  # from the form\n    ):\n        ...",
            "def render(\n        self,\n        name,\n        attrs=None,  # from the form\n        renderer=None\n    ):\n        ...",
        ),
        (
            "def render(self, name,\n               attrs=None):\n        ...",
            "def render(self, name,\n               attrs=None,\n               renderer=None):\n        ...",
        ),
        (
            "def render(self, name, attrs=None):\n        return super().render(name, attrs)",
            "def render(self, name, attrs=None, renderer=None):\n        return super().render(name, attrs, renderer=renderer)",
        ),
        (
            "def render(self, name, attrs=None):\n        return super(W, self).render(\n            name,\n            attrs=attrs,\n        )",
            "def render(self, name, attrs=None, renderer=None):\n        return super(W, self).render(\n            name,\n            attrs=attrs,\n            renderer=renderer,\n        )",
        ),
        (
            "def render(self, name, attrs=None):\n        return forms.Textarea.render(self, name, attrs) + other.render(name)",
            "def render(self, name, attrs=None, renderer=None):\n        return forms.Textarea.render(self, name, attrs, renderer=renderer) + other.render(name)",
        ),
    ],
)
def test_a_parameter_is_added_in_the_layout_of_its_neighbours(before: str, after: str) -> None:
    head = f"{HEAD}class W(forms.Textarea):\n    "
    assert run(RENDER, f"{head}{before}\n") == (f"{head}{after}\n", [])


@pytest.mark.parametrize(
    "same",
    [
        "class W(forms.Textarea):\n    def render(self, name, value, attrs=None, renderer=None): ...",
        "class W(forms.Textarea):\n    def render(self, name, *args, **kwargs): ...",
        "class W(forms.Textarea):\n    def render(self, name, *, renderer): ...",
        "class W(Unknown):\n    def render(self, name): ...",
        "class W:\n    def render(self, name): ...",
        "class W(forms.Textarea):\n    def draw(self, render): ...",
        "class W(forms.Textarea):\n    class Inner:\n        def render(self, name): ...",
    ],
)
def test_a_method_that_takes_it_or_is_not_an_override_stays(same: str) -> None:
    assert run(RENDER, f"{HEAD}{same}\n") == (f"{HEAD}{same}\n", [])


def test_crlf_line_ends_are_kept() -> None:
    before = "from django import forms\r\nclass W(forms.Textarea):\r\n    def render(\r\n        self,\r\n        name,\r\n    ): ...\r\n"
    assert run(RENDER, before)[0] == before.replace("        name,\r\n", "        name,\r\n        renderer=None,\r\n")


def test_a_subclass_of_a_class_of_another_app_is_known() -> None:
    base = "from django.forms import widgets\nclass Base(widgets.Input): ..."
    before = "from .base import Base\nclass W(Base):\n    def render(self, name): return super().render(name)\n"
    after = "from .base import Base\nclass W(Base):\n    def render(self, name, renderer=None): return super().render(name, renderer=renderer)\n"
    assert run(RENDER, before, app__base=base) == (after, [])


def test_it_is_not_given_on_to_a_base_out_of_sight() -> None:
    before = f"{HEAD}from other import Mixin\nclass W(Mixin, forms.Textarea):\n    def render(self, name): return super().render(name)\n"
    after = f"{HEAD}from other import Mixin\nclass W(Mixin, forms.Textarea):\n    def render(self, name, renderer=None): return super().render(name)\n"
    assert run(RENDER, before) == (after, [])


def test_it_is_not_given_on_to_a_mixin_that_does_not_take_it() -> None:
    mixin = "class Mixin:\n    def render(self, name): return super().render(name)"
    before = f"{HEAD}from .base import Mixin\nclass W(Mixin, forms.Textarea):\n    def render(self, name): return super().render(name)\n"
    after = before.replace("(self, name)", "(self, name, renderer=None)")
    assert run(RENDER, before, app__base=mixin) == (after, [])


def test_a_name_in_use_is_left_to_a_person() -> None:
    before = f"{HEAD}class W(forms.Textarea):\n    def render(self, name):\n        renderer = 1\n        return renderer\n"
    assert run(RENDER, before) == (before, ["m; the name `renderer` is used in this method for something else"])


PERMISSION = AddParameter(("django.contrib.admin.ModelAdmin",), "has_add_permission", "obj", "m", position=1, passed=POSITION)
ADMIN = "from django.contrib import admin\nclass A(admin.ModelAdmin):\n    "


def test_an_argument_by_position_goes_to_its_place() -> None:
    before = "def has_add_permission(self, request): return super().has_add_permission(request)\n"
    after = "def has_add_permission(self, request, obj): return super().has_add_permission(request, obj=obj)\n"
    assert run(PERMISSION, ADMIN + before) == (ADMIN + after, [])


@pytest.mark.parametrize("header", ["self, request, parent", "self, request, *args", "self, *args, **kwargs"])
def test_an_argument_by_position_is_taken_by_any_name(header: str) -> None:
    text = f"{ADMIN}def has_add_permission({header}): ...\n"
    assert run(PERMISSION, text) == (text, [])


@pytest.mark.parametrize("header", ["self", "self, request, **kwargs"])
def test_a_strange_header_is_reported_or_gets_it_before_the_stars(header: str) -> None:
    text = f"{ADMIN}def has_add_permission({header}): ...\n"
    after, messages = run(PERMISSION, text)
    assert (after == text and messages) if header == "self" else "self, request, obj, **kwargs" in after


CONTEXT = DropParameter(("django.db.models.Field",), "from_db_value", "context", "m")
FIELD = "from django.db import models\nclass F(models.CharField):\n    "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def from_db_value(self, value, expression, connection, context): ...",
            "def from_db_value(self, value, expression, connection): ...",
        ),
        ("def from_db_value(self, value, e, c, context, *args): ...", "def from_db_value(self, value, e, c, *args): ..."),
        ("def from_db_value(self, value, *, context): ...", "def from_db_value(self, value): ..."),
        ("def from_db_value(self, value, *, context, **kw): ...", "def from_db_value(self, value, **kw): ..."),
        ("def from_db_value(self, value, *, context, other): ...", "def from_db_value(self, value, *, other): ..."),
        ("def from_db_value(self, value, *, other, context=None): ...", "def from_db_value(self, value, *, other): ..."),
        (
            "def from_db_value(\n        self,\n        value,\n        context,\n    ): ...",
            "def from_db_value(\n        self,\n        value,\n    ): ...",
        ),
        (
            "def from_db_value(self, v, e, c, context):\n        return super().from_db_value(v, e, c, context)",
            "def from_db_value(self, v, e, c):\n        return super().from_db_value(v, e, c)",
        ),
        (
            "def from_db_value(self, v, e, c, context):\n        return models.CharField.from_db_value(self, v, e, c, context=context)",
            "def from_db_value(self, v, e, c):\n        return models.CharField.from_db_value(self, v, e, c)",
        ),
    ],
)
def test_a_parameter_is_dropped_with_its_comma(before: str, after: str) -> None:
    assert run(CONTEXT, f"{FIELD}{before}\n") == (f"{FIELD}{after}\n", [])


@pytest.mark.parametrize(
    "body",
    [
        "def from_db_value(self, v, e, c, context):\n        return context",
        "def from_db_value(self, v, e, c, context):\n        return self.parse(v, context)",
        "def from_db_value(\n        self, v, e, c,\n        # the query\n        context\n    ): ...",
    ],
)
def test_a_used_or_commented_parameter_is_reported(body: str) -> None:
    after, messages = run(CONTEXT, f"{FIELD}{body}\n")
    assert after == f"{FIELD}{body}\n"
    assert len(messages) == 1


@pytest.mark.parametrize("body", ["def from_db_value(self, v, *args): ...", "def to_python(self, context): from_db_value"])
def test_another_method_or_star_args_stay(body: str) -> None:
    assert run(CONTEXT, f"{FIELD}{body}\n") == (f"{FIELD}{body}\n", [])


RENAME = RenameMethod((WIDGET,), {"_format_value": "format_value"}, "{old} is {new}")


def test_a_method_and_the_calls_of_it_are_renamed() -> None:
    before = (
        f"{HEAD}class W(forms.Textarea):\n    def _format_value(self, value): return super()._format_value(value)\n"
        "    def render(self, other): return self._format_value(1) + other._format_value(2)\n"
    )
    after = (
        f"{HEAD}class W(forms.Textarea):\n    def format_value(self, value): return super().format_value(value)\n"
        "    def render(self, other): return self.format_value(1) + other._format_value(2)\n"
    )
    assert run(RENAME, before) == (after, [])


def test_a_class_with_both_names_is_reported() -> None:
    before = f"{HEAD}class W(forms.Textarea):\n    def _format_value(self, value): ...\n    format_value = _format_value\n"
    assert run(RENAME, before) == (before, ["_format_value is format_value; the class has both"])


def test_the_first_parameter_of_an_inner_function_is_not_self() -> None:
    before = f"{HEAD}class W(forms.Textarea):\n    def render(self):\n        def inner(other): return other._format_value(1)\n"
    assert run(RENAME, before) == (before, [])


def test_attributes() -> None:
    before = f"{HEAD}class W(forms.Textarea):\n    old = 1\n    flag = True\n    gone = 5  # five\n    def render(self): return self.old\n"
    assert run(RenameAttribute((WIDGET,), {"old": "new"}, "m"), before)[0] == before.replace("old", "new")
    assert run(AttributeValue((WIDGET,), "flag", {"True": "None"}, "m"), before)[0] == before.replace("True", "None")
    assert run(DropAttribute((WIDGET,), "gone", "m"), before)[0] == before.replace("    gone = 5  # five\n", "")
    assert run(DropAttribute((WIDGET,), "gone", "m", "6"), before) == (before, ["m"])
    assert run(DropAttribute((WIDGET,), "old", "m"), before) == (before, ["m"])
    assert run(FindAttribute((WIDGET,), ("flag",), "m"), before) == (before, ["m"])
    assert run(FindMethod((WIDGET,), ("render",), "m"), before) == (before, ["m"])


def test_the_only_statement_of_a_class_becomes_pass() -> None:
    before = f"{HEAD}class W(forms.Textarea):\n    gone = 5\n"
    assert run(DropAttribute((WIDGET,), "gone", "m"), before)[0] == before.replace("gone = 5", "pass")


@pytest.mark.parametrize("body", ["gone = other = 5", "gone = 5; more = 6"])
def test_an_attribute_that_shares_its_line_is_reported(body: str) -> None:
    before = f"{HEAD}class W(forms.Textarea):\n    {body}\n"
    assert run(DropAttribute((WIDGET,), "gone", "m"), before)[0] == before


DECORATOR = DropDecorator("django.utils.encoding.python_2_unicode_compatible", "m")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from django.utils.encoding import python_2_unicode_compatible\n@python_2_unicode_compatible\nclass A: ...\n", "class A: ...\n"),
        (
            "from django.utils.encoding import force_str, python_2_unicode_compatible as p\n@other\n@p  # py2\n# about A\n@third\nclass A: ...\n",
            "from django.utils.encoding import force_str\n@other\n# about A\n@third\nclass A: ...\n",
        ),
        (
            "from django.utils import encoding\n\n@encoding.python_2_unicode_compatible\nclass A: ...\nencoding.x\n",
            "from django.utils import encoding\n\nclass A: ...\nencoding.x\n",
        ),
        ("from django.utils.encoding import python_2_unicode_compatible\nx = 1\n", "x = 1\n"),
    ],
)
def test_a_decorator_goes_with_its_line_and_import(before: str, after: str) -> None:
    assert run(DECORATOR, before) == (after, [])


def test_a_decorator_that_is_called_otherwise_or_doubtful_is_reported() -> None:
    called = "from django.utils.encoding import python_2_unicode_compatible\nclass A: ...\nB = python_2_unicode_compatible(A)\n"
    assert run(DECORATOR, called) == (called, ["m; here it is no decorator"])
    doubtful = (
        "try:\n    from django.utils.encoding import python_2_unicode_compatible\nexcept ImportError:\n    from six import python_2_unicode_compatible\n"
        "@python_2_unicode_compatible\nclass A: ...\n"
    )
    after, messages = run(DECORATOR, doubtful)
    assert after == doubtful
    assert len(messages) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(Gone)", ""),
        ("(Gone, A)", "(A)"),
        ("(A, Gone)", "(A)"),
        ("(Gone, metaclass=A)", "(metaclass=A)"),
        ("(\n    A,\n    Gone,\n    B,\n)", "(\n    A,\n    B,\n)"),
    ],
)
def test_a_base_goes(before: str, after: str) -> None:
    head = "from contextlib import x\nclass A: ...\nB = A\n"
    op = RemoveBase("old.place.Gone", "m")
    text = f"{head}from old.place import Gone, Stays\nclass C{before}: ...\nprint(Stays)\n"
    assert run(op, text) == (f"{head}from old.place import Stays\nclass C{after}: ...\nprint(Stays)\n", [])
