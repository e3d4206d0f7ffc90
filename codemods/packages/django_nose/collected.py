"""Whether Django's runner finds the tests of a project that nose finds."""

from __future__ import annotations

import ast
import re

from django_hop.project.index import Project
from django_hop.rewrite.module import dotted
from django_hop.rewrite.scopes import Names

_NAMED = re.compile(r"(?:^|[\b_.-])[Tt]est")
"""What nose takes for a test by its name, of modules, functions and classes alike."""
_CASES = frozenset({"unittest.TestCase", "unittest.case.TestCase", "django.test.SimpleTestCase", "django.test.testcases.SimpleTestCase"})
_OWN_CASES = frozenset({"django_nose.FastFixtureTestCase", "django_nose.testcases.FastFixtureTestCase"})
_FIXTURES = frozenset({"setup", "teardown", "setup_module", "teardown_module", "setup_package", "teardown_package", "setUp", "tearDown"})
_USES_NOSE = re.compile(rb"^[ \t]*(?:from|import)[ \t]+nose\b", re.M)
_HARMLESS = re.compile(
    r"--with-(?:coverage|spec|xunit|fixture-bundling)|--(?:cover|logging|xunit)-[\w-]+(?:=.*)?|--no(?:log)?capture|-s|-v+|--verbosity=\d"
)
"""Options that choose no tests."""


def same_tests(project: Project) -> bool:
    """True if all tests are methods of test cases in files that are called `test*.py`, and no option of nose chooses among them."""
    if any(b"[nosetests]" in data for path, data in project.tree.items() if path.endswith((".cfg", ".noserc"))):
        return False
    for one in project.settings.assignments("NOSE_ARGS"):
        strings = [node.value for node in ast.walk(one.value) if isinstance(node, ast.Constant)] if one.value is not None else [None]
        if not all(isinstance(value, str) and _HARMLESS.fullmatch(value) for value in strings):
            return False
    return all(_alike(project, path) for path in project.python_paths)


def _alike(project: Project, path: str) -> bool:
    """True if both runners find the same in a file."""
    data = project.tree[path]
    if _USES_NOSE.search(data):
        return False
    folder, _, file = path.rpartition("/")
    stem = folder.rpartition("/")[2] if file == "__init__.py" else file.removesuffix(".py")
    if not _NAMED.search(stem) or not data.strip():
        return True
    names = project.outline(path)
    if names is None:
        return False
    tests = [one for one in names.by_type.get(ast.ClassDef, []) if isinstance(one, ast.ClassDef) and _has_tests(one)]
    functions = {name for name, ones in names.module.bindings.items() if any(_is_function(one.node) for one in ones)}
    loose = any(_NAMED.search(name) or name in _FIXTURES for name in functions)
    if loose or not all(_is_case(project, names, path, one) for one in tests):
        return False
    if file == "__init__.py":
        return not tests and not names.module.bindings and not names.stars
    return file.startswith("test") or not (tests or names.stars)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _has_tests(node: ast.ClassDef) -> bool:
    return any(isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and _NAMED.search(one.name) for one in node.body)


def _is_case(project: Project, names: Names, path: str, node: ast.ClassDef) -> bool:
    """True for a class that derives from a test case, and whose tests unittest runs: their names begin so."""
    above = project.ancestors(f"{dotted(path)}.{node.name}", path)
    methods = [one.name for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and _NAMED.search(one.name)]
    return bool(above & (_CASES | _OWN_CASES)) and all(name.startswith("test") for name in methods)
