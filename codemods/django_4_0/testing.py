"""Tests: the runner's helpers, errors that are no AssertionError any more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import without_argument
from django_hop.ops.class_bodies import override_calls
from django_hop.ops.names import FindName, Rename
from django_hop.ops.where import tests
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

EXTRA = "`extra_tests` is deprecated: it is taken, up to 4.2, but not handed on"
RUNNER = ("django.test.runner.DiscoverRunner",)
MESSAGES = re.compile(r"a slice has been taken|slice.*(?:delete|update|filter|order)|Negative indexing|negative indexing")
ERRORS = "Django raises {} here from 4.0 on, no longer AssertionError"
HELPERS = {
    "reorder_suite": "`reorder_tests()`, which takes an iterable of tests and gives an iterator",
    "partition_suite_by_type": "`reorder_tests()`",
    "is_discoverable": "`try_importing()`, which gives two answers and looks for no folders",
    "filter_tests_by_tags": "`filter_tests_by_tags()` of 4.0, which takes an iterable of tests",
}


@dataclass(frozen=True)
class AssertionErrors(PythonOp):
    """`assertRaises(AssertionError)` and `except AssertionError` around what raises TypeError or ValueError now."""

    @property
    def words(self) -> Words:
        """The exception."""
        return (frozenset({"AssertionError"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits in tests where one operation and its new error are certain; findings in handlers."""
        for node in site.nodes(ast.With):
            for item in node.items:
                yield from self._raises(site, item.context_expr, node)
        for handler in site.nodes(ast.ExceptHandler):
            around = site.parent(handler)
            if isinstance(around, ast.Try) and isinstance(handler.type, ast.Name) and handler.type.id == "AssertionError":
                error = next((found for one in around.body if (found := _error(one))), None)
                if error is not None:
                    yield site.finding(handler, ERRORS.format(error))

    @staticmethod
    def _raises(site: Site, call: ast.expr, node: ast.With) -> Iterator[Edit | Finding]:
        if not (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("assertRaises", "assertRaisesMessage", "assertRaisesRegex", "raises")
        ):
            return
        first = call.args[0] if call.args else None
        if not (isinstance(first, ast.Name) and first.id == "AssertionError"):
            return
        said = " ".join(one.value for one in call.args[1:] if isinstance(one, ast.Constant) and isinstance(one.value, str))
        error = _error(node.body[0]) if len(node.body) == 1 else None
        if error is None and MESSAGES.search(said):
            error = "ValueError" if "egative" in said else "TypeError"
        if error is None:
            return
        if tests(site.path):
            yield site.edit(first, error)
        yield site.finding(first, ERRORS.format(error), fixed=tests(site.path))


def _error(statement: ast.stmt) -> str | None:
    """What the only operation of a statement raises from 4.0 on; None if it is none of those."""
    node = statement.value if isinstance(statement, (ast.Expr, ast.Assign, ast.Return)) else None
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.UnaryOp)
        and isinstance(node.slice.op, ast.USub)
        and _is_query(node.value)
    ):
        return "ValueError"
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    owner, name = node.func.value, node.func.attr
    if (
        isinstance(owner, ast.Subscript)
        and isinstance(owner.slice, ast.Slice)
        and name in ("filter", "exclude", "order_by", "delete", "update", "distinct", "reverse")
        and _is_query(owner.value)
    ):
        return "TypeError"
    empty = bool(node.args) and isinstance(node.args[0], ast.Constant) and not node.args[0].value
    if name == "delete" and empty and "storage" in ast.unparse(owner).lower():
        return "ValueError"
    mail = re.search(r"mail|message|msg", ast.unparse(owner).lower())
    return "ValueError" if name in ("attach", "attach_alternative") and mail else None


def _is_query(node: ast.expr) -> bool:
    return ".objects" in ast.unparse(node) or ast.unparse(node) in ("qs", "queryset", "self.qs", "self.queryset")


@dataclass(frozen=True)
class ExtraTests(PythonOp):
    """`super().build_suite(test_labels, extra_tests)` loses the argument; the parameter stays, since runners up to 4.2 give it."""

    @property
    def words(self) -> Words:
        """The parameter."""
        return (frozenset({"extra_tests", "DiscoverRunner"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of the overridden methods."""
        for node in site.subclasses(*RUNNER):
            for function in site.methods(node, "build_suite", "run_tests"):
                for call in override_calls(site, node, function):
                    place = next((len(call.args) + n for n, one in enumerate(call.keywords) if one.arg == "extra_tests"), None)
                    place = next((n for n, one in enumerate(call.args) if isinstance(one, ast.Name) and one.id == "extra_tests"), place)
                    if place is None:
                        continue
                    used = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == "extra_tests"]
                    try:
                        if len(used) > 1 or len(call.args) > max(place + 1, 2):
                            raise Refused("add the tests to the suite that `super()` gives")
                        yield without_argument(site, call, place)
                    except Refused as error:
                        yield site.finding(call, f"{EXTRA}; {error}")
                        continue
                    yield site.finding(call, EXTRA, fixed=True)


CODEMODS = [
    Codemod(
        "assertion-errors",
        "tests expect the errors that 4.0 raises instead of AssertionError",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-sliced-queryset-typeerror", "4.0-filesystemstorage-delete-empty", "4.0-emailmessage-attach-valueerror"),
        docs="releases/4.0: Miscellaneous",
        ops=(AssertionErrors(),),
    ),
    Codemod(
        "runner-extra-tests",
        "extra_tests is not handed on to DiscoverRunner",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-discoverrunner-extra-tests",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(ExtraTests(),),
    ),
    Codemod(
        "runner-helpers",
        "default_test_processes() is get_max_test_processes(), other helpers of the runner are found",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-test-runner-reorder-tests",),
        docs="releases/4.0: Miscellaneous",
        ops=(
            Rename("django.test.runner", {"default_test_processes": "get_max_test_processes"}),
            *(FindName(f"django.test.runner.{name}", f"from 4.0 on this is {text}") for name, text in HELPERS.items()),
        ),
    ),
]

UNSEEN = [
    Unseen("4.0-asserthtmlequal-empty-attributes", "Which markup a test compares with is seen when it runs.", "tests"),
    Unseen("4.0-failed-tests-match-tags", "Which modules of tests cannot be imported is seen when they run.", "tests"),
    Unseen("4.0-feeds-self-closing-tags", "Which text of a feed a test compares with is seen when it runs.", "responses"),
    Unseen(
        "4.0-migration-autodetector-states",
        "`makemigrations --check` of the new release says whether it would write some; they run no SQL.",
        "migrate",
    ),
    Unseen("4.0-pbkdf2-iterations-320000", "Only the cost of hashing rises; both releases read each other's passwords."),
]
