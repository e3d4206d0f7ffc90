"""String literals: a pattern in them replaced or reported, for what only texts say: static files, URL names, expected HTML."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import Look, PythonOp, Where, Words, any_of


def is_docstring(site: Site, node: ast.AST) -> bool:
    """True for a string that is a statement of its own."""
    return isinstance(site.parent(node), ast.Expr)


class _InStrings(PythonOp):
    """What ops on string literals have in common."""

    pattern: str
    needed: tuple[str, ...]
    when: Callable[[Site, ast.Constant], bool] | None

    @property
    def words(self) -> Words:
        """The needed words, all of them."""
        return (frozenset(self.needed),)

    @property
    def second_look(self) -> Look | None:
        """The pattern without its ties to the ends of the string, which are not the ends of the file; one for each character of a set."""
        if re.search(r"\\[\^$AZbBs]|\[\^|\(\?(?!:)", self.pattern):
            return None
        pattern = self.pattern.replace("^", "").replace("$", "")
        first = re.match(r"\[([^\]\\-]+)\](?![?*+{])", pattern)
        if first is None:
            return re.compile(pattern.encode())
        return any_of(*(f"{re.escape(one)}{pattern[first.end() :]}".encode() for one in first[1]))

    def strings(self, site: Site) -> Iterator[ast.Constant]:
        """The strings that matter: the pattern is found in them, they are no docstrings, and `when` says so."""
        for node in site.names.strings:
            if re.search(self.pattern, str(node.value)) and not is_docstring(site, node) and (self.when is None or self.when(site, node)):
                yield node


@dataclass(frozen=True)
class ReplaceInStrings(_InStrings):
    """Replace each match of a pattern in string literals; where the source spells the text otherwise (escapes), a person decides."""

    pattern: str
    replacement: str
    """As for re.sub."""
    needed: tuple[str, ...]
    """Words that stand in every match."""
    message: str
    when: Callable[[Site, ast.Constant], bool] | None = None
    """Looks closer; True for strings that matter."""
    where: Where | None = field(default=None, kw_only=True)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit for each match."""
        for node in self.strings(site):
            start, text = site.module.start(node), site.module.segment(node)
            matches = list(re.finditer(self.pattern, text))
            if len(matches) != len(re.findall(self.pattern, str(node.value))):
                yield site.finding(node, self.message)
                continue
            yield from (site.edit_span(start + one.start(), start + one.end(), one.expand(self.replacement)) for one in matches)
            yield site.finding(node, self.message, fixed=True)


@dataclass(frozen=True)
class FindInStrings(_InStrings):
    """Report string literals in which a pattern is found; not docstrings."""

    pattern: str
    needed: tuple[str, ...]
    """Words that stand in every match."""
    message: str
    when: Callable[[Site, ast.Constant], bool] | None = None
    """Looks closer; True for strings that matter."""
    where: Where | None = field(default=None, kw_only=True)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such string."""
        for node in self.strings(site):
            yield site.finding(node, self.message)
