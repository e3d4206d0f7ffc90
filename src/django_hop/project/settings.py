"""The settings modules of a project: which files they are, how they build on one another, what they set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING

from ..ops.where import settings_files, tests
from ..rewrite.module import dotted
from .settings_module import CORE, Assignment, assignments_in, is_core, is_like_settings
from .settings_sources import declared

if TYPE_CHECKING:
    from .index import Project

_CLASS_ROOTS = frozenset({"configurations", "cbs", "class_settings"})
"""Packages whose classes hold settings."""


class SettingsChain:
    """Which files are settings modules, and what they say together. Lazy; asks only the project's files.

    Found are: modules that entry points, test configuration, containers and scripts name; modules that look like settings
    and assign what only settings assign; whatever these star-import or include; and what star-imports them and sets settings.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._assignments: dict[str, list[Assignment]] = {}
        self._links: dict[str, tuple[str, ...]] = {}

    # -- which files ----------------------------------------------------------------------------------------------

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Paths of all settings modules, sorted."""
        found: set[str] = set()
        self._add(found, [*self._declared(), *self._by_content()])
        while more := [path for path in self._followers(found) if path not in found]:
            self._add(found, more)
        return tuple(sorted(found))

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(self.modules)

    def is_settings(self, path: str) -> bool:
        """True if the file is a settings module."""
        return path in self._set

    def is_settings_object(self, qualified: str | None, near: str = "") -> bool:
        """True if a qualified name, as used in the file `near`, is Django's settings object or one of the settings modules."""
        if qualified is None:
            return False
        if qualified == "django.conf.settings":
            return True
        return self._project.module_path(qualified, near) in self._set

    def _add(self, found: set[str], paths: Iterable[str]) -> None:
        waiting = list(paths)
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self.links(path)

    def _declared(self) -> Iterator[str]:
        project = self._project
        holders = {
            path for word in (b"DJANGO_SETTINGS_MODULE", b"settings_module", b"--settings", b"--ds") for path in project.holding(word)
        }
        for near, name in declared(project.tree, sorted(holders)):
            if not name.endswith("."):
                path = project.module_path(name, near)
                if path is not None and (self._says_anything(path) or self.links(path)):
                    yield path
            elif (package := project.module_path(name[:-1], near)) is not None and package.endswith("/__init__.py"):
                yield from self._settings_in(package.removesuffix("__init__.py"))

    def _says_anything(self, path: str) -> bool:
        return any(one.kind != "import" for one in self.assignments_of(path))

    def _settings_in(self, folder: str) -> Iterator[str]:
        """Modules directly in a folder that set settings or build on other modules."""
        for path in self._project.python_paths:
            if (
                path.startswith(folder)
                and "/" not in path[len(folder) :]
                and (is_like_settings(self.assignments_of(path)) or self.links(path))
            ):
                yield path

    def _by_content(self) -> Iterator[str]:
        words = [word.encode() for word in CORE]
        for path in filter(settings_files, self._project.python_paths):
            if any(word in self._project.tree[path] for word in words) and is_core(self.assignments_of(path)):
                yield path

    def _followers(self, found: set[str]) -> Iterator[str]:
        """Modules that star-import a settings module, or stand beside one in a `settings` folder, and set settings themselves."""
        folders = {_folder(path) for path in found}
        folders = {folder for folder in folders if "settings" in folder.rpartition("/")[2]}
        starred = frozenset(self._project.holding(b"import *"))
        for path in self._project.python_paths:
            parent = _folder(path)
            if path in found or not (parent in folders or path in starred):
                continue
            if (parent in folders or found.intersection(self.links(path))) and self._is_own(path, beside=parent in folders):
                yield path

    def _is_own(self, path: str, *, beside: bool) -> bool:
        """True if a module near settings is one itself, not code that uses them."""
        if tests(path) and not settings_files(path) and not is_core(self.assignments_of(path)):
            return False
        if is_like_settings(self.assignments_of(path)):
            return True
        return (settings_files(path) or beside) and bool(self.links(path))

    # -- how they build on one another ----------------------------------------------------------------------------

    def links(self, path: str) -> tuple[str, ...]:
        """The project's files that a module star-imports or includes (django-split-settings), in order."""
        if path not in self._links:
            self._links[path] = ()  # ends a circle
            self._links[path] = tuple(dict.fromkeys(one for one in self._find_links(path) if one != path))
        return self._links[path]

    def _find_links(self, path: str) -> Iterator[str]:
        data = self._project.tree.get(path, b"")
        if b"*" not in data and b"split_settings" not in data:
            return
        names = self._project.names(path)
        if names is None:
            return
        for star in names.stars:
            target = self._project.module_path(star.origin, path) if star.origin and not star.origin.startswith("django.") else None
            if target is not None:
                yield target
        if b"split_settings" in data:
            yield from self._included(path, names.references.get("split_settings.tools.include", []), names.parents)

    def _included(self, path: str, uses: list[ast.expr], parents: dict[ast.AST, ast.AST]) -> Iterator[str]:
        folder = path.rpartition("/")[0]
        for use in uses:
            call = parents.get(use)
            for node in ast.walk(call) if isinstance(call, ast.Call) else ():
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    pattern = f"{folder}/{node.value}" if folder else node.value
                    yield from (one for one in self._project.python_paths if fnmatchcase(one, pattern))

    def chain(self, path: str) -> tuple[str, ...]:
        """The settings modules that a module star-imports, directly or through others, in order; the deepest first."""
        found: dict[str, None] = {}
        self._descend(path, found, {path})
        return tuple(found)

    def _descend(self, path: str, found: dict[str, None], seen: set[str]) -> None:
        for link in self.links(path):
            if link not in seen:
                seen.add(link)
                self._descend(link, found, seen)
                found[link] = None

    @cached_property
    def units(self) -> tuple[tuple[str, ...], ...]:
        """Groups of settings modules that are connected by star imports."""
        groups: list[set[str]] = []
        for path in self.modules:
            near = {path, *(link for link in self.links(path) if link in self._set)}
            touching = [group for group in groups if group & near]
            groups = [group for group in groups if not group & near] + [near.union(*touching)]
        return tuple(sorted(tuple(sorted(group)) for group in groups))

    def unit(self, path: str) -> tuple[str, ...]:
        """The group that a settings module belongs to; empty for other files."""
        return next((unit for unit in self.units if path in unit), ())

    # -- what they set --------------------------------------------------------------------------------------------

    def assignments_of(self, path: str) -> list[Assignment]:
        """All places of one file of the project that touch a setting, in order; empty if it cannot be parsed."""
        if path not in self._assignments:
            names = self._project.names(path)
            tree = names.module.node if names is not None else None
            self._assignments[path] = self.read(path, tree) if isinstance(tree, ast.Module) else []
        return self._assignments[path]

    def read(self, path: str, tree: ast.Module) -> list[Assignment]:
        """The same for a given tree of that file, such as its present state in the middle of a hop."""
        return assignments_in(tree, path, lambda node: self._is_settings_class(path, node))

    def _is_settings_class(self, path: str, node: ast.ClassDef) -> bool:
        ancestors = self._project.ancestors(f"{dotted(path)}.{node.name}", path) if node.bases else ()
        return any(name.partition(".")[0] in _CLASS_ROOTS for name in ancestors)

    def assignments(self, name: str) -> list[Assignment]:
        """All places in all settings modules that touch a setting."""
        return [one for path in self._holding(name, self.modules) for one in self.assignments_of(path) if one.name == name]

    def defined_in_unit(self, path: str, name: str) -> bool:
        """True if a module of the same group gives the setting a value, be it under a condition."""
        return any(one.defines for one in self.in_unit(path, name))

    def in_unit(self, path: str, name: str) -> list[Assignment]:
        """All places in the module's group that touch a setting."""
        return [one for path in self._holding(name, self.unit(path)) for one in self.assignments_of(path) if one.name == name]

    def values(self, path: str, name: str) -> list[ast.expr]:
        """Expressions that a setting is assigned in a module and those it builds on, the module's own last."""
        every = [one for file in self._holding(name, (*self.chain(path), path)) for one in self.assignments_of(file)]
        return [one.value for one in every if one.name == name and one.kind in ("assign", "annotate") and one.value is not None]

    def read_in_unit(self, path: str, name: str) -> list[tuple[str, ast.AST]]:
        """Places in the module's group that read a setting by its bare name or import it, as (path, node); `X.append()` reads nothing."""
        found: list[tuple[str, ast.AST]] = []
        for file in self._holding(name, self.unit(path)):
            touching = [one for one in self.assignments_of(file) if one.name == name]
            targets = {one.target for one in touching}
            names = self._project.names(file)
            loads = [node for node in names.uses if node.id == name and isinstance(node.ctx, ast.Load)] if names is not None else []
            found += [(file, node) for node in loads if node not in targets]
            found += [(file, one.target) for one in touching if one.kind == "import"]
        return found

    def is_dynamic(self, path: str) -> bool:
        """True if the module's group sets names in ways that cannot be seen: `globals()`, `locals()`, `vars()`, `exec`, `setattr`."""
        return any(re.search(rb"\b(globals|locals|vars|exec|execfile|setattr)\s*\(", self._project.tree[file]) for file in self.unit(path))

    def _holding(self, name: str, paths: Iterable[str]) -> list[str]:
        word = name.encode()
        return [path for path in paths if word in self._project.tree[path]]

    # -- who reads them elsewhere ---------------------------------------------------------------------------------

    def readers(self, name: str) -> tuple[str, ...]:
        """Files outside the settings modules whose text reads a setting that must exist: `settings.X`, or an import of it by name."""
        read = re.compile(rb"\bsettings\.%b\b(?!\s*=[^=])" % re.escape(name.encode()))
        others = [path for path in self._project.holding(name.encode()) if not self.is_settings(path)]
        return tuple(path for path in others if read.search(self._project.tree[path]) or self._imports(path, name))

    def importers(self, name: str) -> tuple[str, ...]:
        """Files outside the settings modules that import a setting from one of them by name."""
        return tuple(path for path in self._project.holding(name.encode()) if not self.is_settings(path) and self._imports(path, name))

    def _imports(self, path: str, name: str) -> bool:
        names = self._project.names(path)
        statements = names.by_type.get(ast.ImportFrom, []) if names is not None else []
        return any(
            isinstance(one, ast.ImportFrom)
            and names is not None
            and any(alias.name == name for alias in one.names)
            and self.is_settings_object(names.absolute(one), path)
            for one in statements
        )


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."
