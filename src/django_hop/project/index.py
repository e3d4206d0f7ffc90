"""What one file may know about the others: re-exports, class ancestors, who takes a name from where. Lazy and read-only.

Every question is answered from the base of the hop, so that the answer does not depend on the order of the codemods.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ..rewrite.module import Module, dotted, package_of, parse, tree_of
from ..rewrite.scopes import Names
from ..rewrite.source import Unreadable, read_python
from .django_facts import ancestors_in_django, names_below

if TYPE_CHECKING:
    from .settings import SettingsChain

_FROM_IMPORT = re.compile(rb"from(?=[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|(?:[^\n\\]|\\\r?\n)*))")
"""Looked at from each `from` anew: prose that reads like an import must not swallow a real one behind it."""
_WORD = re.compile(rb"\w+")
_OWNER = re.compile(rb"[\w\x80-\xff-]+\Z")
_LONGEST_NAME = 255
_DOT = re.compile(r"\.")
_CLASS_NAME = re.compile(rb"class[ \t]+(\w+)")
_CLASS = re.compile(rb"class[ \t\\]+(\w+)[\s\\]*(?:\[[^\]]*\][\s\\]*)?\(((?:[^()]|\([^()]*\))*)")
_BEFORE, _BEHIND = re.compile(rb"\w+\Z"), re.compile(rb"\w+")


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What gives a name its meaning at the top of a module: an import, a function, or a class with its bases as they are written."""

    origin: str | None
    bases: tuple[str, ...] | None = None
    """None where it is no class statement."""


@dataclass(frozen=True, slots=True)
class Classes:
    """All that the class graph needs of one module: small enough to be kept where the tree is not."""

    named: Mapping[str, Sequence[Named]]
    stars: tuple[str, ...]


class Project:
    """The files of a commit (path -> bytes) as a body of code."""

    def __init__(self, tree: Mapping[str, bytes]) -> None:
        self.tree = tree
        self._modules: dict[str, Module | None] = {}
        self._open: dict[str, Module] = {}
        self._classes: dict[str, Classes | None] = {}
        self._taken: dict[str, dict[bytes, list[str]]] = {}
        self._importing: dict[bytes, dict[str, list[str]]] = {}
        self._owners: dict[bytes, dict[bytes, list[str]]] = {}
        self._holding: dict[bytes, list[str]] = {}
        self._below: dict[tuple[str, ...], frozenset[bytes]] = {}
        self._outlines: dict[str, Names | None] = {}
        self._module_paths: dict[tuple[str, str], str | None] = {}
        self._ancestors: dict[tuple[str, str], frozenset[str]] = {}

    def release(self) -> None:
        """End the use of this value: the memory is free at once, without the garbage collector."""
        kept = [*(module.names for module in self._modules.values() if module), *filter(None, self._outlines.values())]
        for names in kept:
            names.release()
        self.__dict__.clear()  # the settings, and what codemods keep here, hold the project

    @cached_property
    def settings(self) -> SettingsChain:
        """The settings modules of the project and all they set."""
        from .settings import SettingsChain

        return SettingsChain(self)

    # -- modules --------------------------------------------------------------------------------------------------

    @cached_property
    def python_paths(self) -> tuple[str, ...]:
        """All Python files, sorted."""
        return tuple(sorted(path for path in self.tree if path.endswith(".py")))

    @cached_property
    def _by_last(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.python_paths:
            found.setdefault(dotted(path).rpartition(".")[2], []).append(path)
        return found

    def module_path(self, name: str, near: str = "") -> str | None:
        """The file of a dotted module name as code in `near` would import it, whatever folder is on the path; None if it is not ours."""
        key = (name, near.rpartition("/")[0])
        if key not in self._module_paths:
            self._module_paths[key] = self._find_module(name, near)
        return self._module_paths[key]

    def _find_module(self, name: str, near: str) -> str | None:
        last = name.rpartition(".")[2]
        tails = [path for path in self._by_last.get(last, ()) if dotted(path) == name or dotted(path).endswith(f".{name}")]
        if not tails:
            return None
        return max(tails, key=lambda path: (_common(path, near), -len(path)))

    def open(self, path: str, data: bytes) -> Module:
        """A file parsed for rewriting: shared with the questions about it if this is its content in the project. Raises Unreadable."""
        if self.tree.get(path) is not data:
            return parse(path, data)
        module = self._modules.get(path) or self._open.get(path)
        if module is None:
            module = self._open[path] = parse(path, data)
        return module

    def close(self, module: Module) -> None:
        """The rewriting of a file is done: what others may ask about it is kept, its tree only if somebody has asked for that."""
        path = module.path
        if self._open.get(path) is module:
            del self._open[path]
            if module.has_names and path not in self._classes:
                self._classes[path] = classes_of(module.names)
        if self._modules.get(path) is not module:
            module.release()

    def names(self, path: str) -> Names | None:
        """The parsed names of a project file; None if it cannot be parsed."""
        if path not in self._modules:
            try:
                module = self._open.get(path) or parse(path, self.tree[path])
                _ = module.names
                self._modules[path] = module
            except (Unreadable, KeyError, RecursionError):
                self._modules[path] = None
        found = self._modules[path]
        return found.names if found is not None else None

    def outline(self, path: str) -> Names | None:
        """The module-level names and classes of a project file, what is inside functions left out; None if it cannot be parsed."""
        if path in self._modules:
            return self.names(path)
        if path not in self._outlines:
            try:
                text = read_python(self.tree[path])
                self._outlines[path] = Names(tree_of(text.text), dotted(path), package_of(path), outline=True)
            except (Unreadable, KeyError, RecursionError):
                self._outlines[path] = None
        return self._outlines[path]

    # -- classes --------------------------------------------------------------------------------------------------

    def ancestors(self, qualified: str, near: str = "", seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """Names of all known ancestors of a class given by its qualified name as used in the file `near`; re-exports are followed."""
        if qualified in seen or len(seen) > 40:
            return frozenset()
        if seen:
            return self._find_ancestors(qualified, near, seen)
        key = (qualified, near.rpartition("/")[0])
        if key not in self._ancestors:
            self._ancestors[key] = self._find_ancestors(qualified, near, seen)
        return self._ancestors[key]

    def _find_ancestors(self, qualified: str, near: str, seen: frozenset[str]) -> frozenset[str]:
        django = ancestors_in_django(qualified)
        if django or qualified.startswith("django."):
            return django
        module, _, name = qualified.rpartition(".")
        path = self.module_path(module, near) if module else None
        classes = self._classes_in(path) if path is not None else None
        if path is None or classes is None:
            return frozenset()
        seen = seen | {qualified}
        found: set[str] = set()
        for one in classes.named.get(name, ()):
            if one.bases is not None:
                found |= self._above(classes, one, path, seen)
            elif one.origin:
                found |= {one.origin} | self.ancestors(one.origin, path, seen)
        for star in classes.stars if not found else ():
            found |= self.ancestors(f"{star}.{name}", path, seen)
        return frozenset(found)

    def _classes_in(self, path: str) -> Classes | None:
        if path not in self._classes:
            module = self._open.get(path)
            names = module.names if module is not None else self.outline(path)
            self._classes[path] = classes_of(names) if names is not None else None
        return self._classes[path]

    def _above(self, classes: Classes, node: Named, path: str, seen: frozenset[str]) -> frozenset[str]:
        found: set[str] = set()
        for base in node.bases or ():
            root, dot, rest = base.partition(".")
            for one in classes.named.get(root, ()):
                if one.origin is not None and one is not node:
                    full = f"{one.origin}{dot}{rest}"
                    found |= {full} | self.ancestors(full, path, seen)
        return frozenset(found)

    def may_derive(self, data: bytes, bases: tuple[str, ...]) -> bool:
        """False if no class of a file of this content can descend from one of `bases`, by a look at the names alone."""
        return not self.names_below(bases).isdisjoint(base_words(data))

    def names_below(self, bases: tuple[str, ...]) -> frozenset[bytes]:
        """All words by which a descendant may be called somewhere in the project: too many rather than too few."""
        if bases not in self._below:
            self._below[bases] = self._find_below(bases)
        return self._below[bases]

    def _find_below(self, bases: tuple[str, ...]) -> frozenset[bytes]:
        found = {name.encode() for base in bases for name in names_below(base)}
        fresh = found
        while fresh:
            fresh = {name for word in fresh for name in self._named_after.get(word, ())} - found
            found |= fresh
        return frozenset(found)

    @cached_property
    def _named_after(self) -> dict[bytes, set[bytes]]:
        """Word -> the classes that have it among their bases, and the names it is imported under."""
        found: dict[bytes, set[bytes]] = {}
        for statements in self._class_statements.values():
            for name, words in statements:
                for word in words:
                    found.setdefault(word, set()).add(name)
        for word, others in self.aliases.items():
            found.setdefault(word, set()).update(others)
        return found

    @cached_property
    def _class_statements(self) -> dict[str, list[tuple[bytes, list[bytes]]]]:
        """File -> name and all words among the bases of each of its classes that has any, by a look at the text."""
        found = {path: [(one[1], _WORD.findall(one[2])) for one in _CLASS.finditer(self.tree[path])] for path in self.python_paths}
        return {path: statements for path, statements in found.items() if statements}

    def deriving(self, qualified: str) -> list[str]:
        """The files where a class may descend from one that is given by its qualified name, by a look at the text."""
        below = self.names_below((qualified,))
        return [path for path, found in self._class_statements.items() if any(not below.isdisjoint(words) for _, words in found)]

    @cached_property
    def aliases(self) -> dict[bytes, set[bytes]]:
        """Word -> what it is called elsewhere in the project, by `import word as other`."""
        found: dict[bytes, set[bytes]] = {}
        for path in self.holding(b" as "):
            for word, other in _aliases(self.tree[path]):
                found.setdefault(word, set()).add(other)
        return found

    # -- who takes what -------------------------------------------------------------------------------------------

    def holding(self, word: bytes) -> list[str]:
        """Python files that contain a word's bytes."""
        if word not in self._holding:
            # `.name` only where `name` is: mostly both are asked for.
            paths = self.holding(word[1:]) if word.startswith(b".") and len(word) > 1 else self.python_paths
            self._holding[word] = [path for path in paths if word in self.tree[path]]
        return self._holding[word]

    def is_taken_from(self, path: str, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """True if another file imports `name` from this module, star-imports the module, uses `module.name` or says so in a string."""
        module, word = dotted(path), name.encode()
        # A file's name may hold bytes that are no text; as a module nobody can import it then.
        owner = module.rpartition(".")[2].encode("utf-8", "surrogateescape")
        if any(other != path and self._speaks_of(other, owner + b"." + word, path) for other in self._speaking(word).get(owner, ())):
            return True
        # As code may import it, whatever folder is on the path.
        spellings = [module[place:] for place in (0, *(match.end() for match in _DOT.finditer(module)))]
        importers = self._importers(word)
        if any(other != path for spelling in spellings for other in importers.get(spelling, ())):
            return True
        starred = self._importers(b"*")
        others = {other for spelling in spellings for other in starred.get(spelling, ()) if other != path}
        return any(word in self.tree[other] or self._passes_on(other, name, seen | {path}) for other in others)

    def _speaking(self, word: bytes) -> dict[bytes, list[str]]:
        """What stands before `.word` in the project -> the files, by a look at the text."""
        if word not in self._owners:
            found: dict[bytes, list[str]] = {}
            for path in self.holding(b"." + word):
                parts = self.tree[path].split(b"." + word)
                before = filter(None, (_OWNER.search(part[-_LONGEST_NAME:]) for part in parts[:-1]))
                for owner in dict.fromkeys(match[0] for match in before):
                    found.setdefault(owner, []).append(path)
            self._owners[word] = found
        return self._owners[word]

    def _speaks_of(self, other: str, spoken: bytes, path: str) -> bool:
        """True if `module.name` in a file may mean the module at `path`: not where `module` is certainly imported from elsewhere."""
        found = [*re.finditer(rb"(\.?)\b" + re.escape(spoken) + rb"\b", self.tree[other])]
        names = self.names(other) if found and not any(match[1] for match in found) else None
        if names is None:
            return bool(found)
        text = spoken.decode("utf-8", "surrogateescape")
        root = text.partition(".")[0]
        origins = [one.origin for scope in (names.module, *names.inner.values()) for one in scope.bindings.get(root, ())]
        told = any(isinstance(node.value, str) and text in node.value for node in names.strings)
        return told or not origins or any(origin is None or f".{dotted(path)}".endswith(f".{origin}") for origin in origins)

    def _passes_on(self, path: str, name: str, seen: frozenset[str]) -> bool:
        """True if a module that star-imports the name has it taken from itself in turn."""
        return path not in seen and self.is_taken_from(path, name, seen)

    def _importers(self, word: bytes) -> dict[str, list[str]]:
        """Absolute module -> the files with `from module import word`."""
        if word not in self._importing:
            found: dict[str, list[str]] = {}
            for path in self.holding(b"import *" if word == b"*" else word):
                for module in self._taken_by(path).get(word, ()):
                    found.setdefault(_absolute(module, path), []).append(path)
            found.pop("", None)
            self._importing[word] = found
        return self._importing[word]

    def _taken_by(self, path: str) -> dict[bytes, list[str]]:
        """Imported word -> the modules it is imported from, by a look at the text (also of files that do not parse)."""
        if path not in self._taken:
            found: dict[bytes, list[str]] = {}
            for match in leading(_FROM_IMPORT, self.tree[path]):
                module = match[1].decode("utf-8", "replace")
                for word in _WORD.findall(match[2]):
                    found.setdefault(word, []).append(module)
                if b"*" in match[2]:
                    found.setdefault(b"*", []).append(module)
            self._taken[path] = found
        return self._taken[path]


def leading(pattern: re.Pattern[bytes], data: bytes) -> Iterator[re.Match[bytes]]:
    """The matches with nothing but blanks before them on their line: ten times as fast as a pattern that begins with `^[ \\t]*`."""
    for match in pattern.finditer(data):
        if not data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].strip(b" \t"):
            yield match


def class_statements(data: bytes) -> Iterator[re.Match[bytes]]:
    """The class statements of a text, up to their names: `match[1]`."""
    return leading(_CLASS_NAME, data)


def classes_of(names: Names) -> Classes:
    """The imports, classes and functions at the top of a module."""
    named: dict[str, list[Named]] = {}
    for name, bindings in names.module.bindings.items():
        for one in bindings:
            if one.scope is not names.module:
                continue  # a function that says `global`: what it binds, and whether it ever does, is not seen from here
            if isinstance(one.node, ast.ClassDef):
                named.setdefault(name, []).append(Named(one.origin, tuple(_written(one.node))))
            elif one.origin is not None:
                named.setdefault(name, []).append(Named(one.origin))
    return Classes(named, tuple(star.origin for star in names.stars if star.origin))


def _written(node: ast.ClassDef) -> Iterator[str]:
    """The bases of a class statement that are names or attributes of names."""
    for base in node.bases:
        target = base.value if isinstance(base, ast.Subscript) else base
        parts: list[str] = []
        while isinstance(target, ast.Attribute):
            parts.append(target.attr)
            target = target.value
        if isinstance(target, ast.Name):
            yield ".".join([target.id, *reversed(parts)])


@lru_cache(maxsize=16)
def base_words(data: bytes) -> frozenset[bytes]:
    """All words among the bases of a file's classes, and what they were imported as."""
    found = {word for match in _CLASS.finditer(data) for word in _WORD.findall(match[2])}
    return frozenset(found | {word for word, other in _aliases(data) if other in found})


def _aliases(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each `word as other` of a text. A search for the words first would take ten times as long."""
    parts = data.split(b" as ")
    for before, behind in itertools.pairwise(parts):
        word, other = _BEFORE.search(before[-80:].rstrip(b" \t\\\r\n")), _BEHIND.match(behind[:80].lstrip(b" \t\\\r\n"))
        if word and other:
            yield word[0], other[0]


def _absolute(module: str, path: str) -> str:
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    parts = package_of(path).split(".")
    parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
    return ".".join(part for part in [*parts, module.lstrip(".")] if part)


def _common(path: str, near: str) -> int:
    count = 0
    for one, other in zip(path.split("/"), near.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count
