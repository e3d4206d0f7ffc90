"""Django's template language: filters that give other text."""

import ast
import re

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.template_finds import FindFilter
from django_hop.project.model_fields import field_kinds
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import FilterUse


def _not_localised(site: TemplateSite, use: FilterUse) -> bool:
    """True if the project does not set USE_L10N = True and speaks another language than English."""
    values = [_constant(one.value) for one in site.settings.assignments("USE_L10N")]
    languages = [_constant(one.value) for one in site.settings.assignments("LANGUAGE_CODE")]
    localised = bool(values) and all(value is True for value in values)
    foreign = bool(site.settings.assignments("LANGUAGES")) or any(not str(language).startswith("en") for language in languages)
    return not localised and foreign and use.argument != "False"


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


_OTHER_FILES = re.compile(
    r"(?:^|[/_])(?:views?|feeds?|forms?|admin|tests?|serializers?|urls|templatetags|management|migrations|middleware)(?=[/_.])"
)
_OTHER_CLASS = re.compile(r"(?:View|ViewSet|Feed|Form|Admin|Serializer|TestCase|Tests?|Command|Middleware|Config)$")


def _may_be_a_method(site: TemplateSite, use: FilterUse) -> bool:
    """True if the last part of the key is a method that objects in a list may have, and no field of a model is called so."""
    key = (use.argument or "").strip("\"'").rpartition(".")[2]
    if not key or field_kinds(site.project, key):
        return False
    definition = f"def {key}(".encode()
    return any(
        definition in site.tree[path] and _has_method(site, path, key)
        for path in site.project.holding(key.encode())
        if not _OTHER_FILES.search(path)
    )


def _has_method(site: TemplateSite, path: str, name: str) -> bool:
    """True if a class of a file, that is no view, form or the like, has a method of this name which templates can call."""
    names = site.project.outline(path)
    for node in names.by_type.get(ast.ClassDef, ()) if names is not None else ():
        if not isinstance(node, ast.ClassDef) or any(_OTHER_CLASS.search(one) for one in (node.name, *map(_last, node.bases))):
            continue
        if any(isinstance(one, ast.FunctionDef) and one.name == name and _called_alone(one) for one in node.body):
            return True
    return False


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _called_alone(function: ast.FunctionDef) -> bool:
    """True if a method, no property, can be called without arguments."""
    if any(_last(one).lower().endswith("property") for one in function.decorator_list):
        return False
    given = function.args
    static = any(_last(one) == "staticmethod" for one in function.decorator_list)
    required = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return required <= (0 if static else 1) and None not in given.kw_defaults


CODEMODS = [
    Codemod(
        "intcomma-localised",
        "numbers that intcomma and intword now write in the project's language are found",
        removed="3.2",
        works_from="1.11",
        safety=DETECT,
        covers=("3.2-humanize-intcomma-intword-l10n",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(
            FindFilter(
                ("intcomma", "intword"),
                "This now writes numbers as the active language does, though USE_L10N is off; `intcomma:False` keeps the plain form",
                _not_localised,
            ),
        ),
    ),
    Codemod(
        "dictsort-methods",
        "dictsort by what looks like a method is found",
        removed="3.2",
        works_from="1.11",
        safety=DETECT,
        covers=("3.2-dictsort-restricted-resolution",),
        docs="releases/3.2.11: CVE-2021-45116",
        silent=True,
        ops=(
            FindFilter(
                ("dictsort", "dictsortreversed"),
                "Since 3.2.11 this filter calls no methods: if the key names one, the result is empty; sort in the view",
                _may_be_a_method,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "3.2-debug-tag-silent-without-debug",
        "The tag prints its page of variables only where DEBUG is on, which is where it was meant to be used.",
    ),
]
