"""Lexer of Django's template syntax: text, tags, variables and comments with their exact spans; the tokens joined give the text back.

It follows django.template.base.Lexer and Token.split_contents: a tag never spans lines, `{% verbatim %}` makes text of what follows,
and what stands between `{% comment %}` and `{% endcomment %}` is read but never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from .source import Text

# Django opens templates with universal newlines, so a lone CR ends a line (and a tag) as LF does.
_TAG = re.compile(r"\{%[^\r\n]*?%\}|\{\{[^\r\n]*?\}\}|\{#[^\r\n]*?#\}")
_STRING = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_PIECE = re.compile(rf"""[^\s'"]*(?:{_STRING}[^\s'"]*)+|\S+""")
_CONSTANT = rf"(?:_\({_STRING}\)|{_STRING})"
_OPERAND = rf"(?:{_CONSTANT}|[-+.]?\d[\d.e]*|[\w.]+)"
_BASE = re.compile(_OPERAND)
_FILTER = re.compile(rf"\s*\|\s*(?P<name>\w+)(?P<argument>:{_OPERAND})?")
_KEYWORD = re.compile(r"\w+=")


class Kind(str, Enum):
    """What a token is."""

    TEXT = "text"
    TAG = "tag"
    VARIABLE = "variable"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a tag, `[start, end)` in the text: the tag's name or one of its arguments."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FilterUse:
    """One filter of a chain; the span begins at the white space before its `|`."""

    name: str
    start: int
    end: int
    name_start: int
    argument: str | None
    """The argument as written, without the colon."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A variable or constant with its chain of filters."""

    base: Piece
    filters: tuple[FilterUse, ...]

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.base.start

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.filters[-1].end if self.filters else self.base.end


@dataclass(frozen=True)
class Token:
    """A stretch of a template. Offsets count from 0; line and column from 1."""

    kind: Kind
    source: str
    start: int
    line: int
    column: int
    live: bool = True
    """False between `{% comment %}` and `{% endcomment %}`."""

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.source)

    @property
    def content(self) -> str:
        """What stands between the delimiters, without the white space around it; of text, the text itself."""
        return self.source if self.kind is Kind.TEXT else self.source[2:-2].strip()

    @property
    def content_start(self) -> int:
        """Offset of the content."""
        if self.kind is Kind.TEXT:
            return self.start
        inner = self.source[2:-2]
        return self.start + 2 + len(inner) - len(inner.lstrip())

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """A tag's name and arguments, split as Django splits them."""
        return tuple(split(self.content, self.content_start)) if self.kind is Kind.TAG else ()

    @property
    def name(self) -> str:
        """A tag's name; empty for other tokens."""
        return self.pieces[0].text if self.pieces else ""

    @property
    def arguments(self) -> tuple[Piece, ...]:
        """A tag's arguments."""
        return self.pieces[1:]

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """The filter expressions in a variable or in a tag's arguments; arguments in a syntax of their own are left out."""
        return tuple(_expressions(self))


@dataclass(frozen=True, slots=True)
class Load:
    """A `{% load %}` tag: the libraries it names, and the tags and filters if it picks some (`{% load a b from library %}`)."""

    token: Token
    libraries: tuple[Piece, ...]
    names: tuple[Piece, ...] = ()


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a template. Takes any text; what Django would reject comes out as tags and text all the same."""
    position = Text(text).position
    tokens: list[Token] = []
    place, dead, verbatim = 0, False, ""
    text_start = 0

    def add(kind: Kind, start: int, end: int) -> None:
        if start < end:
            line, column = position(start)
            tokens.append(Token(kind, text[start:end], start, line, column, not dead))

    for match in _TAG.finditer(text):
        place = match.start()
        content = match.group()[2:-2].strip()
        kind = {"%": Kind.TAG, "{": Kind.VARIABLE, "#": Kind.COMMENT}[text[place + 1]]
        if verbatim and not (kind is Kind.TAG and content == verbatim):
            continue
        verbatim = ""
        add(Kind.TEXT, text_start, place)
        text_start = match.end()
        if dead and kind is Kind.TAG and content == "endcomment":
            dead = False
        add(kind, place, text_start)
        if kind is Kind.TAG and content[:9] in ("verbatim", "verbatim "):
            verbatim = f"end{content}"
        elif kind is Kind.TAG and content.split(None, 1)[:1] == ["comment"]:
            dead = True
    add(Kind.TEXT, text_start, len(text))
    return tuple(tokens)


def split(content: str, offset: int = 0) -> Iterator[Piece]:
    """The pieces of a tag's content, which begins at `offset`: quoted strings and `_("...")` stay whole."""
    found = iter(list(_PIECE.finditer(content)))
    for match in found:
        start, end = match.span()
        if content.startswith(('_("', "_('"), start):
            closing = content[start + 2] + ")"
            while not content.endswith(closing, start, end) and (following := next(found, None)):
                end = following.end()
        yield Piece(content[start:end], offset + start, offset + end)


def parse_expression(text: str, offset: int = 0) -> Expression | None:
    """The filter expression that is the whole of `text`, which begins at `offset`; None if it is no such expression."""
    base = _BASE.match(text)
    if base is None:
        return None
    filters = _filters(text, base.end(), offset)
    return None if filters is None else Expression(Piece(base.group(), offset, offset + base.end()), filters)


def _filters(text: str, place: int, offset: int) -> tuple[FilterUse, ...] | None:
    found: list[FilterUse] = []
    while place < len(text):
        match = _FILTER.match(text, place)
        if match is None:
            return None
        argument = match["argument"]
        spans = offset + place, offset + match.end(), offset + match.start("name")
        found.append(FilterUse(match["name"], *spans, argument and argument[1:]))
        place = match.end()
    return tuple(found)


def _expressions(token: Token) -> Iterator[Expression]:
    if token.kind is Kind.VARIABLE:
        whole = parse_expression(token.content, token.content_start)
        if whole:
            yield whole
        return
    if token.name == "filter":
        yield from _filter_tag(token)
        return
    for piece in token.arguments:
        keyword = _KEYWORD.match(piece.text)
        skip = keyword.end() if keyword else 0
        expression = parse_expression(piece.text[skip:], piece.start + skip)
        if expression:
            yield expression


def _filter_tag(token: Token) -> Iterator[Expression]:
    """`{% filter a|b:"c" %}` is a chain without a variable: the first filter has no `|`."""
    if not token.arguments:
        return
    start = token.arguments[0].start
    rest = token.content[start - token.content_start :]
    filters = _filters("|" + rest, 0, start - 1)
    if filters:
        yield Expression(Piece("", start, start), filters)


def loads(tokens: tuple[Token, ...]) -> list[Load]:
    """The live `{% load %}` tags in order."""
    found: list[Load] = []
    for token in tokens:
        if token.kind is not Kind.TAG or not token.live or not token.content.startswith("load"):
            continue
        # Django splits this tag at white space, without regard to quotes.
        pieces = tuple(
            Piece(match.group(), token.content_start + match.start(), token.content_start + match.end())
            for match in re.finditer(r"\S+", token.content)
        )
        if pieces[0].text != "load":
            continue
        if len(pieces) >= 4 and pieces[-2].text == "from":
            found.append(Load(token, pieces[-1:], pieces[1:-2]))
        else:
            found.append(Load(token, pieces[1:]))
    return found
