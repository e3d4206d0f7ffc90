"""Several settings that become one: `ACCOUNT_EMAIL_REQUIRED` and its like are `ACCOUNT_SIGNUP_FIELDS`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..project.settings_module import Assignment
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .methods import in_file_quotes
from .settings_text import without_statement
from .settings_uses import UNKNOWN, literal, own_assignments, settings_of, uses

Compute = Callable[[Mapping[str, object], Mapping[str, str]], str]
"""The values of the settings that are set, and their source -> the source of the new setting. Raises Refused."""


@dataclass(frozen=True)
class CombineSettings(PythonOp):
    """The first of the old settings becomes the new one, the others go; `compute` says its value.

    Only where one settings module has them all, unconditional, and nothing else reads or overrides them; else each is a finding.
    `literals` asks for values that can be read off; without it the source of a value is enough.
    """

    names: tuple[str, ...]
    new: str
    compute: Compute
    message: str
    literals: bool = True
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """One of the old names."""
        return tuple(frozenset({name}) for name in self.names)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the module that sets them; findings where a person has to look."""
        own = own_assignments(site, *self.names)
        if own:
            try:
                edits = self._edits(site, own)
            except Refused as error:
                yield from (site.finding(one.target, f"{self.message}; {error}") for one in own)
            else:
                yield from edits
                yield from (site.finding(one.target, self.message, fixed=True) for one in own)
        for use in uses(site, *self.names):
            yield site.finding(use.node, self.message)

    def _edits(self, site: Site, own: list[Assignment]) -> list[Edit]:
        if settings_of(site).in_unit(site.path, self.new) or own_assignments(site, self.new):
            raise Refused(f"`{self.new}` is set, too")
        values, sources = self._plain(site, own)
        if any("#" in line for one in own for line in _lines(site, one.statement, first=one is own[0])):
            raise Refused("a comment stands beside them, which a person has to put in its place")
        said = f"{self.new} = {self.compute(values, sources)}"
        first = own[0].statement
        if isinstance(first, ast.Assign) and len(first.targets) > 1:
            raise Refused("two names are set at once")
        return [site.edit(first, in_file_quotes(site, said)), *(without_statement(site, one.statement) for one in own[1:])]

    def _plain(self, site: Site, own: list[Assignment]) -> tuple[dict[str, object], dict[str, str]]:
        """The values and the sources of the settings. Raises Refused where this module does not set them all, or others look at them."""
        chain = settings_of(site)
        if any(one.path != site.path for name in self.names for one in chain.in_unit(site.path, name)):
            raise Refused("several modules set them")
        if any(chain.readers(name) or chain.importers(name) or chain.read_in_unit(site.path, name) for name in self.names):
            raise Refused("other code reads them")
        if len({one.name for one in own}) < len(own) or any(one.conditional or one.kind not in ("assign", "annotate") for one in own):
            raise Refused("they are set more than once, or under a condition")
        values = {one.name: literal(one.value) for one in own}
        if self.literals and UNKNOWN in values.values():
            raise Refused("a value is only known when the project runs")
        return values, {one.name: site.module.segment(one.value) for one in own if one.value is not None}


def _lines(site: Site, statement: ast.stmt, *, first: bool) -> list[str]:
    """The lines of a statement, without what stands behind it where it stays."""
    start, end = site.module.start(statement), site.module.end(statement)
    line_end = site.text.find("\n", end)
    return site.text[start : end if first or line_end < 0 else line_end].splitlines()
