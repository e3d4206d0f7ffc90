"""Which codemods break tests or checks, and in which files: found by running what fails with steps taken out.

On the old release every prefix of the prepare commits must be as green as the base, so there a bisection finds the guilty commit. On
the new release a prefix proves nothing (the base itself does not run there), so single codemods, then halves, are taken out of the
whole branch: those first whose files stand in the tracebacks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..model import Stage
from ..plan import PINS, REQUIREMENT
from .chains import Chains, Excluded
from .judged import JUDGES, is_check, outcomes
from .model import Result, Say, TestChange
from .running import Running
from .testing import TestRun, run_tests

MOST_TRIALS = 80
"""Runs of the failing tests before the search gives up."""
MOST_SUSPECTS = 12
MOST_SINGLE = 12
"""More files than this are tried in groups, not one by one."""


@dataclass
class Trial:
    """A checkout in which the branch is put together again and again, and the failing tests run."""

    running: Running
    chains: Chains
    say: Say
    runs: int = 0
    _written: dict[str, bytes] = field(default_factory=dict)

    def run(self, contents: dict[str, bytes], tests: Collection[str] | None) -> TestRun:
        """The tests, all or some of them and of the checks' problems, on these contents of the files that steps change."""
        self.runs += 1
        # Later than anything before: Python trusts compiled files whose source has the same second and size.
        stamp = time.time() + 2 * self.runs
        for path, data in contents.items():
            if self._written.get(path) != data:
                file = self.running.side.folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
                os.utime(file, (stamp, stamp))
                self._written[path] = data
        problems = {one for one in tests or () if is_check(one)}
        others = None if tests is None else set(tests) - problems
        made = TestRun() if others is not None and not others else run_tests(self.running, f"trial-{self.runs}", self.say, only=others)
        return replace(made, outcomes={**made.outcomes, **outcomes(self.running, problems, self.say)})

    def checks(self) -> dict[str, Result]:
        """The checks that can judge a codemod, on the contents of the last run."""
        return {name: check(self.running) for name, check in JUDGES.items()}

    def healed(self, excluded: Excluded, tests: Collection[str]) -> set[str]:
        """Those of the tests that pass when the steps are taken out."""
        run = self.run(self.chains.without(excluded)[0], tests)
        return {test for test in tests if run.outcomes.get(test) in ("passed", "skipped", "xfailed")}

    @property
    def exhausted(self) -> bool:
        """True if there were too many runs."""
        return self.runs >= MOST_TRIALS


@dataclass(frozen=True)
class Guilty:
    """A codemod that breaks tests, the files in which it does, and the tests."""

    codemod: str
    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """What was found, and what was not."""

    guilty: tuple[Guilty, ...]
    left: tuple[str, ...]
    """Tests that no codemod explains."""
    exhausted: bool = False


def excluded(guilty: Iterable[Guilty]) -> dict[str, frozenset[str]]:
    """The guilty steps as what is to be taken out."""
    found: dict[str, frozenset[str]] = {}
    for one in guilty:
        for path in one.files:
            found[path] = found.get(path, frozenset()) | {one.codemod}
    return found


def bisect(trial: Trial, failing: Sequence[TestChange]) -> Search:
    """The guilty among the prepare commits, on the old release, for tests that fail on the prepare branch."""
    chains = trial.chains
    prepared = sum(step.stage is Stage.PREPARE for step in chains.steps)
    texts = {one.id: one.text for one in failing}
    guilty: list[Guilty] = []

    def bad(upto: int, tests: Collection[str]) -> set[str]:
        return _failing(trial.run(chains.without(excluded(guilty), upto)[0], tests), tests)

    # What fails before the first step fails for other packages' new releases, not for a codemod.
    innate = bad(0, list(texts))
    left = bad(prepared, set(texts) - innate)
    while left and not trial.exhausted:
        low, high, found = 0, prepared, left
        while high - low > 1:
            middle = (low + high) // 2
            if failed := bad(middle, left):
                high, found = middle, failed
            else:
                low = middle
        step = chains.steps[high - 1]
        if _is_requirement(step.codemod) or any(one.codemod == step.codemod for one in guilty):
            break
        guilty.append(_smallest(trial, step.codemod, found, guilty, texts, upto=high))
        left = bad(prepared, left)
    return Search(tuple(guilty), tuple(sorted(left | innate)), trial.exhausted)


def take_out(trial: Trial, failing: Sequence[TestChange], already: Sequence[Guilty] = ()) -> Search:
    """The guilty among all codemods of the branch, on the new release, for tests that fail there. `already` are those that are known."""
    left, guilty = {one.id for one in failing}, list(already)
    texts = {one.id: one.text for one in failing}
    if already:
        left -= trial.healed(excluded(guilty), left)
    ordered = _by_suspicion(trial.chains, {codemod.codemod for codemod in already}, texts)
    suspects = [one for one, suspicious in ordered if suspicious][:MOST_SUSPECTS]
    for codemod in suspects:
        if left and not trial.exhausted:
            left = _try(trial, [codemod], left, guilty, texts)
    rest = [one for one, _ in ordered if one not in suspects]
    left = _halves(trial, rest, left, guilty, texts)
    return Search(tuple(guilty), tuple(sorted(left)), trial.exhausted and bool(left))


def _halves(trial: Trial, group: Sequence[str], left: set[str], guilty: list[Guilty], texts: dict[str, str]) -> set[str]:
    """Look for the guilty in a group, in halves. A half whose absence heals nothing may still hide one: something else in it is needed."""
    if not group or not left or trial.exhausted:
        return left
    if len(group) == 1:
        return _try(trial, group, left, guilty, texts)
    middle = len(group) // 2
    halves = [group[:middle], group[middle:]]
    if len(group) > 2:
        halves.sort(key=lambda half: not trial.healed(_with(trial, guilty, half), left))
    for half in halves:
        left = _halves(trial, half, left, guilty, texts)
    return left


def _with(trial: Trial, guilty: Sequence[Guilty], group: Sequence[str]) -> dict[str, frozenset[str]]:
    return excluded([*guilty, *(Guilty(codemod, trial.chains.paths_of(codemod), ()) for codemod in group)])


def _try(trial: Trial, group: Sequence[str], left: set[str], guilty: list[Guilty], texts: dict[str, str]) -> set[str]:
    healed = trial.healed(_with(trial, guilty, group), left)
    if not healed:
        return left
    guilty.append(_smallest(trial, group[0], healed, guilty, texts))
    return left - healed


def _smallest(
    trial: Trial, codemod: str, tests: set[str], guilty: Sequence[Guilty], texts: dict[str, str], upto: int | None = None
) -> Guilty:
    """The fewest files of a codemod that have to be taken out for the tests to pass."""
    files = list(trial.chains.paths_of(codemod))

    def heals(some: Sequence[str]) -> bool:
        out = excluded([*guilty, Guilty(codemod, tuple(some), ())])
        return not _failing(trial.run(trial.chains.without(out, upto)[0], tests), tests)

    suspects = [path for path in files if any(path in texts.get(test, "") for test in tests)]
    if 0 < len(suspects) < len(files) and not trial.exhausted and heals(suspects):
        files = suspects
    size = len(files) // 2
    while size and len(files) > 1 and not trial.exhausted:
        parts = [files[start : start + size] for start in range(0, len(files), size)]
        kept = next((rest for part in parts if (rest := [one for one in files if one not in part]) and heals(rest)), None)
        if kept is None:
            size = 0 if len(files) > MOST_SINGLE and size <= 2 else size // 2
        else:
            files = kept
            size = min(size, len(files) // 2)
    return Guilty(codemod, tuple(files), tuple(sorted(tests)))


def _failing(run: TestRun, tests: Collection[str]) -> set[str]:
    """Those of the tests that do not pass in a run; one that is not in it does not."""
    return {test for test in tests if run.outcomes.get(test) not in ("passed", "skipped", "xfailed")}


def _by_suspicion(chains: Chains, known: Collection[str], texts: dict[str, str]) -> list[tuple[str, bool]]:
    """The codemods that may be taken out, those first whose files stand in how the tests failed, the later of them first."""
    said = "\n".join(texts.values())
    ids = [step.codemod for step in chains.steps if step.codemod not in known and not _is_requirement(step.codemod)]
    marked = [(one, any(path in said for path in chains.paths_of(one))) for one in reversed(ids)]
    return sorted(marked, key=lambda pair: not pair[1])


def _is_requirement(codemod: str) -> bool:
    """True for a step that moves requirements: to take it out is not to hop."""
    return codemod == PINS or codemod.endswith(REQUIREMENT)


def trial(running: Running, folder: Path, name: str, chains: Chains, say: Say) -> Trial:
    """A trial on a checkout in `folder`, with the environment of `running`."""
    side = replace(running.side, name=name, folder=folder)
    scratch = folder.with_name(f"{name}-run")
    scratch.mkdir(exist_ok=True)
    return Trial(replace(running, side=side, scratch=scratch), chains, say)
