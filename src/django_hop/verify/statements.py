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
    after_limit = False
    for match in _TOKEN.finditer(sql):
        kind, text = match.lastgroup, match[0]
        if kind == "space":
            parts.append(" ")
            continue
        if kind == "text" or kind == "placeholder":
            parts.append("?")
        elif kind == "number":
            # LIMIT and OFFSET are part of what is asked, and so is 1 in `SELECT 1`.
            parts.append(text if after_limit or text in ("0", "1") else "?")
        elif kind == "quoted":
            parts.append(_name(text[1:-1], aliases))
        elif kind == "word":
            parts.append(_name(text, aliases) if _ALIAS.fullmatch(text) else text)
        else:
            parts.append("<>" if text == "!=" else text)
        after_limit = kind == "word" and text.upper() in ("LIMIT", "OFFSET")
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
