"""Text of templates, style sheets and browser scripts: a pattern replaced where a project is sure to mean what the pattern says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Edit, Finding
from ..rewrite.shell_lexer import Word
from ..rewrite.template_lexer import Kind, Piece
from .template_finds import FindText
from .text import FindInText

if TYPE_CHECKING:
    from ..rewrite.template import TemplateSite
    from ..rewrite.text import TextSite

Test = Callable[[str, Mapping[str, bytes]], bool]
"""Path and the project's files -> whether the file is sure to mean what the pattern says."""


@dataclass(frozen=True)
class ReplaceText(FindText):
    """Like FindText, but the matches are replaced in files that `sure` says yes to; elsewhere they are findings."""

    replacement: str = ""
    """As for re.sub."""
    sure: Test = lambda path, tree: True

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """An edit or a finding for each match outside comments."""
        if (self.paths and not re.search(self.paths, site.path)) or not all(word.removeprefix("*") in site.text for word in self.needed):
            return
        live = [token for token in site.tokens if token.live and token.kind is not Kind.COMMENT]
        found = [(token.start, match) for token in live for match in re.finditer(self.pattern, token.source)]
        # Asked last, as the answer may lie anywhere in the project.
        sure = bool(found) and self.sure(site.path, site.tree)
        for offset, match in found:
            place = Piece(match.group(), offset + match.start(), offset + match.end())
            if sure:
                yield site.edit(place, match.expand(self.replacement))
            yield site.finding(place, self.message, fixed=sure)


@dataclass(frozen=True)
class ReplaceInText(FindInText):
    """Like FindInText, but the matches are replaced in files that `sure` says yes to; elsewhere they are findings."""

    replacement: str = ""
    """As for re.sub."""
    sure: Test = lambda path, tree: True

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit or a finding for each match."""
        found = list(re.finditer(self.pattern, site.text))
        sure = bool(found) and self.sure(site.path, site.tree)
        for match in found:
            place = Word(match.group(), match.start(), match.end())
            if sure:
                yield site.edit(place, match.expand(self.replacement))
            yield site.finding(place, self.message, fixed=sure)
