"""The admin: lists that became tuples, lists of apps, search, events."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.class_bodies import assignments
from django_hop.ops.classes import POSITION, AddParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName
from django_hop.ops.settings_uses import literal
from django_hop.project.model_fields import field_kinds
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

OPTIONS = "django.contrib.admin.options"
ADMINS = (f"{OPTIONS}.BaseModelAdmin", f"{OPTIONS}.ModelAdmin")
LISTS = frozenset({"actions", "inlines"})
TUPLE = "`ModelAdmin.actions` and `inlines` are tuples by default, which no list can be added to: `[*A, b]` takes either"
APP_LIST = "`AdminSite.get_app_list()` is given the label of an app on the page of that app"
SEARCH = (
    "a search for several words now wants them in one and the same related row: `get_search_results()` can filter word by word, as before"
)


@dataclass(frozen=True)
class ActionLists(PythonOp):
    """`UserAdmin.actions + ["x"]` becomes `[*UserAdmin.actions, "x"]`; changes in place of what is inherited are findings."""

    @property
    def words(self) -> Words:
        """One of the attributes, or the method."""
        return tuple(frozenset({name}) for name in (*sorted(LISTS), "get_inlines"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for sums of an inherited value and a list."""
        for node in site.nodes(ast.BinOp):
            if isinstance(node.op, ast.Add):
                yield from self._sum(site, node)
        for attribute in site.nodes(ast.Attribute):
            if attribute.attr in ("append", "extend", "insert", "remove") and self._is_inherited(site, attribute.value):
                yield site.finding(attribute, f"{TUPLE}; to change it in place was to change it for every admin: assign a new list")

    def _sum(self, site: Site, node: ast.BinOp) -> Iterator[Edit | Finding]:
        for own, added in ((node.left, node.right), (node.right, node.left)):
            if self._is_inherited(site, own) and isinstance(added, ast.List):
                start, end = site.module.start(node), site.module.end(node)
                between = site.text[site.module.end(node.left) : site.module.start(node.right)]
                if between.strip() != "+" or site.text[start] == "(":
                    yield site.finding(node, f"{TUPLE}; parentheses or a comment stand between")
                    return
                first = site.module.segment(own)
                inner = site.module.segment(added)[1:-1]
                if own is node.left:
                    new = f"[*{first}, {inner.lstrip()}]" if added.elts else f"[*{first}]"
                else:
                    new = f"[{inner.rstrip().rstrip(',')}, *{first}]" if added.elts else f"[*{first}]"
                yield site.edit_span(start, end, new)
                yield site.finding(node, TUPLE, fixed=True)
                return

    @staticmethod
    def _is_inherited(site: Site, node: ast.expr) -> bool:
        """True for `Admin.actions`, `self.inlines`, `super().get_inlines(...)` where the class at hand does not say what it is."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_inlines":
            around = site.enclosing(node, ast.ClassDef)
            return around is not None and bool(site.class_ancestors(around) & set(ADMINS))
        if not (isinstance(node, ast.Attribute) and node.attr in LISTS):
            return False
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            around = site.enclosing(node, ast.ClassDef)
            return (
                around is not None
                and bool(site.class_ancestors(around) & set(ADMINS))
                and not any(True for _ in assignments(around, node.attr))
            )
        owner = site.qualified(node.value)
        return owner is not None and bool(({owner} | site.project.ancestors(owner, site.path)) & set(ADMINS))


@dataclass(frozen=True)
class AppList(AddParameter):
    """`get_app_list(self, request)`, with the label handed on to `_build_app_dict()`, too."""

    def _add(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        yield from super()._add(site, node, function)
        for call in ast.walk(function):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "_build_app_dict"
                and len(call.args) == 1
                and not call.keywords
            ):
                try:
                    yield from change_arguments(site, call, add={"label": "app_label"}, drop=[])
                except Refused as error:
                    yield site.finding(call, f"{APP_LIST}; {error}")


@dataclass(frozen=True)
class PatchedAppList(PythonOp):
    """`admin.site.get_app_list = function` where the function takes no label."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"get_app_list"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for assignments of functions that are defined in the file without the parameter."""
        for statement in site.nodes(ast.Assign):
            if not any(isinstance(one, ast.Attribute) and one.attr == "get_app_list" for one in statement.targets):
                continue
            names = {one.id for one in ast.walk(statement.value) if isinstance(one, ast.Name)}
            for function in site.nodes(ast.FunctionDef):
                args = function.args
                taken = {one.arg for one in [*args.args, *args.kwonlyargs]}
                if function.name in names and "app_label" not in taken and args.vararg is None:
                    yield site.finding(function, f"{APP_LIST}: take `app_label=None`")


@dataclass(frozen=True)
class ManySearch(PythonOp):
    """`search_fields` that cross a relation to many."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"search_fields"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where two or more entries may reach several rows."""
        for node in site.subclasses(*ADMINS):
            for statement, target in assignments(node, "search_fields"):
                fields = literal(statement.value)
                many = (
                    [one for one in fields if isinstance(one, str) and self._is_many(site, one)]
                    if isinstance(fields, (list, tuple))
                    else []
                )
                if many:
                    yield site.finding(target, f"{SEARCH} ({', '.join(f'`{one}`' for one in many)})")

    @staticmethod
    def _is_many(site: Site, field: str) -> bool:
        """True if the first step of a path is no field of the project's models, or a relation to many."""
        first, cut, _ = field.lstrip("^=@").partition("__")
        kinds = field_kinds(site.project, first)
        if not cut or first in ("user", "content_type", "site", "group", "permission"):
            return False
        return not kinds or any("Many" in one and one != "ManyToOneRel" for one in kinds)


CODEMODS = [
    Codemod(
        "admin-lists",
        "actions and inlines of a base class are unpacked into a new list",
        removed="4.1",
        works_from="1.11",
        safety=SAFE,
        covers=("4.1-modeladmin-actions-inlines-tuple",),
        docs="releases/4.1: Miscellaneous",
        ops=(ActionLists(),),
    ),
    Codemod(
        "admin-app-list-label",
        "get_app_list() of an admin site takes the label of an app",
        removed="4.1",
        works_from="4.1",
        safety=SAFE,
        covers=("4.1-adminsite-get-app-list-app-label",),
        docs="releases/4.1: django.contrib.admin",
        ops=(
            AppList(("django.contrib.admin.sites.AdminSite",), "get_app_list", "app_label=None", APP_LIST, position=1, passed=POSITION),
            PatchedAppList(),
        ),
    ),
    Codemod(
        "admin-search-many",
        "searches of the admin over relations to many are found",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-admin-search-multivalued",),
        docs="releases/4.1: Admin changelist searches spanning multi-valued relationships changes",
        silent=True,
        ops=crossing("4.1", ManySearch()),
    ),
    Codemod(
        "gis-admin-widget",
        "the admin's OpenLayersWidget is found",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-gis-openlayerswidget",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            FindName(
                "django.contrib.gis.admin.OpenLayersWidget",
                "this widget goes with 5.0; the one of `django.contrib.gis.forms` has other templates and parameters",
            ),
            FindModule(
                "django.contrib.gis.admin.widgets",
                "this module goes with 5.0; the widgets of `django.contrib.gis.forms` have other templates and parameters",
            ),
        ),
    ),
]
