"""What the project's models say about a field's name: of which classes are the fields that are called so?

Read with patterns, not parsed: one scan of the files that speak of models answers every question. Form fields, serializer fields
and filters of the same name are left out by how their classes are written.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from ..rewrite.imported import imported_from, stands_before, words_in
from .index import Project

_CLASS = re.compile(rb"class(?<!\wclass)[\s\\]+(\w+)[\s\\]*[(:\[]")
CALLED = re.compile(rb"[\s\\)]*\(")
DOTTED = re.compile(rb"[\s\\)]*\.")
"""What stands behind a name that is called, and behind one that has something of it asked."""
_BOM = b"\xef\xbb\xbf"
_ASSIGNED = re.compile(rb"[ \t]+(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*((?:\w+\.)*)(\w*(?:Field|Key))\(")
_ELSEWHERE = re.compile(rb"(?:^|\.)(?:forms|serializers|filters|django_filters|fields|graphene|drf|indexes|wtforms|factory)\.$")
_PATHS = re.compile(r"(?:form|serializer|filter|schema|search_index|factor)")


def field_kinds(project: Project, name: str) -> frozenset[str]:
    """Names of the field classes, `DecimalField`, that models of the project give to a field of this name; empty if there is none."""
    return frozenset(_index(project).get(name, ()))


def names_of_kind(project: Project, kind: str) -> frozenset[str]:
    """Names that models of the project give to fields of a class, `JSONField`."""
    return frozenset(name for name, kinds in _index(project).items() if kind in kinds)


def _index(project: Project) -> dict[str, set[str]]:
    """Field name -> classes, from one scan of the files that speak of models and have calls of field classes."""
    index: dict[str, set[str]] | None = project.__dict__.get("_field_index")
    if index is None:
        index = defaultdict(set)
        for path in project.holding(b"models"):
            data = project.tree[path]
            if "/migrations/" in path or not (b"Field(" in data or b"Key(" in data):
                continue
            plain = bool(_PATHS.search(path.rpartition("/")[2]))
            for place in _places(data):
                match = _ASSIGNED.match(data, place)
                if match is None:
                    continue
                # A form's field of that name: written with its module, or in a file that is called so.
                if not _ELSEWHERE.search(match[2]) and not (plain and not match[2]):
                    index[match[1].decode()].add(match[3].decode())
        project.__dict__["_field_index"] = index
    return index


def _places(data: bytes) -> Iterator[int]:
    """Where the lines begin that call a field class."""
    last = -1
    for call in (b"Field(", b"Key("):
        place = data.find(call)
        while place >= 0:
            start = data.rfind(b"\n", 0, place) + 1
            if start != last:
                yield start
            last = start
            place = data.find(call, place + len(call))


def classes_with(project: Project, option: bytes) -> frozenset[bytes]:
    """Names of all classes whose `Meta` may assign an option, and what those are imported as, by a look at the text."""
    known: dict[bytes, frozenset[bytes]] = project.__dict__.setdefault("_classes_with", {})
    if option not in known:
        names = {name for found in _with(project, option).values() for name in found}
        known[option] = frozenset(names.union(*(project.aliases.get(name, ()) for name in names)))
    return known[option]


def speaks_of_class_with(project: Project, path: str, data: bytes, option: bytes, behind: re.Pattern[bytes]) -> bool:
    """False if no name in a file before `behind` can mean a class of the project whose `Meta` assigns an option; class statements aside."""
    spoken = classes_with(project, option).intersection(words_in(data))
    return any(stands_before(data, name, behind) and _may_have(project, path, data, name, option) for name in sorted(spoken))


def _may_have(project: Project, path: str, data: bytes, name: bytes, option: bytes) -> bool:
    """False if a name is imported by name only, and only from modules where the class that is called so lacks the option."""
    imported = imported_from(path, data)
    sources = [module for module, names in imported.items() if name in names]
    if not sources or any(not names.isdisjoint((b"*", b"as")) for names in imported.values()):
        return True
    if re.search(rb"(?:\.|class)[\s\\]*%b\b" % name, data):
        return True
    homes = (project.module_path(module.decode("utf-8", "surrogateescape"), path) for module in sources)
    return any(
        home is not None and (name in _with(project, option).get(home, ()) or not _is_made_in(project, home, name)) for home in homes
    )


def _is_made_in(project: Project, path: str, name: bytes) -> bool:
    """True if a name that is taken from a file can only be a class that stands there."""
    data = project.tree[path]
    made = re.search(rb"class(?<!\wclass)[\s\\]+%b\b" % name, data)
    return made is not None and not any(name in names or b"*" in names for names in imported_from(path, data).values())


def _with(project: Project, option: bytes) -> dict[str, set[bytes]]:
    """File -> names of the classes in it whose `Meta` may assign an option."""
    known: dict[bytes, dict[str, set[bytes]]] = project.__dict__.setdefault("_files_with", {})
    if option not in known:
        assigned = re.compile(rb"%b(?<!\w%b)[\s\\]*=" % (option, option))
        found = {path: _around(project.tree[path], assigned) for path in project.holding(option)}
        known[option] = {path: names for path, names in found.items() if names}
    return known[option]


def _around(data: bytes, pattern: re.Pattern[bytes]) -> set[bytes]:
    """Names of the classes around each `Meta` with a match behind it, by their indentation."""
    places = [match.start() for match in pattern.finditer(data)]
    found: set[bytes] = set()
    around: list[tuple[int, bytes]] = []
    for match in _CLASS.finditer(data) if places else ():
        found.update(_meta(around, places, match.start()))
        before = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()].removeprefix(_BOM)
        if not before.strip():
            indent = len(before.expandtabs())
            around = [*(one for one in around if one[0] < indent), (indent, match[1])]
    return found.union(_meta(around, places, len(data)))


def _meta(around: list[tuple[int, bytes]], places: list[int], end: int) -> list[bytes]:
    """The classes around a `Meta` if it is the last class statement before one of the places, all of which before `end` are taken."""
    passed = bisect_left(places, end)
    del places[:passed]
    return [name for _, name in around[:-1]] if passed and around and around[-1][1] == b"Meta" else []


def find_class(project: Project, qualified: str, near: str, depth: int = 5) -> tuple[str, ast.ClassDef] | None:
    """The file and statement of a class of the project, given by its name as used in the file `near`; re-exports are followed."""
    module, _, name = qualified.rpartition(".")
    path = project.module_path(module, near) if module else None
    names = project.names(path) if path is not None else None
    if path is None or names is None or not depth:
        return None
    for binding in names.module.bindings.get(name, ()):
        if isinstance(binding.node, ast.ClassDef):
            return path, binding.node
        if binding.origin and (found := find_class(project, binding.origin, path, depth - 1)):
            return found
    return None


def inner_class(node: ast.ClassDef, name: str = "Meta") -> ast.ClassDef | None:
    """The `class Meta` of a class."""
    return next((one for one in node.body if isinstance(one, ast.ClassDef) and one.name == name), None)


def option(node: ast.ClassDef, name: str) -> ast.expr | None:
    """The value that a class's own `Meta` gives to an option; None if it does not say."""
    meta = inner_class(node)
    for statement in meta.body if meta else ():
        if isinstance(statement, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in statement.targets):
            return statement.value
    return None
