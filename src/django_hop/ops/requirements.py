"""Requirements of other packages than Django: versions that a release of Django no longer works with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from ..dependencies.inventory import parse_file, parser_for
from ..dependencies.model import LOCK
from ..model import Edit, Finding
from ..rewrite.shell_lexer import Word
from ..rewrite.text import TextSite
from .base import TextOp, Words


@dataclass(frozen=True)
class FindRequirement(TextOp):
    """Report a requirement that allows no version from `floor` on; with no floor, every requirement of the package."""

    package: str
    """The canonical name, as `argon2-cffi`."""
    floor: str | None
    message: str
    spelled: tuple[str, ...] = ()
    """Words of the name as people write it, where they differ from the canonical one's: `cx_Oracle`."""

    @property
    def words(self) -> Words:
        """The words of the name, in one spelling or the other."""
        return (frozenset(self.package.split("-")), *(frozenset({one}) for one in self.spelled))

    def concerns(self, path: str) -> bool:
        """Files that declare dependencies."""
        return parser_for(path) is not None

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """A finding at the version, or at the line's start if there is none."""
        for one in parse_file(site.path, site.text).declared:
            if one.name == self.package and one.kind != LOCK and (self.floor is None or not _allows(one.specifier, self.floor)):
                yield site.finding(Word(one.specifier, one.start, one.end), self.message)


def _allows(specifier: str, floor: str) -> bool:
    """True if a specifier lets in the floor or something above it, as far as a few versions show."""
    try:
        wanted = SpecifierSet(specifier)
    except InvalidSpecifier:
        return True
    first = Version(floor).release
    above = [floor, f"{floor}.99", *(".".join(map(str, (*first[:place], first[place] + 1))) for place in range(len(first))), "999"]
    named = [one.version for one in wanted if one.operator in ("==", "===", "~=", ">=") and not one.version.endswith("*")]
    return any(wanted.contains(one) for one in [*above, *(one for one in named if Version(one) >= Version(floor))])
