"""The project's tests on one side, with the outcome of each, and the comparison of two such runs."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .checks import last_line
from .model import BROKEN, ERROR, FAILED, GONE, NOT_RUN, OK, PASSED, RED, SKIPPED, TIMEOUT, XFAILED, Result, Say, TestChange
from .project import NONE, OTHER, PYTEST
from .running import Running

_WORST = {PASSED: 0, XFAILED: 1, SKIPPED: 2, FAILED: 3, ERROR: 4}
WHOLE = "the whole test run"
"""The id under which a run is told whose single tests are not seen."""
MOST_AGAIN = 300
"""More newly failing tests than this are not run again: they are not all flaky."""

NO_TESTS = 5
"""pytest's exit code where it found none; unittest's, too, from Python 3.12 on."""


@dataclass(frozen=True)
class TestRun:
    """The outcome of every test of a run."""

    outcomes: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    """How red tests failed."""
    broken: Mapping[str, str] = field(default_factory=dict)
    """What could not be collected or set up (a file, a module, a class), and why."""
    result: Result = Result(NOT_RUN)  # noqa: RUF009 - frozen

    @property
    def counts(self) -> dict[str, int]:
        """Outcome -> number of tests."""
        return dict(sorted(Counter(self.outcomes.values()).items()))

    @property
    def red(self) -> set[str]:
        """The ids of the tests that failed."""
        return {one for one, outcome in self.outcomes.items() if outcome in RED}


def run_tests(
    running: Running, name: str, say: Say, *, probe: Mapping[str, str] | None = None, only: Collection[str] | None = None
) -> TestRun:
    """Run the tests, all or `only` some, and give what became of each."""
    runner = running.layout.runner
    if runner.kind == NONE:
        return TestRun(result=Result(NOT_RUN, runner.why))
    file = running.scratch / f"{name}.jsonl"
    file.unlink(missing_ok=True)
    further = {"DJANGO_HOP_RESULTS": str(file), "PYTEST_PLUGINS": "django_hop_results"}
    if only is not None:
        wanted = running.scratch / f"{name}.only"
        wanted.write_text("\n".join(sorted(only)), "utf-8")
        further["DJANGO_HOP_ONLY"] = str(wanted)
    variables = running.variables(further, probe or {})
    if running.database:
        variables |= running.overridden()
    elif running.layout.test_settings and "DJANGO_SETTINGS_MODULE" not in running.settings.env:
        variables["DJANGO_SETTINGS_MODULE"] = running.layout.test_settings

    def tick(seconds: float) -> None:
        say(f"{running.name}: {name}, {_lines(file)} results")

    say(f"{running.name}: {name}")
    ended = running.run(_command(running, only), name, variables, limit=running.settings.time_limit, tick=tick)
    outcomes, texts, broken, finished = _read(file)
    if runner.kind == OTHER or (not outcomes and not broken and ended.ok):
        outcomes = {WHOLE: PASSED if ended.ok else FAILED}
        texts = {} if ended.ok else {WHOLE: last_line(ended.output)}
    elif not broken and not outcomes and ended.code not in (0, NO_TESTS, None):
        broken = {"": last_line(ended.output)}
    made = TestRun(outcomes, texts, broken)
    return replace(made, result=_result(made, ended.code, ended.seconds, str(ended.log), finished))


def _command(running: Running, only: Collection[str] | None) -> list[str]:
    runner, python, some = running.layout.runner, str(running.environment.python), only is not None
    if runner.kind == OTHER:
        return list(runner.command)
    rest = list(runner.command[1:])
    jobs = running.settings.parallel
    if runner.kind == PYTEST:
        # The project's own -x or --maxfail would hide what comes after.
        options = ["--maxfail=0", "--continue-on-collection-errors"]
        if jobs > 1 and not some and has_module(python, "xdist"):
            options += ["-n", str(jobs)]
        if only is not None and not running.settings.test:
            # The plugin chooses the tests; the files spare pytest the collection of all others.
            files = sorted({test.partition("::")[0] for test in only})
            options += files if all((running.side.project / file).is_file() for file in files) else []
        return [python, *rest, *options]
    if jobs > 1 and not some and "test" in rest[:3]:
        rest += ["--parallel", str(jobs)]
    if running.database and "test" in rest[:3]:
        rest += [f"--settings={running.overridden()['DJANGO_SETTINGS_MODULE']}"]
    return [python, "-m", "django_hop_launch", *rest]


def has_module(python: str, module: str) -> bool:
    """True if an environment has a module."""
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def _read(file: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str], int | None]:
    outcomes: dict[str, str] = {}
    texts: dict[str, str] = {}
    broken: dict[str, str] = {}
    finished = None
    for line in file.read_text("utf-8", errors="replace").splitlines() if file.exists() else ():
        try:
            one = json.loads(line)
        except ValueError:
            continue  # the line at which the run was ended
        if "finished" in one:
            finished = one["finished"]
        elif "collection" in one:
            broken[one["collection"]] = one["text"]
        elif (where := _not_a_test(one["id"])) is not None:
            if one["outcome"] in RED:
                broken[where] = one["text"]
        else:
            known = outcomes.get(one["id"], PASSED)
            outcomes[one["id"]] = max(known, one["outcome"], key=lambda outcome: _WORST.get(outcome, 4))
            if one["text"]:
                texts[one["id"]] = one["text"]
    return outcomes, texts, broken, finished


def _not_a_test(test: str) -> str | None:
    """What unittest's stand-ins stand for: `unittest.loader._FailedTest.shop.tests`, `setUpClass (shop.tests.Cart)`; None for a test."""
    if "._FailedTest." in test:
        return test.partition("._FailedTest.")[2]
    for start in ("setUpClass (", "tearDownClass (", "setUpModule (", "tearDownModule ("):
        if test.startswith(start):
            return test[len(start) : -1]
    return None


def _result(made: TestRun, code: int | None, seconds: float, log: str, finished: int | None) -> Result:
    counts = ", ".join(f"{number} {outcome}" for outcome, number in made.counts.items()) or "no test ran"
    problems = tuple(sorted([*made.red, *(f"{where}: {last_line(text)}" for where, text in made.broken.items() if where)]))
    broken = f"; {len(made.broken)} could not be loaded: {last_line(next(iter(made.broken.values())))}" if made.broken else ""
    if "" in made.broken:
        broken = f"; the run ended before its first test: {made.broken['']}"
    if code is None:
        return Result(TIMEOUT, f"{counts}; ended at the time limit, after {seconds:.0f} s", problems, seconds, log)
    if finished is None and code not in (0, 1):
        broken += "; the run ended early"
    state = BROKEN if made.red or made.broken or (finished is None and code not in (0, NO_TESTS)) else OK
    return Result(state, counts + broken, problems, seconds, log)


def changes(old: TestRun, new: TestRun, side: str = "branch", flaky: Collection[str] = ()) -> list[TestChange]:
    """The tests that are not green, or not there, on both sides; what got worse comes first."""
    found = [*_changes(old, new, side, flaky)]
    order = ("newly failing", "still failing", "flaky", "newly passing", "gone", "new")
    return sorted(found, key=lambda one: (order.index(one.kind), one.id))


def _changes(old: TestRun, new: TestRun, side: str, flaky: Collection[str]) -> Iterator[TestChange]:
    for test in {**old.outcomes, **new.outcomes}:
        before, after = old.outcomes.get(test, GONE), new.outcomes.get(test, GONE)
        if after == GONE:
            reason = why_gone(test, new)
            if reason is None:
                yield TestChange(test, before, after, "gone", side)
            else:
                yield TestChange(test, before, after, "still failing" if before in RED else "newly failing", side, reason)
        elif before == GONE:
            hidden = why_gone(test, old) is not None
            kind = ("still failing" if hidden else "newly failing") if after in RED else ("newly passing" if hidden else "new")
            yield TestChange(test, before, after, kind, side, new.texts.get(test, ""))
        elif after in RED:
            kind = "still failing" if before in RED else "flaky" if test in flaky else "newly failing"
            yield TestChange(test, before, after, kind, side, new.texts.get(test, ""))
        elif before in RED:
            yield TestChange(test, before, after, "newly passing", side, old.texts.get(test, ""))


def why_gone(test: str, run: TestRun) -> str | None:
    """Why a test is not in a run: what it belongs to could not be loaded, or the run did not come to it; None if it was taken away."""
    for where, text in run.broken.items():
        if not where or test == where or test.startswith((f"{where}.", f"{where}::", f"{where}/")):
            return text
    if run.result.state == TIMEOUT or "ended early" in run.result.text:
        return run.result.text
    return None


def newly_failing(found: Sequence[TestChange]) -> list[TestChange]:
    """What a codemod, or the new Django, broke."""
    return [one for one in found if one.kind == "newly failing"]
