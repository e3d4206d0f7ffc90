"""Django's template language: tags, filters, and where its classes are imported from."""

from collections.abc import Iterable

from django_hop.model import DETECT, SAFE, Codemod, Unseen
from django_hop.ops.names import Rename
from django_hop.ops.template_finds import FindFilter, FindTag, TemplateInPython
from django_hop.ops.templates import IfEqual, RenameTag
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import FilterUse, Token


def _own_separator(site: TemplateSite, use: FilterUse) -> bool:
    """True if the project sets DECIMAL_SEPARATOR."""
    return bool(site.settings.assignments("DECIMAL_SEPARATOR"))


def _off(site: TemplateSite, token: Token) -> bool:
    """True for `{% localize off %}` in a project that sets DECIMAL_SEPARATOR."""
    return [piece.text for piece in token.arguments] == ["off"] and bool(site.settings.assignments("DECIMAL_SEPARATOR"))


_SEPARATOR = "Numbers here no longer follow the setting DECIMAL_SEPARATOR: they get a point"


def _moved(names: Iterable[str]) -> tuple[Rename, ...]:
    return (Rename("django.template.base", {name: name for name in names}, to="django.template.context"),)


CODEMODS = [
    Codemod(
        "ifequal",
        "the tags ifequal and ifnotequal become if with == and !=",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-template-ifequal-ifnotequal",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(
            IfEqual(),
            TemplateInPython(IfEqual(), "This template uses ifequal or ifnotequal, which 4.0 removes: write `{% if a == b %}`"),
        ),
    ),
    Codemod(
        "template-base-context",
        "Context and RequestContext are imported from django.template.context",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-template-base-compat-imports",),
        docs="releases/3.1: Miscellaneous",
        ops=_moved(("Context", "RequestContext", "ContextPopException")),
    ),
    Codemod(
        "translate-tag",
        "the tags trans and blocktrans take their long names",
        removed=None,
        works_from="3.1",
        safety=SAFE,
        docs="releases/3.1: Templates",
        modernise=True,
        ops=(RenameTag({"trans": "translate", "blocktrans": "blocktranslate", "endblocktrans": "endblocktranslate"}, library="i18n"),),
    ),
    Codemod(
        "localize-off-separator",
        "numbers that no longer follow DECIMAL_SEPARATOR are found",
        removed="3.1",
        works_from="1.11",
        safety=DETECT,
        covers=("3.1-localize-off-decimal-separator",),
        docs="releases/3.1: Miscellaneous",
        silent=True,
        ops=(FindTag(("localize",), _SEPARATOR, _off), FindFilter(("unlocalize",), _SEPARATOR, _own_separator)),
    ),
]

UNSEEN = [
    Unseen(
        "3.1-floatformat-negative-zero",
        "Which numbers are rounded to a negative zero shows only when a page is rendered.",
        shown_by="responses",
    ),
]
