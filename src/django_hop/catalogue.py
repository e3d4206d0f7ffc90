"""The project's copy of the catalogue of what changed, in Django and in other packages, and which codemod answers which record.

The data (`data/catalogue/X.Y.json` and `third-party.json`, one record a line) is made by tools/catalogue.py. Documentation and tests read
it; a hop does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from .data_files import DATA
from .model import DEPENDENCIES, Codemod, Safety, Unseen
from .packs import Pack
from .releases import order

THIRD_PARTY = "third-party"
"""The file of the records of packages other than Django."""

COMPLETE = ("2.0", "2.1", "2.2", "3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0", "6.1")
"""Releases whose every record has its row: a test holds them to it."""

UNFINISHED: frozenset[str] = frozenset(
    {
    }
)
"""Packages of which some records are still open; those of all others have their row, which a test holds them to."""

NOT_REWRITTEN: Mapping[str, str] = {}
"""Records that the catalogue calls rewritable and that we only locate, with the reason."""


class State(str, Enum):
    """What we do about a record."""

    REWRITTEN = "rewritten"
    LOCATED = "located"
    REQUIREMENT = "requirement"
    """The commits that move requirements do it."""
    RUNTIME = "runtime"
    """No source shows it; a check of `verify` does."""
    NONE = "none"
    """Nothing in user code can depend on it."""
    OPEN = "open"
    """Nobody has dealt with it."""


@dataclass(frozen=True)
class Record:
    """One change that a release of Django or of another package made. The keys are those of the catalogue."""

    id: str
    title: str
    surface: str
    automation: str
    """What a tool could do: rewrite, rewrite-heuristic, detect, runtime, none."""
    prevalence: str
    django: str = ""
    """The release of Django that introduced it."""
    package: str = ""
    """Canonical name of the package that changed, if it is another one than Django; `since` and `removed_in` are its releases."""
    since: str = ""
    """The release of the package that introduced it; `any` where the package has nothing left to move to."""
    kind: str = ""
    """deprecation or incompatible; of Django's only."""
    deprecated_in: str = ""
    """Only where that was before 2.0."""
    removed_in: str = ""
    peers: tuple[str, ...] = ()
    """Which other tools cover it, as `tool:part`."""
    docs: str = ""


@dataclass(frozen=True)
class Row:
    """One record, and what we do about it."""

    record: Record
    state: State
    codemods: tuple[Codemod, ...] = ()
    unseen: Unseen | None = None


@cache
def records() -> tuple[Record, ...]:
    """All records in the catalogue's order: Django's, oldest release first, then those of other packages."""
    folder = DATA / "catalogue"
    texts = {entry.name.removesuffix(".json"): entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".json")}
    others = texts.pop(THIRD_PARTY)
    ordered = [*(texts[release] for release in sorted(texts, key=order)), others]
    return tuple(_record(one) for text in ordered for one in json.loads(text))


def _record(fields: dict[str, str | list[str]]) -> Record:
    peers = tuple(fields.pop("peers", ()))
    return Record(**{key: str(value) for key, value in fields.items()}, peers=peers)


def rows(packs: Sequence[Pack]) -> tuple[Row, ...]:
    """Every record with its state, in the order of `records()`. A codemod wins over an Unseen; a test forbids both."""
    covering: dict[str, list[Codemod]] = {}
    for codemod in (codemod for pack in packs for codemod in pack.codemods):
        for record in codemod.covers:
            covering.setdefault(record, []).append(codemod)
    unseen = {one.record: one for pack in packs for one in pack.unseen}
    return tuple(_row(record, tuple(covering.get(record.id, ())), unseen.get(record.id)) for record in records())


def _row(record: Record, codemods: tuple[Codemod, ...], unseen: Unseen | None) -> Row:
    if codemods:
        rewritten = any(codemod.safety is not Safety.DETECT for codemod in codemods)
        return Row(record, State.REWRITTEN if rewritten else State.LOCATED, codemods)
    if unseen is None:
        return Row(record, State.OPEN)
    if unseen.shown_by == DEPENDENCIES:
        return Row(record, State.REQUIREMENT, (), unseen)
    return Row(record, State.RUNTIME if unseen.shown_by else State.NONE, (), unseen)
