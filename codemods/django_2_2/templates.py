"""Django's template language: the mark at the end of shortened text."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.rewrite.site import Site

_FILTERS = "django.template.defaultfilters"
_BY_WORDS = frozenset({f"{_FILTERS}.truncatewords", f"{_FILTERS}.truncatewords_html"})
_BY_CHARS = frozenset({f"{_FILTERS}.truncatechars", f"{_FILTERS}.truncatechars_html", f"{_FILTERS}.urlizetrunc"})
_MARK = "Shortened text ends with the one character `\\u2026` from 2.2 on"


@dataclass(frozen=True)
class TruncationMark(PythonOp):
    """What shortened text is compared with: `"one..."` -> `"one\\u2026"` where words are counted, a finding where characters are."""

    @property
    def words(self) -> Words:
        """The ways to shorten a text."""
        names = ("Truncator", "truncatewords", "truncatewords_html", "truncatechars", "truncatechars_html", "urlizetrunc")
        return tuple(frozenset({name}) for name in names)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Look at literals that end with three dots beside a call that shortens."""
        for call in site.nodes(ast.Call):
            unit = _unit(site, call)
            around = site.parent(call)
            if not unit or not isinstance(around, (ast.Call, ast.Compare)):
                continue
            others = [*around.args] if isinstance(around, ast.Call) else [around.left, *around.comparators]
            for other in others:
                if isinstance(other, ast.Constant) and isinstance(other.value, str) and other.value.endswith("..."):
                    yield from self._changed(site, other, unit)

    def _changed(self, site: Site, literal: ast.Constant, unit: str) -> Iterator[Edit | Finding]:
        text = site.module.segment(literal)
        plain = text[:1] in "\"'" and text.count("...") == 1
        if unit == "chars" or not plain:
            yield site.finding(literal, f"{_MARK}; where characters are counted it leaves room for two more")
            return
        start = site.module.start(literal) + text.index("...")
        yield site.edit_span(start, start + 3, "\\u2026")
        yield site.finding(literal, _MARK, fixed=True)


def _unit(site: Site, call: ast.Call) -> str:
    """What the call counts, `words` or `chars`; empty if it shortens nothing, or with a mark of its own."""
    name = site.qualified(call.func)
    if name in _BY_WORDS:
        return "words"
    if name in _BY_CHARS:
        return "chars"
    method = call.func
    if not isinstance(method, ast.Attribute) or method.attr not in ("words", "chars") or not isinstance(method.value, ast.Call):
        return ""
    own_mark = len(call.args) > 1 or any(keyword.arg in ("truncate", None) for keyword in call.keywords)
    return "" if own_mark or site.qualified(method.value.func) != "django.utils.text.Truncator" else method.attr


CODEMODS = [
    Codemod(
        "truncation-ellipsis",
        "shortened text is expected to end with an ellipsis character",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-truncation-ellipsis",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(TruncationMark(),),
    ),
]
