"""The admin: the name of the check boxes of actions, the classes of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import TemplateOp, Words
from django_hop.ops.names import Rename
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Piece, Token

ROW = re.compile(r"\.(?P<rule>row[12])\b|[\"' ](?P<name>row[12])[\"' ,]")
SELECTOR = re.compile(r"#(?:changelist|result_list)\b[^{},;/#]*?\s(?P<tr>tr\.row(?P<number>[12]))\b(?!-)")
"""A row of a change list in a selector that names the list, `#changelist tr.row2`."""
_OF_ROW = re.compile(r"<tr\b[^<>]*$")
"""What stands before a class of a row of a table, which the admin's style sheets now colour by its number."""
_ATTRIBUTE = re.compile(r"<\w[^<>]*\bclass\s*=[^<>]*$")
"""What stands before a class that markup gives an element."""
_LOOK_UP = re.compile(
    r"(?:\b(?:hasClass|getElementsByClassName|classList\.contains)\(|\bclassName\s*[!=]==?|\bclassName\.(?:indexOf|includes|search)\(|\[class\W{1,2})"
    r"\s*[\"'][^\"'\n]*$"
)
"""What stands before the bare name of a class that a script asks for, as it does not where it adds or takes it away."""
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`[^`]*`")
_LIST = re.compile(r"#(?:changelist|result_list)\b")
_WRITTEN = re.compile(rb"<tr\b[^<>]*\brow(?:[12]\b|\{[{%])")
"""A row of a table that a template gives one of the classes itself."""
PATHS = re.compile(r"admin.*\.(css|js|html)$")
ROWS_MESSAGE = "the admin no longer gives its rows the classes row1 and row2: use `tbody tr:nth-child(odd)` and `(even)`"


@dataclass(frozen=True)
class RowClasses(TemplateOp):
    """`#changelist tr.row2` in style sheets becomes `#changelist tbody tr:nth-child(even)`; what else needs the classes is reported."""

    any_file: ClassVar[bool] = True

    @property
    def words(self) -> Words:
        """One of the classes."""
        return (frozenset({"row1"}), frozenset({"row2"}))

    def concerns(self, path: str) -> bool:
        """Files that say they are for the admin."""
        return PATHS.search(path) is not None

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edits and findings for selectors in style sheets; in a script or template a finding at the first place that needs the classes."""
        yield from self._style_sheet(site) if site.path.endswith(".css") else self._first(site)

    def _style_sheet(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        seen: set[int] = set()
        for token, match in self._mentions(site):
            rows = {one.start("tr") + 2: one for one in SELECTOR.finditer(token.source)}
            place, row = token.start + match.start(), rows.get(match.start())
            line = site.text.count("\n", 0, place)
            if row is not None:
                yield self._edit(site, token.start, row)
            elif line in seen:
                continue
            seen.add(line)
            yield site.finding(Piece(match.group(), place, token.start + match.end()), ROWS_MESSAGE, fixed=row is not None)

    def _first(self, site: TemplateSite) -> Iterator[Finding]:
        strings = [one.span() for one in _STRING.finditer(site.text)] if site.path.endswith(".js") else None
        for token, match in self._mentions(site):
            place = token.start + match.start()
            around = next((span for span in strings if span[0] <= place < span[1]), None) if strings is not None else None
            if match["rule"] and strings is not None and around is None:
                continue
            if self._is_given(site, token, match) or self._is_looked_up(site, token, match, around):
                yield site.finding(Piece(match.group(), place, token.start + match.end()), ROWS_MESSAGE)
                return

    @staticmethod
    def _mentions(site: TemplateSite) -> Iterator[tuple[Token, re.Match[str]]]:
        for token in site.tokens:
            if not token.live or token.kind is Kind.COMMENT:
                continue
            comments = [one.span() for one in re.finditer(r"(?m)/\*(?s:.*?)\*/|^[ \t]*//.*", token.source)]
            for one in ROW.finditer(token.source):
                if not any(start <= one.start() < end for start, end in comments):
                    yield token, one

    @staticmethod
    def _is_given(site: TemplateSite, token: Token, match: re.Match[str]) -> bool:
        """True if a template gives the class to something that is no row, whose colour went with the rules for the classes."""
        if match["rule"] or site.path.endswith(".js"):
            return False
        before = site.text[: token.start + match.start("name")]
        return not _OF_ROW.search(before) and (token.kind is Kind.TAG or _ATTRIBUTE.search(before) is not None)

    @staticmethod
    def _is_looked_up(site: TemplateSite, token: Token, match: re.Match[str], string: tuple[int, int] | None) -> bool:
        """True if the class selects rows that no template of the project gives it."""
        if match["name"] and not _LOOK_UP.search(token.source[: match.start("name")]):
            return False
        if _WRITTEN.search(site.text.encode()):
            return False
        start, end = string or (site.text.rfind("\n", 0, token.start + match.start()) + 1, token.start + match.end())
        in_list = _LIST.search(site.text, start, end) is not None
        return not any(
            PATHS.search(path) and path.endswith(".html") and (not in_list or "change_list" in path) and _WRITTEN.search(data)
            for path, data in site.tree.items()
        )

    @staticmethod
    def _edit(site: TemplateSite, offset: int, row: re.Match[str]) -> Edit:
        """The row by its number in the body of the table, which is named where it is not yet."""
        kind = "odd" if row["number"] == "1" else "even"
        within = row.group()[: row.start("tr") - row.start()]
        body = "" if re.search(r"\btbody[\s>]+$", within) else "tbody "
        start, end = row.span("tr")
        return site.edit(Piece(row["tr"], offset + start, offset + end), f"{body}tr:nth-child({kind})")


CODEMODS = [
    Codemod(
        "action-checkbox-name",
        "ACTION_CHECKBOX_NAME is taken from django.contrib.admin.helpers",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-admin-action-checkbox-name-import",),
        docs="releases/3.1: Miscellaneous",
        ops=(
            Rename("django.contrib.admin", {"ACTION_CHECKBOX_NAME": "ACTION_CHECKBOX_NAME"}, to="django.contrib.admin.helpers"),
            Rename("django.contrib.admin.options", {"ACTION_CHECKBOX_NAME": "ACTION_CHECKBOX_NAME"}, to="django.contrib.admin.helpers"),
        ),
    ),
    Codemod(
        "admin-row-classes",
        "rows of the admin are styled by their number, as the classes row1 and row2 are gone",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-admin-row1-row2-css",),
        docs="releases/3.1: Miscellaneous",
        ops=(RowClasses(),),
    ),
]

UNSEEN = [
    Unseen("3.1-admin-calendar-two-digit-years", "Only the browser's script reads two-digit years in another way."),
    Unseen("3.1-admin-drops-ie", "Which browsers the admin supports is nothing that code depends on."),
]
