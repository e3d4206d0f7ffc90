"""URL configurations: urlresolvers, include(), error views."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import unwrap
from django_hop.ops.functions import add_parameter, parameter_names
from django_hop.ops.names import MoveModule
from django_hop.ops.nodes import argument, is_value, text
from django_hop.ops.urls import INCLUDES, calls, is_admin
from django_hop.project.index import Project
from django_hop.rewrite import layout
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

ADMIN = "the patterns of an admin site are passed on without include()"
PAIR = "include() takes the application namespace in a pair, `include((urls, app_name), namespace=...)`"
NAMESPACE = "include() with a namespace needs an application namespace: `app_name` in the included module, or a pair"
ERROR_VIEW = "error views are given the exception"
HANDLERS = ("handler400", "handler403", "handler404")


@dataclass(frozen=True)
class PatternClasses(PythonOp):
    """The classes of patterns that were replaced; imports under `try` or `if` are ready for it."""

    NAMES = ("RegexURLPattern", "RegexURLResolver", "LocaleRegexURLResolver", "LocaleRegexProvider")

    @property
    def words(self) -> Words:
        """One of the classes."""
        return tuple(frozenset({name}) for name in self.NAMES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import."""
        for qualified in (f"{module}.{name}" for module in ("django.core.urlresolvers", "django.urls") for name in self.NAMES):
            for binding in site.imports.bindings(qualified):
                if not any(isinstance(one, (ast.Try, ast.If)) for one in site.ancestors(binding.node)):
                    name = qualified.rpartition(".")[2]
                    yield site.finding(binding.alias or binding.node, f"`{name}` is gone; see `URLPattern` and `URLResolver`")


@dataclass(frozen=True)
class _IncludeOp(PythonOp):
    """Common to the ops on include()."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"include"}),)


@dataclass(frozen=True)
class AdminInclude(_IncludeOp):
    """`include(admin.site.urls)` becomes `admin.site.urls`."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each include() of an admin site."""
        for call in calls(site, *INCLUDES):
            target = argument(call, 0, "arg")
            if target is None or not is_admin(target):
                continue
            edit = unwrap(site, call, target) if len(call.args) + len(call.keywords) == 1 else None
            if edit is None:
                yield site.finding(call, f"{ADMIN}; what else stands here, a person decides")
            else:
                yield edit
                yield site.finding(call, ADMIN, fixed=True)


@dataclass(frozen=True)
class IncludePair(_IncludeOp):
    """`include(urls, namespace="a", app_name="b")` and `include((urls, "b", "a"))` become `include((urls, "b"), namespace="a")`."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for both forms."""
        for call in calls(site, *INCLUDES):
            target, app = argument(call, 0, "arg"), argument(call, 2, "app_name")
            if target is None:
                continue
            try:
                if isinstance(target, ast.Tuple) and len(target.elts) == 3:
                    edits = self._triple(site, call, target)
                elif app is not None:
                    edits = self._pair(site, call, target, app)
                else:
                    continue
            except Refused as error:
                yield site.finding(call, f"{PAIR}; {error}")
                continue
            yield from edits
            yield site.finding(call, PAIR, fixed=True)

    @staticmethod
    def _triple(site: Site, call: ast.Call, target: ast.Tuple) -> list[Edit]:
        if len(call.args) + len(call.keywords) != 1:
            raise Refused("there are other arguments")
        start, end = site.module.end(target.elts[1]), site.module.end(target)
        namespace = site.module.segment(target.elts[2])
        if "#" in site.text[start:end]:
            raise Refused("a comment stands between")
        return [Edit(start, end, f"), namespace={namespace}")]

    @staticmethod
    def _pair(site: Site, call: ast.Call, target: ast.expr, app: ast.expr) -> list[Edit]:
        if isinstance(target, ast.Tuple):
            raise Refused("the patterns are a tuple already")
        if argument(call, 1, "namespace") is None:
            raise Refused("the namespace is missing")
        before = site.cst_call(call)
        places = [*call.args, *(keyword.value for keyword in call.keywords)]
        after = layout.drop_argument_at(before, places.index(app))
        pair = layout.parse_call(f"f(({site.module.segment(target)}, {site.module.segment(app)}))").args[0].value
        args = list(after.args)
        args[places.index(target)] = args[places.index(target)].with_changes(value=pair)
        return [site.replace_call(call, after.with_changes(args=args))]


@dataclass(frozen=True)
class NamespaceNeedsApp(_IncludeOp):
    """`include("shop.urls", namespace="shop")` becomes a pair where the included module sets no `app_name`."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the target is ours or a list; findings where it cannot be seen."""
        for call in calls(site, *INCLUDES):
            target, namespace = argument(call, 0, "arg"), argument(call, 1, "namespace")
            if target is None or namespace is None or isinstance(target, ast.Tuple) or argument(call, 2, "app_name") is not None:
                continue
            if is_value(namespace, None):
                continue
            needs = self._needs(site, target)
            if needs is False:
                continue
            if needs is None or text(namespace) is None:
                yield site.finding(call, f"{NAMESPACE}; what is included here cannot be seen")
                continue
            start, end = site.module.start(target), site.module.end(target)
            yield Edit(start, start, "(")
            yield Edit(end, end, f", {site.module.segment(namespace)})")
            yield site.finding(call, NAMESPACE, fixed=True)

    def _needs(self, site: Site, target: ast.expr) -> bool | None:
        """True if what is included has no application namespace, False if it has, None if that cannot be seen."""
        module = text(target) or (site.qualified(target) if isinstance(target, (ast.Name, ast.Attribute)) else None)
        if module is not None:
            path = site.project.module_path(module, site.path)
            names = site.project.names(path) if path is not None else None
            if names is not None:
                return "app_name" not in names.module.bindings and not names.stars
        if isinstance(target, ast.List):
            return True
        if isinstance(target, ast.Attribute) and target.attr == "urls" and "router" in ast.unparse(target.value).lower():
            return True
        value = value_of(site, target) if isinstance(target, (ast.Name, ast.Attribute)) else None
        return True if isinstance(value, ast.List) else False if isinstance(value, ast.Tuple) else None


def value_of(site: Site, node: ast.Name | ast.Attribute) -> ast.expr | None:
    """What is assigned to a name, in this module or in the one it is imported from."""
    if isinstance(node, ast.Name):
        found = site.names.uses[node].lookup(node.id)
        if len(found) == 1 and found[0].value is not None:
            return found[0].value
    module, _, name = (site.qualified(node) or "").rpartition(".")
    path = site.project.module_path(module, site.path) if module else None
    names = site.project.names(path) if path is not None else None
    bindings = names.module.bindings.get(name, []) if names is not None else []
    return bindings[0].value if len(bindings) == 1 else None


@lru_cache(maxsize=2)
@lru_cache(maxsize=1)
def handler_targets(project: Project) -> dict[str, str]:
    """Qualified names of views that are error handlers of some URL configuration -> the file that says so."""
    found: dict[str, str] = {}
    for path in {path for handler in HANDLERS for path in project.holding(handler.encode())}:
        names = project.names(path)
        for handler in HANDLERS if names is not None else ():
            for binding in names.module.bindings.get(handler, []) if names is not None else ():
                value = binding.value
                if (name := text(value)) is not None:
                    found[name] = path
                elif isinstance(value, ast.Name) and names is not None:
                    found |= {one.origin: path for one in names.module.lookup(value.id) if one.origin}
                elif isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and names is not None:
                    found |= {f"{one.origin}.{value.attr}": path for one in names.module.lookup(value.value.id) if one.origin}
    return found


@dataclass(frozen=True)
class ErrorViews(PythonOp):
    """Views that a URL configuration names as handler400, handler403 or handler404 take `exception=None`."""

    @property
    def words(self) -> Words:
        """Any function."""
        return (frozenset({"def"}), frozenset(HANDLERS[:1]), frozenset(HANDLERS[1:2]), frozenset(HANDLERS[2:]))

    def in_project(self, project: Project, data: bytes) -> bool:
        """True if the file names a handler, or defines a function of the name of one."""
        return any(name.encode() in data for name in (*HANDLERS, *{one.rpartition(".")[2] for one in handler_targets(project)}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the functions; findings for what is no plain function."""
        targets = handler_targets(site.project)
        for name, bindings in site.names.module.bindings.items():
            own = f"{site.names.module_name}.{name}"
            used = any(one == own or own.endswith(f".{one}") for one in targets)
            if used and len(bindings) == 1 and isinstance(bindings[0].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from self._function(site, bindings[0].node)
        for handler in HANDLERS:
            for binding in site.names.module.bindings.get(handler, []):
                if isinstance(binding.value, (ast.Call, ast.Lambda)) and not self._takes_any(site, binding.value):
                    yield site.finding(binding.node, f"{ERROR_VIEW}, as `exception=`; does this one take it?")

    @staticmethod
    def _takes_any(site: Site, value: ast.Call | ast.Lambda) -> bool:
        if isinstance(value, ast.Lambda):
            return value.args.kwarg is not None or "exception" in {one.arg for one in [*value.args.args, *value.args.kwonlyargs]}
        return (site.qualified(value.func) or "").startswith("django.views.generic.")

    @staticmethod
    def _function(site: Site, function: FunctionNode) -> Iterator[Edit | Finding]:
        if function.args.kwarg is not None or "exception" in parameter_names(function):
            return
        args = [*function.args.posonlyargs, *function.args.args]
        decorators = [one.func if isinstance(one, ast.Call) else one for one in function.decorator_list]
        plain = all((site.qualified(one) or "").startswith("django.") for one in decorators)
        if not plain or len(args) - len(function.args.defaults) != 1 or function.args.vararg is not None:
            yield site.finding(function, f"{ERROR_VIEW}, as `exception=`; this one does not take it")
            return
        yield from site.change(function, ERROR_VIEW, add_parameter, site, function, "exception=None")


@dataclass(frozen=True)
class HandlerStrings(PythonOp):
    """`import_string(handler404)`: the handlers of django.conf.urls were dotted texts."""

    @property
    def words(self) -> Words:
        """One of the handlers, from the module."""
        return tuple(frozenset({"django", "conf", "urls", name}) for name in (*HANDLERS, "handler500"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where one is used as a text."""
        for handler in (*HANDLERS, "handler500"):
            for node in site.references(f"django.conf.urls.{handler}"):
                around = site.parent(node)
                called = isinstance(around, ast.Call) and node in around.args and "get_callable" not in ast.unparse(around.func)
                if called or isinstance(around, (ast.Compare, ast.Attribute)):
                    yield site.finding(node, f"`{handler}` is a function, no dotted text; `get_callable()` takes both")


CODEMODS = [
    Codemod(
        "core-urlresolvers",
        "django.core.urlresolvers is django.urls",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-core-urlresolvers",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            MoveModule("django.core.urlresolvers", "django.urls"),
            PatternClasses(),
        ),
    ),
    Codemod(
        "error-view-exception",
        "error views take the exception",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-error-view-exception-argument",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(ErrorViews(),),
    ),
    Codemod(
        "include-admin-site",
        "the patterns of an admin site are passed on without include()",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-include-admin-site-urls",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(AdminInclude(),),
    ),
    Codemod(
        "include-app-name",
        "include() takes the application namespace in a pair",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-include-app-name-argument", "2.0-include-3-tuple"),
        docs="releases/2.0: Features removed in 2.0",
        ops=(IncludePair(),),
    ),
    Codemod(
        "include-namespace",
        "include() with a namespace gets an application namespace",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-namespace-needs-app-name",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(NamespaceNeedsApp(),),
    ),
    Codemod(
        "default-error-handlers",
        "the default error handlers are functions",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("2.0-default-error-handlers-callable",),
        docs="releases/2.0: Backwards incompatible changes / Miscellaneous",
        ops=(HandlerStrings(),),
    ),
]
