"""Application configurations: found by themselves from 3.2 on, by default_app_config no more from 4.1 on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding, Hop
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.statements import drop_lines, head_of_class
from django_hop.ops.where import apps, init_files
from django_hop.project.index import Project
from django_hop.releases import order
from django_hop.rewrite.imported import words_in
from django_hop.rewrite.module import dotted
from django_hop.rewrite.site import Site

from .app_configs import apps_path, candidates, declared, found_by_django, to_mark

MESSAGE = "`default_app_config` is read no more from 4.1 on"


@dataclass(frozen=True)
class DefaultAppConfig(PythonOp):
    """`default_app_config` goes where Django finds the same class by itself, or does so once it is marked (see MarkDefault)."""

    where = init_files

    @property
    def words(self) -> Words:
        """The variable."""
        return (frozenset({"default_app_config"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """The edit, or a finding that says what Django would take instead."""
        for binding in site.names.module.bindings.get("default_app_config", ()):
            guard = site.enclosing(binding.node, ast.If)
            if guard is not None and "VERSION" in site.module.segment(guard.test):
                continue
            refusal = self._refusal(site)
            statement = site.statement(binding.node)
            edit = None if refusal else drop_lines(site, statement)
            if edit is None:
                yield site.finding(statement, f"{MESSAGE}; {refusal or 'it shares its line or block with other code'}")
                continue
            yield edit
            yield site.finding(statement, f"{MESSAGE}; Django finds the configuration in apps.py by itself", fixed=True)

    @staticmethod
    def _refusal(site: Site) -> str | None:
        found = declared(site.names, site.path)
        path = apps_path(site.project, site.path)
        if found is None or found[1] is None:
            return "what it holds cannot be seen: give the class path in INSTALLED_APPS, or move the class to apps.py"
        module, _, name = found[1].rpartition(".")
        if path is None or site.project.module_path(module, site.path) != path:
            return f"`{found[1]}` is not in the apps module of this package: move it there, or give its path in INSTALLED_APPS"
        if site.project.is_taken_from(site.path, "default_app_config"):
            return "other code reads it"
        known = candidates(site.project, path)
        chosen = found_by_django(known or [])
        if chosen is not None and chosen.name == name:
            return None
        if known and _looked_at(site, path) and to_mark(known, name, path):
            return None
        others = sorted(one.name for one in known or [] if one.name != name)
        return (
            f"`{path}` also has {', '.join(others)}: mark the right class with `default = True`"
            if others
            else f"`{name}` is not found there"
            if known is not None
            else f"which configurations stand in `{path}` cannot be seen: if there are several, mark `{name}` with `default = True`"
        )


def _looked_at(site: Site, path: str) -> bool:
    """True if the word filter lets an apps module through to MarkDefault."""
    words = {word.decode("ascii", "ignore") for word in words_in(site.project.tree[path])}
    return any(needed <= words for needed in MarkDefault().words)


@dataclass(frozen=True)
class MarkDefault(PythonOp):
    """The class that a package declares gets `default = True` where its apps module has several."""

    where = apps

    @property
    def words(self) -> Words:
        """The base class, or what a configuration with another base says of itself."""
        return (frozenset({"AppConfig"}), frozenset({"class", "name", "label", "verbose_name"}))

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """True for the apps module of a package that declares one of several, until a mark is written."""
        return self._chosen(project, path) is not None and len(_MARK.findall(data)) <= len(_MARK.findall(project.tree.get(path, b"")))

    @staticmethod
    def _chosen(project: Project, path: str) -> str | None:
        """The class that gets the mark."""
        package = path.removesuffix("apps.py").removesuffix("apps/__init__.py") + "__init__.py"
        names = project.names(package) if b"default_app_config" in project.tree.get(package, b"") else None
        found = declared(names, package) if names else None
        if not found or not found[1] or apps_path(project, package) != path:
            return None
        module, _, name = found[1].rpartition(".")
        known = candidates(project, path) or []
        if project.module_path(module, package) != path or found_by_django(known) is not None or not to_mark(known, name, path):
            return None
        return name

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """The edit."""
        name = self._chosen(site.project, site.path)
        for node in site.nodes(ast.ClassDef):
            if node.name == name and not _marked(node) and (edit := head_of_class(site, node, "default = True")):
                yield edit
                yield site.finding(node, f"{MESSAGE}; of several configurations here this is the one", fixed=True)


def _marked(node: ast.ClassDef) -> bool:
    return any(isinstance(one, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "default" for t in one.targets) for one in node.body)


_MARK = re.compile(rb"\bdefault[ \t]*=[ \t]*True")


@dataclass(frozen=True)
class NewlyFound(PythonOp):
    """A configuration that nobody named, in an app that is installed by its plain path."""

    where = apps

    @property
    def words(self) -> Words:
        """The base class."""
        return (frozenset({"AppConfig"}),)

    def in_hop(self, hop: Hop) -> bool:
        """True if the hop begins before 3.2."""
        return order(hop.source) < order("3.2")

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """True where Django takes a class of the module for a plain entry."""
        return self._taken(project, path) is not None

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the class, if it says more than the app's name."""
        taken = self._taken(site.project, site.path) if self.in_hop(site.hop) else None
        node = next((one for one in site.nodes(ast.ClassDef) if taken and one.name == taken[0]), None)
        news = self._news(node, taken[1]) if node and taken else ""
        if node and taken and news:
            yield site.finding(
                node,
                f"from 3.2 on Django takes this class for `{taken[1]}` in INSTALLED_APPS: {news}; `default = False` keeps it out",
            )

    @classmethod
    def _taken(cls, project: Project, path: str) -> tuple[str, str] | None:
        """The class that Django finds in an apps module, and the plain entry it takes it for."""
        package = path.rpartition("/")[0]
        init = f"{package}/__init__.py"
        names = project.names(init) if b"default_app_config" in project.tree.get(init, b"") else None
        if not package or (names and "default_app_config" in names.module.bindings):
            return None
        chosen = found_by_django(candidates(project, path) or [])
        entry = cls._entry(project, package, chosen.name) if chosen and chosen.node else None
        return (chosen.name, entry) if chosen and entry is not None else None

    @staticmethod
    def _entry(project: Project, package: str, name: str) -> str | None:
        """The plain entry in INSTALLED_APPS; None if there is none, or if the class is named somewhere."""
        plain = dotted(f"{package}/__init__.py")
        entries = {plain[place:] for place in range(len(plain)) if not place or plain[place - 1] == "."}
        entry = None
        words = plain.rpartition(".")[2].encode(), name.encode()
        for path in project.holding(b"INSTALLED_APPS"):
            if not any(word in project.tree[path] for word in words):
                continue
            names = project.names(path)
            for node in names.strings if names else ():
                if isinstance(node.value, str) and node.value.endswith(f".apps.{name}"):
                    return None
                entry = node.value if isinstance(node.value, str) and node.value in entries else entry
        return entry

    @staticmethod
    def _news(node: ast.ClassDef, entry: str) -> str:
        said = []
        label = entry.rpartition(".")[2]
        as_before = {"label": label, "verbose_name": label.title()}  # what a bare AppConfig makes of the entry
        for statement in node.body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                said.append(f"`{statement.name}()`")
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                name, value = statement.targets[0].id, statement.value
                if name == "name" and isinstance(value, ast.Constant) and value.value != entry:
                    return f"its name is {value.value!r}, which cannot be imported"
                same = isinstance(value, ast.Constant) and as_before.get(name) == value.value
                if name not in ("name", "default_auto_field", "default") and not same:
                    said.append(f"`{name}`")
        return f"{', '.join(said)} will have an effect" if said else ""


CODEMODS = [
    Codemod(
        "default-app-config",
        "Django finds application configurations without default_app_config",
        deprecated="3.2",
        removed="4.1",
        works_from="3.2",
        safety=SAFE,
        covers=("3.2-default-app-config",),
        docs="releases/3.2: Automatic AppConfig discovery",
        silent=True,
        ops=(DefaultAppConfig(), MarkDefault()),
    ),
    Codemod(
        "app-config-discovery",
        "application configurations in apps.py take effect by themselves",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-appconfig-auto-discovery",),
        docs="releases/3.2: Automatic AppConfig discovery",
        silent=True,
        ops=(NewlyFound(),),
    ),
]
