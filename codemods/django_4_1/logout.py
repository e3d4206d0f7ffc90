"""Logging out: by POST, and where one is sent then."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, TemplateOp, Words
from django_hop.ops.class_bodies import assignments, is_super
from django_hop.ops.classes import FindAttribute, FindMethod, RenameMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.nodes import value_of
from django_hop.ops.settings_uses import literal
from django_hop.ops.where import tests
from django_hop.project.index import Project
from django_hop.rewrite.scopes import FunctionNode, Names
from django_hop.rewrite.site import Site
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind, Piece

LOGOUT_VIEW = ("django.contrib.auth.views.LogoutView",)
LOGOUT = (*LOGOUT_VIEW, "django.contrib.auth.views.logout_then_login")
GET = "logging out by GET is deprecated, and 5.0 answers it with 405"
LINK = (
    f'{GET}: make this link a form, `<form method="post" action="...">{{% csrf_token %}}<button '
    'type="submit">...</button></form>`, which works on every release; '
    "not inside another form or a `<p>`"
)
REDIRECT = f"{GET}: a redirect is a GET, so call `django.contrib.auth.logout(request)` here and go on"
NEXT = "`LogoutView.get_next_page()` is now `get_success_url()`; an override of the old name is never called"
_LEADS = re.compile(
    r"(?:href|location|(?:assign|replace|open)\()\s*=?\s*[\"'`]?\s*$"
    r"|http-equiv\s*=\s*[\"']?refresh\b[^<>]*url\s*=\s*[\"']?\s*$",
    re.I,
)
"""What stands before an address that the browser goes to by GET."""
_POSTED = re.compile(r"[\w-]*method\s*=\s*[\"']?post\b|\bclass\s*=\s*[\"'][^\"']*(?<![a-z])post\b|\b(?:hx|data)-post\b", re.I)
"""What a link says of itself that a script makes a POST of: `data-method="post"`, `class="link-post"`."""
_ADDRESS = re.compile(r"<a\b[^<>]*?\bhref\s*=\s*[\"'](?P<address>/[\w/-]+/?)(?=[\"'?#])", re.I)
_VIEWS = re.compile(rb"LogoutView|logout_then_login|django\.contrib\.auth\.urls|admin\.site\.urls")


def logout_names(project: Project) -> frozenset[str]:
    """Names of the routes that lead to Django's logout view, without namespaces; `logout` with Django's own, `admin:logout` always."""
    cache: dict[str, frozenset[str]] = project.__dict__
    if "_logout_names" not in cache:
        found = {"admin:logout"}
        for path in project.python_paths:
            if _VIEWS.search(project.tree[path]):
                found |= set(_routes(project, path))
        cache["_logout_names"] = frozenset(found)
    return cache["_logout_names"]


def _routes(project: Project, path: str) -> Iterator[str]:
    names = project.names(path)
    for call in names.by_type.get(ast.Call, []) if names is not None else ():
        assert isinstance(call, ast.Call)
        text = ast.unparse(call.func).rpartition(".")[2]
        if text not in ("path", "re_path", "url") or len(call.args) < 2:
            continue
        view = ast.unparse(call.args[1])
        if "django.contrib.auth.urls" in view:
            yield "logout"
        elif names is not None and _is_logout(project, names, path, call.args[1]):
            name = literal(call.args[3] if len(call.args) > 3 else value_of(call, "name"))
            if isinstance(name, str):
                yield name


def _is_logout(project: Project, names: Names, path: str, view: ast.expr) -> bool:
    """True if Django's logout view, or a class derived from it, stands in the expression of a route's view."""
    spoken = {name for node in ast.walk(view) if (name := names.qualified(node)) is not None}
    return any(name in LOGOUT or project.ancestors(name, path) & set(LOGOUT_VIEW) for name in spoken)


def leads_to_logout(project: Project, name: object) -> bool:
    """True if a route's name, with or without namespace, leads to Django's logout view."""
    if not isinstance(name, str):
        return False
    space, _, last = name.rpartition(":")
    return name in logout_names(project) or (last in logout_names(project) - {"admin:logout"} and not _is_of_another(project, space, last))


def _is_of_another(project: Project, space: str, name: str) -> bool:
    """True if the app that is called as the namespace has a route of this name, and none of its files one to Django's logout view."""
    folder = f"/{space.rpartition(':')[2]}/"
    paths = [path for path in project.python_paths if space and folder in f"/{path}"]
    routes = re.compile(rb"\bname[\s\\]*=[\s\\]*['\"]%s['\"]" % re.escape(name).encode())
    named = [path for path in paths if routes.search(project.tree[path])]
    return bool(named) and not any(_VIEWS.search(project.tree[path]) and name in set(_routes(project, path)) for path in named)


def is_logout_address(project: Project, address: object) -> bool:
    """True if a written-out address ends as a route to Django's logout view does, and as no other route of the project."""
    cache: dict[str, tuple[frozenset[str], frozenset[str]]] = project.__dict__
    if "_logout_addresses" not in cache:
        found: dict[bool, set[str]] = {True: set(), False: set()}
        if logout_names(project) - {"admin:logout"}:
            for path in {path for word in (b"path(", b"url(") for path in project.holding(word)}:
                for route, is_logout in _addresses(project, path):
                    found[is_logout].add(route)
        cache["_logout_addresses"] = (frozenset(found[True]), frozenset(found[False]))
    logout, others = cache["_logout_addresses"]
    if not isinstance(address, str) or not address.startswith("/"):
        return False
    return any(address.endswith(f"/{route}") for route in logout) and not any(address.endswith(f"/{route}") for route in others)


def _addresses(project: Project, path: str) -> Iterator[tuple[str, bool]]:
    """The routes of a file that are plain text, and whether each leads to Django's logout view."""
    names = project.names(path)
    if names is None:
        return
    for call in names.by_type.get(ast.Call, []):
        assert isinstance(call, ast.Call)
        if ast.unparse(call.func).rpartition(".")[2] not in ("path", "re_path", "url") or len(call.args) < 2:
            continue
        route = literal(call.args[0])
        if isinstance(route, str) and (plain := re.fullmatch(r"\^?([\w-][\w/-]*)\$?", route)):
            included = "django.contrib.auth.urls" in ast.unparse(call.args[1])
            yield (f"{plain[1]}logout/", True) if included else (plain[1], _is_logout(project, names, path, call.args[1]))


def _is_client(call: ast.Call) -> bool:
    """True for `client.get(...)` and `self.client.get(...)`."""
    func = call.func
    return isinstance(func, ast.Attribute) and func.attr == "get" and ast.unparse(func.value).rpartition(".")[2] == "client"


@dataclass(frozen=True)
class LogoutLinks(TemplateOp):
    """`href="{% url 'logout' %}"`, `{% url ... as variable %}` in an href, forms that do not post, scripts that go there."""

    @property
    def words(self) -> Words:
        """The tag, or a written-out address."""
        return (frozenset({"url"}), frozenset({"href", "logout"}))

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """A finding for each link."""
        variables = set()
        for place, token in enumerate(site.tokens):
            before = site.tokens[place - 1].source if place else ""
            after = site.tokens[place + 1].source if place + 1 < len(site.tokens) else ""
            posted = _POSTED.search(before.rpartition("<")[2] + after.partition(">")[0]) is not None
            in_href = (_LEADS.search(before) is not None and not posted) or _in_get_form(before, after)
            if token.kind is Kind.TEXT and token.live:
                for match in _ADDRESS.finditer(token.source):
                    if is_logout_address(site.project, match["address"]):
                        start, end = (token.start + one for one in match.span("address"))
                        yield site.finding(Piece(match["address"], start, end), LINK)
            if token.kind is Kind.VARIABLE and token.live and in_href and token.content in variables:
                yield site.finding(token, LINK)
            if token.kind is not Kind.TAG or not token.live or token.name != "url" or not token.arguments:
                continue
            words = [piece.text for piece in token.arguments]
            if not leads_to_logout(site.project, words[0].strip("\"'")):
                continue
            if in_href:
                yield site.finding(token, LINK)
            elif "as" in words[:-1]:
                variables.add(words[-1])


def _in_get_form(before: str, after: str) -> bool:
    """True in the `action` of a form without `method="post"`, as far as the text before and after says."""
    opened = re.search(r"<form\b([^<>]*)\baction\s*=\s*[\"']?\s*$", before, re.I)
    return opened is not None and not re.search(r"method\s*=\s*[\"']?post", opened[1] + after.partition(">")[0], re.I)


@dataclass(frozen=True)
class LogoutCalls(PythonOp):
    """`client.get(reverse("logout"))` and `client.get("/logout/")` in tests become a POST; redirects to the route are findings."""

    @property
    def words(self) -> Words:
        """The functions that take a route's name, and a test's client."""
        return (*(frozenset({name}) for name in ("reverse", "redirect", "resolve_url", "reverse_lazy")), frozenset({"client", "get"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit where the request is made on the spot."""
        for node in site.names.strings:
            call = site.parent(node)
            if not isinstance(call, ast.Call) or not call.args or call.args[0] is not node:
                continue
            if tests(site.path) and _is_client(call) and is_logout_address(site.project, node.value):
                yield from self._request(site, call, node)
                continue
            if not leads_to_logout(site.project, node.value):
                continue
            function = ast.unparse(call.func).rpartition(".")[2]
            outer = site.parent(call)
            if isinstance(outer, ast.keyword) and outer.arg == "path":
                outer = site.parent(outer)
            if function in ("reverse", "reverse_lazy") and isinstance(outer, ast.Assign) and tests(site.path):
                for use in _only_uses(site, outer):
                    yield from self._request(site, use[0], use[1])
            elif function == "redirect" or (function in ("reverse", "reverse_lazy", "resolve_url") and _redirects(site, outer)):
                yield site.finding(call, REDIRECT)
            elif function in ("reverse", "reverse_lazy") and isinstance(outer, ast.Call) and tests(site.path):
                yield from self._request(site, outer, call)

    @staticmethod
    def _request(site: Site, outer: ast.Call, address: ast.expr) -> Iterator[Edit | Finding]:
        func = outer.func
        by_name = [one.value for one in outer.keywords if one.arg == "path"]
        if (
            not isinstance(func, ast.Attribute)
            or func.attr != "get"
            or not _is_client_like(site, func.value)
            or address not in (*outer.args[:1], *by_name)
        ):
            return
        if len(outer.args) + len(by_name) > 1 or any(keyword.arg in ("data", None) for keyword in outer.keywords):
            yield site.finding(func, f"{GET}; what is sent along belongs into the address or the form")
            return
        yield site.edit_attribute(func, "post")
        yield site.finding(func, GET, fixed=True)


def _is_client_like(site: Site, node: ast.expr) -> bool:
    """True for a name or attribute that is called client, for `Client()`, and for what was assigned from one."""
    if re.search(r"(?i)client(?:\(\))?$|^app$", ast.unparse(node)):
        return True
    found = site.names.uses[node].lookup(node.id) if isinstance(node, ast.Name) and node in site.names.uses else ()
    return len(found) == 1 and found[0].value is not None and re.search(r"(?i)client(?:\(\))?$", ast.unparse(found[0].value)) is not None


def _only_uses(site: Site, statement: ast.Assign) -> Iterator[tuple[ast.Call, ast.Name]]:
    """The calls that are given the name a statement assigns, if nothing else does."""
    target = statement.targets[0]
    found = site.scope(statement).bindings.get(target.id, ()) if isinstance(target, ast.Name) and len(statement.targets) == 1 else ()
    for name, scope in site.names.uses.items() if len(found) == 1 else ():
        call = site.parent(name)
        if name is not target and list(scope.lookup(name.id)) == list(found) and isinstance(call, ast.Call):
            yield call, name


def _redirects(site: Site, outer: ast.AST | None) -> bool:
    """True if an address is returned as a redirect, or stands as success_url, next_page or login_url."""
    if isinstance(outer, ast.Call):
        return ast.unparse(outer.func).rpartition(".")[2] in ("redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect")
    if isinstance(outer, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id in ("success_url", "url") for one in outer.targets) and isinstance(
            site.parent(outer), ast.ClassDef
        )
    return (
        isinstance(outer, ast.Return)
        and (function := site.enclosing(outer, ast.FunctionDef)) is not None
        and function.name in ("get_success_url", "get_redirect_url")
    )


@dataclass(frozen=True)
class RedirectPattern(PythonOp):
    """`pattern_name = "logout"` of a RedirectView."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"pattern_name"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each route of Django's view."""
        for node in site.subclasses("django.views.generic.base.RedirectView", "django.views.generic.RedirectView"):
            for statement, target in assignments(node, "pattern_name"):
                if leads_to_logout(site.project, literal(statement.value)):
                    yield site.finding(target, REDIRECT)


def _without_post(site: Site, node: ast.ClassDef, value: ast.expr | None) -> bool:
    names = literal(value)
    return not isinstance(names, (list, tuple)) or "post" not in names


@dataclass(frozen=True)
class NextPage(RenameMethod):
    """Overrides that do not ask the base class; the others, where None came from, are findings."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for all or none of a file."""
        asking = [one for node in self.classes(site) for function in site.methods(node, "get_next_page") for one in _asks_super(function)]
        if asking:
            yield from (
                site.finding(one, f"{NEXT}; what the base class gives is never None any more: see `get_default_redirect_url()`")
                for one in asking
            )
        else:
            yield from super().apply(site)


def _does_more(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """False for a method that only hands on what the base class gives, as one that is there for its decorators."""
    last = function.body[-1]
    call = last.value if len(function.body) == 1 and isinstance(last, ast.Return) else None
    return not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and is_super(call.func.value))


def _asks_super(function: FunctionNode) -> list[ast.Attribute]:
    return [one for one in ast.walk(function) if isinstance(one, ast.Attribute) and one.attr == "get_next_page" and is_super(one.value)]


CODEMODS = [
    Codemod(
        "logout-by-get",
        "logging out is a POST in tests; links and redirects are found",
        deprecated="4.1",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.1-logout-via-get", "4.1-admin-logout-uses-post"),
        docs="releases/4.1: Log out via GET",
        ops=(
            LogoutLinks(),
            LogoutCalls(),
            RedirectPattern(),
            FindAttribute(LOGOUT_VIEW, ("http_method_names",), f"{GET}: this view must take POST", _without_post),
        ),
    ),
    Codemod(
        "logout-view-success-url",
        "LogoutView.get_next_page() is called get_success_url()",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-logoutview-get-next-page",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        silent=True,
        ops=(
            NextPage(LOGOUT_VIEW, {"get_next_page": "get_success_url"}, NEXT),
            *crossing(
                "4.1",
                FindMethod(
                    LOGOUT_VIEW,
                    ("dispatch", "get"),
                    "from 4.1 on `LogoutView` logs out in `post()`, no longer in `dispatch()`, and a POST without a CSRF token, from 5.0 "
                    "on any GET, is refused there: this method must not go on as if somebody had been logged out",
                    _does_more,
                ),
            ),
        ),
    ),
]
