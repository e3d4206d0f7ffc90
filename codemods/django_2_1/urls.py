"""URL patterns: inline flags of regular expressions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.nodes import argument
from django_hop.ops.urls import REGEX_FUNCTIONS, calls, pattern_of
from django_hop.rewrite.site import Site

MESSAGE = "`{}` in a pattern makes every reverse() of the project fail"
BY_HAND = "; write the letters as classes, or redirect other spellings"
FLAGS = re.compile(r"\(\?(?:[aiLmsux]+\)|#)")
_TOKEN = re.compile(
    r"(?P<comment>\(\?\#[^)]*\))"
    r"|\(\?(?P<flags>[a-zA-Z]+)\)"
    r"|(?P<copied>\((?:\?(?:P<\w+>|:|=|!|<=|<!))?(?!\?)|\\[dDwWsSbBAZ]|\\[^a-zA-Z0-9]|\{\d*,?\d*\}|[).^$*+?|])"
    r"|(?P<set>\[\^?\]?(?:\\[dDwWsS]|\\[^a-zA-Z0-9]|[^\]\\])*\])"
    r"|(?P<letter>[a-zA-Z])"
    r"|(?P<plain>[^\\\[(])",
    re.S,
)
_ITEM = re.compile(r"(?P<first>[^\\])-(?P<last>[^\\\]])|\\.|.", re.S)


@dataclass(frozen=True)
class InlineFlags(PythonOp):
    """`r"^(?i)hello/$"` becomes `r"^[hH][eE][lL][lL][oO]/$"`; comments go, and flags without effect."""

    @property
    def words(self) -> Words:
        """One of the functions."""
        return tuple(frozenset({name.rpartition(".")[2], "urls"}) for name in REGEX_FUNCTIONS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for regexes that can be read; findings for others."""
        for call in calls(site, *REGEX_FUNCTIONS):
            regex = pattern_of(call)
            found = FLAGS.search(regex or "")
            if not found or regex is None:
                continue
            node, new = argument(call, 0, "regex", "route"), without_flags(regex)
            assert isinstance(node, ast.Constant)
            inner = re.fullmatch(r"[rRuU]?(\"\"\"|'''|\"|')(.*)\1", site.module.segment(node), re.S)
            if new is None or inner is None or inner[2] != regex:
                yield site.finding(call, MESSAGE.format(found.group()) + BY_HAND)
                continue
            start = site.module.start(node) + inner.start(2)
            yield site.edit_span(start, start + len(regex), new)
            yield site.finding(call, MESSAGE.format(found.group()), fixed=True)


def without_flags(regex: str) -> str | None:
    """A regex that matches the same without flags and comments; None if that cannot be told."""
    tokens: list[re.Match[str]] = []
    at = 0
    while at < len(regex):
        token = _TOKEN.match(regex, at)
        if token is None:
            return None
        tokens.append(token)
        at = token.end()
    flags = {flag for token in tokens for flag in token["flags"] or ""}
    if flags - set("ius") or ("s" in flags and any(token["copied"] == "." for token in tokens)):
        return None
    said = [_written(token, "i" in flags) for token in tokens]
    return None if None in said else "".join(one for one in said if one is not None)


def _written(token: re.Match[str], both: bool) -> str | None:
    """A piece of a regex, written for both cases if wanted."""
    if token["comment"] or token["flags"]:
        return ""
    text = token.group()
    if not both or token["copied"] or (token["plain"] and text.isascii()):
        return text
    if token["letter"]:
        return f"[{text}{text.swapcase()}]"
    return _both_cases(text) if token["set"] and text.isascii() else None


def _both_cases(text: str) -> str | None:
    """A set of characters with the other case behind each letter and range; None for a range over more than letters of one case."""
    opening = re.match(r"\[\^?\]?", text)
    assert opening is not None
    found = [opening.group()]
    items = list(_ITEM.finditer(text, opening.end(), len(text) - 1))
    there = {item.group() for item in items}
    for item in items:
        found.append(item.group())
        if item.group().swapcase() in there:
            continue
        first, last = item["first"], item["last"]
        if first is None:
            if item.group().isalpha():
                found.append(item.group().swapcase())
        elif first.isalpha() and last.isalpha() and first.islower() == last.islower():
            found.append(f"{first.swapcase()}-{last.swapcase()}")
        elif any(chr(code).isalpha() for code in range(ord(first), ord(last) + 1)):
            return None
    return "".join([*found, "]"])


CODEMODS = [
    Codemod(
        "url-inline-flags",
        "regexes of URL patterns go without flags inside, which make every reverse() fail",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-url-inline-flags",),
        docs="releases/2.1: Features removed in 2.1",
        then="patterns that took letters of both cases say so letter by letter now. If no one needs that, write them plainly and redirect.",
        ops=(InlineFlags(),),
    ),
]
