"""Commands whose arguments changed places or form: setex, lrem, zadd, zincrby, mset, hmset."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import in_file_quotes, in_format_string
from django_hop.ops.nodes import keyword_of
from django_hop.rewrite.site import Site

from .clients import STRICT, commands, speaks_redis

PACKAGE = "redis"
_UNSURE = "whether this is a client, and of which of its two classes, is not certain"


def _is_plain(call: ast.Call) -> bool:
    """True if no argument is unpacked."""
    return not any(isinstance(one, ast.Starred) for one in call.args) and not any(one.arg is None for one in call.keywords)


def _number(node: ast.expr) -> bool:
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool)


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _named(site: Site, node: ast.expr, name: str) -> Edit:
    start = site.module.start(node)
    return Edit(start, start, f"{name}=")


def _in_parentheses(site: Site, call: ast.Call) -> bool:
    """True if an argument stands in parentheses of its own, where a keyword cannot be put before it."""
    return any(site.text[: site.module.start(one)].rstrip().endswith("(") for one in call.args[1:])


@dataclass(frozen=True)
class Setex(PythonOp):
    """`client.setex(name, value, time)` of the legacy class -> `client.setex(name, value=value, time=time)`, right in all releases."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"setex"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for clients of the legacy class; findings for what may be one."""
        message = "from redis 3.0 on setex() takes the time before the value"
        for call, func, kind in commands(site, "setex"):
            given = {one.arg for one in call.keywords}
            if kind == STRICT or (len(call.args) == 1 and {"time", "value"} <= given) or len(call.args) + len(call.keywords) < 3:
                continue
            ready = len(call.args) == 3 and _number(call.args[1]) and _text(call.args[2])
            if kind is None and (not speaks_redis(site) or ready):
                continue
            if kind is None:
                yield site.finding(func, f"{message}; {_UNSURE}")
            elif not _is_plain(call) or ready or len(call.args) > 3 or _in_parentheses(site, call) or in_format_string(site, call):
                yield site.finding(func, f"{message}; a person has to say which argument is which")
            else:
                yield from (_named(site, node, name) for node, name in zip(call.args[1:], ("value", "time"), strict=False))
                yield site.finding(func, message, fixed=True)


@dataclass(frozen=True)
class Zincrby(PythonOp):
    """`client.zincrby(name, value, amount)` -> `client.zincrby(name, value=value, amount=amount)`, right in all releases."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"zincrby"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for clients of both classes; findings for what may be one."""
        message = "from redis 3.0 on zincrby() takes the amount before the value"
        for call, func, kind in commands(site, "zincrby"):
            given = {one.arg for one in call.keywords}
            if {"value", "amount"} <= given or (len(call.args) == 3 and _number(call.args[1]) and not _number(call.args[2])):
                continue
            if kind is None:
                yield site.finding(func, f"{message}; {_UNSURE}")
                continue
            alone = len(call.args) == 2 and not call.keywords
            if not _is_plain(call) or len(call.args) not in (2, 3) or _in_parentheses(site, call) or in_format_string(site, call):
                yield site.finding(func, f"{message}; a person has to say which argument is which")
                continue
            yield from (_named(site, node, name) for node, name in zip(call.args[1:], ("value", "amount"), strict=False))
            if alone:
                end = site.module.end(call.args[1])
                yield Edit(end, end, ", amount=1")
            yield site.finding(func, message, fixed=True)


@dataclass(frozen=True)
class Lrem(PythonOp):
    """`client.lrem(name, value, num)` of the legacy class -> `client.lrem(name, value=value, count=num)`; without a number it is 0."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"lrem"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for clients of the legacy class; findings for what may be one."""
        message = "from redis 3.0 on lrem() takes the count before the value"
        for call, func, kind in commands(site, "lrem"):
            if kind == STRICT or (kind is None and not speaks_redis(site)) or any(one.arg == "count" for one in call.keywords):
                continue
            if kind is None:
                yield site.finding(func, f"{message}; {_UNSURE}")
                continue
            number = keyword_of(call, "num")
            shape = (len(call.args), len(call.keywords), number is not None)
            if not _is_plain(call) or shape not in ((2, 0, False), (3, 0, False), (2, 1, True)) or _in_parentheses(site, call):
                yield site.finding(func, f"{message}; a person has to say which argument is which")
                continue
            yield _named(site, call.args[1], "value")
            if number is not None:
                yield site.edit_keyword(number, "count")
            elif len(call.args) == 3:
                yield _named(site, call.args[2], "count")
            else:
                end = site.module.end(call.args[1])
                yield Edit(end, end, ", count=0")
            yield site.finding(func, message, fixed=True)


@dataclass(frozen=True)
class Zadd(PythonOp):
    """`client.zadd(name, score, member)` and `client.zadd(name, member=score)` -> `client.zadd(name, {member: score})`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"zadd"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the class or the literals tell scores from members; findings else."""
        message = "from redis 3.0 on zadd() takes a dictionary of members and their scores"
        for call, func, kind in commands(site, "zadd"):
            stars = any(isinstance(one, ast.Starred) for one in call.args)
            if (len(call.args) == 2 and not stars) or (len(call.args) < 2 and not call.keywords):
                continue  # the form of 3.0, or no call of a client
            items = self._items(site, call, kind) if call.args and _is_plain(call) and "#" not in site.module.segment(call) else None
            if items is None or (kind is None and not speaks_redis(site)) or in_format_string(site, call):
                yield site.finding(func, f"{message}; a person has to say which argument is which")
                continue
            start = site.module.end(call.args[0])
            last = max(site.module.end(one) for one in [*call.args, *(one.value for one in call.keywords)])
            first = site.module.start((call.args[1:] or call.keywords)[0])
            tail = site.text[last : site.module.end(call)].replace(",", "", 1)
            if site.text[start:first].strip() != "," or tail.strip() != ")":
                yield site.finding(func, message)
                continue
            yield site.edit_span(start, last, f", {{{', '.join(items)}}}")
            yield site.finding(func, message, fixed=True)

    @staticmethod
    def _items(site: Site, call: ast.Call, kind: str | None) -> list[str] | None:
        """The items of the dictionary; None if scores cannot be told from members."""
        rest = call.args[1:]
        if len(rest) % 2:
            return None
        pairs = list(zip(rest[::2], rest[1::2], strict=False))
        found = []
        for first, second in pairs:
            first_is = _number(first) and not _number(second)
            second_is = _number(second) and not _number(first)
            score_first = first_is if kind is None else kind == STRICT
            if (kind is None and first_is == second_is) or (second_is if score_first else first_is):
                return None
            member, score = (second, first) if score_first else (first, second)
            found.append(f"{site.module.segment(member)}: {site.module.segment(score)}")
        named = ((in_file_quotes(site, f'"{one.arg}"'), site.module.segment(one.value)) for one in call.keywords)
        return found + [f"{name}: {value}" for name, value in named]


@dataclass(frozen=True)
class Mset(PythonOp):
    """`client.mset(a=1)` -> `client.mset({"a": 1})`, right in all releases."""

    @property
    def words(self) -> Words:
        """The methods."""
        return (frozenset({"mset"}), frozenset({"msetnx"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for clients of both classes; findings for what may be one."""
        message = "from redis 3.0 on mset() and msetnx() take one dictionary, no keywords"
        for call, func, kind in commands(site, "mset", "msetnx"):
            if not call.keywords or (kind is None and not speaks_redis(site)):
                continue
            unpacked = len(call.keywords) == 1 and call.keywords[0].arg is None
            inner = site.text[site.module.end(call.func) + 1 : site.module.end(call) - 1]
            plain = not call.args and "#" not in inner and not in_format_string(site, call)
            if kind is None or not plain or (None in {one.arg for one in call.keywords} and not unpacked):
                yield site.finding(func, message)
                continue
            items = [(str(one.arg), site.module.segment(one.value)) for one in call.keywords]
            said = ", ".join(in_file_quotes(site, f'"{name}": ') + value for name, value in items)
            new = items[0][1] if unpacked else f"{{{said}}}"
            yield site.edit_span(site.module.end(call.func), site.module.end(call), f"({new})")
            yield site.finding(func, message, fixed=True)


@dataclass(frozen=True)
class Hmset(PythonOp):
    """`client.hmset(name, values)` -> `client.hset(name, mapping=values)`, where nobody looks at what it returns."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"hmset"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for statements at clients; findings for other calls."""
        message = "redis 3.5 deprecates hmset(): hset(name, mapping=...) does it, and returns the number of new fields"
        for call, func, kind in commands(site, "hmset"):
            if kind is None and not speaks_redis(site):
                continue
            plain = _is_plain(call) and len(call.args) == 2 and not call.keywords
            unused = isinstance(site.parent(call), ast.Expr)
            if kind is None or not plain or not unused or _in_parentheses(site, call):
                yield site.finding(func, message if kind else f"{message}; whether this is a client is not certain")
                continue
            yield site.edit_attribute(func, "hset")
            yield _named(site, call.args[1], "mapping")
            yield site.finding(func, message, fixed=True)


_WRITES = ("set", "setex", "setnx", "getset", "hset", "hsetnx", "lpush", "rpush", "sadd", "srem", "publish", "append")


@dataclass(frozen=True)
class Values(PythonOp):
    """Report values that redis-py turned into text until 3.0: True, None, dictionaries, Decimal and the like."""

    @property
    def words(self) -> Words:
        """A package that brings clients, with one of the methods."""
        return tuple(frozenset({package, name}) for package in ("redis", "django_redis") for name in _WRITES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each value that is refused."""
        for call, _, kind in commands(site, *_WRITES):
            for value in (*call.args, *(one.value for one in call.keywords if one.arg in ("value", "message", "key"))) if kind else ():
                if _is_refused(site, value):
                    yield site.finding(
                        value, "redis 3.0 and later take bytes, text and numbers only and raise DataError: what do readers expect to find?"
                    )


def _is_refused(site: Site, node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, bool)
    if isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
        return True
    return isinstance(node, ast.Call) and site.qualified(node.func) in ("decimal.Decimal", "uuid.uuid4", "uuid.UUID")


CODEMODS = [
    Codemod(
        "redis-setex",
        "setex() of redis-py says which argument is the time",
        package=PACKAGE,
        removed="3.0",
        works_from="2.10",
        safety=REVIEW,
        covers=("redis-3.0-setex-order",),
        docs="redis 3.0 changes: Redis and StrictRedis are one class",
        silent=True,
        ops=(Setex(),),
        from_before=True,
    ),
    Codemod(
        "redis-zincrby",
        "zincrby() of redis-py says which argument is the amount",
        package=PACKAGE,
        removed="3.0",
        works_from="2.10",
        safety=REVIEW,
        covers=("redis-3.0-zincrby-order",),
        docs="redis 3.0 changes: zincrby",
        silent=True,
        ops=(Zincrby(),),
        from_before=True,
    ),
    Codemod(
        "redis-lrem",
        "lrem() of redis-py says which argument is the count",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("redis-3.0-lrem-order",),
        docs="redis 3.0 changes: Redis and StrictRedis are one class",
        silent=True,
        ops=(Lrem(),),
        from_before=True,
    ),
    Codemod(
        "redis-zadd",
        "zadd() of redis-py takes a dictionary of members and scores",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("redis-3.0-zadd-mapping",),
        docs="redis 3.0 changes: MSET, MSETNX and ZADD now all accept a mapping",
        ops=(Zadd(),),
    ),
    Codemod(
        "redis-mset",
        "mset() of redis-py takes a dictionary",
        package=PACKAGE,
        removed="3.0",
        works_from="2.10",
        safety=SAFE,
        covers=("redis-3.0-mset-mapping",),
        docs="redis 3.0 changes: MSET, MSETNX and ZADD now all accept a mapping",
        ops=(Mset(),),
    ),
    Codemod(
        "redis-hmset",
        "hset() with a mapping takes the place of hmset()",
        package=PACKAGE,
        deprecated="3.5",
        removed=None,
        works_from="3.5",
        safety=REVIEW,
        covers=("redis-3.5-hmset",),
        docs="redis 3.5 changes: hset accepts a mapping",
        then="hset() with several fields needs a Redis server of 4.0 or later.",
        ops=(Hmset(),),
    ),
    Codemod(
        "redis-value-types",
        "values for Redis are bytes, text or numbers",
        package=PACKAGE,
        removed="3.0",
        works_from="2.10",
        safety=DETECT,
        covers=("redis-3.0-value-types",),
        docs="redis 3.0 changes: user-provided keys and values must be bytes, strings or numbers",
        ops=(Values(),),
    ),
]
