"""Templates: the length_is filter, text that blocktranslate captures."""

from __future__ import annotations

import itertools
import re

from django_hop.model import DETECT, REVIEW, Codemod
from django_hop.ops.base import TemplateOp
from django_hop.ops.crossing import crossing
from django_hop.ops.template_finds import FindTag, TemplateInPython
from django_hop.ops.templates import ReplaceFilterUse
from django_hop.rewrite.files import kind_of
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Token

LENGTH = "the filter `length_is` is gone with 5.1: compare with `length` in an `{% if %}`"
LENGTH_IS = ReplaceFilterUse("length_is", "length", LENGTH)
ASVAR = (
    "what `asvar` captures is marked safe from 4.2 on, where it was escaped once more when printed: markup in this block now comes "
    "out as markup, and `|safe` is needless"
)


def _captures_markup(site: TemplateSite, token: Token) -> bool:
    """True for a block with `asvar` that has something in it which escaping changes, for more than the eye of a browser."""
    words = [piece.text for piece in token.arguments]
    if "asvar" not in words[:-1]:
        return False
    place = site.tokens.index(token) + 1
    body = list(itertools.takewhile(lambda one: one.kind is not Kind.TAG or not one.name.startswith("end"), site.tokens[place:]))
    text = "".join(one.source for one in body if one.kind is Kind.TEXT)
    if set(text) & set('<>&"'):
        return True
    values = any(one.kind is Kind.VARIABLE for one in body)
    return "'" in text and (values or _stands_in_quotes(site, words[words.index("asvar") + 1]))


def _stands_in_quotes(site: TemplateSite, name: str) -> bool:
    """True if a template prints what was captured, maybe under the name under which this one hands it on, behind a single quote."""
    handed = re.findall(rf"\b(\w+)={name}\b", site.text) + re.findall(rf"\b{name}(?:\|\S+)? as (\w+)", site.text)
    printed = re.compile(rb"'[^'\n<>]*\{\{\s*(?:%s)\b" % "|".join([name, *handed]).encode())
    return any(printed.search(data) for path, data in site.tree.items() if kind_of(path) is TemplateOp)


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
