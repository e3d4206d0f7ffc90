"""Can a file mean a qualified name at all? Told from its words and the text of its imports, long before it is parsed.

The same reach as `Names` has on the tree: what is imported, under whatever alias, what is spelled in full, and what the file
defines itself. In doubt the answer is yes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .module import dotted, package_of

_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACES = bytes(byte if byte in _WORD else 32 for byte in range(256))
_GAP = rb"(?:[ \t\f]|\\\r?\n)*"
# Looked at from each `from` anew: prose that reads like an import must not swallow a real one behind it.
_FROM = re.compile(
    rb"from(?=[\s\\]*((?:\.[\s\\]*)*(?:\w+(?:[\s\\]*\.[\s\\]*\w+)*)?)[\s\\]*\bimport\b"
    + _GAP
    + rb"(\((?:[^)#]|#[^\n]*)*\)|(?:[^\n\\#;(]|\\\r?\n)*))"
)
_SPACE = re.compile(rb"[\s\\]+")
_NAME = re.compile(rb"\w+|\*")


@lru_cache(maxsize=4)
def words_in(data: bytes) -> frozenset[bytes]:
    """All words of a file. Kept for all that ask about the same file one after another."""
    return frozenset(data.translate(_SPACES).split())


def stands_before(data: bytes, name: bytes, behind: re.Pattern[bytes]) -> bool:
    """True if a name stands before `behind`, other than in its class statement. Where many names are asked for, making patterns is dear."""
    place = data.find(name)
    while place >= 0:
        before = data[max(0, place - 6) : place]
        inside = before[-1:].isalnum() or before.endswith((b"_", b"class "))
        if not inside and behind.match(data, place + len(name)):
            return True
        place = data.find(name, place + len(name))
    return False


def can_mean(path: str, data: bytes, qualified: str) -> bool:
    """False if no expression, import or string in a file of this name and content can mean the qualified name."""
    name = qualified.encode()
    module, _, last = name.rpartition(b".")
    if last not in data:
        return False  # the cheapest to ask, and most often so where an op means many names
    parts = name.split(b".")
    imported = imported_from(path, data)
    if name in data or _brings(imported, module, last) or any(one == name or one.startswith(name + b".") for one in imported):
        return True
    own = dotted(path)
    if own and qualified.startswith(f"{own}."):
        return True
    if not _attribute(last).search(data):
        return False
    heads = ((b".".join(parts[:cut]), parts[cut]) for cut in range(1, len(parts) - 1))
    return any(_brings(imported, head, part) for head, part in heads) or _plain_import(parts[0]).search(data) is not None


def _brings(imported: dict[bytes, set[bytes]], module: bytes, name: bytes) -> bool:
    names = imported.get(module)
    return names is not None and (name in names or b"*" in names)


@lru_cache(maxsize=16)
def imported_from(path: str, data: bytes) -> dict[bytes, set[bytes]]:
    """Module, relative ones made absolute -> all words behind `import`, aliases and comments included."""
    found: dict[bytes, set[bytes]] = {}
    for match in _FROM.finditer(data):
        module = _SPACE.sub(b"", match[1])
        if module.startswith(b"."):
            module = _absolute(module, path)
        found.setdefault(module, set()).update(_NAME.findall(match[2]))
    return found


def _absolute(module: bytes, path: str) -> bytes:
    tail = module.lstrip(b".")
    level = len(module) - len(tail)
    parts = package_of(path).encode("utf-8", "surrogateescape").split(b".")
    return b".".join(part for part in [*parts[: len(parts) - (level - 1)], tail] if part)


@lru_cache(maxsize=4096)
def _attribute(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\.[\s\\]*%b\b" % name)


@lru_cache(maxsize=256)
def _plain_import(root: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"import(?=[ \t\f\\](?:[^\n\\#;(]|\\\r?\n)*?\b%b\b)" % root)
