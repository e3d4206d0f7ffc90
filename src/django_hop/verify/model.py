"""The words of verify as values: sides, checks with two results, tests with two outcomes, and all of it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from ..errors import Exit
from ..model import Hop

PASSED, FAILED, ERROR, SKIPPED, XFAILED = "passed", "failed", "error", "skipped", "xfailed"
GONE = ""
"""The outcome of a test that was not there on this side."""
RED = frozenset({FAILED, ERROR})

OK, BROKEN, TIMEOUT, NOT_RUN = "ok", "failed", "timed out", "not run"

Say = Callable[[str], None]
"""Called with one line on what runs now; for a progress display."""


class Verdict(str, Enum):
    """What two results say together."""

    SAME = "same"
    BETTER = "better"
    WORSE = "worse"
    RED = "red on both"
    STATE = "state only"
    """Migrations are wanted that change nothing in the database, and that the branch wants, too: they come with it."""


@dataclass(frozen=True)
class Result:
    """What one check gave on one side."""

    state: str
    """ok, failed, timed out, or not run."""
    text: str = ""
    """One line: numbers, or the first thing that went wrong."""
    details: tuple[str, ...] = ()
    """Single problems, comparable between the sides: a module that does not import, the id of a system check."""
    seconds: float = 0.0
    log: str = ""

    @property
    def ok(self) -> bool:
        """True if the check ran and found nothing."""
        return self.state == OK


@dataclass(frozen=True)
class Check:
    """One check on both sides."""

    name: str
    old: Result
    new: Result
    verdict: Verdict
    side: str = "branch"
    """`branch`, or `prepare` where the new result is that of the prepare branch on the old release."""


@dataclass(frozen=True)
class TestChange:
    """One test whose outcome is not the same and green on both sides."""

    id: str
    old: str
    new: str
    kind: str
    """newly failing, newly passing, still failing, flaky, gone, or new."""
    side: str = "branch"
    text: str = ""
    """How it failed on the new side; on the old one where it passes now."""


@dataclass(frozen=True)
class Environment:
    """Where a side runs."""

    side: str
    """old (the base), prepare, or new (the branch)."""
    commit: str
    release: str
    python: Path
    python_version: str
    django: str
    sources: tuple[str, ...] = ()
    """What it was made from: requirement files, or how it was given."""
    notes: tuple[str, ...] = ()
    path: tuple[Path, ...] = ()
    """Folders for PYTHONPATH that belong to the environment."""


@dataclass(frozen=True)
class Parked:
    """A codemod that was taken out of the branch, wholly or in some files, and why."""

    codemod: str
    title: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    reason: str
    branch: str
    commit: str = ""


@dataclass(frozen=True)
class Migrated:
    """What `--migrations` did with the migrations of one app."""

    app: str
    files: tuple[str, ...]
    kind: str
    """state, additive, rewriting or dropping: the worst of the operations."""
    operations: tuple[str, ...]
    commit: str
    parked: bool
    reason: str = ""


@dataclass(frozen=True)
class Verification:
    """All that verify found."""

    hop: Hop
    base: str
    branch: str
    head: str
    prepare_head: str
    environments: tuple[Environment, ...] = ()
    checks: tuple[Check, ...] = ()
    tests: tuple[TestChange, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Side -> outcome -> number of tests."""
    warnings: Any = None
    sql: Any = None
    responses: Any = None
    mails: Any = None
    uses: Any = None
    """Templates, operations on caches, signals."""
    schema: Any = None
    parked: tuple[Parked, ...] = ()
    migrations: tuple[Migrated, ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    logs: Path = Path()
    kept: Path | None = None
    """The checkouts, if they were kept."""
    seconds: float = 0.0
    gave_up: str = ""
    """Why tests that fail on the branch could not be made green by taking something out."""
    ratchet: tuple[str, ...] = ()
    """New warnings that the baseline does not hold; empty unless --ratchet."""
    unexplained: Mapping[str, int] = field(default_factory=dict)
    """sql, responses, mails, schema -> number of differences that nothing explains, but for those that the settings accept."""

    @property
    def exit(self) -> Exit:
        """0 only if everything that ran is green on the branch, nothing was taken out, nothing is unexplained, and there were tests."""
        red = any(check.verdict in (Verdict.WORSE, Verdict.RED) for check in self.checks)
        parked = bool(self.parked) or any(one.parked for one in self.migrations)
        told = parked or self.gave_up or self.ratchet or self.unexplained
        return Exit.LOOK if red or told or not self.counts.get("new") else Exit.DONE
