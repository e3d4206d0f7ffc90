"""The Python surface of the engine: ops ask an `ast`, change text through LibCST, results are checked."""

from __future__ import annotations

from ..model import Codemod, Edit, Finding, Hop
from ..ops.base import PythonOp
from ..project.index import Project
from .module import Module
from .site import Site
from .sound import is_sound


class PythonSurface:
    """How Python files are read, offered to ops and checked."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def parse(self, path: str, data: bytes) -> Module:
        """The parsed module, the project's own where it is the project's file. Raises Unreadable."""
        return self._project.open(path, data)

    def run(self, document: Module, codemod: Codemod, hop: Hop, project: Project) -> list[Edit | Finding]:
        """All that the codemod's Python ops say, import statements last."""
        site = Site(document, codemod, hop, project)
        said: list[Edit | Finding] = []
        for op in codemod.ops:
            if isinstance(op, PythonOp) and (op.where is None or op.where(document.path)):
                said += op.apply(site)
        said += site.close()
        return said

    def fault(self, before: Module, after: Module) -> str | None:
        """New undefined names; that the result parses is known already."""
        new = after.names.undefined() - before.names.undefined()
        return f"the result would use undefined names: {', '.join(sorted(new))}" if new else None

    def is_sound(self, before: Module, data: bytes) -> bool:
        """Asked of the compiler's tables."""
        return is_sound(before, data)

    def release(self, document: Module) -> None:
        """Scopes and bindings hold each other, and with them the tree."""
        self._project.close(document)
