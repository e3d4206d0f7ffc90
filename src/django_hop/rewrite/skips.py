"""`django-hop: skip` comments: `# django-hop: skip` leaves a line alone, `# django-hop: skip=ID,ID` for some codemods only."""

from __future__ import annotations

import re

from .source import Text

_MARK = re.compile(r"django-hop:\s*skip(?:\s*=\s*([\w, -]+))?")


class SkipLines:
    """The lines of one file that carry a skip comment."""

    def __init__(self, source: Text) -> None:
        self._source = source
        self._lines: dict[int, frozenset[str] | None] = {}
        if "django-hop:" in source.text:
            for match in _MARK.finditer(source.text):
                ids = frozenset(one.strip() for one in match[1].split(",")) if match[1] else None
                self._lines[source.position(match.start())[0]] = ids

    def has(self, line: int, codemod: str) -> bool:
        """True if the codemod must leave the line alone."""
        if line not in self._lines:
            return False
        ids = self._lines[line]
        return ids is None or codemod in ids

    def covers(self, offset: int, codemod: str) -> bool:
        """True if the codemod must leave the line of an offset alone."""
        return bool(self._lines) and self.has(self._source.position(offset)[0], codemod)
