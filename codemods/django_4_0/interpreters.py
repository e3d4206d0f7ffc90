"""The Python that 4.0 needs: lower bounds are raised, and what else names an older one is found."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, TextOp, Words
from django_hop.ops.nodes import value_of
from django_hop.ops.template_finds import FindText
from django_hop.ops.text import FindImage, FindInText
from django_hop.rewrite.shell_lexer import Word
from django_hop.rewrite.site import Site
from django_hop.rewrite.text import TextSite

PYTHON = "Django 4.0 needs Python 3.8 or later; 3.2 runs on 3.6 to 3.10, so Python moves first, on its own"
OLDER = "; other releases of Django are tested here, which may want the older Python: see what this package is to support"
_BOUND = re.compile(r"(?P<sign>>=|>|~=|\^|~)\s*(?P<version>\d+(?:\.\d+)*)(?![\d.*])")
_CEILING = re.compile(r"<=?\s*(\d+)(?:\.(\d+))?")
_LINES = {
    "setup.cfg": re.compile(r"(?m)^[ \t]*python[_-]requires[ \t]*=[ \t]*(?P<bound>[^\n#;]+)"),
    "pyproject.toml": re.compile(
        r"(?ms)^requires-python[ \t]*=[ \t]*[\"'](?P<bound>[^\"'\n]+)"
        r"|^\[tool\.poetry\.dependencies\](?:(?!^\[).)*?^python[ \t]*=[ \t]*[\"'](?P<poetry>[^\"'\n]+)"
    ),
}


def lowest(bound: str) -> tuple[int, int, str] | None:
    """Where the lower bound below 3.8 stands in a specifier and what it becomes, `(2, 5, "3.8")`; None if there is none.

    `>=3.6` -> `>=3.8`, `^3.6` -> `^3.8`, `>3.5` -> `>=3.8`; a series such as `~3.7`, or a ceiling below 3.8, is somebody's decision.
    """
    found = list(_BOUND.finditer(bound))
    if len(found) != 1 or found[0]["sign"] == "~" or "||" in bound:
        return None
    version = tuple(int(part) for part in found[0]["version"].split("."))
    series = found[0]["sign"] == "~=" and len(version) > 2
    closed = [(int(one[1]), int(one[2] or 0)) for one in _CEILING.finditer(bound)]
    if version >= (3, 8) or series or (found[0]["sign"] == "^" and version[0] != 3) or any(one <= (3, 8) for one in closed):
        return None
    sign = ">=" if found[0]["sign"] == ">" else found[0]["sign"]
    space = bound[found[0].start() : found[0].start("version")].removeprefix(found[0]["sign"])
    return found[0].start(), found[0].end(), f"{sign}{space}3.8"


def tests_older(tree: Mapping[str, bytes]) -> bool:
    """True for a package that says it works with releases of Django before 3.2, or is tested with them."""
    pattern = re.compile(rb"Framework :: Django :: (?:[12]\.|3\.[01])|(?i:django)-?(?:[12]\d|3[01])\b")
    named = ("setup.py", "setup.cfg", "pyproject.toml", "tox.ini")
    return any(pattern.search(tree[path]) for path in named if path in tree)


@dataclass(frozen=True)
class RaiseBound(TextOp):
    """`python_requires = >=3.6` in setup.cfg, `requires-python` and Poetry's `python` in pyproject.toml."""

    @property
    def words(self) -> Words:
        """The keys."""
        return (frozenset({"python_requires"}), frozenset({"requires", "python"}), frozenset({"poetry", "python"}))

    def concerns(self, path: str) -> bool:
        """The two files, anywhere."""
        return path.rpartition("/")[2] in _LINES

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit for each lower bound below 3.8."""
        for match in _LINES[site.path.rpartition("/")[2]].finditer(site.text):
            group = "poetry" if match.groupdict().get("poetry") else "bound"
            raised = lowest(match[group])
            if raised is None:
                continue
            start, end = match.start(group) + raised[0], match.start(group) + raised[1]
            place = Word(site.text[start:end], start, end)
            if tests_older(site.tree):
                yield site.finding(place, f"{PYTHON}{OLDER}")
                continue
            yield Edit(start, end, raised[2])
            yield site.finding(place, PYTHON, fixed=True)


@dataclass(frozen=True)
class RaiseInSetup(PythonOp):
    """`setup(python_requires=">=3.6")`."""

    @property
    def words(self) -> Words:
        """The function with the argument."""
        return (frozenset({"setup", "python_requires"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit for a literal with a lower bound below 3.8."""
        for call in [*site.calls("setuptools.setup"), *site.calls("distutils.core.setup")]:
            value = value_of(call, "python_requires")
            text = site.module.segment(value) if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
            raised = lowest(text)
            if value is None or raised is None:
                continue
            if tests_older(site.project.tree):
                yield site.finding(value, f"{PYTHON}{OLDER}")
                continue
            start = site.module.start(value)
            yield Edit(start + raised[0], start + raised[1], raised[2])
            yield site.finding(value, PYTHON, fixed=True)


CODEMODS = [
    Codemod(
        "python-3-7",
        "packages say that they need Python 3.8; containers and version files of older ones are found",
        removed="4.0",
        works_from="2.2",
        safety=REVIEW,
        covers=("4.0-python-3-6-3-7-dropped",),
        docs="releases/4.0: Python compatibility",
        ops=(
            RaiseBound(),
            RaiseInSetup(),
            FindImage(("python", "library/python", "circleci/python", "cimg/python"), (3, 8), PYTHON),
            *(FindInText(rf"(?m)^\s*3\.{minor}(?:\.\d+)?\s*$", ("3", minor), (".python-version",), PYTHON) for minor in "567"),
            FindText(r"python-3\.[0-7]\.\d+", ("python", "3"), PYTHON, paths=r"(?:^|/)runtime\.txt$", any_file=True),
            FindInText(
                r"(?m)^\s*(?:python_(?:full_)?version|python)\s*[:=]\s*[\"'](?:==|~|\^|~=)?\s*(?:2\.\d|3\.[0-7])(?![\d])[^\n]*",
                ("python",),
                (".toml",),
                PYTHON,
            ),
            FindInText(
                r"(?m)^\s*python_(?:full_)?version\s*=\s*[\"'](?:2\.\d|3\.[0-7])(?![\d])[^\n]*", ("python_version",), ("pipfile",), PYTHON
            ),
        ),
    ),
]
