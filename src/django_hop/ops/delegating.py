"""Ops that answer as another op does, and only add a condition: what is common to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Hop
from .base import Look, Op, PythonOp, TemplateOp, TextOp, Where, Words

if TYPE_CHECKING:
    from ..project.index import Project

Surface = PythonOp | TemplateOp | TextOp


@dataclass(frozen=True)
class Delegating(Op):
    """Every question is handed on to `op`; a subclass narrows one of them, and `apply` with it."""

    op: Surface

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

    def in_hop(self, hop: Hop) -> bool:
        """The hops of the op."""
        return self.op.in_hop(hop)

    def in_project(self, project: Project, data: bytes) -> bool:
        """What the op says."""
        return self.op.in_project(project, data)

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """What the op says."""
        return self.op.at(project, path, data)


class DelegatingPython(Delegating, PythonOp):
    """The same for an op on Python source."""

    @property
    def where(self) -> Where | None:  # type: ignore[override]
        """The files of the op."""
        return getattr(self.op, "where", None)
