"""Ops on Django templates. Each leaves alone what Jinja, `{% verbatim %}`, `{% comment %}` and the project's own tag libraries keep."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..model import Edit, Finding
from ..rewrite.source import splice, trimmed
from ..rewrite.template import TemplateSite
from ..rewrite.template_lexer import Expression, FilterUse, Load, Piece, Token
from .base import TemplateOp, Words

_CONDITIONS = frozenset({"if", "elif"})
_OPERATORS = frozenset({"and", "or", "not", "in", "is", "==", "!=", "<", ">", "<=", ">="})
_MARKUP = (".html", ".htm", ".xhtml", ".djhtml")


def any_of(*names: str) -> Words:
    """One alternative a name, with all its words: `request.is_ajax` needs both."""
    return tuple(frozenset(re.findall(r"\w+", name)) for name in names)


def _merged(site: TemplateSite, token: Token, edits: list[Edit]) -> Edit:
    """Several edits within one token as one, so that a token counts as one place."""
    inner = [Edit(edit.start - token.start, edit.end - token.start, edit.new) for edit in edits]
    return trimmed(site.text, token.start, token.end, splice(token.source, inner))


@dataclass(frozen=True)
class LoadLibrary(TemplateOp):
    """Load one tag library instead of another: `{% load i18n staticfiles %}` -> `{% load i18n static %}`; doubles are dropped."""

    libraries: Mapping[str, str]
    """Old name -> new name."""

    @property
    def words(self) -> Words:
        """The word `load` with one of the old names."""
        return tuple(frozenset({"load", name}) for name in self.libraries)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit the load tags; a finding where the project has a library of the same name."""
        loaded: set[str] = set()
        for load in site.loads:
            old = [piece for piece in load.libraries if piece.text in self.libraries]
            clash = [piece for piece in old if site.own_library(piece.text) or site.own_library(self.libraries[piece.text])]
            if clash:
                for piece in clash:
                    yield site.finding(piece, self._clash(site, piece))
            elif load.names:
                for piece in old:
                    yield site.edit(piece, self.libraries[piece.text])
                    yield self._fixed(site, piece)
            else:
                yield from self._whole(site, load, old, loaded)

    def _fixed(self, site: TemplateSite, piece: Piece) -> Finding:
        return site.finding(piece, f"The tag library `{piece.text}` is now `{self.libraries[piece.text]}`", fixed=True)

    def _clash(self, site: TemplateSite, piece: Piece) -> str:
        new = self.libraries[piece.text]
        own = (*site.own_library(piece.text), *site.own_library(new))[0]
        return f"The tag library `{piece.text}` becomes `{new}`, but the project has {own}: decide which of the two is meant."

    def _whole(self, site: TemplateSite, load: Load, old: list[Piece], loaded: set[str]) -> Iterator[Edit | Finding]:
        edits: list[Edit] = []
        kept = 0
        end = load.token.content_start + len("load")
        for piece in load.libraries:
            new = self.libraries.get(piece.text, piece.text)
            if new in loaded and (piece in old or (old and new in self.libraries.values())):
                edits.append(Edit(end, piece.end, ""))
            else:
                kept += 1
                if piece in old:
                    edits.append(Edit(piece.start, piece.end, new))
            end = piece.end
            # A library of the project may redefine what was loaded before it; then the later load counts.
            if any(site.defines(piece.text, name) for name in self.libraries.values()):
                loaded.clear()
            loaded.add(new)
        if not old:
            return
        yield self._fixed(site, old[0])
        whole = None if kept else _removal(site, load.token)
        if whole:
            yield whole
        elif kept:
            yield _merged(site, load.token, edits)
        else:
            yield _merged(site, load.token, [Edit(piece.start, piece.end, self.libraries[piece.text]) for piece in old])


def _removal(site: TemplateSite, token: Token) -> Edit | None:
    """The edit that takes out a tag, in markup with its line if it stands alone there; None where an empty line would be missed."""
    text = site.text
    start = max(text.rfind("\n", 0, token.start), text.rfind("\r", 0, token.start)) + 1
    after = re.compile(r"[ \t]*(\r\n|\n|\r|\Z)").match(text, token.end)
    markup = PurePosixPath(site.path).suffix.lower() in _MARKUP
    if after and not text[start : token.start].strip():
        return Edit(start, after.end(), "") if markup and after[1] else None
    if after and markup:
        before = len(text[start : token.start].rstrip())
        return Edit(start + before, token.end, "")
    return Edit(token.start, token.end, "")


@dataclass(frozen=True)
class RenameTag(TemplateOp):
    """Rename tags of one library, in use and in `{% load name from library %}`; templates that do not load the library are left alone."""

    tags: Mapping[str, str]
    library: str = ""
    """Empty for Django's built-in tags."""

    @property
    def words(self) -> Words:
        """One of the old names."""
        return any_of(*self.tags)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit the tags' names."""
        if any(site.overridden(name) or site.overridden(new) for name, new in self.tags.items()):
            return
        if self.library and not any(piece.text == self.library for load in site.loads for piece in load.libraries):
            return
        for token in site.tags(*self.tags):
            yield site.edit(token.pieces[0], self.tags[token.name])
            yield self._fixed(site, token.pieces[0])
        for load in site.loads:
            names = [piece for piece in load.names if piece.text in self.tags]
            if names and load.libraries[0].text == self.library:
                yield _merged(site, load.token, [site.edit(piece, self.tags[piece.text]) for piece in names])
                yield self._fixed(site, names[0])

    def _fixed(self, site: TemplateSite, piece: Piece) -> Finding:
        return site.finding(piece, f"The tag `{piece.text}` is now `{self.tags[piece.text]}`", fixed=True)


@dataclass(frozen=True)
class RenameFilter(TemplateOp):
    """Rename a filter wherever a chain uses it."""

    old: str
    new: str

    @property
    def words(self) -> Words:
        """The old name."""
        return any_of(self.old)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit the filter's name, arguments untouched."""
        for _, _, use in uses(site, self.old):
            yield Edit(use.name_start, use.name_start + len(use.name), self.new)
            yield site.finding(use, f"The filter `{self.old}` is now `{self.new}`", fixed=True)


@dataclass(frozen=True)
class DropFilter(TemplateOp):
    """Take a filter out of its chain, with its argument."""

    name: str

    @property
    def words(self) -> Words:
        """The filter's name."""
        return any_of(self.name)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit the chain; a finding in `{% filter %}`, which would be left without one."""
        for token, _, use in uses(site, self.name):
            if token.name == "filter":
                yield site.finding(use, f"The filter `{self.name}` is gone: rewrite this filter block without it.")
            else:
                yield site.edit(use, "")
                yield site.finding(use, f"The filter `{self.name}` is gone", fixed=True)


def uses(site: TemplateSite, name: str) -> Iterator[tuple[Token, Expression, FilterUse]]:
    """Each live use of a filter, unless a tag library of the project defines the filter itself."""
    if site.overridden(name, "filter"):
        return
    for token in site.expressions():
        for expression in token.expressions:
            for use in expression.filters:
                if use.name == name:
                    yield token, expression, use


@dataclass(frozen=True)
class IfEqual(TemplateOp):
    """`{% ifequal a b %}` -> `{% if a == b %}`, `{% ifnotequal a b %}` -> `{% if a != b %}`, and their end tags."""

    @property
    def words(self) -> Words:
        """One of the two tags; an end tag alone is no template."""
        return any_of("ifequal", "ifnotequal")

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit pairs of tags; a pair whose arguments cannot stand in an `if` is a finding, and so is the first tag without a partner."""
        if site.overridden("ifequal") or site.overridden("ifnotequal"):
            return
        pairs, stray = _pairs(site)
        if stray:
            yield site.finding(stray, f"`{{% {stray.name} %}}` has no partner: repair the nesting, then ifequal can become if.")
            return
        for opening, closing in pairs:
            if site.skips(opening) or site.skips(closing):
                continue
            refusal = _not_comparable(opening)
            if refusal:
                yield site.finding(opening, refusal)
                continue
            first = opening.arguments[0]
            sign = "==" if opening.name == "ifequal" else "!="
            middle = site.text[opening.pieces[0].end : first.end]
            yield Edit(opening.pieces[0].start, first.end, f"if{middle} {sign}")
            yield site.edit(closing.pieces[0], "endif")
            yield site.finding(opening, f"`{{% {opening.name} %}}` is now `{{% if %}}` with `{sign}`", fixed=True)


def _pairs(site: TemplateSite) -> tuple[list[tuple[Token, Token]], Token | None]:
    """The opening and closing tags of ifequal and ifnotequal in order, and the first tag that breaks the nesting with `if`, if any."""
    pairs: list[tuple[Token, Token]] = []
    stack: list[Token] = []
    for token in site.tags("if", "endif", "ifequal", "endifequal", "ifnotequal", "endifnotequal"):
        if not token.name.startswith("end"):
            stack.append(token)
        elif stack and token.name == f"end{stack[-1].name}":
            pairs.append((stack.pop(), token))
        else:
            return [], token
    if stack:
        return [], stack[-1]
    return [pair for pair in pairs if pair[0].name != "if"], None


def _not_comparable(token: Token) -> str:
    if len(token.arguments) != 2:
        return f"`{{% {token.name} %}}` takes two arguments, here it has {len(token.arguments)}: write an `{{% if %}}` by hand."
    word = next((piece.text for piece in token.arguments if piece.text in _OPERATORS), "")
    if word:
        return f"The argument `{word}` would be an operator in `{{% if %}}`: rename the variable, then compare with `==` or `!=`."
    return ""


@dataclass(frozen=True)
class ReplaceFilterUse(TemplateOp):
    """In `{% if %}`, a filter with a number becomes a comparison: `a|length_is:3` -> `a|length == 3`; elsewhere it is a finding."""

    old: str
    new: str
    message: str
    """Of the finding: what to write instead."""
    sign: str = "=="

    @property
    def words(self) -> Words:
        """The filter's name."""
        return any_of(self.old)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit conditions whose operand is the filter's whole chain, with a number that is not 0."""
        for token, expression, use in uses(site, self.old):
            number = (use.argument or "").strip("\"'")
            # With 0 the two differ: a value without a length is not 0 long for the old filter, but is for the new one.
            if self._stands_alone(token, expression) and use is expression.filters[-1] and number.isdecimal() and int(number) > 0:
                yield Edit(use.name_start, use.end, f"{self.new} {self.sign} {number}")
                yield site.finding(use, f"The filter `{self.old}` is now `{self.new}` and `{self.sign}`", fixed=True)
            else:
                yield site.finding(use, self.message)

    @staticmethod
    def _stands_alone(token: Token, expression: Expression) -> bool:
        """True if the expression is an operand of `and`, `or`, `not` or the whole condition: then a comparison may take its place."""
        if token.name not in _CONDITIONS:
            return False
        pieces = token.pieces
        place = next((n for n, piece in enumerate(pieces) if (piece.start, piece.end) == (expression.start, expression.end)), 0)
        before, after = pieces[place - 1].text, pieces[place + 1].text if place + 1 < len(pieces) else "and"
        return place > 0 and (place == 1 or before in ("and", "or", "not")) and after in ("and", "or")


@dataclass(frozen=True)
class MoveFilterLast(TemplateOp):
    """A filter that used to act last wherever it stood moves to the end of its chain: `x|escape|upper` -> `x|upper|escape`."""

    name: str
    over: frozenset[str]
    """Filters it may pass: text in, plain text out. Before any other filter it is a finding."""
    message: str

    @property
    def words(self) -> Words:
        """The filter's name."""
        return any_of(self.name)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit the chains where the filter is not the last."""
        seen: set[Expression] = set()
        for token, expression, use in uses(site, self.name):
            if use is expression.filters[-1] or expression in seen:
                continue
            seen.add(expression)
            names = [one.name for one in expression.filters]
            if token.name == "filter" or not set(names[names.index(self.name) + 1 :]) <= self.over | {self.name}:
                yield site.finding(use, self.message)
                continue
            edits = [Edit(one.start, one.end, "") for one in expression.filters[:-1] if one.name == self.name]
            if names[-1] != self.name:
                edits.append(Edit(expression.end, expression.end, site.text[use.start : use.end]))
            yield _merged(site, token, edits)
            yield site.finding(use, f"The filter `{self.name}` now stands last", fixed=True)


@dataclass(frozen=True)
class RenameVariable(TemplateOp):
    """Rename a context variable in the templates of given names: `{% if wrap_label %}` -> `{% if widget.wrap_label %}`."""

    old: str
    new: str
    paths: tuple[str, ...]
    """Ends of the paths concerned, from a folder on."""

    @property
    def words(self) -> Words:
        """The variable's name."""
        return any_of(self.old)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edit the uses; a finding where the template sets a variable of this name itself."""
        if not any(f"/{site.path}".endswith(f"/{path}") for path in self.paths):
            return
        own = next((token for token in site.tags("with", "for", "include", "blocktrans") if self._sets(token)), None)
        if own:
            yield site.finding(own, f"`{self.old}` is now `{self.new}`; this template sets `{self.old}` itself: see which is meant.")
            return
        for token in site.expressions():
            for expression in token.expressions:
                if expression.base.text == self.old or expression.base.text.startswith(f"{self.old}."):
                    yield Edit(expression.start, expression.start + len(self.old), self.new)
                    yield site.finding(expression, f"The variable `{self.old}` is now `{self.new}`", fixed=True)

    def _sets(self, token: Token) -> bool:
        words = [piece.text for piece in token.arguments]
        targets = words[: words.index("in")] if token.name == "for" and "in" in words else []
        return any(word.startswith(f"{self.old}=") for word in words) or self.old in " ".join(targets).replace(",", " ").split()
