"""What two recordings say together: every difference once, with the tests that show it, under its likely cause, most common first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ..model import Codemod, Finding, Hop
from .causes import Cause, Causes, Difference
from .changelists import told
from .deprecations import compare_warnings
from .recording import Recording, Seen
from .schemas import compare_schemas
from .statements import tables, tail, verb
from .wordings import Wordings

MOST_TESTS = 20
"""Tests that are named of one difference; the number of all is told too."""


@dataclass(frozen=True)
class Differences:
    """All differences, each as JSON holds it."""

    warnings: dict[str, Any]
    sql: dict[str, Any]
    responses: dict[str, Any]
    mails: dict[str, Any]
    uses: dict[str, Any]
    """Templates, operations on caches, signals."""
    schema: dict[str, Any]
    problems: tuple[str, ...] = ()


def compare(
    old: Recording,
    new: Recording,
    codemods: Sequence[Codemod],
    hop: Hop | None = None,
    findings: Sequence[Finding] = (),
    without: Collection[str] = (),
) -> Differences:
    """Compare two recordings. `findings` are places of silent changes in the project; tests of `without` failed, and say nothing."""
    causes = Causes(codemods, hop, findings)
    words = causes.wordings
    both = [test for test in old.tests if test in new.tests and test not in set(without)]

    def all_of(look: Callable[[Seen, Seen], Iterable[Difference]]) -> dict[str, Any]:
        return grouped({test: look(old.tests[test], new.tests[test]) for test in both}, causes)

    return Differences(
        compare_warnings(old, new, codemods),
        all_of(lambda before, after: sql_differences(before, after, words)),
        all_of(response_differences),
        all_of(mail_differences),
        all_of(use_differences),
        compare_schemas(old.schemas, new.schemas, causes),
        tuple(dict.fromkeys([*old.problems, *new.problems])),
    )


def grouped(found: Mapping[str, Iterable[Difference]], causes: Causes) -> dict[str, Any]:
    """Differences of tests -> causes, each with its differences, each with its tests; what nothing explains comes first."""
    tests: dict[Difference, list[str]] = {}
    for test, differences in found.items():
        for difference in differences:
            tests.setdefault(difference, [])
            if test not in tests[difference]:
                tests[difference].append(test)
    groups: dict[Cause, list[Difference]] = {}
    for difference in tests:
        groups.setdefault(causes.of(difference), []).append(difference)
    made = [_group(cause, group, tests) for cause, group in groups.items()]
    made.sort(key=lambda one: (one["cause"]["kind"] != "unexplained", one["cause"]["kind"] == "wording", -one["tests"]))
    touched = {test for one in tests.values() for test in one}
    return {"compared": len(found), "tests": len(touched), "differences": len(tests), "groups": made}


def _group(cause: Cause, group: Sequence[Difference], tests: Mapping[Difference, Sequence[str]]) -> dict[str, Any]:
    ordered = sorted(group, key=lambda one: -len(tests[one]))
    listed = [
        {"what": one.what, "old": one.old, "new": one.new, "tests": list(tests[one][:MOST_TESTS]), "tests_count": len(tests[one])}
        for one in ordered
    ]
    return {"cause": cause.as_json(), "tests": len({test for one in group for test in tests[one]}), "differences": listed}


def sql_differences(old: Seen, new: Seen, words: Wordings) -> Iterator[Difference]:
    """Statements of one test that are worded otherwise, went, came, changed, or run another number of times."""
    before, after = _by_words(old, words), _by_words(new, words)
    found: list[Difference] = []
    for key in before:
        if key in after:
            found += _in_both(before[key], after[key])
    gone = [min(statements) for key, statements in before.items() if key not in after]
    come = [min(statements) for key, statements in after.items() if key not in before]
    for one, other in _pairs(gone, come):
        found.append(Difference("sql", "statement" if one and other else "no longer runs" if one else "runs now", one, other))
    yield from told(found, new)


def _by_words(seen: Seen, words: Wordings) -> dict[str, Counter[str]]:
    """Statements in the words that both releases share -> as they were, with how often."""
    found: dict[str, Counter[str]] = {}
    for statement, number in seen.sql.items():
        found.setdefault(words.even(statement), Counter())[statement] += number
    return found


def _in_both(before: Counter[str], after: Counter[str]) -> Iterator[Difference]:
    """What is to be said of statements that mean the same."""
    numbers = sum(before.values()), sum(after.values())
    if numbers[0] != numbers[1]:
        yield Difference("sql", "runs more often" if numbers[1] > numbers[0] else "runs less often", min(before), min(after))
        return
    gone, come = sorted(before - after), sorted(after - before)
    for place, statement in enumerate(come):
        yield Difference("sql", "statement", gone[min(place, len(gone) - 1)], statement)


def _pairs(gone: list[str], come: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Each statement that went with the most similar one of the same kind that came, then what has no partner."""
    scored = [
        (_likeness(before, after), before, after)
        for before in gone
        for after in come
        if verb(before) == verb(after) and tables(before) & tables(after)
    ]
    left, right = dict.fromkeys(gone), dict.fromkeys(come)
    for _, before, after in sorted(scored, key=lambda one: -one[0]):
        if before in left and after in right:
            del left[before], right[after]
            yield before, after
    yield from ((before, None) for before in left)
    yield from ((None, after) for after in right)


def _likeness(one: str, other: str) -> float:
    """How alike two statements are; the same conditions and order count more than columns and joins, which are long."""
    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio() + (0.25 if tail(one) == tail(other) else 0.0)


def response_differences(old: Seen, new: Seen) -> Iterator[Difference]:
    """Answers to the requests of one test, one by one, as long as the requests are the same."""
    for before, after in zip(old.responses, new.responses, strict=False):
        if before["request"] != after["request"]:
            yield Difference("responses", "another request follows", before["request"], after["request"])
            return
        yield from _answers(before, after)
    if len(old.responses) != len(new.responses):
        yield Difference("responses", "number of requests", str(len(old.responses)), str(len(new.responses)))


def _answers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    where = before["request"]
    if before.get("raised") != after.get("raised"):
        yield Difference("responses", f"{where} raises", before.get("raised"), after.get("raised"))
        return
    if before.get("status") != after.get("status"):
        yield Difference("responses", f"{where} status", _text(before.get("status")), _text(after.get("status")))
    for name in ("headers", "cookies"):
        parts = [one.get(name, {}) for one in (before, after)]
        for key in sorted({*parts[0], *parts[1]}):
            if parts[0].get(key) != parts[1].get(key):
                what = f"header {key}" if name == "headers" else f"{where} cookie {key}"
                yield Difference("responses", what, _text(parts[0].get(key)), _text(parts[1].get(key)))
    yield from (Difference("responses", f"{where} JSON {path}", one, other) for path, one, other in _shapes(before, after))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _shapes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    """The places in two JSON shapes that differ: `results[].price`, what was there, what is there."""
    parts = [dict(_flat("", one["json"])) if "json" in one else {} for one in (before, after)]
    for path in sorted({*parts[0], *parts[1]}):
        one, other = parts[0].get(path), parts[1].get(path)
        if one != other and not (path.endswith("[]") and None in (one, other)):
            yield path or "value", one, other


def _flat(path: str, shape: Any) -> Iterator[tuple[str, str]]:
    if isinstance(shape, dict):
        for key, value in shape.items():
            yield from _flat(f"{path}.{key}" if path else key, value)
    elif isinstance(shape, list):
        kinds: dict[str, set[str]] = {}
        for one in shape:
            for inner, kind in _flat(f"{path}[]", one):
                kinds.setdefault(inner, set()).add(kind)
        yield path or "value", "list"
        yield from ((inner, " or ".join(sorted(found))) for inner, found in kinds.items())
    else:
        yield path, str(shape)


def mail_differences(old: Seen, new: Seen) -> Iterator[Difference]:
    """Mails of one test, in order."""
    for before, after in zip(old.mails, new.mails, strict=False):
        for name in before:
            if before[name] != after.get(name):
                yield Difference("mails", name, _listed(before[name]), _listed(after.get(name)))
    if len(old.mails) != len(new.mails):
        yield Difference("mails", "number of mails", str(len(old.mails)), str(len(new.mails)))


def _listed(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def use_differences(old: Seen, new: Seen) -> Iterator[Difference]:
    """Templates of the project, operations on caches and signals of one test, where their numbers differ."""
    for kind in ("templates", "cache", "signals"):
        counts = [Counter(getattr(one, kind)) for one in (old, new)]
        for name in sorted({*counts[0], *counts[1]}):
            if counts[0][name] != counts[1][name]:
                yield Difference("uses", f"{kind} {name}", _times(counts[0][name]), _times(counts[1][name]))


def _times(number: int) -> str:
    return f"{number} times" if number != 1 else "once"
