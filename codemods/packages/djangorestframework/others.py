"""Requests, permissions, compatibility helpers, templates; and what only shows when it runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.dependencies.inventory import declared
from django_hop.model import DEPENDENCIES, DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import RenameUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crosses
from django_hop.ops.expressions import operand, unwrap
from django_hop.ops.find import FindModule
from django_hop.ops.names import Rename, release_root
from django_hop.ops.templates import RenameFilter
from django_hop.ops.undeclared import required, unguarded_import
from django_hop.releases import order
from django_hop.rewrite.site import Site

PACKAGE = "djangorestframework"
COMPAT = "rest_framework.compat"


@dataclass(frozen=True)
class PermissionOr(PythonOp):
    """Report `A | B` among the permissions of a view."""

    message: str = "`|` asks each side for both since 3.14: one side's view permission no longer goes with the other's object permission"

    @property
    def words(self) -> Words:
        """Where permissions are named."""
        return (frozenset({"permission_classes"}), frozenset({"get_permissions"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each `|`."""
        for node in site.nodes(ast.BinOp):
            if isinstance(node.op, ast.BitOr) and not isinstance(site.parent(node), ast.BinOp) and self._is_permission(site, node):
                yield site.finding(node, self.message)

    @staticmethod
    def _is_permission(site: Site, node: ast.BinOp) -> bool:
        for around in site.ancestors(node):
            if isinstance(around, (ast.Assign, ast.AnnAssign)):
                targets = around.targets if isinstance(around, ast.Assign) else [around.target]
                if any(isinstance(one, ast.Name) and one.id == "permission_classes" for one in targets):
                    return True
            if isinstance(around, ast.FunctionDef) and around.name == "get_permissions":
                return isinstance(node.left, (ast.Name, ast.Attribute, ast.BinOp))
            if isinstance(around, ast.Call) and site.qualified(around.func) == "rest_framework.decorators.permission_classes":
                return True
        return False


@dataclass(frozen=True)
class UndeclaredPytz(FindModule):
    """Report the use of pytz in a project that does not declare it."""

    def apply(self, site: Site) -> Iterator[Finding]:
        """One finding in the first file of the project that imports it: a requirement is missing once."""
        imported = re.compile(rb"^\s*(?:import|from)\s+pytz\b", re.M)
        if any(one.name == "pytz" for one in declared(site.project.tree)[0]):
            return
        if site.path == next((path for path in sorted(site.project.holding(b"pytz")) if imported.search(site.project.tree[path])), None):
            said = self._said_of_django(site)
            yield from (one for one in list(super().apply(site))[:1] if one.line != said)

    @staticmethod
    def _said_of_django(site: Site) -> int | None:
        """The line of which `timezone-pytz-import` says the same, as it does in hops that come to Django 4.0."""
        reaches = crosses(site.hop, "4.0") and order(site.hop.target) >= order("4.0")
        statement = unguarded_import(site, "pytz") if reaches and required(site, b"pytz") is False else None
        return statement.lineno if statement is not None else None


@dataclass(frozen=True)
class IsAuthenticated(PythonOp):
    """`is_authenticated(user)` of `rest_framework.compat` -> `user.is_authenticated`."""

    message: str = "`is_authenticated(user)` of `rest_framework.compat` is the user's own property"

    @property
    def words(self) -> Words:
        """Every part of the name."""
        return (frozenset({"rest_framework", "compat", "is_authenticated"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument; findings for other uses."""
        for node in site.references(f"{COMPAT}.is_authenticated"):
            call = site.parent(node)
            if isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 and not call.keywords:
                yield site.edit(call, f"{operand(site, call.args[0])}.is_authenticated")
                yield site.finding(call, self.message, fixed=True)
                release_root(site, node)
            else:
                yield site.finding(node, self.message)


@dataclass(frozen=True)
class SameOnPython3(PythonOp):
    """Helpers that give their argument back on Python 3, called or as a decorator."""

    name: str

    @property
    def words(self) -> Words:
        """Every part of the name."""
        return (frozenset({"rest_framework", "compat", self.name}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument; findings for other uses."""
        message = f"`{self.name}()` of `rest_framework.compat` gave its argument back on Python 3"
        for node in site.references(f"{COMPAT}.{self.name}"):
            call = site.parent(node)
            edit = unwrap(site, call, call.args[0]) if isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 else None
            if edit is not None:
                yield edit
            yield site.finding(node, message, fixed=edit is not None)


@dataclass(frozen=True)
class Compat(PythonOp):
    """Report what else is imported from `rest_framework.compat`."""

    known: tuple[str, ...]

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"rest_framework", "compat"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import of another name."""
        for statement in site.nodes(ast.ImportFrom):
            if site.names.absolute(statement) == COMPAT:
                others = [alias.name for alias in statement.names if alias.name not in self.known]
                if others:
                    yield site.finding(statement, f"`{', '.join(others)}` of `rest_framework.compat`, a private module whose helpers go")


_MOVED = {"set_rollback": "rest_framework.views", "reverse": "django.urls", "NoReverseMatch": "django.urls", "resolve": "django.urls"}
_KNOWN = (*_MOVED, "is_authenticated", "unicode_to_repr", "View", "coreapi", "coreschema")

CODEMODS = [
    Codemod(
        "rest-framework-compat",
        "helpers of rest_framework.compat come from where they belong",
        package=PACKAGE,
        removed="3.10",
        works_from="3.7",
        safety=REVIEW,
        covers=("drf-3.10-compat-imports",),
        docs="djangorestframework 3.10 announcement: Dropping support for Python 2 and older Django",
        ops=(
            *(Rename(COMPAT, {name: name}, to=module) for name, module in _MOVED.items()),
            Rename(COMPAT, {"View": "View"}, to="django.views.generic"),
            IsAuthenticated(),
            SameOnPython3("unicode_to_repr"),
            Compat(_KNOWN),
        ),
    ),
    Codemod(
        "request-data",
        "request.DATA and request.QUERY_PARAMS are request.data and request.query_params",
        package=PACKAGE,
        deprecated="3.0",
        removed="3.16",
        works_from="3.0",
        safety=SAFE,
        covers=("drf-3.16-request-old-attributes",),
        docs="djangorestframework 3.16 release notes: Remove old Request attributes",
        ops=(
            RenameUse(
                {"DATA": "data", "QUERY_PARAMS": "query_params"},
                "`{old}` of a request is now `{new}`",
                receiver=r"(?i)(.*_)?request",
            ),
        ),
    ),
    Codemod(
        "urlize-quoted-links",
        "the template filter urlize_quoted_links is Django's urlize",
        package=PACKAGE,
        removed="3.11.2",
        works_from="3.0",
        safety=SAFE,
        covers=("drf-3.11.2-urlize-quoted-links",),
        docs="djangorestframework 3.11.2 release notes: Security, urlize_quoted_links",
        ops=(RenameFilter("urlize_quoted_links", "urlize"),),
    ),
    Codemod(
        "permission-or",
        "permissions joined by | are asked pairwise",
        package=PACKAGE,
        removed="3.14",
        works_from="3.9",
        safety=DETECT,
        silent=True,
        covers=("drf-3.14-permission-or",),
        docs="djangorestframework 3.14 release notes: OR permissions",
        ops=(PermissionOr(),),
    ),
    Codemod(
        "rest-framework-pytz",
        "pytz no longer comes with REST framework",
        package=PACKAGE,
        removed="3.15",
        works_from="3.0",
        safety=DETECT,
        covers=("drf-3.15-pytz-removed",),
        docs="djangorestframework 3.15 release notes: pytz removed",
        ops=(UndeclaredPytz("pytz", "pytz came with Django before 4.0 and REST framework before 3.15: declare it, or use zoneinfo"),),
        from_before=True,
    ),
]

UNSEEN = [
    Unseen("drf-3.9-null-characters", "Only requests with NUL characters are answered otherwise.", shown_by="responses"),
    Unseen("drf-3.15-search-filter", "Only searches with quotes and commas are answered otherwise.", shown_by="responses"),
    Unseen(
        "drf-3.15-unique-constraint-validators",
        "Which serializers get validators follows from the constraints of their models when they are made.",
        shown_by="responses",
    ),
    Unseen("drf-3.12-authtoken-migration", "A migration of the package, which makes no change of the schema.", shown_by="migrate"),
    Unseen(
        "drf-3.18-django-floor",
        "The commit that moves the requirement goes to a release that works with the Django of the hop.",
        shown_by=DEPENDENCIES,
    ),
]
