"""Django's template language: filters that give other text."""

import ast

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.template_finds import FindFilter
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


def _may_be_a_method(site: TemplateSite, use: FilterUse) -> bool:
    """True if the last part of the key is a method of a class in the project, or the key is given by a variable's value."""
    key = (use.argument or "").strip("\"'").rpartition(".")[2]
    definition = f"def {key}(".encode()
    return bool(key) and any(definition in source for path, source in site.tree.items() if path.endswith(".py"))


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
