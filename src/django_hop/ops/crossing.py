"""Ops that speak only where a hop crosses a release: what changed its meaning there means the new thing to code that is past it already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Edit, Finding, Hop
from ..releases import order
from .base import Op, PythonOp, TemplateOp, TextOp, Where, Words

if TYPE_CHECKING:
    from ..project.index import Project
    from ..rewrite.site import Site
    from ..rewrite.template import TemplateSite
    from ..rewrite.text import TextSite


def crosses(hop: Hop, release: str) -> bool:
    """True if the code comes from before a release. Code of a project that has arrived is past all releases up to there."""
    return order(hop.source) < order(release) and not (hop.arrived and order(release) <= order(hop.target))


@dataclass(frozen=True)
class _OnPython(PythonOp):
    op: PythonOp
    release: str

    @property
    def where(self) -> Where | None:  # type: ignore[override]
        """The files of the op."""
        return self.op.where

    def concerns(self, path: str) -> bool:
        """The files of the op."""
        return self.op.concerns(path)

    @property
    def words(self) -> Words:
        """The words of the op."""
        return self.op.words

    @property
    def second_look(self) -> re.Pattern[bytes] | None:
        """The second look of the op."""
        return self.op.second_look

    @property
    def means(self) -> tuple[str, ...]:
        """The names that the op means."""
        return self.op.means

    def in_project(self, project: Project, data: bytes) -> bool:
        """What the op says."""
        return self.op.in_project(project, data)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """What the op says."""
        return self.op.at(project, path, data)

    def in_hop(self, hop: Hop) -> bool:
        """Hops of code from before the release."""
        return crosses(hop, self.release) and self.op.in_hop(hop)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """What the op says, in hops of code from before the release."""
        if crosses(site.hop, self.release):
            yield from self.op.apply(site)


@dataclass(frozen=True)
class _OnTemplates(TemplateOp):
    op: TemplateOp
    release: str

    @property
    def words(self) -> Words:
        """The words of the op."""
        return self.op.words

    @property
    def second_look(self) -> re.Pattern[bytes] | None:
        """The second look of the op."""
        return self.op.second_look

    @property
    def means(self) -> tuple[str, ...]:
        """The names that the op means."""
        return self.op.means

    def concerns(self, path: str) -> bool:
        """The files of the op."""
        return self.op.concerns(path)

    @property
    def any_file(self) -> bool:
        """True if the op looks at files that are no Django templates."""
        return bool(getattr(self.op, "any_file", False))

    def in_project(self, project: Project, data: bytes) -> bool:
        """What the op says."""
        return self.op.in_project(project, data)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """What the op says."""
        return self.op.at(project, path, data)

    def in_hop(self, hop: Hop) -> bool:
        """Hops of code from before the release."""
        return crosses(hop, self.release) and self.op.in_hop(hop)

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """What the op says, in hops of code from before the release."""
        if crosses(site.hop, self.release):
            yield from self.op.apply(site)


@dataclass(frozen=True)
class _OnText(TextOp):
    op: TextOp
    release: str

    @property
    def words(self) -> Words:
        """The words of the op."""
        return self.op.words

    @property
    def second_look(self) -> re.Pattern[bytes] | None:
        """The second look of the op."""
        return self.op.second_look

    @property
    def means(self) -> tuple[str, ...]:
        """The names that the op means."""
        return self.op.means

    def concerns(self, path: str) -> bool:
        """The files of the op."""
        return self.op.concerns(path)

    def in_project(self, project: Project, data: bytes) -> bool:
        """What the op says."""
        return self.op.in_project(project, data)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """What the op says."""
        return self.op.at(project, path, data)

    def in_hop(self, hop: Hop) -> bool:
        """Hops of code from before the release."""
        return crosses(hop, self.release) and self.op.in_hop(hop)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """What the op says, in hops of code from before the release."""
        if crosses(site.hop, self.release):
            yield from self.op.apply(site)


def crossing(release: str, *ops: Op) -> tuple[Op, ...]:
    """The ops, silent in hops that start at `release` or later. Raises TypeError for an op of no known surface."""
    found: list[Op] = []
    for op in ops:
        if isinstance(op, PythonOp):
            found.append(_OnPython(op, release))
        elif isinstance(op, TemplateOp):
            found.append(_OnTemplates(op, release))
        elif isinstance(op, TextOp):
            found.append(_OnText(op, release))
        else:
            raise TypeError(f"an op of no known surface: {op!r}")
    return tuple(found)
