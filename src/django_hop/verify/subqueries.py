"""Two statements for one question: Django 3.2 asks exclude() over a relation with EXISTS, releases before it with IN."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .statements import closing, split

_EXISTS = re.compile(r"(?<!\w)EXISTS\(SELECT (?:\(1\)|1|\?) AS a FROM ")
_IN = re.compile(r"(?<![\w.])(\w+\.\w+) IN \(SELECT (\w+\.\w+) FROM ")
_MATCH = re.compile(r"(t\d+\.\w+) = \(?(\w+\.\w+)\)?")


def by_membership(statement: str) -> str:
    """A normalised statement that says `x IN (SELECT y ...)` where it said `EXISTS(SELECT ... AND y = x LIMIT 1)`, without the conditions
    against NULL that only IN needs."""
    # The last one holds no other; what is inside of what was replaced is done already.
    for match in reversed([*_EXISTS.finditer(statement)]):
        end = closing(statement, match.start() + len("EXISTS"))
        if made := _membership(statement[match.end() : end]):
            statement = statement[: match.start()] + made + statement[end + 1 :]
    for match in reversed([*_IN.finditer(statement)]):
        statement = _without_nulls(statement, match)
    return statement


def _membership(body: str) -> str:
    """`x IN (SELECT y FROM ...)` from what stands behind FROM in EXISTS; empty if it does not end with `y = x`."""
    source, where = _parts(body.removesuffix(" LIMIT 1"))
    found = _MATCH.fullmatch(where[-1]) if where else None
    return f"{found[2]} IN (SELECT {found[1]} FROM {source}{_condition(where[:-1])})" if found else ""


def _parts(body: str) -> tuple[str, list[str]]:
    """What stands before WHERE, and the conditions behind it."""
    (source,), place = split(body, 0, " WHERE ", by="")
    where = body[place + len(" WHERE ") :]
    if where.startswith("(") and closing(where, 0) == len(where) - 1:
        where = where[1:-1]
    return source, split(where, 0, by=" AND ")[0] if where else []


def _condition(parts: Sequence[str]) -> str:
    return f" WHERE {parts[0]}" if len(parts) == 1 else f" WHERE ({' AND '.join(parts)})" if parts else ""


def _without_nulls(statement: str, match: re.Match[str]) -> str:
    """A statement without `y IS NOT NULL` at the end of a subquery, and without `x IS NOT NULL` behind it."""
    start, end = statement.index("(", match.end(1)), 0
    end = closing(statement, start)
    source, where = _parts(statement[match.end() : end])
    if where and where[-1] == f"{match[2]} IS NOT NULL":
        where.pop()
    inner = f"{match[1]} IN (SELECT {match[2]} FROM {source}{_condition(where)})"
    before, after = statement[: match.start()], statement[end + 1 :]
    rest = after.removeprefix(f" AND {match[1]} IS NOT NULL")
    if rest != after and rest.startswith(")") and before.endswith("(") and not before.endswith("NOT ("):
        before, rest = before[:-1], rest[1:]
    return before + inner + rest
