"""Requirements that hold a package below what a release needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ..dependencies.floors import raised
from ..dependencies.inventory import parse_file, parser_for
from ..dependencies.model import COMPILED, LOCK, Declared
from ..dependencies.specifier import dialect_of
from ..model import Edit, Finding
from ..rewrite.shell_lexer import Word
from ..rewrite.text import TextSite
from .base import TextOp, Words

_FILES = re.compile(
    r"(?:^|/)(?:[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in|pip)|Pipfile|pyproject\.toml|setup\.cfg|tox\.ini|environment\.ya?ml|[\w.-]+\.txt)$"
)
_IN_FOLDER = re.compile(r"(?:^|/)(?:requirements|constraints|reqs)/[\w.-]+\.(?:txt|in|pip)$")


@dataclass(frozen=True)
class FindPin(TextOp):
    """Report requirements that keep a package below a version: `asgiref==3.3.4`, `asgiref<3.4`, `asgiref = "~3.3"`; not lower bounds."""

    package: str
    """As PyPI spells it; `-`, `_` and `.` are one."""
    below: tuple[int, ...]
    message: str

    @property
    def words(self) -> Words:
        """The words of the name, as people write it."""
        spellings = {self.package, self.package.lower(), self.package.title(), self.package.upper()}
        return tuple(frozenset(re.findall(r"\w+", one)) for one in sorted(spellings))

    def concerns(self, path: str) -> bool:
        """Files of requirements."""
        return bool(_FILES.search(path) or _IN_FOLDER.search(path))

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """A finding for each requirement whose highest version is too old."""
        name = re.sub(r"[-_.]+", "[-_.]+", self.package)
        line = rf"(?im)^(?!\s*#)[\s\"'-]*(?P<pin>{name}(?![\w.-])(?:\[[\w, -]*\])?[\"']?\s*(?:=\s*[\"'])?(?P<spec>[^#;\n\"']*))"
        for match in re.finditer(line, site.text):
            if self._holds(match["spec"]):
                yield site.finding(Word(match["pin"].strip(), match.start("pin"), match.end("pin")), self.message)

    def _holds(self, spec: str) -> bool:
        """True if one of the clauses of a specifier forbids the versions that are needed."""
        for sign, digits in re.findall(r"(===?|~=|<=|<|\^|~)\s*v?(\d+(?:\.\d+)*)", spec):
            version = tuple(int(part) for part in digits.split("."))
            if sign in ("~=", "~", "^"):
                kept = 1 if sign == "^" or (sign == "~=" and len(version) < 3) else 2
                held = version[:kept] < self.below[:kept]
            elif "*" in spec:
                held = version < self.below[: len(version)]
            else:
                held = version <= self.below if sign == "<" else version < self.below
            if held:
                return True
        return False


@dataclass(frozen=True)
class RaisePin(FindPin):
    """Move a pin below a version to that version, `asgiref==3.3.4` -> `asgiref==3.4.1`; what else keeps it below is a finding.

    Locks, compiled files, hashes and upper bounds stay: a tool or a person makes those anew.
    """

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit for each pin, a finding for each place."""
        declared = self._declared(site)
        for finding in super().apply(site):
            assert isinstance(finding, Finding)
            one = next((one for one in declared if one.line == finding.line), None)
            new, refusal = self._new(one) if one is not None else (None, "")
            if one is None or new is None:
                yield Finding(finding.codemod, finding.path, finding.line, finding.column, f"{self.message}{refusal}")
                continue
            yield Edit(one.start, one.end, new)
            yield Finding(finding.codemod, finding.path, finding.line, finding.column, f"{self.message}; it is now `{new}`", fixed=True)

    def _declared(self, site: TextSite) -> list[Declared]:
        if parser_for(site.path) is None:
            return []
        return [one for one in parse_file(site.path, site.text).declared if one.name == canonicalize_name(self.package)]

    def _new(self, one: Declared) -> tuple[str | None, str]:
        """The new specifier, or None and why there is none."""
        if one.kind in (LOCK, COMPILED) or one.hashes:
            return None, "; this file is made by a tool, which makes it anew from what people write"
        if one.url or not one.editable:
            return None, ""
        new = raised(one.specifier, dialect_of(one.format), ".".join(map(str, self.below)))
        return new, "" if new else "; an upper bound is somebody's decision"
