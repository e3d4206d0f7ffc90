"""Forms: rendered by templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, owner_of
from django_hop.ops.classes import FindAttribute, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindTemplate, FindText
from django_hop.ops.where import tests
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

FORMS = ("django.forms.forms.BaseForm", "django.forms.forms.Form", "django.forms.models.ModelForm", "django.forms.formsets.BaseFormSet")
ERRORS = ("django.forms.utils.ErrorList", "django.forms.utils.ErrorDict")
OUTPUT = "`_html_output()` is deprecated and goes with 5.0: write a template, and name it in `template_name`"
TEMPLATE = (
    "forms have `template_name`, `render()`, `get_context()` and `renderer` of their own from 4.0 on, and `{{ form }}` uses them: see "
    "whether this one means that"
)
RENDERERS = ("__str__", "__html__", "as_ul", "as_divs", "as_p", "as_div")
FORMATTERS = {"format_html": "django.utils.html", "format_html_join": "django.utils.html", "mark_safe": "django.utils.safestring"}
PLAIN = "error lists must render to a SafeString, which `format_html()` makes; a template named in `template_name` does, too"
LIST = "`RadioSelect` and `CheckboxSelectMultiple` render divs instead of a list from 4.0 on"


def _is_text(node: ast.expr | None) -> bool:
    """True for a plain text: a literal with something in it, an f-string, `%`, `format()`, `join()`."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(node.value)
    if isinstance(node, ast.BinOp):
        return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
    return called or isinstance(node, ast.JoinedStr)


def _returns_text(function: FunctionNode) -> bool:
    """True if a method returns a plain text."""
    return any(_is_text(one.value) for one in ast.walk(function) if isinstance(one, ast.Return))


@dataclass(frozen=True)
class SafeErrorList(PythonOp):
    """`return "<p>%s</p>" % "".join(...)` in an error list becomes `format_html("<p>{}</p>", format_html_join(...))`."""

    @property
    def words(self) -> Words:
        """A base class with a method that renders."""
        return tuple(frozenset({base.rpartition(".")[2], name}) for base in ERRORS for name in RENDERERS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for methods whose returned texts are all of that form; a finding for each other one that returns a text."""
        for node in site.subclasses(*ERRORS):
            for function in site.methods(node, *RENDERERS):
                if not _returns_text(function):
                    continue
                try:
                    edits = self._edits(site, function)
                except Refused as error:
                    yield site.finding(function, f"{PLAIN}; {error}")
                    continue
                yield from edits
                yield site.finding(function, f"{PLAIN}; messages are escaped by it", fixed=True)

    @staticmethod
    def _edits(site: Site, function: FunctionNode) -> list[Edit]:
        edits = []
        for one in (one.value for one in ast.walk(function) if isinstance(one, ast.Return)):
            if isinstance(one, ast.Constant) and one.value == "":
                edits.append(site.edit(one, f"mark_safe({site.module.segment(one)})"))
            elif one is not None and _is_text(one):
                edits.append(site.edit(one, _safe_text(site, one)))
        needed = [name for name in FORMATTERS if any(f"{name}(" in one.new for one in edits)]
        if site.imports.need_all(*(f"{FORMATTERS[name]}.{name}" for name in needed), at=function) != tuple(needed):
            raise Refused("a name that it needs means something else in this file")
        return edits


def _safe_text(site: Site, node: ast.expr) -> str:
    """The expression that makes a SafeString as `"..." % ...`, `"...".format(...)` or `"...".join(...)` makes a text. Raises Refused."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        return _safe_join(site, node, node.func.value)
    text, values = _format(site, node)
    return f"format_html({', '.join([text, *(_safe_text(site, one) if _is_join(one) else site.module.segment(one) for one in values)])})"


def _safe_join(site: Site, call: ast.Call, separator: ast.expr) -> str:
    made = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if not isinstance(made, (ast.GeneratorExp, ast.ListComp)) or not isinstance(separator, ast.Constant):
        raise Refused("what is joined is made elsewhere")
    text, values = _format(site, made.elt)
    loop = site.text[site.module.end(made.elt) : site.module.end(made) - 1].strip()
    if not loop.startswith("for ") or any(_is_join(one) for one in values):
        raise Refused("what is joined is made elsewhere")
    row = ", ".join(site.module.segment(one) for one in values)
    return f"format_html_join({site.module.segment(separator)}, {text}, (({row}{',' if len(values) == 1 else ''}) {loop}))"


def _format(site: Site, node: ast.expr) -> tuple[str, list[ast.expr]]:
    """The format with `{}` as source text, and its values. Raises Refused."""
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format" and not node.keywords
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        form, mark, values = node.left, "%s", node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    elif called and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        form, mark, values = node.func.value, "{}", node.args
    else:
        raise Refused("the text is put together in another way")
    source = site.module.segment(form)
    plain = isinstance(form, ast.Constant) and isinstance(form.value, str) and form.value.count(mark) == source.count(mark) == len(values)
    if not plain or "#" in site.module.segment(node) or any(sign in source.replace(mark, "") for sign in "%{}"):
        raise Refused("the text is put together in another way")
    return source.replace(mark, "{}"), list(values)


def _is_join(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"


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
        "error lists are put together by format_html()",
        deprecated="4.0",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.0-errorlist-plain-str",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(SafeErrorList(),),
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
