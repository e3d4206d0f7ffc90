"""What an op is: something that looks at one file through a site and yields edits and findings.

An op is written once and used by many codemods. It is a value (a frozen dataclass), so that packs stay tables.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..model import Edit, Finding, Hop

if TYPE_CHECKING:
    from ..project.index import Project
    from ..rewrite.site import Site
    from ..rewrite.template import TemplateSite
    from ..rewrite.text import TextSite

Words = tuple[frozenset[str], ...]


class Look(Protocol):
    """A compiled pattern, or what searches like one."""

    def search(self, string: bytes, /) -> object:
        """What is found, None if nothing is."""


@dataclass(frozen=True)
class AnyOf:
    """Patterns that are asked one after another: each that begins with letters of its own is found ten times as fast as in one of all."""

    patterns: tuple[re.Pattern[bytes], ...]

    def search(self, string: bytes, /) -> re.Match[bytes] | None:
        """What the first of them finds that finds anything."""
        return next((found for one in self.patterns if (found := one.search(string))), None)


def any_of(*texts: bytes) -> AnyOf:
    """A look for any of the patterns."""
    return AnyOf(tuple(map(re.compile, texts)))


class Op:
    """Common to all ops: the words without which the op cannot apply.

    `words` holds alternatives: a file is a candidate when all words of one alternative are in it, where a word is a
    maximal run of letters, digits and underscores; `*__isnull` stands for any text with `__isnull` in it, for what is only a
    part of a word. The filter must be sound: what it leaves out is never looked at.
    """

    @property
    def words(self) -> Words:
        """Alternatives of words: those of the names that the op means, unless it says others. Raises TypeError if there are neither."""
        if not self.means:
            raise TypeError(f"{type(self).__name__} names no words without which it cannot apply")
        return words_of(*self.means)

    @property
    def second_look(self) -> Look | None:
        """A second, dearer look at a file that has the words: where it does not match, the op cannot apply. As sound as the words."""
        return None

    @property
    def means(self) -> tuple[str, ...]:
        """Qualified names, modules among them: the op cannot apply to a file that can mean none of them, nor anything in them.

        Empty where the op looks at more than names.
        """
        return ()

    def concerns(self, path: str) -> bool:
        """True if the op looks at a file of this name."""
        return True

    def in_hop(self, hop: Hop) -> bool:
        """True if the op says anything in a hop of these releases."""
        return True

    def in_project(self, project: Project, data: bytes) -> bool:
        """The last and dearest question before a file is parsed: does the rest of the project let the op apply to this content?"""
        return True

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """The same where the answer depends on the file's place in the project: whether it is a settings module, say."""
        return True


class PythonOp(Op, ABC):
    """An op on Python source."""

    where: Where | None = None
    """A predicate on the path; None means every Python file."""

    def concerns(self, path: str) -> bool:
        """True if `where` says so."""
        return self.where is None or self.where(path)

    @abstractmethod
    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Yield the edits and findings for one file. Pure: asks only the site."""


class TemplateOp(Op, ABC):
    """An op on a Django template."""

    @abstractmethod
    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Yield the edits and findings for one template. Pure: asks only the site."""


class TextOp(Op, ABC):
    """An op on another text file: shell, make, tox, CI, Docker."""

    @abstractmethod
    def concerns(self, path: str) -> bool:
        """True if the op looks at a file of this name."""

    @abstractmethod
    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """Yield the edits and findings for one text file. Pure: asks only the site."""


class Where(ABC):
    """A named predicate on paths; see ops/where.py."""

    @abstractmethod
    def __call__(self, path: str) -> bool:
        """True if a file of this name is concerned."""


def words_of(*dotted: str) -> Words:
    """The words of dotted names, one alternative a name: every part must be there, in any form of import."""
    return tuple(frozenset(part for part in name.split(".") if part) for name in dotted)


def definition_of(*names: str) -> re.Pattern[bytes]:
    """A pattern for files that define a function or method of one of the names."""
    return re.compile(rb"def(?<!\wdef)[\s\\]+(?:%s)\b" % "|".join(map(re.escape, names)).encode())


def definition_with(name: str, parameter: str) -> re.Pattern[bytes]:
    """A pattern for files that define a function or method of a name with a parameter, or with a header that says more than names."""
    names = (re.escape(name).encode(), re.escape(parameter).encode())
    return re.compile(rb"def(?<!\wdef)[\s\\]+%s[\s\\]*\([^()#\"']*?(?:\b%s\b|[(#\"'])" % names)


def definition_without(name: str, parameter: str, star: str = "") -> re.Pattern[bytes]:
    """A pattern for files that define a function or method of a name, and not plainly with the parameter or one behind `*` or `**`.

    A header that holds more than names and plain defaults and annotations is let through.
    """
    plain = rb"(?:(?!lambda)[^()\[\]{}#\"'])*"
    wanted = rb"%s|%s\w+" % (re.escape(parameter).encode(), re.escape(star).encode()) if star else re.escape(parameter).encode()
    has = rb"(?=\(%s\))\((?:[^()]*?,)?[\s\\]*(?:%s)[\s\\]*[=:,)]" % (plain, wanted)
    return re.compile(rb"def(?<!\wdef)[\s\\]+%s\b(?![\s\\]*%s)" % (re.escape(name).encode(), has))


def same_call(first: str, second: str) -> re.Pattern[bytes]:
    """A pattern for files where both patterns, in any order, stand among the arguments of one call, not within those of another."""
    text = r"""[^()"'#]|#[^\n]*\n|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
    nested = rf"\((?:{text}|\((?:{text}|\((?:{text})*\))*\))*\)"
    between = f"(?:{text}|{nested})*?"
    return re.compile(f"(?s:(?:{first}){between}(?:{second})|(?:{second}){between}(?:{first}))".encode())


_STOPS = re.compile(rb"""[()\[\]{}#,]|[rRbBuUfF]{0,2}(?:\"{3}|'{3}|["'])""")
_ENDS = {mark: re.compile(rb"(?s)(?:[^\\]|\\.)*?" + mark) for mark in (b'"""', b"'''", b'"', b"'")}


def arguments_behind(data: bytes, place: int) -> tuple[list[bytes], int] | None:
    """The texts between the commas of the parentheses that open at `place`, without comments, and where they end; None if they do not."""
    found = [b""]
    depth, begin = 0, place + 1
    while match := _STOPS.search(data, place):
        mark, place = match[0], match.end()
        if mark in (b"(", b"[", b"{"):
            depth += 1
        elif mark in (b")", b"]", b"}"):
            depth -= 1
            if not depth:
                found[-1] += data[begin : match.start()]
                return (found if found[-1].strip() else found[:-1]), place
        elif mark == b"," and depth == 1:
            found[-1] += data[begin : match.start()]
            found.append(b"")
            begin = place
        elif mark == b"#":
            found[-1] += data[begin : match.start()]
            begin = place = data.find(b"\n", place)
        elif mark.endswith((b'"', b"'")):
            end = _ENDS[mark.lstrip(b"rRbBuUfF")].match(data, place)
            place = end.end() if end else -1
        if place < 0:
            break
    return None


def attribute_of(*names: str) -> re.Pattern[bytes]:
    """A pattern for files that read or write an attribute of one of the names, `x.name`."""
    return re.compile(rb"\.[\s\\]*(?:%s)\b" % "|".join(map(re.escape, names)).encode())
