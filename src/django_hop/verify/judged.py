"""Checks as judges of codemods: each problem that a check finds only after the hop counts like a test that fails now."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from .checks import check_plain, imports, migrate
from .model import BROKEN, FAILED, OK, PASSED, TIMEOUT, Check, Result, Say, TestChange, Verdict
from .running import Running

JUDGES: Mapping[str, Callable[[Running], Result]] = {
    "imports": imports,
    "check": check_plain,
    "migrate": lambda running: migrate(running, {}),
}
"""`makemigrations --check` is none: what it misses are migrations that the new release wants, not faults of a codemod."""
_ERROR = re.compile(r"^(?P<key>.*?: \([\w.]+\.[EC]\d+\))")


def worse(checks: Iterable[Check]) -> list[TestChange]:
    """The problems that only the new side has, of the checks that got worse, as tests that fail newly."""
    found = []
    for check in checks:
        if check.name in JUDGES and check.verdict is Verdict.WORSE:
            before = _problems(check.name, check.old)
            for key, text in _problems(check.name, check.new).items():
                if key not in before:
                    name = f"{check.name}: {key}" if key else check.name
                    found.append(TestChange(name, PASSED, FAILED, "newly failing", check.side, text))
    return found


def is_check(name: str) -> bool:
    """True for the name of a problem that a check found, as `worse` makes them; False for the id of a test."""
    return name.partition(": ")[0] in JUDGES


def outcomes(running: Running, names: Collection[str], say: Say) -> dict[str, str]:
    """Run the checks that these problems come from, and tell of each problem whether it is gone (passed) or there (failed)."""
    found: dict[str, str] = {}
    for check in JUDGES:
        wanted = [name for name in names if name.partition(": ")[0] == check]
        if wanted:
            say(f"{running.name}: {check}")
            result = JUDGES[check](running)
            problems = _problems(check, result)
            for name in wanted:
                key = name.partition(": ")[2]
                there = key in problems or "" in problems if key else result.state != OK
                found[name] = FAILED if there else PASSED
    return found


def counted(names: Collection[str]) -> str:
    """`2 tests and 1 problem of the checks fail`."""
    checks = sum(map(is_check, names))
    tests = len(names) - checks
    parts = [f"{number} {noun if number == 1 else plural}" for number, noun, plural in _nouns(tests, checks) if number]
    return f"{' and '.join(parts)} {'fails' if len(names) == 1 and tests else 'fail' if tests else 'came up'}"


def _nouns(tests: int, checks: int) -> tuple[tuple[int, str, str], ...]:
    return (tests, "test", "tests"), (checks, "problem of the checks", "problems of the checks")


def _problems(check: str, result: Result) -> dict[str, str]:
    """Key -> text of what a check found; the key is empty where the check as a whole went wrong."""
    if result.ok or result.state not in (TIMEOUT, BROKEN):
        return {}
    found: dict[str, str] = {}
    if check == "imports":
        found = {detail.partition(": ")[0]: detail for detail in result.details}
    elif check == "check":
        found = {match["key"]: detail for detail in result.details if (match := _ERROR.match(detail))}
    return found or {"": result.text}
