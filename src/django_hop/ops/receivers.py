"""Receivers: which expressions are certainly a request, a user, a query set, a test case; told by names, scopes and classes.

A receiver that is not recognised is no proof of the opposite: ops report such places instead of changing them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from ..rewrite.scopes import Binding
from ..rewrite.site import Site
from . import where
from .class_keywords import makes_one

Test = Callable[[Site, ast.expr, frozenset[str]], bool]
"""Site, expression, and the names whose assignments are being followed."""

REQUESTS = (
    "django.http.HttpRequest",
    "django.http.request.HttpRequest",
    "django.core.handlers.wsgi.WSGIRequest",
    "rest_framework.request.Request",
)
TEST_CASES = ("unittest.TestCase", "unittest.case.TestCase")
DJANGO_TEST_CASES = tuple(f"django.test.{name}" for name in ("SimpleTestCase", "TransactionTestCase", "TestCase", "LiveServerTestCase"))
QUERYSET_METHODS = frozenset(
    (
        *("all", "alias", "annotate", "complex_filter", "datetimes", "dates", "defer", "difference", "distinct", "exclude", "extra"),
        *("filter", "intersection", "none", "only", "order_by", "prefetch_related", "raw", "reverse"),
        *("select_for_update", "select_related", "union"),
        *("using", "values", "values_list"),
    )
)


@dataclass(frozen=True)
class Receiver:
    """A named predicate: True where an expression is certainly of this kind."""

    name: str
    test: Test

    def sure(self, site: Site, node: ast.expr) -> bool:
        """True if the expression is certainly of this kind."""
        return self.test(site, node, frozenset())


def _bindings(site: Site, node: ast.Name) -> tuple[Binding, ...]:
    return tuple(site.names.uses.get(node, site.names.module).lookup(node.id))


def by_bindings(site: Site, node: ast.expr, seen: frozenset[str], parameter: Callable[[Site, Binding], bool], test: Test) -> bool:
    """True if a name is in all its bindings a fitting parameter, or assigned from something that passes `test`."""
    if not isinstance(node, ast.Name):
        return False
    if node.id in seen:
        return True  # `qs = qs.filter(...)`: as good as the other bindings of the name
    found, rooted = _bindings(site, node), False
    for one in found:
        if one.kind == "parameter":
            if not parameter(site, one):
                return False
            rooted = True
        elif one.value is None or not test(site, one.value, seen | {node.id}):
            return False
        else:
            rooted = rooted or not any(isinstance(part, ast.Name) and part.id in seen | {node.id} for part in ast.walk(one.value))
    return rooted


def first_parameter(site: Site, node: ast.expr) -> ast.ClassDef | None:
    """The class of the method whose `self` or `cls` a name is; None for any other expression."""
    if not isinstance(node, ast.Name):
        return None
    found = _bindings(site, node)
    if len(found) != 1 or found[0].kind != "parameter":
        return None
    function = found[0].scope.node
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    args = [*function.args.posonlyargs, *function.args.args]
    holder = next((one for one in site.ancestors(function) if not isinstance(one, (ast.If, ast.Try))), None)
    return holder if args and args[0] is found[0].node and isinstance(holder, ast.ClassDef) else None


def instance_of(name: str, *classes: str) -> Receiver:
    """Objects of these classes: calls that make one, names assigned from such calls, and `self` in the classes' subclasses."""

    def test(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
        if isinstance(node, ast.Call):
            return makes_one(site, node, classes)
        holder = first_parameter(site, node)
        if holder is not None:
            return bool(site.class_ancestors(holder) & set(classes))
        return by_bindings(site, node, seen, lambda _, binding: False, test)

    return Receiver(name, test)


# -- requests ----------------------------------------------------------------------------------------------------------


def _is_request(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "request" and first_parameter(site, node.value) is not None
    return by_bindings(site, node, seen, _request_parameter, _is_request)


def _request_parameter(site: Site, binding: Binding) -> bool:
    arg = binding.node
    assert isinstance(arg, ast.arg)
    if arg.annotation is None:
        return arg.arg == "request"
    name = site.qualified(arg.annotation)
    if name is None:
        return arg.arg == "request" and isinstance(arg.annotation, ast.Constant)
    return name in REQUESTS or bool(site.project.ancestors(name, site.path) & set(REQUESTS))


# -- users -------------------------------------------------------------------------------------------------------------


def _is_user(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "user" and (_is_request(site, node.value, seen) or first_parameter(site, node.value) is not None)
    if isinstance(node, ast.Call):
        return site.qualified(node.func) in ("django.contrib.auth.get_user", "django.contrib.auth.models.AnonymousUser")
    return by_bindings(site, node, seen, _user_parameter, _is_user)


def _user_parameter(site: Site, binding: Binding) -> bool:
    """A parameter called `user`, or the one of a lambda given to user_passes_test()."""
    call = site.parent(binding.scope.node)
    return binding.name == "user" or (
        isinstance(binding.scope.node, ast.Lambda)
        and isinstance(call, ast.Call)
        and site.qualified(call.func) == "django.contrib.auth.decorators.user_passes_test"
    )


# -- query sets --------------------------------------------------------------------------------------------------------


def _is_manager(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")


def _is_queryset(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
    if _is_manager(node):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if node.func.attr in QUERYSET_METHODS:
            return _is_queryset(site, owner, seen)
        is_super = isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"
        return node.func.attr in ("get_queryset", "get_query_set") and (is_super or first_parameter(site, owner) is not None)
    return by_bindings(site, node, seen, lambda _, binding: binding.name in ("queryset", "qs"), _is_queryset)


# -- test cases --------------------------------------------------------------------------------------------------------


def is_test_class(site: Site, node: ast.ClassDef) -> bool:
    """True for a subclass of a test case; in files of tests also for a class that holds tests, or whose name says so (mixins)."""
    if site.class_ancestors(node) & {*TEST_CASES, *DJANGO_TEST_CASES}:
        return True
    named = any(word in node.name for word in ("Test", "Mixin"))
    holds = any(isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and one.name.startswith(("test", "setUp")) for one in node.body)
    return where.tests(site.path) and (named or holds)


def _is_test_case(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
    holder = first_parameter(site, node)
    return holder is not None and is_test_class(site, holder)


request = Receiver("request", _is_request)
"""A parameter called `request`, one annotated with HttpRequest, `self.request` in a class, and what is assigned from these."""
user = Receiver("user", _is_user)
"""`request.user`, `self.user`, a parameter called `user`, `get_user(request)`, and what is assigned from these."""
queryset = Receiver("queryset", _is_queryset)
"""`Model.objects`, `self.get_queryset()`, query set methods on these, a parameter called `queryset`, what is assigned from these."""
test_case = Receiver("test_case", _is_test_case)
"""`self` in a test case."""
