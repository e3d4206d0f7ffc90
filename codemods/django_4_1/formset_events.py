"""The admin's events for rows of formsets, which scripts listen to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import TemplateOp, Words
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Piece

EVENT = (
    "this event is a native one from 4.1 on: jQuery's handlers get no row and no name any more, but `event.detail.formsetName`, and, "
    "of a row that was added, `event.target`"
)
_BOUND = re.compile(r"\.(?:on|one|bind|delegate)\(\s*[\"'][^\"'\n]*formset:(?:added|removed)[^\"'\n]*[\"']")
_NAME = r"[A-Za-z_$][\w$]*"
_HANDLER = re.compile(
    rf"(?<![\w$.])(?P<jquery>{_NAME}(?:\.{_NAME})*)\(\s*document\s*\)\.on\(\s*(?P<event>[\"']formset:(?:added|removed)[\"'])\s*,\s*"
    rf"(?P<head>(?:function\s*)?\(\s*(?P<first>{_NAME})\s*(?P<rest>(?:,\s*{_NAME}\s*){{0,2}})\)\s*(?:=>\s*)?)\{{"
)
_SKIPPED = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|[{}]", re.S)

_PATTERN = re.compile(r"[=(,:!&|?]\s*/(?![/*])[^\n/]*[{}\"'`]")
"""A regular expression of JavaScript with signs in it that the search for the end of a function takes for its own."""


@dataclass(frozen=True)
class NativeEvents(TemplateOp):
    """`$(document).on("formset:added", function (event, $row, name) {...})` becomes `document.addEventListener(...)`."""

    any_file = True

    @property
    def words(self) -> Words:
        """The common word of both events."""
        return (frozenset({"formset"}),)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edits for handlers written on the spot; findings for named, chained, delegated and removed ones."""
        removed = re.search(r"\.(?:off|unbind|trigger|triggerHandler)\(\s*[\"']formset:", site.text) is not None
        for token in site.tokens:
            if not token.live or token.kind is Kind.COMMENT:
                continue
            for match in _BOUND.finditer(token.source):
                start = token.start + match.start()
                place = Piece(match.group(), start, token.start + match.end())
                handler = next((one for one in _HANDLER.finditer(site.text) if one.start() < start < one.end()), None)
                # A handler that takes the event alone gets what it got.
                if handler is not None and not handler["rest"]:
                    continue
                edits = None if handler is None or removed else self._edits(site.text, handler)
                if edits is None:
                    yield site.finding(place, EVENT)
                    continue
                yield from edits
                yield site.finding(place, EVENT, fixed=True)

    @staticmethod
    def _edits(text: str, handler: re.Match[str]) -> list[Edit] | None:
        """The edits for one handler; None if its end is not in sight, more is chained to it, or it returns something to jQuery."""
        closing = _closing(text, handler.end())
        if closing is None or _PATTERN.search(text, handler.end(), closing):
            return None
        if "return false" in text[handler.end() : closing] or "arguments" in text[handler.end() : closing]:
            return None
        after = re.compile(r"\s*\)\s*").match(text, closing + 1)
        if after is None or text[after.end() : after.end() + 1] == ".":
            return None
        first, body = handler["first"], text[handler.end() : closing]
        values = [f"{handler['jquery']}({first}.target)", f"{first}.detail.formsetName"]
        names = [(one.strip(), value) for one, value in zip(handler["rest"].split(",")[1:], values, strict=False)]
        used = [(name, value) for name, value in names if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", body)]
        # The event of a row that is gone comes from the document: there is no row in it.
        if "removed" in handler["event"] and names[0] in used:
            return None
        arrow = "=>" in handler["head"]
        unit = re.match(r"[ \t]*\r?\n([ \t]*)\S", body)
        newline = "\r\n" if body.startswith("\r\n") else "\n"
        said = f"var {', '.join(f'{name} = {value}' for name, value in used)};"
        joined = "" if not used else f"{newline}{unit[1]}{said}" if unit else f" {said}"
        head = f"({first}) => {{" if arrow else f"function ({first}) {{"
        return [
            Edit(handler.start(), handler.end(), f"document.addEventListener({handler['event']}, {head}"),
            Edit(handler.end(), handler.end(), joined),
        ]


def _closing(text: str, start: int) -> int | None:
    """Where the block ends whose opening brace stands before `start`; strings and comments of JavaScript are passed over."""
    depth = 1
    for match in _SKIPPED.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if not depth:
            return match.start()
    return None


CODEMODS = [
    Codemod(
        "formset-events",
        "handlers of the admin's formset events listen to native events",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-formset-js-events",),
        docs="releases/4.1: Miscellaneous",
        silent=True,
        ops=(NativeEvents(),),
    ),
]
