"""How servers are told which application to run: patterns in files of commands and of configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model import Edit, Finding
from ..rewrite.shell_lexer import Word
from ..rewrite.text import TextSite, holds_commands
from .base import TextOp, Words

APPLICATION = "<application>"
"""Stands in a replacement for the project's WSGI application, `shop.wsgi:application`."""
_COMMENT = re.compile(r"^\s*[#;]")


def application(tree: Mapping[str, bytes]) -> str | None:
    """The WSGI application of a project with one `wsgi.py`; None if there are none, or several."""
    found = [path for path in tree if path.rpartition("/")[2] == "wsgi.py" and b"application" in tree[path]]
    return f"{found[0].removesuffix('.py').replace('/', '.')}:application" if len(found) == 1 else None


@dataclass(frozen=True)
class ServerText(TextOp):
    """Replace a pattern outside comments; with `new` None, or where the application cannot be told, report it."""

    pattern: str
    """A regular expression for a part of a line."""
    needed: tuple[str, ...]
    """Words that stand in every match."""
    new: str | None
    """May hold groups, `\\1`, and APPLICATION."""
    message: str
    holds: str = ""
    """A regular expression that the file must match."""

    @property
    def words(self) -> Words:
        """The needed words."""
        return (frozenset(self.needed),)

    def concerns(self, path: str) -> bool:
        """Files that run commands, and configuration."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit, or a finding, for each match."""
        if self.holds and not re.search(self.holds, site.text):
            return
        app = application(site.tree)
        for match in re.finditer(self.pattern, site.text, re.MULTILINE):
            line = site.text[site.text.rfind("\n", 0, match.start()) + 1 : match.end()]
            if _COMMENT.match(line):
                continue
            word = Word(match.group(), match.start(), match.end())
            if self.new is None or (APPLICATION in self.new and app is None):
                yield site.finding(word, self.message)
                continue
            yield Edit(match.start(), match.end(), match.expand(self.new).replace(APPLICATION, app or ""))
            yield site.finding(word, self.message, fixed=True)
