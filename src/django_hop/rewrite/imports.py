"""Import statements: rename, move, drop and add names, deciding an import and all its uses together.

Ops say what they want through `site.imports`; the edits come out at the end of the codemod (`flush`), one statement at a time.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..model import Edit
from .import_text import Line, render
from .scopes import Binding, Scope

if TYPE_CHECKING:
    from .site import Site


@dataclass
class _Change:
    """What becomes of one import statement: alias -> new text, None for gone; and names added to it."""

    aliases: dict[ast.alias, str | None] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)


class ImportEditor:
    """Collects changes of import statements during one codemod on one file."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._changes: dict[ast.stmt, _Change] = defaultdict(_Change)
        self._gone: set[ast.expr] = set()
        self._needed: dict[tuple[str, str], ast.AST | None] = {}
        self._release: list[Binding] = []
        self._becoming: dict[str, list[tuple[str, Binding]]] = defaultdict(list)
        self._kept: set[Binding] = set()

    # -- questions ------------------------------------------------------------------------------------------------

    def bindings(self, qualified: str) -> list[Binding]:
        """Import bindings of exactly this name, in any scope: `from a import b [as c]`, `import a.b as c`."""
        return [one for scope in self._scopes() for ones in scope.bindings.values() for one in ones if self._imports(one, qualified)]

    def _imports(self, binding: Binding, qualified: str) -> bool:
        return binding.origin == qualified and (
            binding.kind == "from" or (binding.kind == "import" and binding.alias is not None and binding.alias.asname is not None)
        )

    def _scopes(self) -> Iterator[Scope]:
        return iter(self._site.names.inner.values())

    def alone(self, binding: Binding) -> bool:
        """True if nothing else gives this name a meaning in its scope (no fallback import, no assignment)."""
        return len(binding.scope.bindings.get(binding.name, ())) == 1

    def exported(self, binding: Binding) -> bool:
        """True if other code may take the name from this module: `__all__`, an importer, a dotted string."""
        if binding.scope.kind != "module":
            return False
        return binding.name in self.dunder_all() or self._site.project.is_taken_from(self._site.path, binding.name)

    def dunder_all(self) -> frozenset[str]:
        """The strings of the module's `__all__`."""
        found: set[str] = set()
        for binding in self._site.names.module.bindings.get("__all__", ()):
            statement = self._site.statement(binding.node)
            found |= {node.value for node in ast.walk(statement) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        return frozenset(found)

    def free(self, name: str) -> bool:
        """True if the name means nothing anywhere in this file, so that importing it can shadow nothing."""
        if name in self._builtin_names() and any(use.id == name for use in self._site.names.uses):
            return False
        return not any(name in scope.bindings for scope in self._scopes()) and not self._star_may_bind(name)

    def _free_at(self, name: str, scope: Scope, *, known: bool) -> bool:
        """True if an import of the module is seen in a scope, and shadows nothing: functions elsewhere may have a variable of that name."""
        if scope.lookup(name):
            return False
        if known or self.free(name):
            return True
        used = [use for use in self._site.names.uses if use.id == name]
        declared = any(name in one.global_names for one in self._scopes())
        return not declared and all(self._site.names.uses[use].lookup(name) for use in used)

    @staticmethod
    def _builtin_names() -> frozenset[str]:
        return frozenset(dir(builtins))

    def _star_may_bind(self, name: str) -> bool:
        return any(use.id == name for use in self._site.names.uses) if self._site.names.stars else False

    # -- wishes ---------------------------------------------------------------------------------------------------

    def replace(self, binding: Binding, qualified: str, *, name: str | None = None) -> None:
        """Let the alias import `qualified` instead, under `name` (default: its own last part)."""
        module, _, last = qualified.rpartition(".")
        local = name or last
        statement = binding.node
        assert isinstance(statement, (ast.ImportFrom, ast.Import)) and binding.alias is not None
        text = last if local == last else f"{last} as {local}"
        self._becoming[qualified].append((local, binding))
        existing = self._existing(qualified, local, binding.scope)
        if existing is not None and existing is not binding:
            self._changes[statement].aliases[binding.alias] = None
        elif isinstance(statement, ast.ImportFrom) and self._site.names.absolute(statement) == module:
            self._changes[statement].aliases[binding.alias] = text
        elif self._changes_section(statement, module):
            self._changes[statement].aliases[binding.alias] = None
            self._needed.setdefault((module, text), None)
        elif len(statement.names) == 1:
            self._changes[statement].aliases[binding.alias] = f"from {module} import {text}"
        else:
            self._changes[statement].aliases[binding.alias] = None
            self._needed.setdefault((module, text), statement)

    def _changes_section(self, statement: ast.ImportFrom | ast.Import, module: str) -> bool:
        """True if an import at the head of the file goes over to the standard library, whose imports stand together above it."""
        head = _head(self._site.module.tree)
        sections = [_section(_first_module(one)) for one in head]
        line = self._site.module.source.line(statement.end_lineno or statement.lineno)
        return (
            statement in head
            and _section(module) == 0 < _section(_first_module(statement))
            and sections == sorted(sections)
            and (len(statement.names) > 1 or "#" not in line)
        )

    def _existing(self, qualified: str, local: str, scope: Scope) -> Binding | None:
        for binding in scope.bindings.get(local, ()):
            if binding.origin == qualified and binding.kind in ("from", "import"):
                return binding
        return None

    def need(self, qualified: str, at: ast.AST, *, instead_of: Binding | None = None) -> str | None:
        """The expression by which `qualified` can be said at a place, importing it if need be; None if its name is taken there.

        With `instead_of`, a new import stands where that binding's statement stands.
        """
        scope = self._site.names.uses.get(at) if isinstance(at, ast.Name) else None
        scope = scope or self._site.scope(at)
        spoken = self._spoken(qualified, scope)
        if spoken is not None:
            return spoken
        for local, binding in self._becoming[qualified]:
            # The name's own import is being moved to this very one.
            if local == binding.name == qualified.rpartition(".")[2] and list(scope.lookup(local)) == [binding]:
                return local
        module, _, last = qualified.rpartition(".")
        if not self._free_at(last, scope, known=(module, last) in self._needed):
            return None
        anchor = instead_of.node if instead_of is not None and instead_of.scope.kind == "module" else None
        if self._needed.get((module, last)) is None:
            self._needed[module, last] = anchor
        return last

    def need_as(self, qualified: str, local: str, at: ast.AST) -> str | None:
        """Like `need`, with `import ... as local` where the name's own last part is taken."""
        spoken = self.need(qualified, at)
        module, _, last = qualified.rpartition(".")
        text = f"{last} as {local}"
        if spoken is not None or ((module, text) not in self._needed and not self.free(local)):
            return spoken
        self._needed.setdefault((module, text), None)
        return local

    def need_all(self, *qualified: str, at: ast.AST) -> tuple[str, ...] | None:
        """Like `need` for names that go together: all of them, or None and nothing is imported."""
        needed, kept = dict(self._needed), set(self._kept)
        spoken = [self.need(one, at) for one in qualified]
        if None in spoken:
            self._needed, self._kept = needed, kept
            return None
        return tuple(one for one in spoken if one is not None)

    def _spoken(self, qualified: str, scope: Scope) -> str | None:
        """How the name is reachable already, seen from a scope, through the name itself or an imported parent module."""
        parts = qualified.split(".")
        for cut in range(len(parts), 0, -1):
            owner, rest = ".".join(parts[:cut]), parts[cut:]
            for local in self._locals().get(owner, ()):
                found = scope.lookup(local)
                if (
                    len(found) == 1
                    and found[0].origin == owner
                    and found[0] not in self._release
                    and self._reaches(found[0], qualified, rest)
                ):
                    self._kept.add(found[0])
                    return ".".join([local, *rest])
        return None

    @staticmethod
    def _reaches(binding: Binding, qualified: str, rest: list[str]) -> bool:
        """True if the attributes behind an imported name are there: `import a.b` promises `a.b.c`, but not `a.d.c`."""
        if not rest or binding.kind == "from" or binding.alias is None or binding.alias.asname:
            return True
        return binding.alias.name == qualified.rpartition(".")[0]

    def _locals(self) -> dict[str, list[str]]:
        if not hasattr(self, "_local_names"):
            self._local_names: dict[str, list[str]] = defaultdict(list)
            for scope in self._scopes():
                for name, bindings in scope.bindings.items():
                    for one in bindings:
                        if one.kind in ("from", "import") and one.origin and name not in self._local_names[one.origin]:
                            self._local_names[one.origin].append(name)
        return self._local_names

    def gone(self, node: ast.expr) -> None:
        """Note that a reference disappears through another edit, so that an unused import can go."""
        while isinstance(node, ast.Attribute):
            node = node.value
        self._gone.add(node)

    def drop_unused(self, binding: Binding) -> None:
        """Drop the import at the end if all its uses are gone and nobody takes it from here."""
        if binding not in self._release:
            self._release.append(binding)

    def drop(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Drop a whole statement, whoever uses its names: its line goes with the blank lines that would add up."""
        for alias in statement.names:
            self._changes[statement].aliases[alias] = None

    # -- the edits ------------------------------------------------------------------------------------------------

    def flush(self) -> Iterator[Edit]:
        """The edits of all wishes. Called once, after the ops."""
        for binding in self._release:
            if not self._still_used(binding):
                assert isinstance(binding.node, ast.stmt) and binding.alias is not None
                self._changes[binding.node].aliases.setdefault(binding.alias, None)
        yield from self._tidied([*self._edits()])

    def _edits(self) -> Iterator[Edit]:
        lines = self._place_needed()
        for statement, change in self._changes.items():
            yield from render(self._site, statement, change.aliases, change.added, lines.pop(statement, []))
        for anchor, imports in lines.items():
            yield from self._insert(anchor, imports)

    def _tidied(self, edits: list[Edit]) -> Iterator[Edit]:
        """The edits, where a statement that goes takes along the blank lines that would otherwise add up or open the file."""
        joined: list[Edit] = []
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            last = joined[-1] if joined else None
            if last and last.end == edit.start and not last.new and not edit.new and last.start < last.end < edit.end:
                joined[-1] = Edit(last.start, edit.end, "")
            else:
                joined.append(edit)
        for edit in joined:
            end = self._end_with_blanks(edit)
            taken = any(edit.end <= other.start < end for other in joined)
            yield edit if taken else Edit(edit.start, end, edit.new)

    def _end_with_blanks(self, edit: Edit) -> int:
        """Where a deletion of whole lines should end, so that no more blank lines stand together than before."""
        text, source = self._site.text, self._site.module.source
        (first, column), (after, rest) = source.position(edit.start), source.position(edit.end)
        if edit.new or edit.start == edit.end or (column, rest) != (1, 1):
            return edit.end
        above, below = first - 1, after
        while above and source.line(above).isspace():
            above -= 1
        opens = not above or source.line(above).rstrip().endswith(":")  # what is left would open the file, or a block
        most = len(source.starts) if opens else first - 1 - above
        while below < len(source.starts) and below - after < most and source.line(below).isspace():
            below += 1
        return source.starts[below - 1] if below <= len(source.starts) else len(text)

    def _still_used(self, binding: Binding) -> bool:
        used = any(
            node.id == binding.name and node not in self._gone and binding in scope.lookup(node.id)
            for node, scope in self._site.names.uses.items()
        )
        return used or binding in self._kept or self.exported(binding)

    def _place_needed(self) -> dict[ast.stmt | None, list[Line]]:
        """Join needed names to statements that import from the module already; the others become new lines at an anchor."""
        lines: dict[ast.stmt | None, list[Line]] = defaultdict(list)
        for (module, text), anchor in self._needed.items():
            statement = self._joinable(module, anchor)
            if statement is not None:
                self._changes[statement].added.append(text)
                continue
            where = anchor if isinstance(anchor, ast.stmt) else self._vacated()
            lines[where].append(Line(module, text))
        return lines

    def _vacated(self) -> ast.stmt | None:
        """The import statement whose place is free because all imports at the head of the file go."""
        head = _head(self._site.module.tree)
        gone = [one for one in head if one in self._changes and self._leaves_nothing(one)]
        return gone[0] if gone and len(gone) == len(head) else None

    def _leaves_nothing(self, statement: ast.Import | ast.ImportFrom) -> bool:
        change = self._changes[statement]
        return not change.added and all(change.aliases.get(alias, "kept") is None for alias in statement.names)

    def _joinable(self, module: str, anchor: ast.AST | None) -> ast.ImportFrom | None:
        scope = self._site.names.scope_of.get(anchor, self._site.names.module) if anchor is not None else self._site.names.module
        for statement in self._site.nodes(ast.ImportFrom):
            if (
                statement.module == module
                and not statement.level
                and self._site.names.scope_of[statement] is scope
                and statement.names[0].name != "*"
            ):
                same_block = anchor is None or self._site.parent(statement) is self._site.parent(anchor)
                if same_block and isinstance(self._site.parent(statement), (ast.Module, ast.FunctionDef)):
                    return statement
        return None

    def _insert(self, anchor: ast.stmt | None, lines: list[Line]) -> Iterator[Edit]:
        module = self._site.module
        if anchor is not None:
            end = module.end(anchor)
            indent = " " * anchor.col_offset
            yield Edit(end, end, "".join(f"{module.source.newline}{indent}{line}" for line in _joined(lines)))
            return
        by_place: dict[int, list[Edit]] = defaultdict(list)
        for line in _joined(lines):
            edit = self._insert_sorted(line)
            by_place[edit.start].append(edit)
        for place, edits in by_place.items():
            yield Edit(place, place, _stacked([one.new for one in edits], module.source.newline))

    def _insert_sorted(self, line: Line) -> Edit:
        """A new import in the block at the head of the file: beside its like, alphabetically."""
        module, newline = self._site.module, self._site.module.source.newline
        head = _head(module.tree)
        like = [one for one in head if _section(_first_module(one)) == _section(line.module)]
        same_root = [one for one in like if _first_module(one).split(".")[0] == line.module.split(".")[0]] or like
        for one in same_root:
            if isinstance(one, ast.ImportFrom) and (one.module or "") > line.module:
                start = module.source.starts[one.lineno - 1]
                return Edit(start, start, f"{line}{newline}")
        if same_root:
            return self._line_after(same_root[-1], f"{line}")
        if head:
            first = head[0]
            start = module.source.starts[first.lineno - 1]
            if _section(line.module) < _section(_first_module(first)):
                return Edit(start, start, f"{line}{newline}{newline}")
            return self._line_after(head[-1], f"{newline}{line}")
        return self._at_top(f"{line}")

    def _line_after(self, statement: ast.stmt, text: str) -> Edit:
        """Behind a statement's last line, comments on it included; behind the statement itself if more follows on that line."""
        module, newline = self._site.module, self._site.module.source.newline
        end_line = statement.end_lineno or statement.lineno
        if end_line < len(module.source.starts):
            start = module.source.starts[end_line]
            return Edit(start, start, f"{text}{newline}")
        return Edit(len(module.text), len(module.text), f"{newline}{text}")

    def _at_top(self, text: str) -> Edit:
        module, newline = self._site.module, self._site.module.source.newline
        body = module.tree.body
        before = [one for one in body[:1] if _is_docstring(one)]
        before += [one for one in body if _is_future(one)]
        if before:
            return self._line_after(before[-1], f"{newline}{text}" if not _is_future(before[-1]) else text)
        start = module.source.starts[body[0].lineno - 1] if body else 0
        if body and isinstance(body[0], (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) and body[0].decorator_list:
            start = module.source.starts[body[0].decorator_list[0].lineno - 1]
        return Edit(start, start, f"{text}{newline}{newline}")


def _joined(lines: list[Line]) -> list[Line]:
    by_module: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        by_module[line.module].append(line.names)
    return [Line(module, ", ".join(sorted(set(names)))) for module, names in by_module.items()]


def _stacked(texts: list[str], newline: str) -> str:
    """Lines for one place under each other, with the blank lines around them given once."""
    lines = sorted(text.strip("\r\n") for text in texts)
    head, tail = texts[0][: -len(texts[0].lstrip("\r\n"))], texts[0][len(texts[0].rstrip("\r\n")) :]
    return f"{head}{newline.join(lines)}{tail}"


def _head(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """The import statements in the block at the head of a file, those from __future__ left out."""
    return [
        one for one in tree.body if isinstance(one, (ast.Import, ast.ImportFrom)) and not _is_future(one) and not _follows_code(tree, one)
    ]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _follows_code(tree: ast.Module, statement: ast.stmt) -> bool:
    """True if a definition stands before an import: it is not part of the block at the head of the file."""
    for one in tree.body:
        if one is statement:
            return False
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return True
    return True


_RETIRED = frozenset(
    "aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt distutils formatter imghdr imp lib2to3 mailcap msilib nis nntplib "  # noqa: SIM905
    "ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib".split()
)
STANDARD = sys.stdlib_module_names - _RETIRED
"""The standard library without what some Python that runs the tool has and another has not: the same input gives the same output."""


def _first_module(node: ast.stmt) -> str:
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "")
    return node.names[0].name if isinstance(node, ast.Import) else ""


def _section(module: str) -> int:
    """isort's default sections, as a number: standard library, third party, the project's own relative imports."""
    if module.startswith("."):
        return 2
    return 0 if module.split(".")[0] in STANDARD else 1
