"""What a project's code is made of: files by kind, apps, settings, templates, tests."""

from __future__ import annotations

import re
from collections import Counter

from ..ops.base import TemplateOp
from ..ops.where import migrations, tests
from ..project.index import Project
from ..project.templates import template_kind
from ..project.tree import Tree
from ..rewrite.files import kind_of
from ..verify.project import Layout
from .apps import find_apps
from .model import Kind, SettingsFile, Structure

_KINDS = ("Python", "settings", "migrations", "tests", "Django templates", "Jinja templates", "other text")
_TEST = re.compile(rb"^[ \t]*(?:async )?def test", re.M)


def structure(tree: Tree, project: Project, found: Layout) -> Structure:
    """Look at the files of a commit; `found` is how the project is run."""
    kinds = {path: _kind(path, tree, project) for path in tree}
    files, lines = Counter(kinds.values()), Counter[str]()
    for path, kind in kinds.items():
        lines[kind] += _lines(tree[path])
    templates = [path for path, kind in kinds.items() if kind.endswith(" templates")]
    apps, packages = find_apps(project, templates)
    test_files = [path for path, kind in kinds.items() if kind == "tests"]
    return Structure(
        kinds=tuple(Kind(name, files[name], lines[name]) for name in _KINDS if files[name]),
        not_read=sum(path not in tree for path in tree.entries),
        apps=apps,
        packages=packages,
        settings=tuple(SettingsFile(path, project.settings.chain(path)[::-1]) for path in project.settings.modules),
        settings_module=found.settings,
        runner=found.runner,
        test_files=len(test_files),
        test_functions=sum(len(_TEST.findall(tree[path])) for path in test_files),
    )


def _kind(path: str, tree: Tree, project: Project) -> str:
    if path.endswith(".py"):
        if project.settings.is_settings(path):
            return "settings"
        return "migrations" if migrations(path) else "tests" if tests(path) else "Python"
    if kind_of(path) is not TemplateOp and "template" not in path and "jinja" not in path:
        return "other text"
    kind = template_kind(path, tree[path].decode("utf-8", "replace"), tree)
    return {"django": "Django templates", "jinja": "Jinja templates"}.get(kind or "", "other text")


def _lines(data: bytes) -> int:
    return data.count(b"\n") + (not data.endswith(b"\n") and data != b"")
