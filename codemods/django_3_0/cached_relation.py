"""What a name stands for around `item.shelf_id = x`: another object by the line that reads it, or one with nothing in `item.shelf` yet."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from django_hop.project.model_fields import field_kinds, find_class
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_PAIRS = frozenset({"get_or_create", "update_or_create"})
_ONE = _PAIRS | {"get", "first", "last", "earliest", "latest", "create"}
_STEPS = frozenset({"all", "using", "filter", "exclude", "order_by", "distinct", "reverse", "select_for_update"})
_MODELS = ("django.db.models.Model", "django.contrib.gis.db.models.Model")
_SHORTCUT = "django.shortcuts.get_object_or_404"
_MAYBE = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def place(node: ast.expr | ast.stmt) -> tuple[int, int]:
    """Line and column of a node."""
    return node.lineno, node.col_offset


def rebound(site: Site, store: ast.Attribute, read: ast.Name) -> bool:
    """True if a `for`, `with`, `except` or walrus between an assignment to an attribute and a read surely gives the name another object."""
    inner: ast.AST = read
    for around in site.ancestors(read):
        if isinstance(around, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            if any(_binds(one.target, read.id) for one in around.generators) and inner is not around.generators[0].iter:
                return True
        elif isinstance(around, (ast.stmt, ast.ExceptHandler)) and around.lineno > store.lineno and _opens(around, inner, read.id):
            return True
        if isinstance(inner, ast.stmt) and any(_passed(one, read.id) for one in _before(around, inner) if one.lineno > store.lineno):
            return True
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        inner = around
    return False


def _opens(around: ast.stmt | ast.ExceptHandler, inner: ast.AST, name: str) -> bool:
    if inner not in getattr(around, "body", ()):
        return False
    if isinstance(around, (ast.For, ast.AsyncFor)):
        return _binds(around.target, name) and not _mentions(around.iter, name)
    return (isinstance(around, ast.ExceptHandler) and around.name == name) or _passed(around, name)


def _passed(statement: ast.AST, name: str) -> bool:
    """True if all that comes behind the head of a statement finds the name bound anew by a `with` or a walrus."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return any(one.optional_vars is not None and _binds(one.optional_vars, name) for one in statement.items)
    head = statement.test if isinstance(statement, (ast.If, ast.While)) else statement
    if not isinstance(statement, (ast.If, ast.While, ast.Expr, ast.Assign)):
        return False
    return any(isinstance(one, ast.NamedExpr) and one.target.id == name and not _mentions(one.value, name) for one in _certain(head))


def _certain(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression that run whenever it does."""
    yield node
    if not isinstance(node, _MAYBE):
        for child in ast.iter_child_nodes(node):
            yield from _certain(child)


def _before(around: ast.AST, inner: ast.stmt) -> list[ast.stmt]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(around, field, None)
        if isinstance(block, list) and inner in block:
            return block[: block.index(inner)]
    return []


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store) for one in ast.walk(target))


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def nothing_cached(site: Site, function: FunctionNode, store: ast.Attribute, relation: str) -> bool:
    """True if the object whose key is assigned was made or read in this function without the related object, and not asked for it since."""
    assert isinstance(store.value, ast.Name)
    names = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == store.value.id]
    bound = max((one for one in names if isinstance(one.ctx, ast.Store) and place(one) < place(store)), key=place, default=None)
    if bound is None or any(isinstance(one, ast.arg) and one.arg == bound.id and one.lineno > bound.lineno for one in ast.walk(function)):
        return False
    statement = site.statement(bound)
    around = {store, *site.ancestors(store)}
    if not isinstance(statement, ast.Assign) or not _dominates(site, statement, around, function):
        return False
    since = [one for one in names if isinstance(one.ctx, ast.Load) and _end(statement) <= place(one) < place(store)]
    return _is_bare(site, statement, bound, relation) and all(_is_harmless(site, one, relation) for one in since)


def _end(statement: ast.stmt) -> tuple[int, int]:
    return statement.end_lineno or statement.lineno, statement.end_col_offset or 0


def _dominates(site: Site, statement: ast.stmt, around: set[ast.AST], function: FunctionNode) -> bool:
    """True if the statement stands in a block that also holds the assignment, and no loop or function is around the latter alone."""
    parent = site.parent(statement)
    blocks = (getattr(parent, field, None) for field in ("body", "orelse", "finalbody"))
    block = next((one for one in blocks if isinstance(one, list) and statement in one), [])
    own = set(site.ancestors(statement))
    inside = (*_LOOPS, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return function in own and any(one in around for one in block) and not any(isinstance(one, inside) for one in around - own)


def _is_harmless(site: Site, name: ast.Name, relation: str) -> bool:
    """True for a field of the object, which is not the relation: no call, which might ask for it."""
    use = site.parent(name)
    if not isinstance(use, ast.Attribute) or use.attr == relation:
        return False
    called = site.parent(use)
    if isinstance(called, ast.Call) and called.func is use:
        return False
    return use.attr in ("pk", "id") or use.attr.endswith("_id") or bool(field_kinds(site.project, use.attr))


def _is_bare(site: Site, statement: ast.Assign, bound: ast.Name, relation: str) -> bool:
    """True for `Item()`, `Item.objects.get()` and their like: no related object comes along."""
    call, target = statement.value, statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(call, ast.Call) or _gives(call.keywords, relation):
        return False
    pair = isinstance(target, ast.Tuple) and bool(target.elts) and target.elts[0] is bound
    if not pair and target is not bound:
        return False
    if site.qualified(call.func) == _SHORTCUT:
        return not pair and bool(call.args) and _is_plain_model(site, call.args[0])
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _ONE:
        return not pair and not call.args and _is_plain_model(site, call.func)
    if (call.func.attr in _PAIRS) is not pair:
        return False
    manager = call.func.value
    while isinstance(manager, ast.Call) and isinstance(manager.func, ast.Attribute) and manager.func.attr in _STEPS:
        manager = manager.func.value
    return isinstance(manager, ast.Attribute) and manager.attr == "objects" and _is_plain_model(site, manager.value)


def _gives(keywords: Iterable[ast.keyword], relation: str) -> bool:
    """True if arguments hand over the related object, or are out of sight."""
    for one in keywords:
        if one.arg in (None, relation) or (one.arg in ("defaults", "create_defaults") and not _lacks(one.value, relation)):
            return True
    return False


def _lacks(values: ast.expr, key: str) -> bool:
    """True for a literal dict without a key."""
    return isinstance(values, ast.Dict) and all(isinstance(one, ast.Constant) and one.value != key for one in values.keys)


def _is_plain_model(site: Site, node: ast.expr) -> bool:
    """True for a model of the project that leaves managers and the making of objects to Django."""
    name = site.qualified(node)
    return name is not None and _is_plain(site, name, site.path, 5)


def _is_plain(site: Site, name: str, near: str, depth: int) -> bool:
    found = find_class(site.project, name, near)
    if found is None or not depth:
        return False
    path, node = found
    for one in node.body:
        named = [one.name] if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
        named += [target.id for target in getattr(one, "targets", ()) if isinstance(target, ast.Name)]
        if {"__init__", "from_db", "objects"} & set(named):
            return False
    names = site.project.names(path)
    bases = [(names.qualified(base) if names is not None else None) or "" for base in node.bases]
    return bool(bases) and all(one in _MODELS or _is_plain(site, one, path, depth - 1) for one in bases)
