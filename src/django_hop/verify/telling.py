"""Look at the sides one by one, and say what two of them say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import checks, probing
from .migrations import with_state_only
from .model import Check, TestChange, Verdict, Verification
from .project import NONE
from .running import Running
from .session import Ran, Session
from .settings import VerifySettings
from .testing import MOST_AGAIN, changes, newly_failing, run_tests

_POSTGRESQL = b"django.db.backends.postgresql"


def look(session: Session, running: Running, *, probed: bool = True) -> Ran:
    """All checks and the tests of one side."""
    probe = probing.variables(running) if probed else {}
    results = dict(checks.results(running, session.say, probe))
    tests = run_tests(running, "tests", session.say, probe=probe)
    return Ran(running, results, tests)


def _flaky(session: Session, side: Ran, found: Sequence[TestChange]) -> set[str]:
    """Those of the newly failing tests that pass when they are run again."""
    ids = [one.id for one in newly_failing(found) if one.id in side.tests.outcomes]
    if not ids or len(ids) > MOST_AGAIN or not side.tests.texts:
        return set()
    again = run_tests(side.running, "tests-again", session.say, only=ids)
    return {one for one in ids if again.outcomes.get(one) == "passed"}


def _compared(session: Session, before: Ran, after: Ran, side: str) -> tuple[list[Check], list[TestChange]]:
    found = [checks.compared(name, before.results[name], after.results[name], side) for name in checks.NAMES]
    tests = changes(before.tests, after.tests, side)
    flaky = _flaky(session, after, tests)
    tests = changes(before.tests, after.tests, side, flaky) if flaky else tests
    return [*found, checks.compared_tests(before.tests.result, after.tests.result, tests, side)], tests


def tell(session: Session, before: Ran, prepared: Ran | None, after: Ran) -> Verification:
    found = session.subject
    told, tests = _compared(session, before, after, "branch")
    if prepared:
        more, others = _compared(session, before, prepared, "prepare")
        told, tests = [*told, *more], [*tests, *others]
    sides = [before, *([prepared] if prepared else []), after]
    differences, problems = probing.differences(session, before, after)
    told = [*with_state_only(told, prepared.running, session.subject.prepare_branch)] if prepared else told
    missing = _missing_migrations(told, session)
    return Verification(
        hop=found.hop,
        base=found.base,
        branch=found.branch,
        head=found.head,
        prepare_head=found.prepare_head,
        environments=tuple(one.running.environment for one in sides),
        checks=tuple(told),
        tests=tuple(tests),
        counts={one.running.name: one.tests.counts for one in sides},
        notes=tuple(dict.fromkeys([*_notes(before, after, session.settings), *missing, *problems])),
        logs=session.place.logs,
        unexplained=probing.unexplained(differences, session.settings.accept),
        ratchet=probing.ratchet(after.running) if session.request.ratchet else (),
        **differences,
    )


def _notes(before: Ran, after: Ran, settings: VerifySettings) -> Iterator[str]:
    runner = before.running.layout.runner
    if runner.kind == NONE:
        yield "The project has no tests. What was checked: " + ", ".join(checks.NAMES) + "."
    elif not before.tests.outcomes:
        yield f"No test ran on the base: {before.tests.result.text}. See {before.tests.result.log}"
    red = len(before.tests.red) + len(before.tests.broken)
    if red:
        yield f"The base is red: {red} of its tests fail without the hop. The branch is compared against that."
    if before.tests.result.state == "timed out" or after.tests.result.state == "timed out":
        yield f"The tests were ended at the time limit of {settings.time_limit} s: `time-limit` in [tool.django-hop.verify]."
    if before.running.environment.python_version.split(".")[:2] != after.running.environment.python_version.split(".")[:2]:
        versions = [one.running.environment.python_version for one in (before, after)]
        yield f"The sides run on different Pythons, {versions[0]} and {versions[1]}: a difference may come from there."
    named = next((path for path, data in before.running.side.tree.items() if path.endswith(".py") and _POSTGRESQL in data), None)
    if named and before.running.database is None:
        how = "`--database-url` takes a server, or `temporary` for one of its own where PostgreSQL is installed."
        yield f"{named} names PostgreSQL, and `migrate` ran on SQLite; the tests ran on what their settings say. {how}"
    for environment in (before.running.environment, after.running.environment):
        yield from environment.notes


def _missing_migrations(told: Sequence[Check], session: Session) -> Iterator[str]:
    """That migrations are wanted is no fault of a codemod: say what makes them."""
    for check in told:
        if check.name == checks.MIGRATIONS and check.verdict in (Verdict.WORSE, Verdict.STATE) and check.new.details:
            where = session.subject.branch if check.side == "branch" else session.subject.prepare_branch
            count = len(set(check.new.details) - set(check.old.details))
            how = "" if session.request.migrations or check.side != "branch" else ": `--migrations` makes and commits them"
            if check.verdict is Verdict.STATE:
                how = f" that change nothing in the database: it can be deployed without them, and they come with {session.subject.branch}"
            yield f"{where} lacks migrations, {count} {'operation' if count == 1 else 'operations'}{how}."
