"""Findings in Django templates: tags, filters, variables, text, whole templates; and templates that stand in Python as strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..model import Edit, Finding
from ..rewrite.source import Text
from ..rewrite.template import TemplateDocument, TemplateSite
from ..rewrite.template_lexer import FilterUse, Kind, Piece, Token
from .base import PythonOp, TemplateOp, Words
from .templates import any_of, uses

if TYPE_CHECKING:
    from ..rewrite.site import Site

_ANY_MARKUP = [
    "a",
    "block",
    "body",
    "button",
    "div",
    "extends",
    "for",
    "form",
    "h1",
    "h2",
    "head",
    "html",
    "if",
    "include",
    "input",
    "label",
    "li",
    "load",
    "p",
    "script",
    "span",
    "table",
    "td",
    "tr",
    "ul",
]


@dataclass(frozen=True)
class FindTag(TemplateOp):
    """Report the uses of tags; `when` looks closer and says True for those that matter."""

    names: tuple[str, ...]
    message: str
    when: Callable[[TemplateSite, Token], bool] | None = None

    @property
    def words(self) -> Words:
        """One of the names."""
        return any_of(*self.names)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding for each live tag of these names that no library of the project defines."""
        for token in site.tags(*self.names):
            if not site.overridden(token.name) and (self.when is None or self.when(site, token)):
                yield site.finding(token, self.message)


@dataclass(frozen=True)
class FindFilter(TemplateOp):
    """Report the uses of filters; `when` looks closer and says True for those that matter."""

    names: tuple[str, ...]
    message: str
    when: Callable[[TemplateSite, FilterUse], bool] | None = None

    @property
    def words(self) -> Words:
        """One of the names."""
        return any_of(*self.names)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding for each use."""
        for name in self.names:
            for _, _, use in uses(site, name):
                if self.when is None or self.when(site, use):
                    yield site.finding(Piece(use.name, use.name_start, use.end), self.message)


@dataclass(frozen=True)
class FindVariable(TemplateOp):
    """Report look-ups of a dotted variable, `request.is_ajax`, with everything before and after it: `view.request.is_ajax` too."""

    names: tuple[str, ...]
    message: str

    @property
    def words(self) -> Words:
        """All parts of one of the names."""
        return any_of(*self.names)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding for each use."""
        for token in site.expressions():
            for expression in token.expressions:
                if any(f".{name}." in f".{expression.base.text}." for name in self.names):
                    yield site.finding(expression, self.message)


@dataclass(frozen=True)
class FindText(TemplateOp):
    """Report a pattern in a template's text, tags or script: for what is no Django syntax, as a CSS class or a JavaScript call."""

    pattern: str
    """A regular expression; the finding stands at its match."""
    needed: tuple[str, ...]
    """Words that the file must hold: those of every match, and others that tell the right files."""
    message: str
    paths: str = ""
    """A regular expression that the path must match."""
    any_file: bool = False
    """True to look at files that are no Django templates, too: Jinja's, style sheets, scripts of the browser."""

    @property
    def words(self) -> Words:
        """The needed words, all of them."""
        return (frozenset(self.needed),)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding for each match outside comments."""
        if (self.paths and not re.search(self.paths, site.path)) or not all(word.removeprefix("*") in site.text for word in self.needed):
            return
        for token in site.tokens:
            if not token.live or token.kind is Kind.COMMENT:
                continue
            for match in re.finditer(self.pattern, token.source):
                yield site.finding(Piece(match.group(), token.start + match.start(), token.start + match.end()), self.message)


@dataclass(frozen=True)
class FindTemplate(TemplateOp):
    """Report templates by their path."""

    paths: str
    """A regular expression, searched in the path."""
    message: str
    holds: str = ""
    """A regular expression, searched in the text; templates without it are left out."""
    any_file: ClassVar[bool] = True
    """Asked about every file, since its path is told sooner than whose template it is."""

    @property
    def words(self) -> Words:
        """Any word that markup or a template has; a file without one of them is not worth a report."""
        return any_of(*_ANY_MARKUP)

    def concerns(self, path: str) -> bool:
        """True if the path is one of those."""
        return re.search(self.paths, path) is not None

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding at the beginning of the file."""
        if re.search(self.paths, site.path) and site.is_django and re.search(self.holds, site.text):
            yield site.finding(Piece("", 0, 0), self.message)


@dataclass(frozen=True)
class TemplateInPython(PythonOp):
    """Report templates that stand in Python, `Template("{% ifequal a b %}...")`, if an op on templates would change or report them."""

    op: TemplateOp
    message: str

    @property
    def words(self) -> Words:
        """The words of the op with one of the ways to make a template from a string."""
        return tuple(words | {way} for words in self.op.words for way in ("Template", "from_string"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """A finding for each string that is handed to Template() or to an engine's from_string()."""
        for node in site.nodes(ast.Call):
            if not node.args or not self._makes_template(site, node):
                continue
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                document = TemplateDocument("templates/string.html", Text(argument.value))
                if any(True for _ in self.op.apply(TemplateSite(document, site.hop, site.codemod.id, site.project))):
                    yield site.finding(argument, self.message)

    @staticmethod
    def _makes_template(site: Site, node: ast.Call) -> bool:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "from_string":
            return True
        return site.qualified(node.func) in ("django.template.Template", "django.template.base.Template")
