"""Ops that speak only where a hop crosses a release: what changed its meaning there means the new thing to code that is past it already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model import Edit, Finding, Hop
from ..releases import order
from .base import Look, Op, PythonOp, TemplateOp, TextOp, Where, Words

if TYPE_CHECKING:
    from ..project.index import Project


def crosses(hop: Hop, release: str) -> bool:
    """True if the code comes from before a release. Code of a project that has arrived is past all releases up to there."""
    return order(hop.source) < order(release) and not (hop.arrived and order(release) <= order(hop.target))


Surface = PythonOp | TemplateOp | TextOp


@dataclass(frozen=True)
class _Crossing(Op):
    """An op that answers as another one does, but only in hops of code from before the release."""

    op: Surface
    release: str

    @property
    def words(self) -> Words:
        """The words of the op."""
        return self.op.words

    @property
    def second_look(self) -> Look | None:
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

    def apply(self, site: Any) -> Iterator[Edit | Finding]:
        """What the op says, in hops of code from before the release. The site is one for the op's surface."""
        if crosses(site.hop, self.release):
            yield from self.op.apply(site)


class _OnPython(_Crossing, PythonOp):
    @property
    def where(self) -> Where | None:  # type: ignore[override]
        """The files of the op."""
        return getattr(self.op, "where", None)


class _OnTemplates(_Crossing, TemplateOp):
    @property
    def any_file(self) -> bool:
        """True if the op looks at files that are no Django templates."""
        return bool(getattr(self.op, "any_file", False))


class _OnText(_Crossing, TextOp):
    pass


def crossing(release: str, *ops: Op) -> tuple[Op, ...]:
    """The ops, silent in hops that start at `release` or later. Raises TypeError for an op of no known surface."""
    return tuple(_crossing(op, release) for op in ops)


def _crossing(op: Op, release: str) -> Op:
    if isinstance(op, PythonOp):
        return _OnPython(op, release)
    if isinstance(op, TemplateOp):
        return _OnTemplates(op, release)
    if isinstance(op, TextOp):
        return _OnText(op, release)
    raise TypeError(f"an op of no known surface: {op!r}")
