"""Forms: rendered by templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, owner_of
from django_hop.ops.classes import FindAttribute, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindTemplate, FindText
from django_hop.ops.where import tests
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

FORMS = ("django.forms.forms.BaseForm", "django.forms.forms.Form", "django.forms.models.ModelForm", "django.forms.formsets.BaseFormSet")
ERRORS = ("django.forms.utils.ErrorList", "django.forms.utils.ErrorDict")
OUTPUT = "`_html_output()` is deprecated and goes with 5.0: write a template, and name it in `template_name`"
TEMPLATE = (
    "forms have `template_name`, `render()`, `get_context()` and `renderer` of their own from 4.0 on, and `{{ form }}` uses them: see "
    "whether this one means that"
)
PLAIN = "error lists must render to a SafeString: `format_html_join()` makes one, or a template named in `template_name`"
LIST = "`RadioSelect` and `CheckboxSelectMultiple` render divs instead of a list from 4.0 on"


def _returns_text(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if a method returns a plain text: a literal, an f-string, `%`, `format()`, `join()`."""
    for one in ast.walk(function):
        value = one.value if isinstance(one, ast.Return) else None
        plain = isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str) and bool(value.value))
        built = isinstance(value, ast.BinOp) and any(
            isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(value)
        )
        called = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in ("format", "join")
        if plain or built or called:
            return True
    return False


@dataclass(frozen=True)
class HtmlOutput(PythonOp):
    """Calls and overrides of `_html_output()`."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"_html_output"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each."""
        yield from FindMethodCall("_html_output", OUTPUT).apply(site)
        for function in functions(site):
            if function.name == "_html_output" and owner_of(site, function) is not None:
                yield site.finding(function, OUTPUT)


CODEMODS = [
    Codemod(
        "form-html-output",
        "uses of _html_output() are found",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-forms-html-output",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(HtmlOutput(),),
    ),
    Codemod(
        "form-template-names",
        "forms with attributes are found that 4.0 gave a meaning",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-forms-rendered-by-templates",),
        docs="releases/4.0: Template based form rendering",
        silent=True,
        ops=crossing(
            "4.0",
            FindAttribute(FORMS, ("template_name", "template_name_p", "template_name_table", "template_name_ul", "renderer"), TEMPLATE),
            FindMethod(FORMS, ("render", "get_context"), TEMPLATE),
        ),
    ),
    Codemod(
        "error-list-plain-text",
        "error lists that give plain texts are found",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-errorlist-plain-str",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(FindMethod(ERRORS, ("__str__", "__html__", "as_ul", "as_divs", "as_p", "as_div"), PLAIN, _returns_text),),
    ),
    Codemod(
        "radio-select-divs",
        "what counts on lists in RadioSelect is found",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-radioselect-div-rendering",),
        docs="releases/4.0: Miscellaneous",
        silent=True,
        ops=crossing(
            "4.0",
            FindText(r"\bul#id_\w+|#id_\w+\s*>?\s*li\b", ("ul", "li"), LIST, any_file=True),
            FindInStrings(r"<ul id=\"id_\w+\"|<li><label for=\"id_\w+_0\"", ("ul", "id"), LIST, where=tests),
            FindTemplate(r"(?:^|/)django/forms/widgets/(?:multiple_input|radio|checkbox_select|input_option)\.html$", LIST),
        ),
    ),
]
