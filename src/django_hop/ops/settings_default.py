"""Write down a default that is about to change, so that behaviour stays."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..model import Edit, Finding
from ..project.settings_module import Assignment
from ..rewrite import layout
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .methods import in_file_quotes
from .settings_text import end_of_line
from .settings_uses import settings_of

if TYPE_CHECKING:
    from ..project.index import Project

MARK = "INSTALLED_APPS"
"""The setting by which the root of a chain of settings modules is known."""
_CONFIGURES = re.compile(rb"configure(?<=[.\s\\]configure)[\s\\]*\(")
_GIVES_APPS = re.compile(rb"INSTALLED_APPS[\s\\]*=")


@dataclass(frozen=True)
class SetDefault(PythonOp):
    """Add a setting where no module defines it: `SetDefault("USE_TZ", "False", "...", beside=("USE_I18N", "TIME_ZONE"))`.

    It goes to the root of each group of settings modules (the one that assigns INSTALLED_APPS first), behind the last of the settings
    `beside` or else behind INSTALLED_APPS. `value` is source text. `unless` names settings that make it needless. `comment` is
    a line of its own above. `when` sees the site and says whether the project wants it at all, `spare` whether a person need not look
    where it cannot be added.
    """

    name: str
    value: str
    message: str
    beside: tuple[str, ...] = ()
    comment: str = ""
    unless: tuple[str, ...] = ()
    when: Callable[[Site], bool] | None = None
    spare: Callable[[Site], bool] | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """What every root of a chain has."""
        return (frozenset({MARK}),)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """A settings module, or a call of `settings.configure()`."""
        return (_CONFIGURES.search(data) is not None and _GIVES_APPS.search(data) is not None) or project.settings.is_settings(path)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """One edit for the root of a chain, or a finding if a person has to look; also for `settings.configure(...)`."""
        chain = settings_of(site)
        if chain.is_settings(site.path) and not self._needless(site):
            roots = self._roots(site)
            why = self._obstacle(site) if roots else None
            for one in roots:
                if not self._concerned(site):
                    continue
                if why:
                    if not self._is_spared(site):
                        yield site.finding(one.target, f"{self.message}; {why}")
                else:
                    yield self._addition(site, one)
                    yield site.finding(one.target, self.message, fixed=True)
        elif not chain.is_settings(site.path):
            yield from self._configure(site)

    def _concerned(self, site: Site) -> bool:
        """True if the setting matters to the project, as far as its middleware can be seen."""
        seen = settings_of(site).defined_in_unit(site.path, "MIDDLEWARE")
        return self.when is None or self.when(site) or (settings_of(site).is_dynamic(site.path) and not seen)

    def _is_spared(self, site: Site) -> bool:
        return self.spare is not None and self.spare(site)

    def _needless(self, site: Site) -> bool:
        """True if the root itself, or a module it builds on, has the setting already."""
        chain = settings_of(site)
        wanted = {self.name, *self.unless}
        # The file as it was before the hop counts as well: what another codemod took out of it had its reasons.
        below = [one for path in (site.path, *chain.chain(site.path)) for one in chain.assignments_of(path)]
        return any(one.name in wanted and one.defines and not one.conditional for one in [*below, *chain.read(site.path, site.module.tree)])

    def _obstacle(self, site: Site) -> str | None:
        chain = settings_of(site)
        if chain.is_dynamic(site.path):
            return "the settings modules set names in a way that cannot be seen"
        others = [one for one in chain.in_unit(site.path, self.name) if one.defines]
        if any(one.conditional or one.path == site.path for one in others):
            return "it is set under a condition"
        return None

    def _roots(self, site: Site) -> list[Assignment]:
        """Where this file assigns the mark, if no module it builds on does."""
        chain = settings_of(site)
        if any(
            one.name == MARK and one.kind in ("assign", "annotate") for path in chain.chain(site.path) for one in chain.assignments_of(path)
        ):
            return []
        own = [
            one
            for one in chain.read(site.path, site.module.tree)
            if one.name == MARK and one.kind in ("assign", "annotate") and not one.conditional
        ]
        classes = {one.owner.name for one in own if one.owner is not None}
        own = [one for one in own if one.owner is None or not classes & _base_names(one.owner)]
        seen: set[ast.ClassDef | None] = set()
        return [one for one in own if not (one.owner in seen or seen.add(one.owner))]  # type: ignore[func-returns-value]

    def _addition(self, site: Site, root: Assignment) -> Edit:
        """The new line behind its neighbour."""
        own = [one for one in settings_of(site).read(site.path, site.module.tree) if one.owner is root.owner and not one.conditional]
        beside = [
            one
            for one in own
            if one.name in self.beside and one.kind in ("assign", "annotate") and end_of_line(site, one.statement) is not None
        ]
        anchor = beside[-1] if beside else root
        newline = site.module.source.newline
        indent = " " * anchor.statement.col_offset
        lines = [*([f"# {self.comment}"] if self.comment else []), *in_file_quotes(site, f"{self.name} = {self.value}").splitlines()]
        said = "".join(f"{newline}{indent}{line}" for line in lines)
        place = end_of_line(site, anchor.statement)
        place = place if place is not None else site.module.end(anchor.statement)
        apart = not beside or anchor.statement.lineno != anchor.statement.end_lineno
        return Edit(place, place, f"{newline}{said}" if apart else said)

    def _configure(self, site: Site) -> Iterator[Edit | Finding]:
        for call in site.calls("django.conf.settings.configure"):
            given = {keyword.arg for keyword in call.keywords}
            if MARK not in given or given & {self.name, *self.unless}:
                continue
            if self.when is not None and not self.when(site):
                continue
            try:
                if None in given or call.args:
                    raise Refused("some of the settings cannot be seen")
                yield site.replace_call(call, layout.add_argument(site.cst_call(call), layout.keyword(self.name, self.value)))
            except Refused as error:
                if not self._is_spared(site):
                    yield site.finding(call, f"{self.message}; {error}")
                continue
            yield site.finding(call, self.message, fixed=True)


def _base_names(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}
