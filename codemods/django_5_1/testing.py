"""Tests: the text before a failure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import method_calls
from django_hop.ops.nodes import argument
from django_hop.ops.settings_text import string_edit
from django_hop.rewrite.site import Site

PREFIX = "`assertInHTML()` and `assertURLEqual()` put a colon behind `msg_prefix` themselves"
PLACES = {"assertInHTML": 3, "assertURLEqual": 2}


@dataclass(frozen=True)
class MessagePrefix(PythonOp):
    """`msg_prefix="page: "` loses its colon."""

    @property
    def words(self) -> Words:
        """One of the assertions."""
        return tuple(frozenset({name}) for name in PLACES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals that end in a colon and a blank."""
        for call, func in method_calls(site, *PLACES):
            prefix = argument(call, PLACES[func.attr], "msg_prefix")
            if isinstance(prefix, ast.Constant) and isinstance(prefix.value, str) and prefix.value.endswith(": "):
                yield from site.change(prefix, PREFIX, string_edit, site, prefix, ": ", "")


CODEMODS = [
    Codemod(
        "msg-prefix-colon",
        "prefixes of failed assertions lose their colon",
        removed="5.1",
        works_from="5.1",
        safety=REVIEW,
        covers=("5.1-assert-msg-prefix-colon",),
        docs="releases/5.1: Miscellaneous",
        ops=(MessagePrefix(),),
    ),
]

UNSEEN = [
    Unseen("5.1-simpletestcase-thread-connections", "Which threads ask the database shows only when the tests run.", "tests"),
    Unseen(
        "5.1-truncator-htmlparser",
        "Only malformed markup and entities are cut in another place, which what is rendered shows.",
        "responses",
    ),
]
