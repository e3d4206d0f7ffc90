"""Tests: warnings of other releases, test runners, expected markup, reset sequences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Finding
from django_hop.ops.base import PythonOp, Where, Words, arguments_behind
from django_hop.ops.leading import LeadingParameter
from django_hop.ops.names import Rename
from django_hop.ops.strings import FindInStrings, ReplaceInStrings
from django_hop.ops.text import FindInText
from django_hop.ops.where import tests
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

TYPED_SCRIPT = r'<script type="text/javascript" src='
TYPED_WORDS = ("script", "type", "javascript", "src")
WARNING = "`RemovedInDjango31Warning` is gone; what it stood for is an error now, so a filter for it may go as well"

_COMPARED = re.compile(rb"\bassertEqual\w*[\s\\]*\(")
_KEY, _NUMBER = re.compile(rb"\.[\s\\]*(?:pk|id)[\s\\)]*\Z"), re.compile(rb"[\s\\(]*(?:\d|True|False)")


@dataclass(frozen=True)
class LiteralKeys(PythonOp):
    """`.pk == 1` in TransactionTestCase: on MySQL the counters are no longer reset between tests."""

    where: Where | None = None

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"class", "TransactionTestCase"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The attribute."""
        return re.compile(rb"\.[\s\\]*(?:pk|id)\b")

    def in_project(self, project: Project, data: bytes) -> bool:
        """A comparison of a key with a number, in a project on MySQL."""
        calls = (arguments_behind(data, match.end() - 1) for match in _COMPARED.finditer(data))
        compared = any(given is None or (any(map(_KEY.search, given[0])) and any(map(_NUMBER.match, given[0]))) for given in calls)
        return compared and any(b"mysql" in project.tree[path] for path in project.holding(b"DATABASES"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each comparison of a key with a number in classes that do not ask for the reset."""
        if not any(b"mysql" in site.project.tree[path] for path in site.project.holding(b"DATABASES")):
            return
        for node in site.subclasses("django.test.testcases.TransactionTestCase"):
            if "django.test.testcases.TestCase" in site.class_ancestors(node):
                continue
            if "reset_sequences" in site.module.segment(node) and "reset_sequences" in ast.unparse(node):
                continue
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and _compares(call) and any(map(_is_key, call.args)) and any(map(_is_number, call.args)):
                    yield site.finding(call, "the next key is unknown on MySQL: set `reset_sequences = True`, or compare the object")


def _compares(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assertEqual")


def _is_key(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("pk", "id")


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def with_media(site: Site, node: ast.Constant) -> bool:
    """True for a string that an assertion compares with `form.media`, or text made of it, directly."""
    call = site.parent(node)
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assert")):
        return False
    others = [one for one in call.args[:2] if one is not node]
    return node in call.args[:2] and any(
        isinstance(part, ast.Attribute) and part.attr == "media" for one in others for part in ast.walk(one)
    )


CODEMODS = [
    Codemod(
        "removed-in-django31-warning",
        "RemovedInDjango31Warning becomes the warning of the releases that follow",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-removedindjango31warning-import",),
        docs="utils/deprecation.py of 3.1 (not in the notes)",
        ops=(
            Rename("django.utils.deprecation", {"RemovedInDjango31Warning": "RemovedInDjango40Warning"}),
            ReplaceInStrings(
                r"(django\.utils\.deprecation\.)RemovedInDjango31Warning\b(?<!^django\.utils\.deprecation\.RemovedInDjango31Warning)",
                r"\1RemovedInDjango40Warning",
                ("RemovedInDjango31Warning", "deprecation"),
                WARNING,
            ),
            FindInText(r"RemovedInDjango31Warning", ("RemovedInDjango31Warning",), (".ini", ".cfg", ".toml"), WARNING),
        ),
    ),
    Codemod(
        "run-checks-databases",
        "run_checks() of test runners is given the databases",
        removed="3.1",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-discoverrunner-run-checks-databases",),
        docs="releases/3.1: Tests",
        ops=(
            LeadingParameter(
                ("django.test.runner.DiscoverRunner",),
                "run_checks",
                "databases",
                "`run_checks()` is given the set of databases",
            ),
        ),
    ),
    Codemod(
        "media-script-type",
        "tests expect scripts of form media without a type",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-media-script-no-type-attribute",),
        docs="releases/3.1: Miscellaneous",
        ops=(
            ReplaceInStrings(
                TYPED_SCRIPT, "<script src=", TYPED_WORDS, "form media writes `<script src=...>` now", with_media, where=tests
            ),
            FindInStrings(
                TYPED_SCRIPT,
                TYPED_WORDS,
                "if this is compared with the media of a form: Django writes `<script src=...>` now",
                lambda site, node: not with_media(site, node),
                where=tests,
            ),
        ),
    ),
    Codemod(
        "mysql-test-sequences",
        "keys are not reset between transaction tests on MySQL",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-mysql-test-sequences-not-reset",),
        docs="releases/3.1: Tests",
        ops=(LiteralKeys(),),
    ),
]
