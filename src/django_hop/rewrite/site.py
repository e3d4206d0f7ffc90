"""What an op may ask about the file it rewrites, and how it answers: edits and findings."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ..model import Codemod, Edit, Finding, Hop
from .imports import ImportEditor
from .module import Module
from .scopes import FunctionNode, Scope
from .source import Refused, trimmed

if TYPE_CHECKING:
    import libcst as cst

    from ..project.index import Project

Node = TypeVar("Node", bound=ast.AST)
P = ParamSpec("P")


class Site:
    """One file under one codemod. Made anew for each codemod; the parsed module is shared."""

    def __init__(self, module: Module, codemod: Codemod, hop: Hop, project: Project) -> None:
        self.module = module
        self.codemod = codemod
        self.hop = hop
        self.project = project
        self.names = module.names
        self._imports: ImportEditor | None = None
        self._ancestors: dict[ast.ClassDef, frozenset[str]] = {}

    @property
    def imports(self) -> ImportEditor:
        """The import statements of the file: questions and wishes."""
        if self._imports is None:
            self._imports = ImportEditor(self)
        return self._imports

    def close(self) -> list[Edit]:
        """The edits of import statements that the ops wished for. The site is not to be used afterwards."""
        editor, self._imports = self._imports, None
        return list(editor.flush()) if editor is not None else []

    # -- the file -------------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """Path from the repository root, with forward slashes."""
        return self.module.path

    @property
    def text(self) -> str:
        """The file's text."""
        return self.module.text

    def nodes(self, kind: type[Node]) -> list[Node]:
        """All nodes of one type, in source order (not ast.Name and ast.Constant: see references and strings)."""
        return self.names.by_type.get(kind, [])  # type: ignore[return-value]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node."""
        return self.names.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside out."""
        current = self.names.parents.get(node)
        while current is not None:
            yield current
            current = self.names.parents.get(current)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement a node stands in."""
        current: ast.AST | None = node
        while current is not None and not isinstance(current, ast.stmt):
            current = self.parent(current)
        if current is None:
            raise ValueError("a node outside every statement")
        return current

    def enclosing(self, node: ast.AST, kind: type[Node]) -> Node | None:
        """The nearest node of a type around a node."""
        return next((one for one in self.ancestors(node) if isinstance(one, kind)), None)

    def scope(self, node: ast.AST) -> Scope:
        """The scope that the statement around a node stands in."""
        for around in self.ancestors(node):
            if (inner := self.names.inner.get(around)) is not None:
                return inner
        return self.names.module

    # -- names ----------------------------------------------------------------------------------------------------

    def references(self, qualified: str) -> list[ast.expr]:
        """Name and Attribute nodes that mean `qualified` and nothing else, reads and writes, not the imports."""
        return self.names.references.get(qualified, [])

    def doubtful(self, qualified: str) -> list[ast.expr]:
        """Name and Attribute nodes that may mean `qualified`, or something else: report, never rewrite."""
        return self.names.doubtful.get(qualified, [])

    def calls(self, qualified: str) -> list[ast.Call]:
        """Calls of `qualified`."""
        found = []
        for node in self.references(qualified):
            parent = self.parent(node)
            if isinstance(parent, ast.Call) and parent.func is node:
                found.append(parent)
        return found

    def qualified(self, node: ast.AST | None) -> str | None:
        """The one qualified name of a Name or an attribute chain on one; None if there is none, or more than one."""
        return self.names.qualified(node)

    # -- classes --------------------------------------------------------------------------------------------------

    def subclasses(self, *bases: str) -> Iterator[ast.ClassDef]:
        """Classes of this file that derive from one of `bases`, directly or through classes anywhere in the project or in Django."""
        wanted = frozenset(bases)
        for node in self.nodes(ast.ClassDef):
            if self.class_ancestors(node) & wanted:
                yield node

    def class_ancestors(self, node: ast.ClassDef) -> frozenset[str]:
        """Qualified names of all known ancestors of a class statement; through a class of this file, those that are certain there."""
        if node not in self._ancestors:
            self._ancestors[node] = frozenset()  # for classes that are each other's base
            self._ancestors[node] = frozenset(name for base in node.bases for name in self._above(node, base))
        return self._ancestors[node]

    def _above(self, node: ast.ClassDef, base: ast.expr) -> frozenset[str]:
        target = base.value if isinstance(base, ast.Subscript) else base
        name = self.qualified(target)
        own = frozenset({name} if name is not None else ())
        local = self._local_class(target) if isinstance(target, ast.Name) else None
        if local is not None and local is not node:
            return own | self.class_ancestors(local)
        return own | self.project.ancestors(name, self.path) if name is not None else own

    def _local_class(self, name: ast.Name) -> ast.ClassDef | None:
        bindings = self.names.uses.get(name, self.names.module).lookup(name.id)
        if len(bindings) == 1 and isinstance(bindings[0].node, ast.ClassDef):
            return bindings[0].node
        return None

    @staticmethod
    def methods(node: ast.ClassDef, *names: str) -> Iterator[FunctionNode]:
        """The methods of these names in a class body, those under `if` and `try` included."""
        stack: list[ast.stmt] = list(node.body)
        while stack:
            statement = stack.pop(0)
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if statement.name in names:
                    yield statement
            elif isinstance(statement, (ast.If, ast.Try)):
                stack = [*statement.body, *statement.orelse, *stack]

    # -- answers --------------------------------------------------------------------------------------------------

    def edit(self, node: ast.AST, new: str) -> Edit:
        """Replace a node's text."""
        start, end = self.module.start(node), self.module.end(node)
        return trimmed(self.text, start, end, new)

    def edit_span(self, start: int, end: int, new: str) -> Edit:
        """Replace the characters `[start, end)`."""
        return Edit(start, end, new)

    def edit_attribute(self, node: ast.Attribute, new: str) -> Edit:
        """Replace the last part of an attribute chain: `a.b.OLD` -> `a.b.NEW`."""
        end = self.module.end(node)
        return Edit(end - len(node.attr), end, new)

    def edit_keyword(self, node: ast.keyword, new: str) -> Edit:
        """Rename a keyword argument, its value untouched."""
        start = self.module.start(node)
        return Edit(start, start + len(node.arg or ""), new)

    def finding(self, node: ast.AST, message: str, *, fixed: bool = False) -> Finding:
        """A finding at a node."""
        return self.finding_at(self.module.start(node), message, fixed=fixed)

    def change(
        self, node: ast.AST, message: str, make: Callable[P, Iterable[Edit | Finding] | Edit], *args: P.args, **kwargs: P.kwargs
    ) -> Iterator[Edit | Finding]:
        """What `make` gives for the arguments behind it, and that it was done; only a finding with the reason where it raises Refused."""
        try:
            made = make(*args, **kwargs)
            edits = [made] if isinstance(made, Edit) else [*made]
        except Refused as error:
            yield self.finding(node, f"{message}; {error}")
            return
        yield from edits
        yield self.finding(node, message, fixed=True)

    def finding_at(self, offset: int, message: str, *, fixed: bool = False) -> Finding:
        """A finding at an offset."""
        line, column = self.module.source.position(offset)
        return Finding(self.codemod.id, self.path, line, column, message, fixed)

    # -- LibCST ---------------------------------------------------------------------------------------------------

    def cst_call(self, node: ast.Call) -> cst.Call:
        """The LibCST node of a call, from its own text. Raises layout.Refused if LibCST does not give the text back."""
        from .layout import parse_call

        return parse_call(self.module.segment(node))

    def replace_call(self, node: ast.Call, new: cst.Call) -> Edit:
        """The smallest edit that turns a call into a changed LibCST node of it."""
        from .layout import code_of

        return self.edit(node, code_of(new, self.module.segment(node)))
