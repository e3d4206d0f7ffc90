"""Which models a manager serves, and to which ones foreign keys lead: one look at the text of all files, before any is parsed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from django_hop.project.index import Project, class_statements, leading

_OBJECTS = re.compile(rb"objects[ \t]*=[ \t]*((?:\w+\.)*)(\w+)\(")
_MADE = re.compile(rb"\([^)]*\)\(")
_KEYS = (re.compile(rb"Key\("), re.compile(rb"OneToOneField\("))
_SPACE = re.compile(rb"\s*")
_TOKEN = re.compile(rb"[^()]+|\([^()]*\)")
_TO = re.compile(rb"\bto\s*=\s*")
_TARGET = re.compile(rb"""['"](\w+)(?:\.(\w+))?|\w+(?:\.\w+)*""")
_SELF = re.compile(rb"""['"]self['"]""")


@dataclass
class _Keys:
    targets: set[bytes] = field(default_factory=set)
    """All words of what keys are said to lead to."""
    own: set[bytes] = field(default_factory=set)
    """Classes with keys to themselves."""


def served_by(project: Project, manager: bytes) -> list[bytes]:
    """Names of the models that make `objects` of a class of this name."""
    known: dict[bytes, list[bytes]] | None = project.__dict__.get("_served_by")
    if known is None:
        known = project.__dict__["_served_by"] = {}
        for path in project.holding(b"objects"):
            for name, model in _served(project.tree[path]):
                known.setdefault(name, []).append(model)
    return known.get(manager, [])


def _served(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(manager, model) of each `objects = ...` in a class."""
    classes: tuple[list[int], list[bytes]] | None = None
    for match in leading(_OBJECTS, data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        if start == match.start():
            continue
        classes = classes or _classes(data)
        for model in _before(classes, start):
            yield match[2], model
            if match[2] == b"from_queryset" and match[1] and _MADE.match(data, match.end() - 1):
                yield match[1].split(b".")[-2], model


def keys_lead_to(project: Project, model: bytes) -> bool:
    """True if a key of the project may lead to a model of this name, or to one that derives from it; to users from anywhere."""
    names = {model, *project.names_below((model.decode(),))}
    if any(b"User" in name for name in names):
        return True
    keys: _Keys | None = project.__dict__.get("_keys")
    if keys is None:
        keys = project.__dict__["_keys"] = _Keys()
        for path in project.python_paths:
            _read_keys(keys, project.tree[path])
    return not names.isdisjoint(keys.targets) or not names.isdisjoint(keys.own)


def _read_keys(keys: _Keys, data: bytes) -> None:
    classes: tuple[list[int], list[bytes]] | None = None
    for pattern in _KEYS:
        for match in pattern.finditer(data):
            for place in _places(data, match.end()):
                if target := _TARGET.match(data, place):
                    words = [target[1], target[2]] if target[1] else target[0].split(b".")
                    keys.targets.update(word for word in words if word)
                if _SELF.match(data, place):
                    classes = classes or _classes(data)
                    keys.own.update(_before(classes, match.start()))


def _places(data: bytes, start: int) -> Iterator[int]:
    """Where the target of a key may stand whose parentheses open before `start`: at the front, or behind `to=`."""
    yield _SPACE.match(data, start).end()  # type: ignore[union-attr]
    while token := _TOKEN.match(data, start):
        if not token[0].startswith(b"("):
            yield from (to.end() for to in _TO.finditer(data, start, token.end()))
        start = token.end()


def _classes(data: bytes) -> tuple[list[int], list[bytes]]:
    """Where the names of all class statements end, and the names."""
    found = [*class_statements(data)]
    return [match.end() for match in found], [match[1] for match in found]


def _before(classes: tuple[list[int], list[bytes]], place: int) -> list[bytes]:
    """The last class statement before a place, if there is one."""
    at = bisect_right(classes[0], place)
    return classes[1][at - 1 : at] if at else []
