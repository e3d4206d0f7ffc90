"""The surface of Django templates: how they are read, what an op may ask about the one it stands in, how a changed one is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from ..model import Codemod, Edit, Finding, Hop
from ..ops.base import TemplateOp
from ..project.templates import TemplateFacts, TemplateKind, defines, template_facts, template_kind
from .skips import SkipLines
from .source import Text, read_text
from .template_lexer import Kind, Load, Token, loads, tokenize

if TYPE_CHECKING:
    from ..project.index import Project
    from ..project.settings import SettingsChain


class Span(Protocol):
    """Anything that covers the characters `[start, end)`: a token, a piece, a filter."""

    @property
    def start(self) -> int:
        """Offset of the first character."""

    @property
    def end(self) -> int:
        """Offset after the last character."""


class TemplateDocument:
    """A template, or another file of a name that templates have, ready for ops."""

    def __init__(self, path: str, source: Text) -> None:
        self.path = path
        self.source = source
        self._kind: tuple[Mapping[str, bytes], TemplateKind | None] | None = None

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens, taken as a Django template."""
        return tokenize(self.source.text)

    def kind(self, tree: Mapping[str, bytes]) -> TemplateKind | None:
        """Whose template it is in this project; see project.templates.template_kind."""
        if self._kind is None or self._kind[0] is not tree:
            self._kind = (tree, template_kind(self.path, self.source.text, tree, lambda: self.tokens))
        return self._kind[1]


class TemplateSite:
    """One template under one codemod."""

    def __init__(self, document: TemplateDocument, hop: Hop, codemod: str, project: Project) -> None:
        self.document = document
        self.path = document.path
        self.text = document.source.text
        self.hop = hop
        self.codemod = codemod
        self.project = project
        self.tree = project.tree

    @cached_property
    def is_django(self) -> bool:
        """True for a Django template; else the file is Jinja's, or no template at all."""
        return self.document.kind(self.tree) == "django"

    @cached_property
    def settings(self) -> SettingsChain:
        """The project's settings modules."""
        from ..project.settings import SettingsChain

        return SettingsChain(self.project)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens; their sources joined are the text. A file that is no Django template is one token of text."""
        if self.is_django:
            return self.document.tokens
        return (Token(Kind.TEXT, self.text, 0, 1, 1),)

    @cached_property
    def loads(self) -> list[Load]:
        """The live `{% load %}` tags."""
        return loads(self.tokens)

    @cached_property
    def facts(self) -> TemplateFacts:
        """What the project says about its templates and tag libraries."""
        return template_facts(self.tree)

    def tags(self, *names: str) -> Iterator[Token]:
        """The tags of these names (all tags if none is given) that Django would run."""
        for token in self.tokens:
            if token.kind is Kind.TAG and token.live and (not names or token.name in names):
                yield token

    def expressions(self) -> Iterator[Token]:
        """The live variables and tags that hold filter expressions, with `token.expressions`."""
        for token in self.tokens:
            if token.kind in (Kind.VARIABLE, Kind.TAG) and token.live and token.expressions:
                yield token

    def edit(self, span: Span, new: str) -> Edit:
        """Replace a token, a piece or any other span by new text."""
        return Edit(span.start, span.end, new)

    def finding(self, span: Span, message: str, fixed: bool = False) -> Finding:
        """A place in this template, for a person."""
        line, column = self.document.source.position(span.start)
        return Finding(self.codemod, self.path, line, column, message, fixed)

    def skips(self, span: Span) -> bool:
        """True if the line carries a `django-hop: skip` comment for this codemod: ask where two places change together or not at all."""
        return SkipLines(self.document.source).covers(span.start, self.codemod)

    def own_library(self, name: str) -> tuple[str, ...]:
        """Paths of the project's modules that a `{% load name %}` may mean, Django's own sources left out."""
        return tuple(path for path in self.facts.libraries.get(name, ()) if not f"/{path}".endswith(_DJANGO_SOURCES))

    def overridden(self, name: str, kind: Literal["tag", "filter"] = "tag") -> bool:
        """True if a tag library of the project that this template loads (or that is a builtin) defines the tag or filter itself."""
        paths = [path for load in self.loads for piece in load.libraries for path in self.own_library(piece.text)]
        return defines(self.tree, (*self.facts.builtins, *paths), name, kind)

    def defines(self, library: str, name: str, kind: Literal["tag", "filter"] = "tag") -> bool:
        """True if the project has this tag library and it defines the tag or filter."""
        return defines(self.tree, self.own_library(library), name, kind)


class TemplateSurface:
    """Templates for the engine; files of such names that are no Django templates are for the ops that look at any text."""

    def parse(self, path: str, data: bytes) -> TemplateDocument:
        """Decode the file. Raises Unreadable."""
        return TemplateDocument(path, read_text(data))

    def run(self, document: TemplateDocument, codemod: Codemod, hop: Hop, project: Project) -> list[Edit | Finding]:
        """All that the codemod's ops on templates say about the document."""
        site = TemplateSite(document, hop, codemod.id, project)
        ops = [op for op in codemod.ops if isinstance(op, TemplateOp) and op.concerns(document.path)]
        return [answer for op in ops if getattr(op, "any_file", False) or site.is_django for answer in op.apply(site)]

    def fault(self, before: TemplateDocument, after: TemplateDocument) -> str | None:
        """A change must not add tags (but for the token of a link that became a form), and must leave tags that were in pairs in pairs."""
        counts = [sum(token.kind is Kind.TAG and token.name != "csrf_token" for token in one.tokens) for one in (before, after)]
        if counts[1] > counts[0]:
            return "the changed template has more tags than before"
        if _paired(before.tokens) and not _paired(after.tokens):
            return "a tag of the changed template has lost its end tag"
        return None

    def is_sound(self, before: TemplateDocument, data: bytes) -> bool:
        """There is nothing cheaper than to look."""
        return False

    def release(self, document: TemplateDocument) -> None:
        """Nothing in it holds itself."""


def _paired(tokens: tuple[Token, ...]) -> bool:
    """True if the end tags match the tags they end, innermost first."""
    live = [token.name for token in tokens if token.kind is Kind.TAG and token.live]
    paired = {name[3:] for name in live if name.startswith("end")}
    stack: list[str] = []
    for name in live:
        if name in paired:
            stack.append(name)
        elif name.startswith("end") and (not stack or stack.pop() != name[3:]):
            return False
    return not stack


_DJANGO_SOURCES = tuple(
    f"/django/{folder}templatetags/{name}.py"
    for folder, names in (
        ("", "cache i18n l10n static tz"),
        ("contrib/staticfiles/", "staticfiles"),
        ("contrib/admin/", "admin_static admin_list admin_modify admin_urls log base"),
        ("contrib/humanize/", "humanize"),
        ("contrib/flatpages/", "flatpages"),
    )
    for name in names.split()
)
