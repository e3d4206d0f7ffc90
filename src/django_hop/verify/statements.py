"""SQL statements made comparable between releases: what a compiler may name or quote otherwise without another meaning is evened out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/)|(?P<text>[EN]?'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*"|`[^`]*`)|(?P<placeholder>%s|%\(\w+\)s|\?)"""
    r"""|(?P<number>\b\d+(?:\.\d+)?\b)|(?P<word>[\w$]+)|(?P<space>\s+)|(?P<sign><>|!=|<=|>=|\|\||::|.)""",
    re.S,
)
_ALIAS = re.compile(r"[A-Z]{1,2}\d+")
_SAVEPOINT = re.compile(r"s\d+_x\d+|s\d+_\d+")
_ENDS = frozenset({"HAVING", "LIMIT", "OFFSET", "UNION", "SELECT", "WHERE", "FROM"})
"""Words that end what is listed behind GROUP BY and ORDER BY."""
_UNTOLD = ("PRAGMA", "SET CONSTRAINTS", "SHOW ", "EXPLAIN ")
_OF_ITSELF = re.compile(r" FROM (?:pg_catalog\.|information_schema\.|pg_\w+|sqlite_master\b)")
_TRUNCATED = re.compile(r"(?<=TRUNCATE )\w+(?:, \w+)+")
"""The tables that are emptied: a set to Django."""
_LISTS = re.compile(r"\( ?\?(?:, \?)+ ?\)")
_ROWS = re.compile(r"(?P<row>\((?:[^()]|\([^()]*\))*\))(?:, (?P=row))+")
_UNIONS = re.compile(r"(?P<row>SELECT [?, ]+)(?: UNION ALL (?P=row))+")


@lru_cache(maxsize=50_000)
def normal(sql: str) -> str:
    """A statement with values as `?`, names in plain quotes or none, aliases counted anew, lists of values cut; empty for what asks the
    database about itself."""
    parts = "".join(_parts(sql)).strip().rstrip(";")
    text = re.sub(r"\s+", " ", parts)
    text = re.sub(r"\( ", "(", re.sub(r" \)", ")", text))
    body = re.sub(r"^/\*.*?\*/ ?", "", text)
    if body.upper().startswith(_UNTOLD) or _OF_ITSELF.search(body):
        return ""
    if body.startswith("TRUNCATE "):
        return _TRUNCATED.sub(lambda match: ", ".join(sorted(match[0].split(", "))), text)
    text = _LISTS.sub("(?, ...)", text)
    text = re.sub(r"(?<!\w)IN \(\?\)", "IN (?, ...)", text)
    text = _ROWS.sub(r"\g<row>", text)
    return _UNIONS.sub(r"\g<row>", text)


def _parts(sql: str) -> list[str]:
    aliases: dict[str, str] = {}
    parts: list[str] = []
    after_limit = listed = False
    before = ""
    for match in _TOKEN.finditer(sql):
        kind, text = match.lastgroup, match[0]
        if kind == "space":
            parts.append(" ")
            continue
        if kind == "text" or kind == "placeholder":
            parts.append("?")
        elif kind == "number":
            # LIMIT and OFFSET are part of what is asked, and so are 1 in `SELECT 1` and the places in `ORDER BY 2`.
            place = listed and before in ("BY", ",")
            parts.append(text if after_limit or place or text in ("0", "1") else "?")
        elif kind == "quoted":
            parts.append(_name(text[1:-1], aliases))
        elif kind == "word":
            parts.append(_name(text, aliases) if _ALIAS.fullmatch(text) else text)
        else:
            parts.append("<>" if text == "!=" else text)
        before = text.upper()
        after_limit = kind == "word" and before in ("LIMIT", "OFFSET")
        listed = before == "BY" or (listed and before not in _ENDS)
    return parts


def _name(name: str, aliases: dict[str, str]) -> str:
    if _SAVEPOINT.fullmatch(name):
        return "savepoint"
    if _ALIAS.fullmatch(name):
        return aliases.setdefault(name, f"t{len(aliases) + 1}")
    return name if re.fullmatch(r"\w+", name) else f'"{name}"'


def verb(statement: str) -> str:
    """`SELECT`, `INSERT` ... of a normalised statement, in upper case."""
    body = re.sub(r"^/\*.*?\*/ ?", "", statement).lstrip("(")
    return body.split(" ", 1)[0].upper() if body else ""


def tables(statement: str) -> frozenset[str]:
    """The tables that a normalised statement names behind FROM, JOIN, INTO and UPDATE."""
    return frozenset(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE) (\w+)", statement))


def by_expression(statement: str) -> str:
    """A normalised SELECT whose GROUP BY and ORDER BY name expressions, where they named places or aliases of what is selected."""
    head = re.match(r"(?:/\*.*?\*/ )?SELECT (?:DISTINCT )?", statement)
    if head is None:
        return statement
    parts, end = split(statement, head.end(), " FROM ")
    names: dict[str, str] = {}
    for place, part in enumerate(parts, 1):
        aliased = re.fullmatch(r"(.*) AS (\w+)", part)
        expression = aliased[1] if aliased else part
        names[str(place)] = expression
        if aliased:
            names[aliased[2]] = expression
    made, place = statement[:end], end
    for match in re.finditer(r" (?:GROUP|ORDER) BY ", statement):
        if match.start() < place or _depth(statement, match.start()):
            continue
        listed, stop = split(statement, match.end(), " HAVING ", " ORDER BY ", " LIMIT ")
        made += statement[place : match.end()] + ", ".join(_named(one, names) for one in listed)
        place = stop
    return made + statement[place:]


def _named(listed: str, names: dict[str, str]) -> str:
    name, _, rest = listed.partition(" ")
    return f"{names[name]} {rest}".rstrip() if name in names else listed


def _depth(text: str, end: int) -> int:
    return text.count("(", 0, end) - text.count(")", 0, end)


def split(text: str, start: int, *ends: str, by: str = ",") -> tuple[list[str], int]:
    """The parts between commas, or what `by` says, outside of brackets, from `start` to the first of `ends`, and where that is."""
    parts, depth, last, place = [], 0, start, start
    while place < len(text):
        if not depth and text.startswith(ends, place):
            break
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if by and not depth and text.startswith(by, place):
            parts.append(text[last:place].strip())
            last = place + len(by)
        place += 1
    return [*parts, text[last:place].strip()], place


def closing(text: str, start: int) -> int:
    """The place of the bracket that closes the one at `start`; the end of the text if none does."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    return len(text)


@dataclass(frozen=True)
class Select:
    """A normalised SELECT of one table and what is joined to it."""

    table: str
    columns: tuple[str, ...]
    """Those that are not of joined tables."""
    joined: frozenset[str]
    """The joined tables of which columns are selected."""
    joins: str
    tail: str
    """From WHERE on, or what stands in its place."""


_SELECT = re.compile(r"(?:/\*.*?\*/ )?SELECT (?:DISTINCT )?")
_SOURCE = re.compile(r" FROM (\w+)((?: (?:INNER|LEFT OUTER) JOIN \w+(?: t\d+)? ON \([^()]*\))*)((?: (?:WHERE|ORDER|LIMIT) .*)?)")
_JOINED = re.compile(r"JOIN (\w+)(?: (t\d+))? ON")


def select(statement: str) -> Select | None:
    """A normalised SELECT in its parts; None for another statement, and for a SELECT with groups or subqueries as tables."""
    head = _SELECT.match(statement)
    if head is None:
        return None
    columns, place = split(statement, head.end(), " FROM ")
    source = _SOURCE.fullmatch(statement, place)
    if source is None:
        return None
    names = {alias or name: name for name, alias in _JOINED.findall(source[2])}
    joined = frozenset(names[name] for one in columns if (name := one.partition(".")[0]) in names)
    own = tuple(one for one in columns if one.partition(".")[0] not in names)
    return Select(source[1], own, joined, source[2], source[3])


def tail(statement: str) -> str:
    """A normalised statement from its first WHERE, ORDER BY or LIMIT on."""
    found = re.search(r" (?:WHERE|ORDER BY|LIMIT) .*", statement)
    return found[0] if found else ""
