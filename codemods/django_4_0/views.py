"""Views: DeleteView's delete(), decorators for caches, request methods."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines, drop_line, heirs, override_calls, own_names, uses_through_self
from django_hop.ops.classes import name_edit
from django_hop.ops.functions import header, positional
from django_hop.ops.methods import MethodCall, in_format_string
from django_hop.ops.receivers import request
from django_hop.ops.template_finds import FindVariable
from django_hop.releases import order
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

DELETE_VIEWS = frozenset(
    {"django.views.generic.edit.BaseDeleteView", "django.views.generic.edit.DeleteView", "django.views.generic.DeleteView"}
)
DELETE = "`DeleteView` answers POST with `form_valid()` from 4.0 on, and passes this `delete()` by without an error"
CALLED = (
    "`DeleteView` answers POST with `form_valid()` from 4.0 on; `post()` of this class calls `delete()`, so it goes on working, but 4.0 to "
    "4.2 warn of it (DeleteViewCustomDeleteWarning): `form_valid(self, form)` in place of both ends that"
)
DECORATORS = tuple(f"django.views.decorators.cache.{name}" for name in ("never_cache", "cache_control"))
WRAPPED = "`{}` wants a request first, which a method does not take: `method_decorator` turns it round"


@dataclass(frozen=True)
class DeleteToFormValid(PythonOp):
    """`delete(self, request, *args, **kwargs)` of a DeleteView becomes `form_valid(self, form)`."""

    @property
    def words(self) -> Words:
        """A method of this name."""
        return (frozenset({"class", "def", "delete", "request"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the methods of delete views; findings for mixins that delete views use."""
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, "delete"):
                if site.class_ancestors(node) & DELETE_VIEWS:
                    yield from self._method(site, node, function)
                elif self._may_be_mixin(function) and is_mixed_in(site, node):
                    yield site.finding(function, f"{DELETE}; this mixin is used by one")

    @staticmethod
    def _may_be_mixin(function: FunctionNode) -> bool:
        names = [one.arg for one in positional(function)]
        return names[:1] == ["request"] and isinstance(function, ast.FunctionDef)

    def _method(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        if any(_hands_on(site, post) for post in site.methods(node, "post")):
            yield site.finding(function, CALLED)
            return
        try:
            if order(site.hop.source) >= order("4.0"):
                raise Refused("it serves DELETE requests only since the project is on 4.0")
            edits = [*self._header(site, node, function), *self._body(site, node, function)]
        except Refused as error:
            yield site.finding(function, f"{DELETE}; {error}")
            return
        yield from edits
        yield site.finding(function, f"{DELETE}; requests with the method DELETE do without it now", fixed=True)

    @staticmethod
    def _header(site: Site, node: ast.ClassDef, function: FunctionNode) -> list[Edit]:
        args = function.args
        if isinstance(function, ast.AsyncFunctionDef):
            raise Refused("it is asynchronous")
        if not all(_is_atomic(site, one) for one in function.decorator_list):
            raise Refused("its decorators are made for a view")
        if function.decorator_list and "select_for_update" in site.module.segment(node):
            raise Refused("the object is fetched before this transaction begins, which a lock does not allow")
        if defines(node, "form_valid") or defines(node, "post"):
            raise Refused("the class has `form_valid()` or `post()` of its own: see what they call")
        if [one.arg for one in positional(function)] != ["request"] or args.kwonlyargs or args.posonlyargs:
            raise Refused("its parameters are not `request, *args, **kwargs`")
        if any(use.value for use in uses_through_self(site, node, "delete") if use not in _functions_of(site, node, function)):
            raise Refused("other methods call it")
        parts = header(site, function)
        first = next(iter(own_names(function)))
        if "#" in site.text[parts.opening : parts.closing]:
            raise Refused("comments stand in its header")
        return [name_edit(site, function, "form_valid"), Edit(parts.opening, parts.closing, f"{first}, form")]

    def _body(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> list[Edit]:
        first = next(iter(own_names(function)))
        spoken = {"request": f"{first}.request"}
        if function.args.vararg:
            spoken[function.args.vararg.arg] = f"{first}.args"
        if function.args.kwarg:
            spoken[function.args.kwarg.arg] = f"{first}.kwargs"
        calls = list(override_calls(site, node, function))
        edits: list[Edit] = []
        for call in calls:
            assert isinstance(call.func, ast.Attribute)
            if not isinstance(call.func.value, ast.Call) or "#" in site.module.segment(call):
                raise Refused("it calls the method of a base class by the class's name")
            edits.append(site.edit(call, f"{site.module.segment(call.func.value)}.form_valid(form)"))
        inside = {one for call in calls for one in ast.walk(call)}
        for statement in function.body:
            if _fetches_object(statement, first):
                edits += drop_line(site, statement)
        for name in (one for statement in function.body for one in ast.walk(statement)):
            if isinstance(name, ast.Attribute) and name.attr == "form_valid":
                raise Refused("it calls `form_valid()`")
            if not isinstance(name, ast.Name) or name in inside:
                continue
            if name.id == "form" or (name.id in spoken and not isinstance(name.ctx, ast.Load)):
                raise Refused(f"`{name.id}` means something else in it")
            if name.id in spoken:
                if in_format_string(site, name):
                    edits += [one for one in _in_braces(site, name, spoken[name.id]) if one not in edits]
                else:
                    edits.append(site.edit(name, spoken[name.id]))
        if any(isinstance(one, ast.arg) and one.arg in (*spoken, "form") for statement in function.body for one in ast.walk(statement)):
            raise Refused("an inner function takes a parameter of the same name")
        return edits


def _is_atomic(site: Site, decorator: ast.expr) -> bool:
    """True for `@transaction.atomic`, which wraps any function alike."""
    return site.qualified(decorator.func if isinstance(decorator, ast.Call) else decorator) == "django.db.transaction.atomic"


def _in_braces(site: Site, name: ast.Name, new: str) -> list[Edit]:
    """The edits for a name in an f-string, by its text, for only Python 3.12 and later tell where things stand in it. Raises Refused."""
    around = [one for one in site.ancestors(name) if isinstance(one, ast.JoinedStr)][-1]
    start, text = site.module.start(around), site.module.segment(around)
    found = list(re.finditer(rf"(?<!{{){{\s*({name.id})\b(?!\s*=)", text))
    if len(found) != sum(isinstance(one, ast.Name) and one.id == name.id for one in ast.walk(around)):
        raise Refused(f"`{name.id}` is used inside an f-string")
    return [Edit(start + one.start(1), start + one.end(1), new) for one in found]


def _functions_of(site: Site, node: ast.ClassDef, function: FunctionNode) -> set[ast.expr]:
    """The attributes by which a method calls the one it overrides."""
    return {call.func for call in override_calls(site, node, function)}


def _hands_on(site: Site, function: FunctionNode) -> bool:
    """True for a `post()` that does nothing but call `delete()`."""
    last = function.body[-1]
    call = last.value if isinstance(last, ast.Return) else None
    return len(function.body) == 1 and isinstance(call, ast.Call) and ast.unparse(call.func) == f"{next(iter(own_names(function)))}.delete"


def _fetches_object(statement: ast.stmt, first: str) -> bool:
    """True for `self.object = self.get_object()`, which `post()` has done already."""
    return ast.unparse(statement) == f"{first}.object = {first}.get_object()"


def is_mixed_in(site: Site, node: ast.ClassDef) -> bool:
    """True if a class anywhere in the project derives from this one and from a delete view."""
    return any(found & DELETE_VIEWS for _, found in heirs(site, node))


@dataclass(frozen=True)
class WrapDecorator(PythonOp):
    """`@never_cache` on a method becomes `@method_decorator(never_cache)`."""

    @property
    def words(self) -> Words:
        """One of the decorators."""
        return tuple(frozenset({"self", "class", name.rpartition(".")[2]}) for name in DECORATORS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for decorators of methods."""
        for qualified in DECORATORS:
            for node in site.references(qualified):
                parent = site.parent(node)
                called = isinstance(parent, ast.Call) and parent.func is node
                decorator = parent if called else node
                function = site.parent(decorator) if decorator is not None else None
                if not isinstance(function, ast.FunctionDef) or decorator not in function.decorator_list or not _is_method(site, function):
                    continue
                message = WRAPPED.format(qualified.rpartition(".")[2])
                spoken = site.imports.need("django.utils.decorators.method_decorator", decorator)
                if spoken is None:
                    yield site.finding(node, f"{message}; the name `method_decorator` is taken in this file")
                    continue
                assert isinstance(decorator, ast.expr)
                start, end = site.module.start(decorator), site.module.end(decorator)
                yield Edit(start, start, f"{spoken}(")
                yield Edit(end, end, ")")
                yield site.finding(node, message, fixed=True)


def _is_method(site: Site, function: ast.FunctionDef) -> bool:
    """True for a method that takes `self`."""
    args = [*function.args.posonlyargs, *function.args.args]
    return isinstance(site.parent(function), ast.ClassDef) and bool(args) and args[0].arg == "self" and bool(own_names(function))


@dataclass(frozen=True)
class RawUri(MethodCall):
    """`request.get_raw_uri()` where the host may be anything: the exact equivalent is long, so places beside logging are findings."""

    def _refusal(self, site: Site, call: ast.Call, func: ast.Attribute) -> str | None:
        held = super()._refusal(site, call, func)
        if held is None and any(isinstance(one, (ast.ExceptHandler, ast.Try)) for one in site.ancestors(call)):
            return "`build_absolute_uri()` refuses unknown hosts with DisallowedHost, which matters while an error is handled"
        return held


CODEMODS = [
    Codemod(
        "delete-view-form-valid",
        "delete() of a DeleteView becomes form_valid()",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-deleteview-form-valid",),
        docs="releases/4.0: DeleteView changes",
        silent=True,
        ops=(DeleteToFormValid(),),
    ),
    Codemod(
        "cache-decorators-on-methods",
        "cache decorators on methods are wrapped in method_decorator()",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("4.0-cache-decorators-need-request",),
        docs="views/decorators/cache.py of 4.0 (not in the notes)",
        ops=(WrapDecorator(),),
    ),
    Codemod(
        "get-raw-uri",
        "get_raw_uri() becomes build_absolute_uri()",
        removed="4.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.0-httprequest-get-raw-uri",),
        docs="releases/4.0: Miscellaneous",
        ops=(
            RawUri(
                request,
                "get_raw_uri",
                "`get_raw_uri()` is gone; `build_absolute_uri()` gives the same for allowed hosts",
                becomes="build_absolute_uri",
            ),
            FindVariable(
                ("request.get_raw_uri",),
                "`get_raw_uri()` is gone and prints nothing here: `request.build_absolute_uri` gives the same for allowed hosts",
            ),
        ),
    ),
]
