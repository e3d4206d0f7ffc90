"""Views around logging in and out: the mixin for redirects, logout_then_login()."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import heirs
from django_hop.ops.names import FindName, release_root, rename
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

VIEWS = "django.contrib.auth.views"
OLD, NEW = f"{VIEWS}.SuccessURLAllowedHostsMixin", f"{VIEWS}.RedirectURLMixin"
MIXIN = (
    "`SuccessURLAllowedHostsMixin` is gone with 4.1: `RedirectURLMixin` has its method, and others which win over those of an edit view "
    "behind it; there a copy of the old one is five lines"
)
EDITING = ("django.views.generic.edit.", "django.views.generic.base.RedirectView")
LEAVE = "from 5.0 on `logout_then_login()` takes POST only"
STEPS = (
    f"{LEAVE}: `logout()` and a redirect are what it did, by GET as well, which lets other sites log a user out; a `next` in the "
    "address no longer counts"
)


@dataclass(frozen=True)
class AllowedHosts(PythonOp):
    """The mixin gets its new name where nothing that derives from the class edits or redirects."""

    @property
    def words(self) -> Words:
        """The mixin's name."""
        return (frozenset({"SuccessURLAllowedHostsMixin"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """All places of a file, or findings for its classes."""
        uses = site.references(OLD)
        if uses and all(self._is_base(site, node) for node in uses):
            yield from rename(site, OLD, NEW)
        else:
            yield from FindName(OLD, MIXIN).apply(site)

    def _is_base(self, site: Site, node: ast.expr) -> bool:
        parent = site.parent(node)
        return isinstance(parent, ast.ClassDef) and node in parent.bases and self._fits(site, parent)

    def _fits(self, site: Site, node: ast.ClassDef) -> bool:
        """True if the other bases are Django's, and neither they nor what derives from the class has a method of those names."""
        bases = [site.qualified(base) for base in node.bases]
        if not all(base is not None and (base.startswith("django.") or base == "object") for base in bases):
            return False
        return not _edits(site.class_ancestors(node)) and not self._derived(site, node)

    @staticmethod
    def _derived(site: Site, node: ast.ClassDef) -> bool:
        """True if a class of the project derives from this one and from a view that edits or redirects."""
        return any(_edits(found) or len(other.bases) > 1 for other, found in heirs(site, node))


def _edits(ancestors: frozenset[str]) -> bool:
    return any(one.startswith(EDITING) or (one.startswith(f"{VIEWS}.") and one not in (OLD, NEW)) for one in ancestors)


@dataclass(frozen=True)
class LogoutThenLogin(PythonOp):
    """`return logout_then_login(request, url)` becomes `logout(request)` and `return redirect(url)`."""

    @property
    def words(self) -> Words:
        """The function's name."""
        return (frozenset({"logout_then_login"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for views that return what it gives, unless they take POST only; findings for routes and other uses."""
        for node in site.references(f"{VIEWS}.logout_then_login"):
            call, function = site.parent(node), site.enclosing(node, ast.FunctionDef)
            if function is not None and _posts_only(function):
                continue
            try:
                if not isinstance(call, ast.Call) or call.func is not node or function is None:
                    raise Refused("whatever leads here must be a form")
                edit = self._steps(site, call)
            except Refused as error:
                yield site.finding(node, f"{LEAVE}; {error}")
                continue
            yield edit
            release_root(site, node)
            yield site.finding(node, STEPS, fixed=True)
        for node in site.doubtful(f"{VIEWS}.logout_then_login"):
            yield site.finding(node, LEAVE)

    @staticmethod
    def _steps(site: Site, call: ast.Call) -> Edit:
        statement = site.parent(call)
        given = {one.arg: one.value for one in call.keywords}
        values = dict(zip(("request", "login_url"), call.args, strict=False)) | given
        if not isinstance(statement, ast.Return):
            raise Refused("what it gives is used here")
        if len(call.args) > 2 or set(values) - {"request", "login_url"} or "request" not in values or "#" in site.module.segment(statement):
            raise Refused("its arguments cannot be seen")
        if any(isinstance(one, ast.Starred) for one in call.args):
            raise Refused("its arguments cannot be seen")
        start = site.module.start(statement)
        indent = site.text[site.module.source.starts[statement.lineno - 1] : start]
        if indent.strip():
            raise Refused("other code stands on the same line")
        settings = "" if "login_url" in values else site.imports.need("django.conf.settings", call)
        logout = site.imports.need_as("django.contrib.auth.logout", "auth_logout", call)
        redirect = site.imports.need("django.shortcuts.redirect", call)
        if redirect is None or logout is None or settings is None:
            raise Refused("a name that it needs is taken in this file")
        url = site.module.segment(values["login_url"]) if "login_url" in values else f"{settings}.LOGIN_URL"
        request = site.module.segment(values["request"])
        return site.edit(statement, f"{logout}({request}){site.module.source.newline}{indent}return {redirect}({url})")


def _posts_only(function: FunctionNode) -> bool:
    """True for `@require_POST`, `@require_http_methods(["POST"])` and a `post()` of a view."""
    decorators = [ast.unparse(one) for one in function.decorator_list]
    return function.name == "post" or any(
        one.rpartition(".")[2] == "require_POST" or ("require_http_methods" in one and "GET" not in one) for one in decorators
    )


CODEMODS = [
    Codemod(
        "success-url-allowed-hosts",
        "SuccessURLAllowedHostsMixin is called RedirectURLMixin",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-success-url-allowed-hosts-mixin",),
        docs="releases/4.1: Miscellaneous",
        ops=(AllowedHosts(),),
    ),
    Codemod(
        "logout-then-login",
        "views log out and redirect by themselves instead of logout_then_login()",
        deprecated="4.1",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.1-logout-then-login-via-get",),
        docs="releases/4.1: Log out via GET",
        ops=(LogoutThenLogin(),),
    ),
]
