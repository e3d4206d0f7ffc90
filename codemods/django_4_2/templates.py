"""Templates: the length_is filter, text that blocktranslate captures."""

from __future__ import annotations

from django_hop.model import DETECT, REVIEW, Codemod
from django_hop.ops.crossing import crossing
from django_hop.ops.template_finds import FindTag, TemplateInPython
from django_hop.ops.templates import ReplaceFilterUse
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Token

LENGTH = "the filter `length_is` is gone with 5.1: compare with `length` in an `{% if %}`"
LENGTH_IS = ReplaceFilterUse("length_is", "length", LENGTH)
ASVAR = (
    "what `asvar` captures is marked safe from 4.2 on, where it was escaped once more when printed: markup in this block now comes "
    "out as markup, and `|safe` is needless"
)


def _captures_markup(site: TemplateSite, token: Token) -> bool:
    """True for a block with `asvar` that has something in it which escaping changes."""
    if not any(piece.text == "asvar" for piece in token.arguments):
        return False
    place = site.tokens.index(token)
    for one in site.tokens[place + 1 :]:
        if one.kind is Kind.TAG and one.name.startswith("end"):
            return False
        if one.kind is Kind.TEXT and set(one.source) & set("<>&\"'"):
            return True
    return False


CODEMODS = [
    Codemod(
        "length-is",
        "the filter length_is becomes a comparison",
        deprecated="4.2",
        removed="5.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.2-length-is-filter",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        ops=(LENGTH_IS, TemplateInPython(LENGTH_IS, LENGTH)),
    ),
    Codemod(
        "blocktranslate-asvar",
        "captured translations with markup are found",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-blocktranslate-asvar-safe",),
        docs="releases/4.2: Miscellaneous",
        silent=True,
        ops=crossing("4.2", FindTag(("blocktranslate", "blocktrans"), ASVAR, _captures_markup)),
    ),
]
