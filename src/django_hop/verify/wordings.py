"""What releases of Django say in other SQL with the same meaning: a statement is evened out, and the differences that remain are real."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from ..model import Hop
from ..releases import NAMES, order
from .statements import by_expression
from .subqueries import by_membership

_END = r"(?= AND | OR |\)| ORDER BY | LIMIT | GROUP BY | THEN |$)"
_TRUTH = r"(WHERE |AND |OR |WHEN |HAVING |(?<!\w)\()(?:NOT )?(\w+\.\w+)" + _END
_RETURNING = r"^((?:/\*.*?\*/ )?INSERT .*?) RETURNING .*$"
_CUT = r"\b(django_(?:date|time|datetime)_\w+\(\?, [\w.]+)[^()]*\)"
_CAST_CASE = r"CAST\((CASE WHEN (?:[^()]|\((?:[^()]|\([^()]*\))*\))*? END) AS NUMERIC\)"
_UNNEST = r"\) (?:VALUES \(\?(?:, (?:\?|\.\.\.))*\)|SELECT \* FROM UNNEST\(.*?\))((?: ON CONFLICT .*?)?(?: RETURNING .*)?)$"
_CAST_IN_BRACKETS = r"(?<!\w)\((CAST\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\))\)"
_ORS = r"\((\w+\.\w+) = \?(?: OR \1 = \?)+\)"
_ROW_IN = r"\((\w+\.\w+)\) IN \(\(\?\)(?:, \.\.\.)?\)"
_ROWS = r"\) (?:SELECT|VALUES) \(?\?(?:, (?:\?|\.\.\.))*\)?( RETURNING .*)?$"


@dataclass(frozen=True)
class Wording:
    """One change of words: the release that made it, what to replace on both sides, and what it is."""

    since: str
    pattern: str
    replacement: str | Callable[[re.Match[str]], str]
    text: str
    compiled: re.Pattern[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.pattern))


_NESTED = 2
"""How often a change of words is evened: what stands inside of what was evened comes next."""


def _one_in(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]} IN (?, ...)"


def _nulls(match: re.Match[str]) -> str:
    return f"{match[1]} {match[3]} NULLS {'FIRST' if match[2] else 'LAST'}"


def _memberships(match: re.Match[str]) -> str:
    return by_membership(match[0])


def _places(match: re.Match[str]) -> str:
    return by_expression(match[0])


WORDINGS = (
    Wording("3.0", r" LIMIT 21(?= FOR UPDATE|$)", "", "get() asks for as many rows as it needs to tell one from several"),
    Wording(
        "3.0",
        r"^(/\*.*?\*/ )?INSERT (?:OR IGNORE )?(.*?)(?: ON CONFLICT DO NOTHING)?$",
        r"\1INSERT \2",
        "add() of a many-to-many relation ignores what is there already",
    ),
    Wording("3.0", _RETURNING, r"\1", "INSERT asks for generated columns with RETURNING also where the key is given"),
    Wording("3.0", _ROWS, r") VALUES (?, ...)\1", "one row is inserted with VALUES"),
    Wording("4.1", _ROWS, r") VALUES (?, ...)\1", "rows are inserted with VALUES"),
    Wording("4.1", r"SELECT (?:\(1\)|1|\?) AS a FROM ", "SELECT 1 AS a FROM ", "exists() asks for a parameter"),
    Wording("3.0", r"\b(django_datetime_\w+\((?:\?, )?[\w.]+)[^()]*\)", r"\1)", "times are cut and converted with two time zones"),
    Wording(
        "3.1",
        r"\b(\w+)\((DISTINCT )?CASE WHEN (.*?) THEN (.*?) ELSE NULL END\)",
        r"\1(\2\4) FILTER (WHERE \3)",
        "aggregates with a filter use FILTER",
    ),
    Wording("6.0", f"{_ORS}|{_ROW_IN}", _one_in, "prefetch_related() asks with rows on SQLite"),
    Wording("4.0", r"= \((\w+\.\w+)\)", r"= \1", "columns of the query around a subquery stand in brackets"),
    Wording("3.1", _TRUTH, r"\1\2 = ?", "truth values stand alone instead of being compared"),
    Wording("6.1", _TRUTH, r"\1\2 = ?", "truth values are compared instead of standing alone"),
    Wording("3.1", r"([\w.]+) IS (NOT )?NULL, \1 (ASC|DESC)\b", _nulls, "NULLS FIRST and NULLS LAST say where NULL sorts on SQLite"),
    Wording("6.1", r"(?<=\w) = NULL(?=, | WHERE |$)", " = ?", "UPDATE gives NULL as a parameter"),
    Wording("3.2", _CUT, r"\1)", "dates and times are cut and converted with their time zone"),
    Wording("3.2", r"^.*\b(?:EXISTS|IN) ?\(SELECT .*$", _memberships, "exclude() over a relation asks with NOT EXISTS instead of NOT IN"),
    Wording("4.0", _RETURNING, r"\1", "INSERT asks for generated columns with RETURNING where the database can"),
    Wording("4.1", _CUT, r"\1)", "time zones are parameters"),
    Wording("5.0", _CAST_IN_BRACKETS, r"\1", "decimals are cast in brackets on SQLite"),
    Wording("5.2", _ORS, r"\1 IN (?, ...)", "prefetch_related() asks with OR on some databases"),
    Wording("5.2", _ROW_IN, r"\1 IN (?, ...)", "prefetch_related() asks with rows on PostgreSQL"),
    Wording("5.2", _UNNEST, r") VALUES (?, ...)\1", "rows are inserted with UNNEST on PostgreSQL"),
    Wording("5.2", r"^.*$", _places, "groups and orders name places of what is selected"),
    Wording("5.2", r"\b(\w+\.\w+) AS \w+\b(?!\))", r"\1", "values() names its columns"),
    Wording("4.0", r"\bCol(\d+)\b", r"col\1", "columns of subqueries have names in lower case"),
    Wording("4.2", r"^.*$", _places, "groups and orders name places of what is selected"),
    Wording("4.1", _CAST_CASE, r"\1", "decimals of Case are cast on SQLite"),
)
"""In the order in which they are applied."""


@dataclass(frozen=True)
class Wordings:
    """The changes of words between two releases; all of them where these are unknown."""

    hop: Hop | None = None
    _evened: dict[str, str] = field(default_factory=dict)

    @cached_property
    def known(self) -> tuple[Wording, ...]:
        """Those that the hop crosses."""
        return tuple(one for one in WORDINGS if crossed(one.since, self.hop))

    def even(self, statement: str) -> str:
        """The statement in the words that both releases share."""
        if statement not in self._evened:
            self._evened[statement] = _apply(self.known, statement)
        return self._evened[statement]

    def between(self, old: str, new: str) -> tuple[Wording, ...]:
        """The changes of words without which two statements would not be the same."""
        return tuple(one for one in self.known if _apply(rest := [two for two in self.known if two is not one], old) != _apply(rest, new))


def _apply(wordings: tuple[Wording, ...] | list[Wording], statement: str) -> str:
    for one in wordings:
        for _ in range(_NESTED):
            statement = one.compiled.sub(one.replacement, statement)
    return statement


def crossed(release: str, hop: Hop | None) -> bool:
    """True if a hop goes from before a release to it or beyond; an unknown hop crosses everything."""
    return hop is None or (release in NAMES and order(hop.source) < order(release) <= order(hop.target))
