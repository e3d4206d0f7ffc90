"""The dependency files close to some files of a project, and what they say: all that a hook has time to read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from ..project.release import Detected, detect
from ..project.tree import tree_of_paths
from .inventory import declared, parser_for, referenced
from .model import COMPILED, LOCK, MATRIX, Declared
from .specifier import dialect_of
from .versions import admits, floor

FOLDERS = ("requirements", "requirement", "reqs", "deps")
"""Folders of requirement files beside the project's own files."""


@dataclass(frozen=True)
class Near:
    """What the files declare: Django's release, and everything by name."""

    detected: Detected
    packages: Mapping[str, tuple[Declared, ...]] = field(default_factory=dict)

    def floors(self) -> dict[str, Version]:
        """The oldest release of each package that is declared admissible, where that can be said.

        A lock or a compiled file decides about what is declared without a version; alternatives and addresses about nothing.
        """
        found = {name: _floor(every) for name, every in self.packages.items()}
        return {name: version for name, version in found.items() if version is not None}

    def asks_for(self, package: str) -> bool:
        """True if the project itself declares a package; what a resolver wrote down may be there for the sake of another."""
        return any(one.kind not in {LOCK, COMPILED} for one in self.packages.get(package, ()))


NOTHING = Near(Detected(None))


def near(root: Path) -> Near:
    """What the closest folder says that names Django's release: the project's root, or one around it inside the same git repository."""
    first: Near | None = None
    for folder in _around(root):
        found = _in(folder)
        if found.detected.release is not None:
            return found
        first = first or found
    return first or NOTHING


def _around(root: Path) -> Iterator[Path]:
    """The root, and the folders around it up to that of the git repository."""
    for folder in (root, *root.parents):
        if os.path.lexists(folder / ".git"):
            yield from (root, *root.parents)[: len(root.parts) - len(folder.parts) + 1]
            return
    yield root


def _in(folder: Path) -> Near:
    paths = [path for place in (folder, *(folder / name for name in FOLDERS)) for path in _files(place, folder)]
    tree = tree_of_paths(paths, folder)
    while more := [folder / name for name in referenced(tree) if folder / name not in paths and os.path.isfile(folder / name)]:
        paths += more
        tree = tree_of_paths(paths, folder)
    packages: dict[str, list[Declared]] = {}
    for one in declared(tree)[0]:
        packages.setdefault(one.name, []).append(one)
    return Near(detect(tree), {name: tuple(every) for name, every in packages.items()})


def _files(place: Path, folder: Path) -> Iterator[Path]:
    """The dependency files that lie in a folder."""
    with suppress(OSError):
        yield from (path for path in sorted(place.iterdir()) if parser_for(path.relative_to(folder).as_posix()) and os.path.isfile(path))


def _floor(every: Sequence[Declared]) -> Version | None:
    written = [one for one in every if one.kind not in {LOCK, COMPILED}]
    if any(one.url for one in written):
        return None
    floors = {one: floor(one.specifier, dialect_of(one.format)) for one in written}
    lowest = min((version for version in floors.values() if version is not None), default=None)
    if lowest is not None:
        others = [one for one, version in floors.items() if version is None]
        clear = all(one.kind != MATRIX and admits(one.specifier, dialect_of(one.format), lowest) for one in others)
        return lowest if clear else None
    if any(one.specifier and not admits(one.specifier, dialect_of(one.format), version) for one in written for version in _held(every)):
        return None
    return min(_held(every), default=None)


def _held(every: Sequence[Declared]) -> list[Version]:
    """The releases that a resolver wrote down."""
    found = [floor(one.specifier, dialect_of(one.format)) for one in every if one.kind in {LOCK, COMPILED}]
    return [version for version in found if version is not None]
