"""Fixtures for tests, which come with a plugin of pytest that has to be named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops import where
from django_hop.ops.base import PythonOp, Where, Words
from django_hop.ops.class_bodies import functions
from django_hop.ops.functions import parameter_names
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.settings_text import end_of_line, with_element
from django_hop.project.index import Project
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

PACKAGE = "celery"
PLUGIN = "celery.contrib.pytest"
FIXTURES = frozenset({"celery_app", "celery_session_app", "celery_worker", "celery_session_worker", "celery_config"})
MESSAGE = f'Celery\'s fixtures come with `pytest_plugins = ("{PLUGIN}",)` in the root conftest'
_CONFIGURED = {
    "pytest.ini": b"",
    ".pytest.ini": b"",
    "tox.ini": b"[pytest]",
    "setup.cfg": b"[tool:pytest]",
    "pyproject.toml": b"[tool.pytest",
}
"""Files that make their folder the root of pytest's, and what has to stand in them."""
_STARTS = frozenset({"import", "def", "pytest_plugins"})


@dataclass(frozen=True)
class PytestFixtures(PythonOp):
    """Report tests that ask for Celery's fixtures, in a project whose root conftest cannot name the plugin."""

    where: Where | None = where.tests

    @property
    def words(self) -> Words:
        """One of the fixtures."""
        return tuple(frozenset({"def", name}) for name in sorted(FIXTURES))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each test."""
        if is_named(site.project) or root_conftest(site.project) is not None:
            return
        for function in functions(site):
            if wants(site.project, function):
                yield site.finding(function, MESSAGE)


@dataclass(frozen=True)
class NamePlugin(PythonOp):
    """`pytest_plugins = ("celery.contrib.pytest",)` comes into the root conftest of tests that ask for the fixtures."""

    @property
    def words(self) -> Words:
        """What almost every conftest has; one that has none of it is left to the findings."""
        return tuple(frozenset({name}) for name in sorted(_STARTS))

    def concerns(self, path: str) -> bool:
        """Every conftest."""
        return path.rpartition("/")[2] == "conftest.py"

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the conftest; a finding where it names plugins in another way."""
        if not self.concerns(site.path) or PLUGIN in site.text or is_named(site.project) or root_conftest(site.project) != site.path:
            return
        named = [one for one in site.names.module.bindings.get("pytest_plugins", ())]
        value = named[0].value if len(named) == 1 else None
        if not named:
            yield from self._new(site)
        elif isinstance(value, (ast.List, ast.Tuple)) and isinstance(site.parent(site.statement(value)), ast.Module):
            yield from site.change(value, MESSAGE, with_element, site, value, PLUGIN)
        elif isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield site.edit(value, in_file_quotes(site, f'[{site.module.segment(value)}, "{PLUGIN}"]'))
            yield site.finding(value, MESSAGE, fixed=True)
        else:
            yield site.finding(named[0].node, MESSAGE)

    @staticmethod
    def _new(site: Site) -> Iterator[Edit | Finding]:
        tree = site.module.tree
        head = 1 if ast.get_docstring(tree, clean=False) is not None else 0
        while head < len(tree.body) and isinstance(tree.body[head], (ast.Import, ast.ImportFrom)):
            head += 1
        newline = site.module.source.newline
        said = in_file_quotes(site, f'pytest_plugins = ("{PLUGIN}",)')
        if not head:
            start = site.module.source.starts[tree.body[0].lineno - 1]
            yield Edit(start, start, f"{said}{newline}{newline}")
            yield site.finding_at(start, MESSAGE, fixed=True)
            return
        place = end_of_line(site, tree.body[head - 1])
        if place is None:
            yield site.finding(tree.body[head - 1], MESSAGE)
            return
        close = head < len(tree.body) and tree.body[head].lineno == (tree.body[head - 1].end_lineno or 0) + 1
        yield Edit(place, place, f"{newline}{newline}{said}{newline if close else ''}")
        yield site.finding(tree.body[head - 1], MESSAGE, fixed=True)


def is_named(project: Project) -> bool:
    """True if the project names the plugin already: in a conftest, or among the options of pytest."""
    paths = [*project.holding(b"pytest_plugins"), *(path for path in project.tree if path.rpartition("/")[2] in _CONFIGURED)]
    return any(PLUGIN.encode() in project.tree[path] for path in paths)


def wants(project: Project, function: FunctionNode) -> bool:
    """True for a test, or a fixture, that asks for one of the fixtures that the project does not define itself."""
    asked = parameter_names(function) & FIXTURES
    fixture = any("fixture" in ast.unparse(one) for one in function.decorator_list)
    return (function.name.startswith("test") or fixture) and any(not _is_defined(project, name) for name in asked)


def _is_defined(project: Project, name: str) -> bool:
    return any(f"def {name}(".encode() in project.tree[path] for path in project.holding(name.encode()))


def root_conftest(project: Project) -> str | None:
    """The conftest that has to name the plugin, for all tests that want it; None if that is not certain, or nobody wants it."""
    asking = [path for path in {path for name in FIXTURES for path in project.holding(name.encode())} if _asks(project, path)]
    roots = {path.rpartition("/")[0] for path, data in project.tree.items() if _CONFIGURED.get(path.rpartition("/")[2], b"\0") in data}
    if not asking or len(roots) > 1 or any(re.search(rb"\bpytest[-_]celery\b", data) for data in project.tree.values()):
        return None
    prefix = f"{root}/" if (root := next(iter(roots), "")) else ""
    nearer = [path for path in project.python_paths if re.fullmatch(re.escape(prefix) + r"test[^/]*/conftest\.py", path)]
    if (own := f"{prefix}conftest.py") in project.tree:
        found, below = own, prefix
    elif len(nearer) == 1:  # pytest reads these at its start, too
        found, below = nearer[0], nearer[0].removesuffix("conftest.py")
    else:
        return None
    words = set(re.findall(rb"\w+", project.tree[found]))
    ready = any(word.encode() in words for word in _STARTS) and project.names(found) is not None
    return found if ready and all(path.startswith(below) for path in asking) else None


def _asks(project: Project, path: str) -> bool:
    names = project.names(path) if where.tests(path) else None
    found = [*names.by_type.get(ast.FunctionDef, []), *names.by_type.get(ast.AsyncFunctionDef, [])] if names is not None else []
    return any(isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and wants(project, one) for one in found)


CODEMODS = [
    Codemod(
        "celery-pytest-plugin",
        "tests name the plugin whose fixtures they use",
        package=PACKAGE,
        removed="5.0",
        works_from="5.0",
        safety=REVIEW,
        covers=("celery-5.0-pytest-plugin",),
        docs="celery 5.0 what's new: Pytest integration",
        ops=(PytestFixtures(), NamePlugin()),
        from_before=True,
    ),
]
