"""One parsed Python file: text, tree and names together; made once per version of the text and shared by all codemods."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from .scopes import Names
from .source import Text, Unreadable, read_python

MAX_BYTES = 4_000_000


class Module:
    """A Python file of the project, parsed. `path` is relative to the repository root, with forward slashes."""

    def __init__(self, path: str, text: Text, tree: ast.Module) -> None:
        self.path = path
        self.source = text
        self.tree = tree

    @property
    def text(self) -> str:
        """The decoded text."""
        return self.source.text

    @cached_property
    def names(self) -> Names:
        """Scopes, bindings and references."""
        declares = "global " in self.text or "nonlocal " in self.text
        return Names(self.tree, dotted(self.path), package_of(self.path), declares=declares)

    @property
    def has_names(self) -> bool:
        """True if the names were asked for already."""
        return "names" in self.__dict__

    def release(self) -> None:
        """Take apart what holds each other, so that the memory is free at once, without the garbage collector."""
        if self.has_names:
            self.names.release()

    def start(self, node: ast.AST) -> int:
        """Offset of a node's first character."""
        return self.source.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Offset just behind a node's last character."""
        return self.source.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def segment(self, node: ast.AST) -> str:
        """The source text of a node."""
        return self.text[self.start(node) : self.end(node)]


@lru_cache(maxsize=65536)
def dotted(path: str) -> str:
    """The project's own name of a module: its path from the repository root, dotted; `a/b/__init__.py` is `a.b`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def package_of(path: str) -> str:
    """The package that relative imports of a file start from."""
    return path.rpartition("/")[0].replace("/", ".")


def first_line(node: ast.stmt) -> int:
    """The line a statement begins on, that of its first decorator if it has any."""
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno


def first_lines(module: Module, body: Sequence[ast.stmt], indent: str = "") -> Iterator[int]:
    """The lines at which a text of statements can be cut, since one begins there and nothing stands before it."""
    text = module.text
    for node in body:
        place = module.source.starts[first_line(node) - 1]
        decorated = bool(getattr(node, "decorator_list", None))
        head = "@" if decorated else text[module.start(node)]
        alone = text.startswith(indent + head, place) and (decorated or node.col_offset == len(indent))
        if alone and not text.endswith("\\\n", 0, place):
            yield first_line(node)


def parse(path: str, data: bytes) -> Module:
    """Parse a file's bytes. Raises Unreadable with a reason a person can act on."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"is larger than {MAX_BYTES // 1_000_000} MB")
    text = read_python(data)
    return Module(path, text, tree_of(text.text))


def tree_of(text: str) -> ast.Module:
    """The `ast` of a text. Raises Unreadable where this interpreter cannot parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        place = f" (line {error.lineno})" if error.lineno else ""
        raise Unreadable(f"does not parse as Python 3: {error.msg}{place}") from None
    except (RecursionError, MemoryError):
        raise Unreadable("is nested too deeply to parse") from None
    except ValueError as error:
        raise Unreadable(f"does not parse: {error}") from None
