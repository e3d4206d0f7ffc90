"""SQL statements made comparable between releases: what a compiler may name or quote otherwise without another meaning is evened out."""

from __future__ import annotations

import re
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
    if body.upper().startswith(_UNTOLD):
        return ""
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
    parts, end = _split(statement, head.end(), " FROM ")
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
        listed, stop = _split(statement, match.end(), " HAVING ", " ORDER BY ", " LIMIT ")
        made += statement[place : match.end()] + ", ".join(_named(one, names) for one in listed)
        place = stop
    return made + statement[place:]


def _named(listed: str, names: dict[str, str]) -> str:
    name, _, rest = listed.partition(" ")
    return f"{names[name]} {rest}".rstrip() if name in names else listed


def _depth(text: str, end: int) -> int:
    return text.count("(", 0, end) - text.count(")", 0, end)


def _split(text: str, start: int, *ends: str) -> tuple[list[str], int]:
    """The parts between commas outside of brackets, from `start` to the first of `ends`, and where that is."""
    parts, depth, last, place = [], 0, start, start
    while place < len(text):
        if not depth and text.startswith(ends, place):
            break
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth and text[place] == ",":
            parts.append(text[last:place].strip())
            last = place + 1
        place += 1
    return [*parts, text[last:place].strip()], place
