"""What URL configurations are made of: calls of url(), re_path(), path() and include(), whatever way they were imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..project.django_facts import star_names
from ..rewrite.scopes import Binding
from ..rewrite.site import Site
from .nodes import argument, name_of, text

REGEX_FUNCTIONS = ("django.conf.urls.url", "django.urls.re_path", "django.conf.urls.re_path")
"""Functions that take a regular expression first."""

PATTERN_FUNCTIONS = (*REGEX_FUNCTIONS, "django.urls.path")
"""Functions that make one URL pattern."""

INCLUDES = ("django.conf.urls.include", "django.urls.include", "django.urls.conf.include")
"""The paths that include() can be imported from."""


def star_of(site: Site, module: str) -> Binding | None:
    """The star import of a module, if there is one at module level."""
    return next((star for star in site.names.stars if star.origin == module and star.scope.kind == "module"), None)


def star_uses(site: Site, module: str, name: str) -> Iterator[ast.Name]:
    """Uses of a name that only the star import of `module` can have brought: nothing binds it, no unknown star import stands beside it."""
    if star_of(site, module) is None:
        return
    others = [star.origin or "" for star in site.names.stars if star.origin != module]
    if any(not star_names(other) or name in star_names(other) for other in others):
        return
    for node, scope in site.names.uses.items():
        if node.id == name and not scope.lookup(name):
            yield node


def star_doubts(site: Site, module: str, name: str) -> Iterator[ast.Name]:
    """Uses of a name that the star import of `module` may have brought, or another star import beside it."""
    if star_of(site, module) is None or next(star_uses(site, module, name), None) is not None:
        return
    for node, scope in site.names.uses.items():
        if node.id == name and not scope.lookup(name):
            yield node


def uses(site: Site, *names: str) -> Iterator[ast.expr]:
    """The expressions that mean one of these qualified names, star imports included."""
    for qualified in names:
        yield from site.references(qualified)
        module, _, name = qualified.rpartition(".")
        yield from star_uses(site, module, name)


def calls(site: Site, *names: str) -> Iterator[ast.Call]:
    """The calls of one of these qualified names, star imports included."""
    for node in uses(site, *names):
        parent = site.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            yield parent


def pattern_of(call: ast.Call) -> str | None:
    """The literal regex or route of a pattern call."""
    return text(argument(call, 0, "regex", "route"))


def view_of(call: ast.Call) -> ast.expr | None:
    """The view, include() or list of a pattern call."""
    return argument(call, 1, "view")


def is_admin(view: ast.expr | None) -> bool:
    """True for the addresses of an admin site: `admin.site.urls`, `my_admin_site.urls`, `site.urls`."""
    if not isinstance(view, ast.Attribute) or view.attr != "urls":
        return False
    name = name_of(view.value)
    return name == "site" or name.endswith("admin_site")
