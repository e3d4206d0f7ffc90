"""What the toolbar put into a project by itself until 1.6: its middleware, its URLs, the addresses it is shown to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.expressions import quoted
from django_hop.ops.settings_text import end_of_line, with_element, without_statement
from django_hop.ops.settings_uses import feeders, literal, own_assignments
from django_hop.project.index import Project
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_MIDDLEWARE = "debug_toolbar.middleware.DebugToolbarMiddleware"
_GZIP = "django.middleware.gzip.GZipMiddleware"
_PATCH = "DEBUG_TOOLBAR_PATCH_SETTINGS"
_MESSAGE = "the toolbar changes no settings from 1.6 on, and is not shown without its middleware, its URLs, and INTERNAL_IPS"
_INCLUDE = "the URLs of the toolbar are the project's to include from 1.6 on"


@dataclass(frozen=True)
class _Plan:
    """Where the pieces go in a project: the settings module with the app, and the file with the root of the URLs."""

    settings: str
    app: Assignment
    """The statement that installs the app; under `if DEBUG:` the middleware stands there, too."""
    middleware: Assignment
    ips: bool
    """True if INTERNAL_IPS has to be set."""
    root: str
    """Empty where the URLs are there already."""


@dataclass(frozen=True)
class SetUp(PythonOp):
    """Middleware, INTERNAL_IPS and URLs, as the toolbar set them: all of them, or a finding at the app."""

    @property
    def words(self) -> Words:
        """The app and the setting; the URLs."""
        return (frozenset({"debug_toolbar", "INSTALLED_APPS"}), frozenset({_PATCH}), frozenset({"urlpatterns"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the settings and for the root of the URLs."""
        apps = _apps(site)
        patch = [one for one in own_assignments(site, _PATCH) if one.defines]
        if not apps and not patch and (site.project.settings.is_settings(site.path) or "debug_toolbar" in site.text):
            return
        lacking = not site.project.holding(b"DebugToolbarMiddleware")
        try:
            plan = _plan(site.project) if lacking else None
            edits = self._edits(site, plan, patch) if plan is not None else []
        except Refused as error:
            yield from (site.finding(node, f"{_MESSAGE}; {error}") for node in [*apps, *(one.target for one in patch if _is_on(one))])
            return
        if plan is None:
            yield from (site.finding(one.target, _MESSAGE) for one in patch if _is_on(one))
            return
        yield from edits
        if site.path == plan.root and edits:
            yield site.finding(site.module.tree.body[-1], _INCLUDE, fixed=True)
        elif edits:
            yield from (site.finding(node, _MESSAGE, fixed=True) for node in [*apps, *(one.target for one in patch)])

    def _edits(self, site: Site, plan: _Plan, patch: list[Assignment]) -> list[Edit]:
        if site.path == plan.root:
            return [] if "debug_toolbar" in site.text else [self._include(site)]
        if site.path != plan.settings or _MIDDLEWARE in site.text:
            return []
        own = {one.statement.lineno: one for one in site.project.settings.read(site.path, site.module.tree)}
        middleware, app = own[plan.middleware.statement.lineno], own[plan.app.statement.lineno]
        held = middleware.value
        assert isinstance(held, (ast.List, ast.Tuple))
        lines = [f"INTERNAL_IPS = [{quoted(site, '127.0.0.1')}, {quoted(site, '::1')}]"] if plan.ips else []
        edits = [without_statement(site, one.statement) for one in patch]
        if app.conditional:
            said = f"[{quoted(site, _MIDDLEWARE)}]" if isinstance(held, ast.List) else f"({quoted(site, _MIDDLEWARE)},)"
            lines.insert(0, f"{middleware.name} = {said} + {middleware.name}")
        else:
            gzip = next((one for one in held.elts if literal(one) == _GZIP), None)
            edits += with_element(site, held, _MIDDLEWARE, after=gzip, before=None if gzip is not None else held.elts[0])
        behind = app if app.conditional else middleware
        place = end_of_line(site, behind.statement)
        if place is None:
            raise Refused("other code stands on the line of its app")
        newline, indent = site.module.source.newline, " " * behind.statement.col_offset
        return [*edits, *([Edit(place, place, "".join(f"{newline}{indent}{line}" for line in lines))] if lines else [])]

    @staticmethod
    def _include(site: Site) -> Edit:
        paths = bool(site.references("django.urls.path"))
        wanted = ("django.urls.path", "django.urls.include") if paths else ("django.conf.urls.url", "django.conf.urls.include")
        spoken = site.imports.need_all("django.conf.settings", *wanted, at=site.module.tree.body[-1])
        if spoken is None:
            raise Refused(f"a name that `{site.path}` needs for its URLs is taken there")
        settings, pattern, include = spoken
        address = quoted(site, "__debug__/") if paths else f"r{quoted(site, '^__debug__/')}"
        newline = site.module.source.newline
        lines = (
            f"if {settings}.DEBUG:",
            "    import debug_toolbar",
            "",
            f"    urlpatterns = [{pattern}({address}, {include}(debug_toolbar.urls))] + urlpatterns",
        )
        end = len(site.text.rstrip())
        return Edit(end, end, newline * 2 + newline.join(lines))


def _apps(site: Site) -> list[ast.Constant]:
    statements = {one.statement for one in own_assignments(site, *feeders(site.project.settings, site.path, frozenset({"INSTALLED_APPS"})))}
    return [one for one in site.names.strings if one.value == "debug_toolbar" and site.statement(one) in statements]


def _is_on(one: Assignment) -> bool:
    return literal(one.value) is not False


def _plan(project: Project) -> _Plan:
    """Where everything goes. Raises Refused where a part is not in sight."""
    chain = project.settings
    every = [one for path in chain.modules for one in chain.assignments_of(path)]
    if any(one.name == _PATCH and not _is_on(one) for one in every):
        raise Refused(f"{_PATCH} is False somewhere, so that it may not be wanted")
    middleware = [one for one in every if one.name in ("MIDDLEWARE", "MIDDLEWARE_CLASSES")]
    held = middleware[0].value if len(middleware) == 1 else None
    if not isinstance(held, (ast.List, ast.Tuple)) or not held.elts or middleware[0].conditional or middleware[0].kind != "assign":
        raise Refused("the middleware is put together in a way that cannot be seen")
    path = middleware[0].path
    apps = [one for one in every if one.value is not None and any(literal(node) == "debug_toolbar" for node in _strings(one.value))]
    if len(apps) != 1 or apps[0].path != path or apps[0].name not in feeders(chain, path, frozenset({"INSTALLED_APPS"})):
        raise Refused("its app is not installed at one place beside the middleware")
    if apps[0].conditional and (not _under_debug(project.names(path), apps[0]) or any(literal(one) == _GZIP for one in held.elts)):
        raise Refused("its app is installed under a condition other than DEBUG, or beside the middleware that packs pages")
    ips = [one for one in every if one.name == "INTERNAL_IPS"]
    if apps[0].conditional and apps[0].statement.lineno < middleware[0].statement.lineno:
        raise Refused("its app stands before the middleware")
    return _Plan(path, apps[0], middleware[0], not ips, _root(project, every))


def _strings(value: ast.expr) -> Iterator[ast.Constant]:
    yield from (one for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _under_debug(names: Names | None, one: Assignment) -> bool:
    """True for a statement in the body of `if DEBUG:` at the top of a module."""
    around = names.parents.get(one.statement) if names is not None else None
    plain = isinstance(around, ast.If) and one.statement in around.body and isinstance(around.test, ast.Name) and around.test.id == "DEBUG"
    return plain and names is not None and around is not None and isinstance(names.parents.get(around), ast.Module)


def _root(project: Project, every: list[Assignment]) -> str:
    """The file with the root of the URLs; empty where it has those of the toolbar."""
    roots = {literal(one.value) for one in every if one.name == "ROOT_URLCONF"}
    root = next(iter(roots)) if len(roots) == 1 else None
    path = project.module_path(root) if isinstance(root, str) else None
    names = project.names(path) if path is not None else None
    if path is None or names is None:
        raise Refused("the root of the URLs is not in sight")
    if b"debug_toolbar" in project.tree[path]:
        return ""
    bound = names.module.bindings.get("urlpatterns", ())
    if len(bound) != 1 or not isinstance(bound[0].value, (ast.List, ast.BinOp)) or not isinstance(_block(names, bound[0].node), ast.Module):
        raise Refused(f"the URLs of {path} are put together in an unusual way")
    return path


def _block(names: Names, node: ast.AST) -> ast.AST | None:
    """What the statement around a node stands in."""
    current: ast.AST | None = node
    while current is not None and not isinstance(current, ast.stmt):
        current = names.parents.get(current)
    return names.parents.get(current) if current is not None else None


CODEMODS = [
    Codemod(
        "debug-toolbar-setup",
        "the debug toolbar has its middleware and its URLs from the project",
        package="django-debug-toolbar",
        deprecated="1.5",
        removed="1.6",
        works_from="1.5",
        safety=REVIEW,
        covers=("ddt-1.6-patch-settings",),
        docs="django-debug-toolbar 1.6 changes: automatic setup",
        silent=True,
        ops=(SetUp(),),
    ),
]
