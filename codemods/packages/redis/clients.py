"""Which expressions are clients of redis-py, and of which of the two classes that releases before 3.0 had."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django_hop.ops.methods import method_calls
from django_hop.ops.receivers import first_parameter
from django_hop.rewrite.site import Site

LEGACY, STRICT = "legacy", "strict"
_CLASSES = {
    **{f"{module}.Redis": LEGACY for module in ("redis", "redis.client")},
    **{f"{module}.StrictRedis": STRICT for module in ("redis", "redis.client")},
    "redis.from_url": LEGACY,
    "redis.utils.from_url": LEGACY,
    "django_redis.get_redis_connection": STRICT,
}
"""What makes a client, and the class it was of before 3.0."""
_ASYNC = ("redis.asyncio.Redis", "redis.asyncio.StrictRedis", "redis.asyncio.from_url", "redis.asyncio.client.Redis")


def kind_of(site: Site, node: ast.expr) -> str | None:
    """LEGACY for clients of `redis.Redis`, STRICT for those of StrictRedis and django-redis; None for what is not certainly a client."""
    return _kind(site, node, frozenset())


def _kind(site: Site, node: ast.expr, seen: frozenset[str]) -> str | None:
    if isinstance(node, ast.Call):
        name = site.qualified(node.func) or ""
        if name.removesuffix(".from_url") in _CLASSES and name.endswith(".from_url"):
            return _CLASSES[name.removesuffix(".from_url")]
        if name in _CLASSES:
            return _CLASSES[name]
        if isinstance(node.func, ast.Attribute) and node.func.attr == "pipeline":
            return _kind(site, node.func.value, seen)
        return None
    if isinstance(node, ast.Name) and node.id not in seen:
        values = [(one.value, one.kind) for one in site.names.uses.get(node, site.names.module).lookup(node.id)]
        return _same(site, [value if kind != "parameter" else None for value, kind in values], seen | {node.id})
    if isinstance(node, ast.Attribute) and f".{node.attr}" not in seen and (holder := first_parameter(site, node.value)) is not None:
        return _same(site, list(_assigned(holder, node.attr)), seen | {f".{node.attr}"})
    return None


def _assigned(holder: ast.ClassDef, name: str) -> Iterator[ast.expr | None]:
    """What a class assigns to one of its attributes, in its body or through `self`."""
    for statement in ast.walk(holder):
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            through = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in ("self", "cls")
            own = isinstance(target, ast.Name) and target.id == name and statement in holder.body
            if own or (through and isinstance(target, ast.Attribute) and target.attr == name):
                assert isinstance(statement, ast.Assign)
                yield statement.value


def _same(site: Site, values: list[ast.expr | None], seen: frozenset[str]) -> str | None:
    """The kind that all values have. `with client.pipeline() as pipe` binds a name to such a call, too."""
    kinds = {_kind(site, value, seen) if value is not None else None for value in values}
    return kinds.pop() if len(kinds) == 1 else None


def is_async_client(site: Site, node: ast.expr) -> bool:
    """True for a name that holds nothing but a client of redis.asyncio."""
    if not isinstance(node, ast.Name):
        return False
    values = [one.value for one in site.names.uses.get(node, site.names.module).lookup(node.id)]
    return bool(values) and all(isinstance(one, ast.Call) and site.qualified(one.func) in _ASYNC for one in values)


def commands(site: Site, *names: str) -> Iterator[tuple[ast.Call, ast.Attribute, str | None]]:
    """Calls of commands with the kind of their receiver; those that are awaited belong to another client and are left out."""
    for call, func in method_calls(site, *names):
        if not isinstance(site.parent(call), ast.Await):
            yield call, func, kind_of(site, func.value)


def speaks_redis(site: Site) -> bool:
    """True if the file imports a client's package, so that a receiver that is not recognised may well be a client."""
    return any(
        (one.origin or "").partition(".")[0] in ("redis", "django_redis")
        for ones in site.names.module.bindings.values()
        for one in ones
        if one.kind in ("import", "from")
    )
