"""Tests: databases of test cases, None in data of requests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.expressions import quoted
from django_hop.ops.methods import method_calls
from django_hop.ops.nodes import argument, is_value
from django_hop.ops.receivers import first_parameter, is_test_class
from django_hop.rewrite.site import Site

OLD = {"multi_db": '{"default"}', "allow_database_queries": "set()"}
"""The old attributes, and what False said."""
DATABASES = "test cases name their databases in `databases`; 3.1 ignores `multi_db` and `allow_database_queries`"
NONE = "a None in form data raises TypeError; it used to be sent as the text 'None'"


@dataclass(frozen=True)
class TestDatabases(PythonOp):
    """`multi_db = True` and `allow_database_queries = True` become `databases = "__all__"`; False becomes what it stood for."""

    @property
    def words(self) -> Words:
        """One of the attributes."""
        return tuple(frozenset({name}) for name in OLD)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for class attributes of test cases; findings for what is set elsewhere or is no constant."""
        for node in site.nodes(ast.ClassDef):
            found = list(assignments(node, *OLD))
            if not found or defines(node, "databases") or not is_test_class(site, node):
                continue
            for statement, target in found:
                value = statement.value
                alone = isinstance(statement, ast.AnnAssign) or statement.targets == [target]
                if not isinstance(value, ast.Constant) or not isinstance(value.value, bool) or not alone or len(found) > 1:
                    yield site.finding(statement, f"{DATABASES}; what this is, a person has to say")
                    continue
                new = quoted(site, "__all__") if value.value else OLD[target.id].replace('"default"', quoted(site, "default"))
                yield site.edit(target, "databases")
                yield site.edit(value, new)
                yield site.finding(statement, DATABASES, fixed=True)
        for use in site.nodes(ast.Attribute):
            if use.attr in OLD and isinstance(use.ctx, ast.Store):
                yield site.finding(use, f"{DATABASES}; this sets it from outside")


@dataclass(frozen=True)
class NoneInData(PythonOp):
    """`self.client.post("/", {"page": None})`: the value becomes an empty text; in `urlencode({...})` it is a finding."""

    METHODS = ("get", "post", "put", "patch", "delete", "head", "options")

    @property
    def words(self) -> Words:
        """A client or factory, and a None."""
        return tuple(frozenset({"None", name}) for name in ("client", "factory", "Client", "RequestFactory", "urlencode"))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A None in a dictionary."""
        return re.compile(rb":[\s\\]*None\b")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the values of dict literals given to a test client as form data."""
        for call, func in method_calls(site, *self.METHODS):
            data = argument(call, 1, "data")
            given = {keyword.arg for keyword in call.keywords}
            if not isinstance(data, ast.Dict) or given & {"content_type", "format", None} or not self._is_client(site, func.value):
                continue
            if len(call.args) > 2:
                continue
            for value in nones(data):
                yield site.edit(value, "''" if quoted(site, "") == "''" else '""')
                yield site.finding(value, f"{NONE}; sent as an empty text now", fixed=True)
        for call in site.calls("django.utils.http.urlencode"):
            query = argument(call, 0, "query")
            for value in nones(query) if isinstance(query, ast.Dict) else ():
                yield site.finding(value, NONE)

    @staticmethod
    def _is_client(site: Site, node: ast.expr) -> bool:
        """`self.client`, `self.factory` in a test case, `Client()`, `RequestFactory()`."""
        if isinstance(node, ast.Attribute):
            holder = first_parameter(site, node.value)
            return node.attr in ("client", "factory") and holder is not None and is_django_test(site, holder)
        made = site.qualified(node.func) if isinstance(node, ast.Call) else None
        return made in tuple(f"django.test.{one}" for one in ("Client", "RequestFactory", "client.Client", "client.RequestFactory"))


def is_django_test(site: Site, node: ast.ClassDef) -> bool:
    """True for subclasses of Django's own test cases; others (REST framework's) have clients of their own."""
    found = site.class_ancestors(node)
    return "django.test.testcases.SimpleTestCase" in found and not any("rest_framework" in one for one in found)


def nones(data: ast.Dict) -> Iterator[ast.Constant]:
    """The values of a dict literal that are None, also in lists."""
    for value in data.values:
        for one in value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]:
            if is_value(one, None):
                yield one


@dataclass(frozen=True)
class ContentLength(PythonOp):
    """`request.META["CONTENT_LENGTH"]` used without int()."""

    @property
    def words(self) -> Words:
        """The key."""
        return (frozenset({"META", "CONTENT_LENGTH"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where the value is compared or computed with as it is."""
        for node in site.names.strings:
            if node.value != "CONTENT_LENGTH":
                continue
            around = site.parent(node)
            value = around if isinstance(around, (ast.Subscript, ast.Call)) else None
            if value is not None and "META" in ast.unparse(value) and isinstance(site.parent(value), (ast.BinOp, ast.Compare)):
                compared = site.parent(value)
                if isinstance(compared, ast.BinOp) or self._with_number(compared):
                    yield site.finding(value, "the length is a text, as real servers send it: take `int()` of it")

    @staticmethod
    def _with_number(node: ast.AST | None) -> bool:
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        return any(isinstance(one, ast.BinOp) or (isinstance(one, ast.Constant) and isinstance(one.value, int)) for one in sides)


CODEMODS = [
    Codemod(
        "test-databases",
        "test cases name their databases in databases",
        deprecated="2.2",
        removed="3.1",
        works_from="2.2",
        safety=SAFE,
        covers=("2.2-testcase-databases",),
        docs="releases/2.2: Features deprecated in 2.2",
        ops=(TestDatabases(),),
    ),
    Codemod(
        "none-in-form-data",
        "tests send an empty text instead of None in form data",
        removed="2.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.2-none-in-form-data",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(NoneInData(),),
    ),
    Codemod(
        "test-client-content-length",
        "the test client gives the length of a request as text",
        removed="2.2",
        works_from="1.11",
        safety=DETECT,
        covers=("2.2-test-client-content-length",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(ContentLength(),),
    ),
]

UNSEEN = [
    Unseen("2.2-transactiontestcase-serialized-data", "Which data a test finds after another one shows when the suite runs.", "tests"),
    Unseen("2.2-sqlite-deferred-constraint-tests", "Whether a test leaves a dangling foreign key shows when it runs on SQLite.", "tests"),
    Unseen("2.2-new-system-checks", "`manage.py check` runs the new checks.", "checks"),
]
