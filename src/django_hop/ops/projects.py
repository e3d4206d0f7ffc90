"""Ops that speak only in projects of a kind: one that says a name somewhere, one that nowhere does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp
from .delegating import DelegatingPython

if TYPE_CHECKING:
    from ..project.index import Project

ProjectTest = Callable[["Project"], bool]


def says(*words: bytes) -> ProjectTest:
    """Projects with one of the words in a Python file."""
    return lambda project: any(project.holding(word) for word in words)


def says_none(*words: bytes) -> ProjectTest:
    """Projects with none of the words in any Python file."""
    return lambda project: not any(project.holding(word) for word in words)


@dataclass(frozen=True)
class _InProjects(DelegatingPython):
    test: ProjectTest

    def in_project(self, project: Project, data: bytes) -> bool:
        """Projects that pass the test, and that the op speaks in."""
        return self.test(project) and super().in_project(project, data)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """What the op says, in such projects."""
        if self.test(site.project):
            yield from self.op.apply(site)  # type: ignore[arg-type]


def in_projects(test: ProjectTest, *ops: PythonOp) -> tuple[PythonOp, ...]:
    """The ops, silent in projects that do not pass the test."""
    return tuple(_InProjects(op, test) for op in ops)
