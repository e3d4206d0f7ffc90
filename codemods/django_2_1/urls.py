"""URL patterns: inline flags of regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.urls import REGEX_FUNCTIONS, calls, pattern_of
from django_hop.rewrite.site import Site

MESSAGE = "`{}` in a pattern makes every reverse() of the project fail: write the letters as classes, or redirect other spellings"
FLAGS = re.compile(r"\(\?(?:[aiLmsux]+\)|#)")


@dataclass(frozen=True)
class InlineFlags(PythonOp):
    """`(?i)` and comments in the regex of a pattern."""

    @property
    def words(self) -> Words:
        """One of the functions."""
        return tuple(frozenset({name.rpartition(".")[2], "urls"}) for name in REGEX_FUNCTIONS)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each pattern."""
        for call in calls(site, *REGEX_FUNCTIONS):
            found = FLAGS.search(pattern_of(call) or "")
            if found:
                yield site.finding(call, MESSAGE.format(found.group()))


CODEMODS = [
    Codemod(
        "url-inline-flags",
        "flags inside the regex of a URL pattern make every reverse() fail",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-url-inline-flags",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(InlineFlags(),),
    ),
]
