"""`form_style`, which went from helpers and from what layout objects are rendered with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse, last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, owner_of
from django_hop.ops.functions import drop_parameter, parameter_names
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-crispy-forms"
STYLE = "form_style"
LAYOUT = (
    *(f"crispy_forms.layout.{name}" for name in ("TemplateNameMixin", "LayoutObject", "Layout", "ButtonHolder", "BaseInput")),
    *(f"crispy_forms.layout.{name}" for name in ("Submit", "Button", "Hidden", "Reset", "Fieldset", "MultiField", "Div", "Row")),
    *(f"crispy_forms.layout.{name}" for name in ("Column", "HTML", "Field", "MultiWidgetField")),
    *(f"crispy_forms.bootstrap.{name}" for name in ("PrependedAppendedText", "AppendedText", "PrependedText", "FormActions")),
    *(f"crispy_forms.bootstrap.{name}" for name in ("InlineCheckboxes", "InlineRadios", "FieldWithButtons", "StrictButton")),
    *(f"crispy_forms.bootstrap.{name}" for name in ("Container", "ContainerHolder", "Tab", "TabHolder", "AccordionGroup")),
    *(f"crispy_forms.bootstrap.{name}" for name in ("Accordion", "Alert", "UneditableField", "InlineField")),
)
_METHODS = ("render", "get_rendered_fields")
_TRANSLATED = ("_", "gettext_lazy", "ugettext_lazy", "gettext")
_CALLED = (*_METHODS, "render_field")


@dataclass(frozen=True)
class FormStyle(PythonOp):
    """`render(self, form, form_style, context, ...)` of layout objects goes without `form_style`, and so do the calls inside."""

    message: str = "layout objects are rendered without `form_style`"

    @property
    def words(self) -> Words:
        """The parameter in a method."""
        return (frozenset({"def", STYLE}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for methods of layout objects that only hand it on; findings for others that take it."""
        wanted = set(site.subclasses(*LAYOUT))
        for function in functions(site):
            owner = owner_of(site, function)
            if owner is None or function.name not in _METHODS or STYLE not in parameter_names(function):
                continue
            try:
                if owner not in wanted:
                    raise Refused("is this a layout object?")
                edits = [*drop_parameter(site, function, STYLE), *self._calls(site, function)]
            except Refused as error:
                yield site.finding(function, f"{self.message}; {error}")
                continue
            yield from edits
            yield site.finding(function, self.message, fixed=True)

    @staticmethod
    def _calls(site: Site, function: FunctionNode) -> Iterator[Edit]:
        """The edits that take it out of the calls it is handed on in. Raises Refused where it is used otherwise."""
        for node in ast.walk(function):
            if not isinstance(node, ast.Name) or node.id != STYLE:
                continue
            call = site.parent(node)
            if isinstance(call, ast.Call) and last_name(call.func) in _CALLED and node in call.args[:-1]:
                following = call.args[call.args.index(node) + 1]
                start, end = site.module.start(node), site.module.start(following)
                if "#" in site.text[start:end]:
                    raise Refused("a comment stands beside an argument")
                yield Edit(start, end, "")
            else:
                raise Refused(f"`{STYLE}` is used here")


def _is_markup(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and re.search(r"<(/?[a-z]\w*)\b[^>]*>", value.value) is not None


@dataclass(frozen=True)
class MarkupInLabel(PythonOp):
    """Report labels of fields that hold markup in a plain string."""

    message: str = "this markup is shown as text: crispy-forms 2 escapes it unless `mark_safe()` says otherwise"

    @property
    def words(self) -> Words:
        """The argument."""
        return (frozenset({"label"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each string, translated or not."""
        for call in site.nodes(ast.Call):
            if not last_name(call.func).endswith("Field"):
                continue
            for keyword in call.keywords:
                value = keyword.value
                if isinstance(value, ast.Call) and value.args and last_name(value.func) in _TRANSLATED:
                    value = value.args[0]
                if keyword.arg == "label" and _is_markup(value):
                    yield site.finding(keyword, self.message)


CODEMODS = [
    Codemod(
        "crispy-form-style",
        "layout objects are rendered without form_style",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("crispy-2.0-form-style",),
        docs="django-crispy-forms 2.0 changelog: form_style",
        ops=(
            FormStyle(),
            FindUse(
                (STYLE, "html5_required"),
                "helpers have neither `form_style` nor `html5_required` in crispy-forms 2: a CSS class does what the style did",
                receiver="self|helper|form_helper|filter_helper",
            ),
        ),
    ),
    Codemod(
        "crispy-plain-labels",
        "labels with markup are shown as text unless they are marked safe",
        package=PACKAGE,
        removed="2.0",
        works_from="1.9",
        safety=DETECT,
        silent=True,
        covers=("crispy-2.0-fail-silently",),
        docs="django-crispy-forms 2.0 changelog: safe",
        ops=(MarkupInLabel(),),
    ),
]
