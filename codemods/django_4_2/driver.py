"""Uses of psycopg2: those that meet Django's connection, told from those of a connection that the code opens itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Finding
from django_hop.ops.class_bodies import own_names
from django_hop.ops.find import FindModule
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

_DRIVER = "psycopg2"
_ERRORS = frozenset(
    (
        *("Warning", "Error", "InterfaceError", "DatabaseError", "DataError", "OperationalError", "IntegrityError", "InternalError"),
        *("ProgrammingError", "NotSupportedError"),
    )
)
_CODES = re.compile(r"psycopg2\.error(?:s|codes)\.\w+")
_QUERIES = frozenset({"execute", "executemany", "fetchone", "fetchmany", "fetchall", "commit", "rollback", "copy_expert"})
_ORM = frozenset({"save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "full_clean"})


@dataclass(frozen=True)
class FindDriver(FindModule):
    """Imports of the driver, but in files that only connect with it and catch its errors around that; strings that name it."""

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import statement and string."""
        places = self._places(site.names)
        own = any(isinstance(one, ast.stmt) for one in places) and _only_connects(site)
        for node in places:
            if not (own if isinstance(node, ast.stmt) else _is_listed(site, node)):
                yield site.finding(node, self.message)


def _is_listed(site: Site, node: ast.expr) -> bool:
    """True for the bare name in a list, which is no list of requirements that a package is installed with."""
    if not isinstance(site.parent(node), (ast.List, ast.Tuple, ast.Set)) or not (isinstance(node, ast.Constant) and node.value == _DRIVER):
        return False
    given = any(isinstance(one, ast.keyword) and (one.arg or "").endswith(("requires", "require")) for one in site.ancestors(node))
    return not given and site.path.rpartition("/")[2] != "setup.py"


def _only_connects(site: Site) -> bool:
    """True if all uses of the driver are `connect()`, and its errors caught around what such a connection does."""
    connections, caught = [], []
    for name, qualified in _uses(site):
        if qualified == f"{_DRIVER}.connect" and _is_called(site, name):
            connections.append(name)
        elif (qualified.startswith(f"{_DRIVER}.") and qualified[len(_DRIVER) + 1 :] in _ERRORS) or _CODES.fullmatch(qualified):
            caught.append(name)
        else:
            return False
    if not connections:
        return False
    own = _own(site, connections)
    foreign = _uses_cursors_of_django(site)
    return all(_is_around_own(site, one, connections, own, foreign) for one in caught)


def _uses(site: Site) -> Iterator[tuple[ast.expr, str]]:
    """The expressions that mean something of the driver, with its qualified name; an empty one where that is not certain."""
    local = set()
    statements: list[ast.Import | ast.ImportFrom] = [*site.nodes(ast.Import), *site.nodes(ast.ImportFrom)]
    for statement in statements:
        module = site.names.absolute(statement) if isinstance(statement, ast.ImportFrom) else None
        for alias in statement.names:
            name = alias.name if module is None else module
            if name.partition(".")[0] == _DRIVER:
                local.add(alias.asname or alias.name.partition(".")[0])
    for use in site.names.uses:
        if use.id not in local:
            continue
        outer: ast.expr = use
        while isinstance(around := site.parent(outer), ast.Attribute):
            outer = around
        yield outer, site.qualified(outer) or ""
    if "*" in local:
        yield ast.Name("*"), ""


def _is_called(site: Site, node: ast.expr) -> bool:
    call = site.parent(node)
    return isinstance(call, ast.Call) and call.func is node


def _own(site: Site, connections: list[ast.expr]) -> set[str]:
    """Names of the connections that the file opens, and of their cursors."""
    names: set[str] = set()
    pairs: list[tuple[ast.expr, ast.expr]] = [(target, one.value) for one in site.nodes(ast.Assign) for target in one.targets]
    for block in site.nodes(ast.With):
        pairs += [(one.optional_vars, one.context_expr) for one in block.items if one.optional_vars is not None]
    while True:
        found = {
            ast.unparse(target)
            for target, value in pairs
            if isinstance(value, ast.Call) and (value.func in connections or _owner(value.func, "cursor") in names)
        }
        if found <= names:
            return names
        names |= found


def _owner(node: ast.expr, *methods: str) -> str:
    """The source of what one of these methods is called on; empty for other calls."""
    return ast.unparse(node.value) if isinstance(node, ast.Attribute) and node.attr in methods else ""


def _uses_cursors_of_django(site: Site) -> bool:
    return any(
        one.attr in ("cursor", "chunked_cursor") and (site.qualified(one) or ast.unparse(one)).startswith(("django.db.", "connections["))
        for one in site.nodes(ast.Attribute)
    )


def _is_around_own(site: Site, error: ast.expr, connections: list[ast.expr], own: set[str], foreign: bool) -> bool:
    """True for an error that is caught around what an own connection does, and nothing of Django's."""
    handler: ast.AST | None = site.parent(error)
    if isinstance(handler, ast.Tuple):
        handler = site.parent(handler)
    block = site.parent(handler) if isinstance(handler, ast.ExceptHandler) else None
    if not isinstance(block, ast.Try) or not isinstance(handler, ast.ExceptHandler) or _holds(handler, error):
        return False
    nodes = [one for statement in block.body for one in ast.walk(statement)]
    if any(_is_of_django(site, one) for one in nodes):
        return False
    function = site.enclosing(block, ast.FunctionDef)
    mine = set() if foreign else own | (_parameters(function) if function is not None else set())
    return any(isinstance(one, ast.Call) and (one.func in connections or _owner(one.func, "cursor", *_QUERIES) in mine) for one in nodes)


def _holds(handler: ast.ExceptHandler, node: ast.expr) -> bool:
    return any(node in ast.walk(statement) for statement in handler.body)


def _parameters(function: FunctionNode) -> set[str]:
    args = function.args
    return {one.arg for one in (*args.posonlyargs, *args.args, *args.kwonlyargs)} - own_names(function)


def _is_of_django(site: Site, node: ast.AST) -> bool:
    """True for Django's connection, transactions and commands, and for calls of the ORM."""
    if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager"):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ORM:
        return True
    return isinstance(node, (ast.Name, ast.Attribute)) and (site.qualified(node) or "").startswith(("django.db", "django.core.management"))
