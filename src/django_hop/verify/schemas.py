"""Two databases after all migrations, compared: tables, columns, constraints, indexes. Names of indexes and constraints do not count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from .causes import MIGRATION, Cause, Causes, Difference
from .recording import Schema


def compare_schemas(old: Mapping[str, Schema], new: Mapping[str, Schema], causes: Causes) -> dict[str, Any]:
    """Every difference of every database that both sides have, with its likely cause, as JSON holds it."""
    found: list[dict[str, Any]] = []
    for alias in old:
        if alias in new and old[alias].vendor == new[alias].vendor:
            found += _database(alias, old[alias], new[alias], causes)
    made = {alias: {"vendor": one.vendor, "tables": len(one.tables), "made_by": one.made_by} for alias, one in new.items()}
    return {"databases": made, "differences": found}


def _database(alias: str, old: Schema, new: Schema, causes: Causes) -> Iterator[dict[str, Any]]:
    fresh: dict[str, list[str]] = {}
    for name in sorted(new.migrations - old.migrations):
        app, _, migration = name.partition(".")
        fresh.setdefault(app, []).append(migration)
    for table in sorted({*old.tables, *new.tables}):
        for what, before, after in _table(old.tables.get(table), new.tables.get(table)):
            difference = Difference("schema", f"{table}{what}", before, after)
            app = new.owners.get(table) or old.owners.get(table) or ""
            cause = _cause(difference, app, fresh, causes)
            yield {"database": alias, "table": table, "what": what.strip(". "), "old": before, "new": after, "cause": cause.as_json()}


def _cause(difference: Difference, app: str, fresh: Mapping[str, list[str]], causes: Causes) -> Cause:
    if app in fresh:
        return Cause(MIGRATION, f"{', '.join(fresh[app])} of {app}, which the old side does not have")
    return causes.of(difference)


def _table(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[tuple[str, str | None, str | None]]:
    """What differs in one table: a part of its name, what was, what is."""
    if old is None or new is None:
        yield " table", None if old is None else "there", None if new is None else "there"
        return
    columns = (old["columns"], new["columns"])
    for name in [*columns[0], *(one for one in columns[1] if one not in columns[0])]:
        before, after = (_column(one.get(name)) for one in columns)
        if before != after:
            yield f".{name}", before, after
    for kind in ("constraints", "indexes"):
        counts = [Counter(map(normal, one[kind])) for one in (old, new)]
        for text in sorted((counts[0] - counts[1]).elements()):
            yield f" {kind}", text, None
        for text in sorted((counts[1] - counts[0]).elements()):
            yield f" {kind}", None, text


def _column(one: Mapping[str, Any] | None) -> str | None:
    if one is None:
        return None
    default = one["default"]
    parts = [one["type"].lower(), "NULL" if one["null"] else "NOT NULL", f"DEFAULT {default}" if default is not None else "", one["more"]]
    return " ".join(filter(None, parts))


def normal(definition: str) -> str:
    """The definition of an index or a constraint without quotes, needless blanks and generated names."""
    text = re.sub(r'["`]', "", definition)
    return re.sub(r"\s+", " ", re.sub(r"\s*([(),=<>])\s*", r"\1", text)).strip()
