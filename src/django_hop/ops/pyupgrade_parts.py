"""Which parts of pyupgrade run: what a Python that the hop leaves behind was the only reason for, and nothing that is a matter of taste.

Of pyupgrade's plugins (read on 3.22.0, which needs Python 3.11, and 3.21.2 for 3.10; tests/test_pyupgrade.py holds the adapter to
the one that is installed) these are used:

| plugin | what goes | guard of ours |
|---|---|---|
| imports | `__future__`, `six.moves` | not under `try` or `if`; not `typing`, `mock`, `collections`, `io`, `pipes` |
| legacy | `super(C, self)`: `super()` | no `yield from`; not where the name is bound anew, or a decorator makes the class anew |
| metaclass_type, new_style_classes | `__metaclass__ = type`, `class C(object)` | - |
| open_mode | mode `U` | other modes stay |
| six_base_classes, six_metaclasses, six_remove_decorators, six_simple | `six` | - |
| six_calls | calls of `six` | no `reraise()`; `iteritems()` and the like only where they are iterated at once |
| versioned_branches | branches on `sys.version_info`, `six.PY2` | - |

and of its tokens the prefix of `u""`. Left out, because no Python demands them: exceptions (`IOError` stays a name of `OSError`),
percent_format, fstrings, format literals, native_literals, dict_literals, set_literals, constant_fold, lru_cache, io_open,
default_encoding, extra parentheses, escapes. Left out because they change what runs: typing_* and imports of typing_extensions
(annotations that are read at run time, forward references in strings), identity_equality (`is` and `==` differ), mock, `.encode()`
of literals, coding cookies (a file with a cookie that is not UTF-8 would change its strings).
unittest_aliases and collections_abc are codemods of ours, in pack `python`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from .base import Words

Guard = Callable[[ast.AST, ast.AST], bool]
"""Says of a node and the node around it whether a plugin may look at it."""


@dataclass(frozen=True)
class Part:
    """A plugin of pyupgrade, the text without which it does nothing, and where it may look."""

    plugin: str
    texts: tuple[bytes, ...]
    """Patterns, any of which will do. Each begins with letters of its own: so it is found ten times as fast as behind `\\b` or `[uU]`."""
    words: Words
    guard: Guard | None = None
    closer: Callable[[bytes], bool] | None = None
    """A dearer look at what has one of the texts."""


@dataclass(frozen=True)
class AnyPart:
    """The second look of several parts: asked text by text, since a pattern of all of them costs twenty times as much."""

    parts: tuple[Part, ...]

    def search(self, data: bytes) -> bool | None:
        """True if one of the parts may have something to do, None if not."""
        if any(_pattern(text).search(data) for text in self._sure):
            return True
        closer = (part.closer for part in self.parts if part.closer is not None and any(_pattern(text).search(data) for text in part.texts))
        return any(look(data) for look in closer) or None

    @cached_property
    def _sure(self) -> list[bytes]:
        return _texts(part for part in self.parts if part.closer is None)

    def spoken(self, data: bytes) -> list[Part]:
        """The parts with a text that is there, without a closer look."""
        found = {text for text in _texts(self.parts) if _pattern(text).search(data)}
        return [part for part in self.parts if not found.isdisjoint(part.texts)]


def _texts(parts: Iterable[Part]) -> list[bytes]:
    """The texts of parts, each once."""
    return list(dict.fromkeys(text for part in parts for text in part.texts))


@cache
def _pattern(text: bytes) -> re.Pattern[bytes]:
    return re.compile(text)


def _not_in_try(node: ast.AST, parent: ast.AST) -> bool:
    """An import with a fallback stays: both branches would become the same."""
    left = ("typing", "typing_extensions", "mypy_extensions", "mock", "collections", "io", "pipes", "typing.re", "builtins")
    named = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in getattr(node, "names", ())]
    return not isinstance(parent, (ast.Try, ast.ExceptHandler, ast.If)) and not any(
        name in left or (name or "").startswith(("mock.", "xml.")) for name in named
    )


_CONSUMERS = frozenset("all any dict enumerate filter frozenset list map max min set sorted sum tuple zip OrderedDict".split())  # noqa: SIM905
_CONSUMING_METHODS = frozenset({"update", "extend", "join"})


def _six_call(node: ast.AST, parent: ast.AST) -> bool:
    """`six.reraise()` without its arguments depends on what is being handled; an iterator that is kept is not a view."""
    name = getattr(getattr(node, "func", None), "attr", None) or getattr(getattr(node, "func", None), "id", "")
    if name not in ("iteritems", "iterkeys", "itervalues"):
        return name != "reraise"
    if isinstance(parent, (ast.For, ast.comprehension)):
        return parent.iter is node
    if isinstance(parent, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return any(one.iter is node for one in parent.generators)
    func = parent.func if isinstance(parent, ast.Call) and node in parent.args else None
    return (isinstance(func, ast.Name) and func.id in _CONSUMERS) or (isinstance(func, ast.Attribute) and func.attr in _CONSUMING_METHODS)


def _mode_u(node: ast.AST, parent: ast.AST) -> bool:
    """Only the mode that Python 3.11 refuses."""
    assert isinstance(node, ast.Call)
    values = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) and "U" in one.value for one in values)


def _with(*words: str) -> Words:
    return tuple(frozenset(one.split()) for one in words)


_STRINGS = re.compile(
    r"""(?s)#[^\n]*|\"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"{3}|'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}"""
    r"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'"""
)


def strings(text: str) -> Iterator[int]:
    """Where the quotes of strings begin, f-strings aside: from Python 3.12 on the strings within may have its quotes."""
    return (match.start() for match in _STRINGS.finditer(text) if match[0][0] != "#")


def _has_prefix(data: bytes) -> bool:
    """True if a string has the prefix, and not only looks so at its end (`'%U'`), or the first f-string comes before one."""
    text = data.decode("latin-1")
    return any(_PREFIX.search(text, max(place - 2, 0), place) for place in strings(text) if text[place - 1].isalpha())


_PREFIX = re.compile(r"(?:[uU]|[fFtT][rR]?)\Z")


def _in_own_class(data: bytes) -> bool:
    """True if a call of `super()` names a class that is in the file."""
    classes = {*_CLASS.findall(data)}
    return any(match[1] in classes for match in _SUPER.finditer(data))


_SUPER = re.compile(rb"super(?<!\wsuper)\s*\(\s*(\w+)[^,)]*,(?:[\s\\]|#[^\n]*\n)*[^\W\d][\w\x80-\xff]*[\s\\]*[,)#]")
_CLASS = re.compile(rb"class[\s\\]+(\w+)")
SIX = rb"six(?<!\wsix)[\s\\]*(?:[.#]|import\b)"
U_PREFIX = Part("", tuple(rb"%s(?<![\w\\].)(?=[\"'])" % letter for letter in (b"u", b"U")), _with("u", "U"), closer=_has_prefix)
"""Not a plugin: the prefix of strings."""
VERSION_INFO = rb"version_info\b(?<!\wversion_info)"
BRANCHES = Part("versioned_branches", (VERSION_INFO, rb"PY[23]\b(?<!\wPY.)"), _with("version_info", "PY2", "PY3"))
LATER_BRANCHES = Part("versioned_branches", (VERSION_INFO,), _with("version_info"))
IMPORTS = Part(
    "imports",
    (rb"from __future__ import (?!annotations[ \t]*(?:#[^\n]*)?\r?\n)", SIX),
    _with("__future__", "six"),
    _not_in_try,
)
SUPER = Part("legacy", (rb"super(?<!\wsuper)\s*\(\s*[A-Za-z_]",), _with("super"), closer=_in_own_class)
PYTHON_2 = (
    U_PREFIX,
    BRANCHES,
    IMPORTS,
    SUPER,
    Part("metaclass_type", (rb"__metaclass__",), _with("__metaclass__")),
    Part("new_style_classes", (rb"class\s+\w+\s*\([^)]*\bobject\b",), _with("class object")),
    Part(
        "open_mode",
        (rb"U(?:(?<=[\"'].)|(?<=[\"'][rb].)|(?<=[\"'][rb]{2}.))[rb]{0,2}[\"']",),
        _with("open rU", "open U", "open rbU", "open rUb", "open Ur", "open Ub", "open bU", "open Urb", "open brU"),
        _mode_u,
    ),
    *(Part(name, (SIX,), _with("six")) for name in ("six_base_classes", "six_metaclasses", "six_remove_decorators", "six_simple")),
    Part("six_calls", (SIX,), _with("six"), _six_call),
)
"""What only Python 2 needed."""
LATER = (LATER_BRANCHES,)
"""What only an older Python 3 needed."""
