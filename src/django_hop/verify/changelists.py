"""What a test of the admin's lists asks otherwise: the relations that come with a list are not asked for one by one.

A statement alone does not say that it is a list's, so the requests of its test are looked at, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .causes import JOINED, OF_CHANGELIST, Difference
from .recording import Seen
from .statements import select

_CHANGELIST = re.compile(r"\S+ \w+:\w+_changelist")
_BY_KEY = re.compile(r"(?:/\*.*?\*/ )?SELECT [^()]* FROM (\w+) WHERE \1\.\w+ = \? LIMIT 21")
"""One row by one column, as the access to a related object asks."""


def told(differences: Sequence[Difference], seen: Seen) -> Iterator[Difference]:
    """The differences of the statements of one test, those named that come from other joins of the admin's lists."""
    if not any(_CHANGELIST.fullmatch(one["request"]) for one in seen.responses):
        yield from differences
        return
    more = {place: joined for place, one in enumerate(differences) if (joined := _joined(one)) is not None}
    everything = frozenset(table for joined in more.values() for table in joined)
    for place, one in enumerate(differences):
        if place in more:
            yield replace(one, what=OF_CHANGELIST)
        elif one.what in ("no longer runs", "runs less often") and _asked(one) & everything:
            yield replace(one, what=JOINED)
        else:
            yield one


def _joined(one: Difference) -> Iterable[str] | None:
    """The tables whose rows come with a list now, if joins are all that differs; else None."""
    old, new = select(one.old or ""), select(one.new or "")
    if one.what != "statement" or not old or not new or (old.joins, old.joined) == (new.joins, new.joined):
        return None
    same = (old.table, old.columns, old.tail) == (new.table, new.columns, new.tail)
    return new.joined - old.joined if same else None


def _asked(one: Difference) -> frozenset[str]:
    found = _BY_KEY.fullmatch(one.old or "")
    return frozenset({found[1]} if found else ())
