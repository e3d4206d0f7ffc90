"""Django's classes of deprecation warnings, which go with the release they name: in code, in strings, in configuration files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Edit, Finding
from ..rewrite.shell_lexer import Word
from ..rewrite.text import TextSite
from .base import Op, TextOp, Words
from .names import Rename
from .strings import ReplaceInStrings

MODULE = "django.utils.deprecation"


@dataclass(frozen=True)
class _InConfiguration(TextOp):
    """`error::django.utils.deprecation.RemovedInDjango50Warning` in pytest.ini, tox.ini, setup.cfg, pyproject.toml, CI, Docker."""

    old: str
    new: str
    message: str

    @property
    def words(self) -> Words:
        """The old name."""
        return (frozenset({self.old}),)

    def concerns(self, path: str) -> bool:
        """All text files but requirements."""
        return not path.endswith((".lock", ".txt"))

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Edits for the dotted name outside comments."""
        for match in re.finditer(rf"^[^#;\n]*?\b{re.escape(MODULE)}\.({self.old})\b", site.text, re.M):
            yield Edit(match.start(1), match.end(1), self.new)
            yield site.finding(Word(self.old, match.start(1), match.end(1)), self.message, fixed=True)


def warning_class(old: str, new: str, message: str) -> tuple[Op, ...]:
    """Ops that rename a class of `django.utils.deprecation` wherever it is named."""
    return (
        Rename(MODULE, {old: new}),
        ReplaceInStrings(
            rf"({re.escape(MODULE)}\.){old}\b(?<!^{re.escape(MODULE)}\.{old})",
            rf"\g<1>{new}",
            (old, "deprecation"),
            message,
        ),
        _InConfiguration(old, new, message),
    )
