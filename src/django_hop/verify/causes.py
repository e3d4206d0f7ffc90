"""Why two runs differ: what is known of releases of Django, and which silent changes have places in the project.

A rule names what it explains exactly. What no rule knows is unexplained and is told as that: the places of silent changes in the same
area are named beside it as a start, not as the cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ..catalogue import records
from ..model import Codemod, Finding, Hop
from .wordings import Wordings, crossed

RECORD, WORDING, UNEXPLAINED, MIGRATION = "record", "wording", "unexplained", "migration"
MOST_PLACES = 10
OF_CHANGELIST, JOINED = "statement of a list in the admin", "comes with a list in the admin now"
"""What differs, where the requests of the test say more than a statement does."""
_AREAS = {
    "sql": frozenset({"orm", "models", "db-backend", "migrations", "admin", "auth"}),
    "responses": frozenset({"middleware", "views", "http", "auth", "settings", "templates", "urls", "forms", "serializers", "admin"}),
    "mails": frozenset({"mail"}),
    "uses": frozenset({"cache", "signals", "templates"}),
    "schema": frozenset({"migrations", "models", "db-backend"}),
}
"""Kind of a difference -> surfaces of the catalogue on which it may come about."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same on both sides."""

    kind: str
    """sql, responses, mails, uses, schema."""
    what: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Cause:
    """What differences are put under."""

    kind: str
    """record: a change that the release notes tell; wording: the same meaning in other words; migration: a migration that came along;
    unexplained."""
    text: str
    record: str = ""
    docs: str = ""
    codemods: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """`path:line` of the codemods' findings in the project."""

    def as_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {**vars(self), "codemods": list(self.codemods), "places": list(self.places)}


@dataclass(frozen=True)
class Rule:
    """What one change of a release does to what a test sees."""

    kind: str
    since: str
    """The release of the change."""
    fits: Callable[[Difference], bool]
    record: str = ""
    text: str = ""
    """What it is where the catalogue has no record of it."""
    wording: bool = False


def header(name: str, new: str | None = None) -> Callable[[Difference], bool]:
    """A header that came, went or changed; with `new`, to exactly this value."""
    return lambda one: one.what == f"header {name}" and (new is None or one.new == new)


def _samesite(one: Difference) -> bool:
    return " cookie " in one.what and bool(one.new) and f"{one.old}; samesite=Lax" == one.new


def _fewer_columns(one: Difference) -> bool:
    """An UPDATE that writes some of the columns it wrote."""
    found = [re.fullmatch(r"(.*?UPDATE \w+ SET )(.*)( WHERE .*)", text or "") for text in (one.old, one.new)]
    old, new = found
    if old is None or new is None or (old[1], old[3]) != (new[1], new[3]):
        return False
    return set(new[2].split(", ")) < set(old[2].split(", "))


def _error_page(one: Difference) -> bool:
    return one.what == "header content-type" and one.old == "text/html" and one.new == "text/html; charset=utf-8"


def _positive(one: Difference) -> bool:
    return one.old is None and bool(re.fullmatch(r"CHECK\(\w+>=0\)", one.new or ""))


def _identity(one: Difference) -> bool:
    return "nextval(" in (one.old or "") and (one.new or "").endswith(" identity")


def _unsorted(one: Difference) -> bool:
    asks = r"SELECT [^()]* FROM (\w+) WHERE \1\.\w+ IN \(\?, \.\.\.\)"
    return bool(re.fullmatch(asks, one.new or "")) and bool(re.fullmatch(re.escape(one.new or "") + r" ORDER BY [^()]*", one.old or ""))


def _content_types(one: Difference) -> bool:
    return all(" FROM django_content_type WHERE " in (text or "") for text in (one.old, one.new)) and " IN (" in (one.new or "")


def _savepoint(one: Difference) -> bool:
    return one.what in ("no longer runs", "runs less often") and "SAVEPOINT savepoint" in (one.old or "")


def _group_permissions(one: Difference) -> bool:
    return all("auth_permission" in (text or "") and "auth_group_permissions" in (text or "") for text in (one.old, one.new))


def _vary_cookie(one: Difference) -> bool:
    return one.what == "header vary" and one.new == (f"{one.old}, Cookie" if one.old else "Cookie")


def _admin_csrf(one: Difference) -> bool:
    return bool(re.fullmatch(r"GET admin:\S* cookie csrftoken", one.what)) and one.old is None


def _logout(one: Difference) -> bool:
    return one.what == "another request follows" and "logout" in (one.old or "") and one.new == (one.old or "").replace("GET ", "POST ", 1)


def _private(one: Difference) -> bool:
    return one.what == "header cache-control" and bool(one.old) and one.new == f"{one.old}, private"


def evened(*pairs: tuple[str, str]) -> Callable[[Difference], bool]:
    """Statements that are the same when the patterns are replaced on both sides."""

    def same(one: Difference) -> bool:
        if not one.old or not one.new or one.what != "statement":
            return False
        texts = [one.old, one.new]
        for pattern, replacement in pairs:
            texts = [re.sub(pattern, replacement, text) for text in texts]
        return texts[0] == texts[1]

    return same


def _ordering_gone(one: Difference) -> bool:
    """The order of Meta no longer sorts, nor divides, groups."""
    rest = evened((r" GROUP BY .*?(?= HAVING | ORDER BY | LIMIT |\)|$)", ""), (r" ORDER BY [^()]*?(?= LIMIT |$)", ""))
    return " GROUP BY " in (one.old or "") and " ORDER BY " in (one.old or "") and rest(one)


def _insert_first(one: Difference) -> bool:
    return one.what in ("no longer runs", "runs less often") and (one.old or "").startswith("UPDATE ")


def _not_asked(one: Difference) -> bool:
    asks = r"SELECT (\w+)\.(\w+) FROM \1 WHERE \((?:\1\.\w+ = \? AND )?\1\.\2 IN \(\?, \.\.\.\)(?: AND \1\.\w+ = \?)?\)"
    return one.what in ("no longer runs", "runs less often") and bool(re.fullmatch(asks, one.old or ""))


def _protected(one: Difference) -> bool:
    asks = r"SELECT (\w+)\.\w+ FROM \1 WHERE \1\.\w+ IN \(\?, \.\.\.\)(?: ORDER BY .*)?"
    return one.what == "runs now" and bool(re.fullmatch(asks, one.new or ""))


def _hierarchy(one: Difference) -> bool:
    return " AS datefield " in (one.old or "") and " AS datetimefield " in (one.new or "")


def _more_select(one: Difference) -> bool:
    return evened((r"SELECT (?:DISTINCT )?.*? FROM ", "SELECT FROM "))(one) and sorted(_columns(one.old)) == sorted(_columns(one.new))


def _columns(statement: str | None) -> list[str]:
    found = re.search(r"SELECT (?:DISTINCT )?(.*?) FROM ", statement or "")
    return found[1].split(", ") if found else []


def _more_order(one: Difference) -> bool:
    """The key, behind what sorts already."""
    before, after = one.old or "", one.new or ""
    table = re.search(r" FROM (\w+)", after)
    return bool(table and " ORDER BY " in before and re.fullmatch(re.escape(before) + rf", {table[1]}\.\w+ ASC", after))


def _content_type_names(one: Difference) -> bool:
    asks = r"SELECT django_content_type\.model(?: AS model)? FROM django_content_type WHERE django_content_type\.app_label = \?"
    return " FROM django_content_type WHERE " in (one.old or "") and bool(re.fullmatch(asks, one.new or ""))


RULES = (
    Rule("responses", "2.1", _samesite, "2.1-samesite-cookies"),
    Rule("responses", "3.0", header("x-content-type-options", "nosniff"), "3.0-content-type-nosniff"),
    Rule("responses", "3.0", header("x-frame-options", "DENY"), "3.0-x-frame-options-deny"),
    Rule("responses", "3.1", header("referrer-policy", "same-origin"), "3.1-secure-referrer-policy-default"),
    Rule("responses", "4.0", header("cross-origin-opener-policy", "same-origin"), "4.0-cross-origin-opener-policy-default"),
    Rule("responses", "4.0", lambda one: header("x-xss-protection")(one) and one.new is None, "4.0-secure-browser-xss-filter-removed"),
    Rule("responses", "3.0", _vary_cookie, text="SessionMiddleware adds Vary: Cookie where it deletes the cookie"),
    Rule("responses", "3.0", _private, text="never_cache() adds `private` to Cache-Control"),
    Rule("responses", "4.1", _error_page, text="Django's own error pages name their charset"),
    Rule("responses", "4.1", _logout, "4.1-logout-via-get"),
    Rule("responses", "4.1", _admin_csrf, "4.1-admin-logout-uses-post"),
    Rule("sql", "3.1", _ordering_gone, "2.2-meta-ordering-group-by"),
    Rule("sql", "3.0", _insert_first, "3.0-save-with-default-pk"),
    Rule("sql", "3.0", _not_asked, text="add() of a many-to-many relation ignores what is there already, instead of asking", wording=True),
    Rule("sql", "3.1", _protected, text="delete() looks at all relations that protect before it refuses"),
    Rule("sql", "3.1", _hierarchy, text="date_hierarchy of the admin cuts times in the current time zone"),
    Rule("sql", "4.2", _fewer_columns, "4.2-update-or-create-update-fields"),
    Rule("sql", "5.1", _unsorted, text="prefetch_related() of a foreign key does not sort"),
    Rule("sql", "5.1", _content_types, text="migrate asks for all content types of an app at once"),
    Rule("sql", "5.2", _savepoint, text="pages of the admin that only show something open no transaction"),
    Rule("sql", "5.2", _group_permissions, text="permissions of groups are asked for with a subquery"),
    Rule("sql", "6.1", lambda one: one.what in (OF_CHANGELIST, JOINED), "6.1-admin-changelist-related-fields"),
    Rule("sql", "6.1", _more_order, text="formsets, those of the admin too, sort by the key where what they sort by is not unique"),
    Rule("sql", "6.1", _content_type_names, text="migrate asks for the names of content types only"),
    Rule("schema", "2.2", _positive, "2.2-sqlite-positive-integer-check"),
    Rule("schema", "4.1", _identity, "4.1-postgresql-identity-columns"),
    Rule("sql", "5.2", _more_select, "5.2-values-select-order"),
)
"""In order: the first that fits, within the releases of the hop, is the cause."""


@cache
def _records() -> dict[str, tuple[str, str, str]]:
    return {one.id: (one.title, one.docs, one.surface) for one in records()}


class Causes:
    """Finds the cause of a difference between two releases in one project."""

    def __init__(self, codemods: Sequence[Codemod], hop: Hop | None, findings: Sequence[Finding]) -> None:
        self.codemods = codemods
        self.findings = findings
        self.rules = [rule for rule in RULES if crossed(rule.since, hop)]
        self.wordings = Wordings(hop)
        self.kinds = {kind: self._unexplained(areas) for kind, areas in _AREAS.items()}

    def of(self, difference: Difference) -> Cause:
        """The first rule that fits; else unexplained, with the places of silent changes in the same area."""
        if difference.kind == "sql":
            old, new = (self.wordings.even(text) if text else text for text in (difference.old, difference.new))
            if difference.what == "statement" and old == new:
                return self._worded(difference.old or "", difference.new or "")
            difference = replace(difference, old=old, new=new)
        for rule in self.rules:
            if rule.kind == difference.kind and rule.fits(difference):
                return self._told(rule)
        return self.kinds[difference.kind]

    def _worded(self, old: str, new: str) -> Cause:
        found = self.wordings.between(old, new)
        return Cause(WORDING, f"{found[0].text} (Django {found[0].since})" if len(found) == 1 else "several changes of words at once")

    def _told(self, rule: Rule) -> Cause:
        kind = WORDING if rule.wording else RECORD
        if not rule.record:
            return Cause(kind, f"{rule.text} (Django {rule.since})")
        title, docs, _ = _records()[rule.record]
        covering = tuple(one.id for one in self.codemods if rule.record in one.covers)
        return Cause(kind, title, rule.record, docs, covering, self._places(covering))

    def _places(self, codemods: Sequence[str]) -> tuple[str, ...]:
        found = dict.fromkeys(f"{one.path}:{one.line}" for one in self.findings if one.codemod in codemods)
        return tuple(found)[:MOST_PLACES]

    def _unexplained(self, areas: frozenset[str]) -> Cause:
        surfaces = {name: one[2] for name, one in _records().items()}
        seen = {one.codemod for one in self.findings}
        fitting = tuple(one.id for one in self.codemods if one.id in seen and any(surfaces.get(record) in areas for record in one.covers))
        return replace(Cause(UNEXPLAINED, "no known change of Django explains this"), codemods=fitting, places=self._places(fitting))
