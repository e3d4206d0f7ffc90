"""setup.py: the requirements handed to `setup()`, followed through variables of the module. The file is read, never run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

from .model import REQUIREMENT, Declared, Parsed
from .pep508 import Where, declare
from .text import BOM, Positions, lines

_KEYS = ("install_requires", "tests_require", "setup_requires")
_SPLITS = {"split", "splitlines", "strip", "copy"}
"""Methods that leave the requirements in a text or a list as they are."""
_QUOTED = re.compile(r"[rRbBuU]{0,2}(?P<quote>'''|\"\"\"|'|\")")


def parse(path: str, text: str) -> Parsed:
    """What a setup.py declares in install_requires, extras_require, tests_require and setup_requires."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.removeprefix(BOM))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Parsed(problems=(f"not parseable as Python 3: {error}",))
    names = _names(tree)
    source = _Source(path, text)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call.func) == "setup":
            for key, value in _arguments(call, names):
                _collect(key, value, names, source)
    return Parsed(tuple(sorted(source.declared, key=lambda one: one.start)), tuple(source.problems))


@dataclass
class _Names:
    """The values of module-level variables: what was assigned, added and appended, in order; and items set by key."""

    values: dict[str, list[ast.expr]] = field(default_factory=dict)
    items: dict[str, list[tuple[str, ast.expr]]] = field(default_factory=dict)


class _Source:
    """The text of the file with what was found in it; a literal that is reached twice counts once."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.positions = Positions(text)
        self.declared: list[Declared] = []
        self.problems: list[str] = []
        self._seen: set[int] = set()
        # Python counts columns in UTF-8 bytes.
        self._lines = [line.removeprefix(BOM) if start == 0 else line for start, line in lines(text)]

    def offset(self, line: int, column: int) -> int:
        """The offset of a place that ast names."""
        before = self._lines[line - 1].encode("utf-8")[:column].decode("utf-8", "replace")
        bom = 1 if line == 1 and self.text.startswith(BOM) else 0
        return self.positions.offset(line) + bom + len(before)

    def take(self, node: ast.expr, group: str) -> None:
        """Declare a literal; a string that is computed is a problem, for nothing runs here."""
        if isinstance(node, ast.Constant):
            self.add(node, group)
            return
        shown = (ast.get_source_segment(self.text.removeprefix(BOM), node) or "")[:80]
        problem = f"line {node.lineno}: a requirement that is computed: {shown}"
        if problem not in self.problems:
            self.problems.append(problem)

    def add(self, node: ast.Constant, group: str) -> None:
        """Declare the requirements that a string literal holds: one, or one a line."""
        value = node.value
        begin = self.offset(node.lineno, node.col_offset)
        if not isinstance(value, str) or begin in self._seen:
            return
        self._seen.add(begin)
        inner = self._inner(node, value, begin)
        where = Where(self.path, "setup.py", REQUIREMENT, group)
        for at, line in lines(value):
            part = re.sub(r"(^|\s)#.*$", "", line)
            if not part.strip():
                continue
            found = declare(part, begin if inner is None else inner + at, self.text, self.positions, where, literal=inner is not None)
            if found is not None:
                self.declared.append(found)
            else:
                self.problems.append(f"line {node.lineno}: not a requirement: {part.strip()[:80]}")

    def _inner(self, node: ast.Constant, value: str, begin: int) -> int | None:
        """Where the characters of the literal start, if they stand in the file exactly as the value has them."""
        quoted = _QUOTED.match(self.text, begin)
        if quoted is None or node.end_lineno is None or node.end_col_offset is None:
            return None
        end = self.offset(node.end_lineno, node.end_col_offset) - len(quoted["quote"])
        return quoted.end() if self.text[quoted.end() : end] == value else None


def _called(func: ast.expr) -> str:
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _names(tree: ast.Module) -> _Names:
    names = _Names()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            _assign(node.targets[0], node.value, names)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _assign(node.target, node.value, names)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.values.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.Call) and node.args:
            _grow(node, names)
    return names


def _grow(call: ast.Call, names: _Names) -> None:
    """`requirements.append("Django>=2.2")`."""
    func = call.func
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.attr in {"append", "extend", "insert"}:
        names.values.setdefault(func.value.id, []).append(call.args[-1])


def _assign(target: ast.expr, value: ast.expr, names: _Names) -> None:
    if isinstance(target, ast.Name):
        names.values.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and isinstance(target.slice, ast.Constant):
        names.items.setdefault(target.value.id, []).append((str(target.slice.value), value))


def _arguments(call: ast.Call, names: _Names) -> Iterator[tuple[str, ast.expr]]:
    """The keyword arguments of `setup()`, also those that come in as `**config`."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
        else:
            yield from _mapping(keyword.value, names, set())


def _mapping(node: ast.expr, names: _Names, seen: set[str]) -> Iterator[tuple[str, ast.expr]]:
    """The items of a dictionary, written out, called for or named."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant):
                yield str(key.value), value
            elif key is None:
                yield from _mapping(value, names, seen)
    elif isinstance(node, ast.Call) and _called(node.func) == "dict":
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg)
    elif isinstance(node, ast.Name) and node.id not in seen:
        for value in names.values.get(node.id, ()):
            yield from _mapping(value, names, seen | {node.id})
        yield from names.items.get(node.id, ())


def _is_computed(node: ast.expr) -> bool:
    """True for `"Django>=%s" % version`, `"Django>={}".format(version)` and f-strings."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "format" and isinstance(node.func.value, ast.Constant)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod))


def _collect(key: str, value: ast.expr, names: _Names, source: _Source) -> None:
    if key in _KEYS:
        group = "" if key == "install_requires" else key
        for literal in _literals(value, names, set()):
            source.take(literal, group)
    elif key == "extras_require":
        for extra, listed in _mapping(value, names, set()):
            for literal in _literals(listed, names, set()):
                source.take(literal, extra)


def _literals(node: ast.expr, names: _Names, seen: set[str]) -> Iterator[ast.expr]:
    """The strings of a list that is written out, added up from parts, or named: literals, and what is computed from them."""
    if (isinstance(node, ast.Constant) and isinstance(node.value, str)) or _is_computed(node):
        yield node
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for element in node.elts:
            yield from _literals(element, names, seen)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _literals(node.left, names, seen)
        yield from _literals(node.right, names, seen)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body, names, seen)
        yield from _literals(node.orelse, names, seen)
    elif isinstance(node, ast.Starred):
        yield from _literals(node.value, names, seen)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SPLITS:
        yield from _literals(node.func.value, names, seen)
    elif isinstance(node, ast.Call) and _called(node.func) in {"list", "tuple", "sorted", "set"} and len(node.args) == 1:
        yield from _literals(node.args[0], names, seen)
    elif isinstance(node, ast.Name) and node.id not in seen:
        for value in names.values.get(node.id, ()):
            yield from _literals(value, names, seen | {node.id})
