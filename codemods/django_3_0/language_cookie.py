"""A language that a view writes into the session: the cookie on the response that the same block returns."""

from __future__ import annotations

import ast

from django_hop.model import Edit
from django_hop.ops import receivers
from django_hop.ops.class_bodies import drop_line
from django_hop.ops.names import release_root
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

RESPONSES = frozenset(
    (
        *(f"django.http.{name}" for name in ("HttpResponse", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "JsonResponse")),
        *(f"django.shortcuts.{name}" for name in ("redirect", "render", "render_to_response")),
    )
)
OPTIONS = ("max_age=AGE", "path=PATH", "domain=DOMAIN", "secure=SECURE", "httponly=HTTPONLY", "samesite=SAMESITE")
"""The keywords of set_cookie(), and which setting LANGUAGE_COOKIE_... each takes."""


def cookie_edits(site: Site, node: ast.expr) -> list[Edit] | None:
    """The edits that turn `request.session[KEY] = code`, where `node` is the key, into a cookie; None where the response is not at hand."""
    statement = _written(site, node)
    function = site.enclosing(node, ast.FunctionDef)
    block = _block(site, statement) if statement is not None else []
    if statement is None or function is None or not block:
        return None
    place = block.index(statement)
    named = _named_response(site, block, place)
    returned = _returned_response(site, block, place) if named is None else None
    if (named is None and returned is None) or _is_used(function, "response", unless=named):
        return None
    settings = site.imports.need("django.conf.settings", node)
    if settings is None:
        return None
    cookie = _cookie(site, statement, named or "response", settings)
    if named is not None:
        edits = [site.edit(statement, cookie)]
    else:
        assert returned is not None and returned.value is not None
        gap = site.module.source.newline + _indent(site, returned)
        said = gap.join([f"response = {site.module.segment(returned.value)}", cookie, "return response"])
        try:
            edits = [*drop_line(site, statement), site.edit(returned, said)]
        except Refused:
            return None
    release_root(site, node)
    return edits


def _written(site: Site, node: ast.expr) -> ast.Assign | None:
    """The statement `request.session[node] = value`."""
    item = site.parent(node)
    statement = site.parent(item) if isinstance(item, ast.Subscript) and item.slice is node else None
    if not isinstance(item, ast.Subscript) or not isinstance(statement, ast.Assign) or statement.targets != [item]:
        return None
    session = item.value
    if not isinstance(session, ast.Attribute) or session.attr != "session" or not receivers.request.sure(site, session.value):
        return None
    plain = not isinstance(statement.value, (ast.Tuple, ast.Yield, ast.YieldFrom, ast.Await, ast.GeneratorExp))
    return statement if plain and "#" not in site.module.segment(statement) else None


def _block(site: Site, statement: ast.stmt) -> list[ast.stmt]:
    parent = site.parent(statement)
    found = (getattr(parent, name, []) for name in ("body", "orelse", "finalbody"))
    return next((one for one in found if isinstance(one, list) and statement in one), [])


def _named_response(site: Site, block: list[ast.stmt], place: int) -> str | None:
    """The name that the block has given to a response before, and returns later."""
    for one in block[:place]:
        if isinstance(one, ast.Assign) and _is_response(site, one.value) and isinstance(one.targets[0], ast.Name) and len(one.targets) == 1:
            name = one.targets[0].id
            bound = site.scope(one).bindings.get(name, [])
            back = any(
                isinstance(after, ast.Return) and isinstance(after.value, ast.Name) and after.value.id == name for after in block[place:]
            )
            if len(bound) == 1 and back:
                return name
    return None


def _returned_response(site: Site, block: list[ast.stmt], place: int) -> ast.Return | None:
    """The statement that returns a new response right after, with no more than calls in between."""
    for one in block[place + 1 :]:
        if isinstance(one, ast.Return):
            return one if _is_response(site, one.value) else None
        if not isinstance(one, ast.Expr):
            return None
    return None


def _is_response(site: Site, node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and site.qualified(node.func) in RESPONSES


def _is_used(function: ast.FunctionDef, name: str, unless: str | None) -> bool:
    """True if a function has a use for the name that is wanted for the response."""
    return unless is None and any(
        isinstance(one, (ast.Name, ast.arg)) and name in (getattr(one, "id", ""), getattr(one, "arg", "")) for one in ast.walk(function)
    )


def _cookie(site: Site, statement: ast.Assign, response: str, settings: str) -> str:
    """`response.set_cookie(...)` with the options that set_language() gives it."""
    indent, newline = _indent(site, statement), site.module.source.newline
    given = [f"{settings}.LANGUAGE_COOKIE_NAME", site.module.segment(statement.value)]
    for option in OPTIONS:
        keyword, _, name = option.partition("=")
        given.append(f"{keyword}={settings}.LANGUAGE_COOKIE_{name}")
    lines = "".join(f"{newline}{indent}    {one}," for one in given)
    return f"{response}.set_cookie({lines}{newline}{indent})"


def _indent(site: Site, statement: ast.stmt) -> str:
    start = site.module.source.starts[statement.lineno - 1]
    return site.text[start : site.module.start(statement)]
