"""Clients and connections: class names, keywords, packages that became part of redis-py, and what is otherwise by default."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.dicts import without_item
from django_hop.ops.find import has_stand_in
from django_hop.ops.methods import method_calls
from django_hop.ops.names import FindName, MoveModule, Rename
from django_hop.ops.nodes import is_value
from django_hop.rewrite.site import Site

from .clients import is_async_client, kind_of

PACKAGE = "redis"
_CLASSES = ("redis.Redis", "redis.StrictRedis", "redis.client.Redis", "redis.client.StrictRedis", "redis.asyncio.Redis")
_POOLS = tuple(f"redis.{name}" for name in ("ConnectionPool", "BlockingConnectionPool", "connection.ConnectionPool", "SSLConnection"))
MAKERS = (*_CLASSES, *_POOLS, *(f"{name}.from_url" for name in (*_CLASSES, *_POOLS)), "redis.from_url", "redis.asyncio.from_url")
"""What takes the options of a connection."""
_ENCODING = {"charset": "encoding", "errors": "encoding_errors"}
_PARSERS = ("redis.connection.HiredisParser", "redis.connection.PythonParser")
_FIRST_AIOREDIS = ("create_redis", "create_redis_pool", "create_pool", "create_connection", "create_sentinel")


@dataclass(frozen=True)
class Aioredis(PythonOp):
    """`import aioredis` -> `import redis.asyncio as aioredis`, where nothing of aioredis 1 is used."""

    @property
    def words(self) -> Words:
        """The package."""
        return (frozenset({"aioredis"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for imports; findings for aioredis 1 and where another import stands in."""
        message = "aioredis is `redis.asyncio`"
        plain = [one for one in site.nodes(ast.Import) if any(alias.name.partition(".")[0] == "aioredis" for alias in one.names)]
        froms = [one for one in site.nodes(ast.ImportFrom) if site.names.absolute(one).partition(".")[0] == "aioredis"]
        statements: list[ast.Import | ast.ImportFrom] = [*plain, *froms]
        first = any(name in site.text for name in _FIRST_AIOREDIS)
        for statement in statements:
            if first or has_stand_in(site, statement):
                said = "; pools of aioredis 1 are written anew" if first else "; a person decides whether both are needed"
                yield site.finding(statement, message + said)
        if first or any(has_stand_in(site, one) for one in statements):
            return
        yield from MoveModule("aioredis.exceptions", "redis.exceptions").apply(site)
        yield from MoveModule("aioredis.client", "redis.asyncio.client").apply(site)
        for one in froms:
            if site.names.absolute(one) == "aioredis":
                start = site.text.index("aioredis", site.module.start(one))
                yield site.edit_span(start, start + len("aioredis"), "redis.asyncio")
                yield site.finding(one, message, fixed=True)
        for alias in (alias for one in plain for alias in one.names):
            if alias.name == "aioredis":
                yield site.edit(alias, f"redis.asyncio as {alias.asname or 'aioredis'}")
                yield site.finding(alias, message, fixed=True)


@dataclass(frozen=True)
class AsyncClose(PythonOp):
    """`await client.close()` -> `await client.aclose()`."""

    @property
    def words(self) -> Words:
        """The method, with the module."""
        return (frozenset({"redis", "asyncio", "close", "await"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for awaited calls at names that hold such clients only."""
        for call, func in method_calls(site, "close"):
            if isinstance(site.parent(call), ast.Await) and is_async_client(site, func.value):
                yield site.edit_attribute(func, "aclose")
                yield site.finding(func, "clients of redis.asyncio are closed by `aclose()`", fixed=True)


@dataclass(frozen=True)
class ParserClass(PythonOp):
    """`"PARSER_CLASS": "redis.connection.HiredisParser"` goes from dictionaries."""

    @property
    def words(self) -> Words:
        """The option and one of the parsers."""
        return tuple(frozenset({"PARSER_CLASS", *name.split(".")}) for name in _PARSERS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for items of dictionaries; findings where the layout is unusual."""
        message = "the parser classes left redis.connection in redis 5.0: hiredis is taken by itself where it is installed"
        for node in site.nodes(ast.Dict):
            for place, (key, value) in enumerate(zip(node.keys, node.values, strict=False)):
                named = isinstance(key, ast.Constant) and key.value == "PARSER_CLASS"
                if named and isinstance(value, ast.Constant) and value.value in _PARSERS:
                    yield from site.change(value, message, without_item, site, node, place)


@dataclass(frozen=True)
class FindKeyword(PythonOp):
    """Report calls that make a connection with a keyword."""

    keyword: str
    message: str

    @property
    def words(self) -> Words:
        """The package and the keyword."""
        return (frozenset({"redis", self.keyword}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in (call for name in MAKERS for call in site.calls(name)):
            if any(one.arg == self.keyword for one in call.keywords):
                yield site.finding(call, self.message)


@dataclass(frozen=True)
class Certificates(PythonOp):
    """Report connections by TLS that say nothing about certificates."""

    @property
    def words(self) -> Words:
        """TLS, in an address or a keyword."""
        return (frozenset({"redis", "rediss"}), frozenset({"redis", "ssl"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in (call for name in MAKERS for call in site.calls(name)):
            texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            given = {one.arg: one.value for one in call.keywords}
            ssl = given.get("ssl")
            secure = any(text.startswith("rediss://") for text in texts) or is_value(ssl, True)
            said = {"ssl_cert_reqs", "ssl_ca_certs", "ssl_ca_path", None} & given.keys() or any("ssl_cert_reqs" in text for text in texts)
            if secure and not said:
                yield site.finding(call, "redis 3.0 and later verify the server's certificate: `ssl_ca_certs` names who signed it")


@dataclass(frozen=True)
class LockContext(PythonOp):
    """Report `with client.lock(...)` with a limit to the waiting."""

    @property
    def words(self) -> Words:
        """The method with one of the limits."""
        return (frozenset({"with", "lock", "blocking_timeout"}), frozenset({"with", "lock", "blocking"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each with statement."""
        for call, func in method_calls(site, "lock"):
            limited = {one.arg for one in call.keywords} & {"blocking_timeout", "blocking"}
            if limited and isinstance(site.parent(call), ast.withitem) and kind_of(site, func.value):
                message = "from redis 3.0 on a lock that is not obtained raises LockError; before, the block ran without it"
                yield site.finding(call, message)


CODEMODS = [
    Codemod(
        "redis-strict",
        "StrictRedis is called Redis",
        package=PACKAGE,
        deprecated="3.0",
        removed=None,
        works_from="3.0",
        safety=SAFE,
        covers=("redis-3.0-strictredis",),
        docs="redis 3.0 changes: Redis and StrictRedis are one class",
        after=("redis-setex", "redis-zincrby", "redis-lrem", "redis-zadd", "redis-mset", "redis-value-types", "redis-lock-context"),
        ops=(
            Rename("redis", {"StrictRedis": "Redis"}),
            Rename("redis.client", {"StrictRedis": "Redis", "StrictPipeline": "Pipeline", "BasePipeline": "Pipeline"}),
        ),
    ),
    Codemod(
        "redis-charset",
        "clients of redis-py take encoding in place of charset",
        package=PACKAGE,
        deprecated="3.0",
        removed="6.0",
        works_from="2.10",
        safety=SAFE,
        covers=("redis-4.0-charset",),
        docs="redis 6.0 changes: deprecated arguments",
        ops=tuple(
            Call(
                name,
                "`charset` and `errors` are `encoding` and `encoding_errors`",
                rename={"charset": "encoding", "errors": "encoding_errors"},
            )
            for name in MAKERS
        ),
    ),
    Codemod(
        "redis-aioredis",
        "redis.asyncio takes the place of aioredis",
        package=PACKAGE,
        deprecated="4.2",
        removed=None,
        works_from="4.2",
        safety=REVIEW,
        covers=("redis-4.2-aioredis",),
        docs="redis 4.2 changes: asyncio support from aioredis",
        then="The requirement aioredis goes.",
        ops=(Aioredis(),),
    ),
    Codemod(
        "redis-aclose",
        "clients of redis.asyncio are closed with aclose()",
        package=PACKAGE,
        deprecated="5.0.1",
        removed=None,
        works_from="5.0.1",
        safety=REVIEW,
        covers=("redis-5.0-async-close",),
        docs="redis 5.0.1 changes: aclose()",
        after=("redis-aioredis",),
        ops=(AsyncClose(),),
    ),
    Codemod(
        "redis-parser-class",
        "no parser class of redis-py is named",
        package=PACKAGE,
        removed="5.0",
        works_from="3.0",
        safety=SAFE,
        covers=("redis-5.0-parser-imports",),
        docs="redis 5.0 changes: parsers moved",
        ops=(
            ParserClass(),
            *(FindName(name, "the parser classes left redis.connection: the right one is taken by itself") for name in _PARSERS),
        ),
    ),
    Codemod(
        "redis-retries",
        "connections to Redis try again by themselves",
        package=PACKAGE,
        deprecated="6.0",
        removed=None,
        works_from="6.0",
        safety=DETECT,
        covers=("redis-6.0-retry-defaults",),
        docs="redis 6.0 changes: retry by default",
        silent=True,
        ops=(FindKeyword("retry_on_timeout", "redis 6.0 and later retry by default; a command that is not idempotent may run twice"),),
    ),
    Codemod(
        "redis-certificates",
        "connections by TLS verify the certificate of the Redis server",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("redis-3.0-ssl-cert-reqs",),
        docs="redis 3.0 changes: SSL connections verify certificates",
        ops=(Certificates(),),
        from_before=True,
    ),
    Codemod(
        "redis-lock-context",
        "locks that are not obtained raise LockError",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("redis-3.0-lock-context",),
        docs="redis 3.0 changes: Locks",
        silent=True,
        ops=(LockContext(), FindName("redis.lock.LuaLock", "`LuaLock` is `redis.lock.Lock`")),
    ),
]

UNSEEN = [Unseen("redis-8.0-protocol", "Only the replies of some commands and modules show which protocol is spoken.", shown_by="tests")]
