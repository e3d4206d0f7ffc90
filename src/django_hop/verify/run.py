"""verify from end to end: environments, checks and tests on the base, the prepare branch and the branch, comparison, back-out."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import FrameType

from ..config import Settings, pack_folders
from ..errors import HopError
from ..model import Codemod
from ..packs import all_packs
from ..project.repository import Repository
from ..project.tree import project_folder, tree_of_commit
from . import checks, databases, environments
from .back_out import Guilty, bisect, excluded, take_out, trial
from .chains import Chains, chains
from .checkouts import Place, check_out, copy_ignored, place
from .environments import Side, parse_given
from .migrations import migrate_branch
from .model import Check, Result, Say, TestChange, Verification
from .parking import rebuild
from .project import NONE, PYTEST, layout
from .running import Running
from .settings import VerifySettings, verify_settings
from .subject import Subject, subject
from .testing import MOST_AGAIN, TestRun, changes, newly_failing, run_tests

_EXTRA_FILES = (".python-version", "runtime.txt", "Dockerfile")


@dataclass(frozen=True)
class Request:
    """What the user asks for."""

    target: str
    ref: str = "HEAD"
    project: str = ""
    options: Settings = Settings()  # noqa: RUF009 - frozen
    pythons: tuple[str, ...] = ()
    env_cmd: str = ""
    database_url: str = ""
    keep: bool = False
    back_out: bool = True
    ratchet: bool = False
    migrations: bool = False


@dataclass(frozen=True)
class Ran:
    """Everything that was seen on one side."""

    running: Running
    results: Mapping[str, Result]
    tests: TestRun


@dataclass(frozen=True)
class Session:
    """What holds during one run."""

    repository: Repository
    request: Request
    subject: Subject
    settings: VerifySettings
    place: Place
    codemods: tuple[Codemod, ...]
    say: Say

    @cached_property
    def chains(self) -> Chains:
        """The branch as it was when this run began, commit by commit and file by file."""
        tree = tree_of_commit(self.repository, self.subject.base, self.request.project)
        return chains(self.repository, self.subject, tree, self.codemods)

    def running(self, name: str, commit: str, release: str, other: str) -> Running:
        """A side with its checkout and its environment. Raises HopError if these cannot be made."""
        inside = project_folder(self.request.project)
        self.say(f"{name}: check out {commit[:12]}")
        folder = check_out(self.repository, commit, self.place.checkouts / name)
        copy_ignored(self.repository, inside, self.settings.copy, folder)
        files = dict(tree_of_commit(self.repository, commit, self.request.project))
        for extra in _EXTRA_FILES:
            if (folder / inside / extra).is_file():
                files[f"{inside}/{extra}" if inside else extra] = (folder / inside / extra).read_bytes()
        side = Side(name, commit, release, other, files, folder, inside)
        found = layout(files, self.settings, inside=inside)
        self.say(f"{name}: environment for Django {release}")
        root = (self.repository.root or Path.cwd()) / inside
        given = parse_given(self.request.pythons, self.request.env_cmd, root)
        environment = environments.make(
            side, self.settings, given, pytest=found.runner.kind == PYTEST, log=self.place.logs / f"{name}-installs.log"
        )
        scratch = self.place.checkouts / f"{name}-run"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        database = databases.from_url(self.request.database_url or self.settings.database_url)
        return Running(side, environment, found, self.settings, self.place.logs, scratch, database)


def verify(repository: Repository, request: Request, say: Say) -> Verification:
    """Run a project before and after a hop and say what differs. Raises HopError if it cannot be run."""
    started = time.monotonic()
    found = subject(repository, request.target, request.ref, request.options, request.project)
    inside = project_folder(request.project)
    settings = verify_settings(
        tree_of_commit(repository, found.base, request.project).get(f"{inside}/pyproject.toml" if inside else "pyproject.toml")
    )
    packs = all_packs(pack_folders(found.settings, (repository.root or Path.cwd()) / inside))
    codemods = tuple(codemod for pack in packs for codemod in pack.codemods)
    with _stoppable(), place(repository, keep=request.keep) as here:
        session = Session(repository, request, found, settings, here, codemods, say)
        made = _verified(session)
    return replace(made, seconds=time.monotonic() - started, kept=here.checkouts if request.keep else None)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let a polite end of the process clean up as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {}
    for number in (signal.SIGTERM, signal.SIGHUP):
        with suppress(ValueError):  # not the main thread
            before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _verified(session: Session) -> Verification:
    found = session.subject
    hop = found.hop
    old = session.running("old", found.base, hop.source, hop.target)
    prepare, new = _branches(session)
    before = _ran(session, old)
    prepared = _ran(session, prepare, probed=False) if prepare else None
    after = _ran(session, new)
    told = _told(session, before, prepared, after)
    if newly_failing(told.tests) and session.request.back_out:
        told = _backed_out(session, before, prepared, after, told)
    return _migrated(session, before, told) if session.request.migrations else told


def _migrated(session: Session, before: Ran, told: Verification) -> Verification:
    """Commit what makemigrations writes, and look at the branch again."""
    if told.head != session.subject.head:
        found = replace(session.subject, head=told.head, prepare_head=told.prepare_head)
        session = replace(session, subject=found)
    hop = session.subject.hop
    running = session.running("new", session.subject.head, hop.target, hop.source)
    parked = session.repository.resolve(f"refs/heads/{session.subject.branch}-parked") if told.parked else ""
    head, migrated = migrate_branch(session.repository, session.subject, running, parked)
    if head == session.subject.head:
        return replace(told, migrations=migrated)
    logs = session.place.logs / "migrated"
    moved = replace(session, subject=replace(session.subject, head=head), place=replace(session.place, logs=logs))
    again = _told(moved, before, None, _ran(moved, moved.running("new", head, hop.target, hop.source)))
    others = tuple(check for check in told.checks if check.side == "prepare")
    return replace(
        told,
        head=head,
        checks=(*again.checks, *others),
        tests=(*again.tests, *(one for one in told.tests if one.side == "prepare")),
        counts={**told.counts, **again.counts},
        migrations=migrated,
    )


def _branches(session: Session) -> tuple[Running | None, Running]:
    """The sides of the prepare branch, if it has commits, and of the branch."""
    found, hop = session.subject, session.subject.hop
    new = session.running("new", found.head, hop.target, hop.source)
    if found.prepare_head == found.base:
        return None, new
    return session.running("prepare", found.prepare_head, hop.source, hop.target), new


def _backed_out(session: Session, before: Ran, prepared: Ran | None, after: Ran, told: Verification) -> Verification:
    """Find what breaks the tests, take it out, and look at the rest again."""
    guilty, problem = _guilty(session, before, prepared, after, told)
    if problem:
        return replace(told, gave_up=problem)
    try:
        rebuilt = rebuild(session.repository, session.subject, session.chains, guilty)
    except HopError as error:
        names = ", ".join(one.codemod for one in guilty)
        return replace(told, gave_up=f"Guilty are {names}, but the branch cannot be written: {error.message} {error.hint}".strip())
    found = replace(session.subject, head=rebuilt.head, prepare_head=rebuilt.prepare_head)
    moved = replace(session, subject=found, place=replace(session.place, logs=session.place.logs / "rebuilt"))
    prepare, new = _branches(moved)
    again = _told(moved, before, _ran(moved, prepare, probed=False) if prepare else None, _ran(moved, new))
    left = {one.id for one in newly_failing(again.tests)}
    gave_up = f"{len(left)} tests still fail that passed before; no codemod could be found that explains them." if left else ""
    return replace(again, parked=rebuilt.parked, gave_up=gave_up, logs=session.place.logs)


def _guilty(session: Session, before: Ran, prepared: Ran | None, after: Ran, told: Verification) -> tuple[tuple[Guilty, ...], str]:
    """The codemods that break tests, or why nothing can be taken out."""
    if session.subject.foreign:
        return (), "The branch has commits by people, so nothing was taken out of it."
    failing = newly_failing(told.tests)
    guilty: tuple[Guilty, ...] = ()
    on_old = [one for one in failing if one.side == "prepare"]
    if on_old and prepared:
        folder = check_out(session.repository, session.subject.base, session.place.checkouts / "trial-old")
        copy_ignored(session.repository, before.running.side.inside, session.settings.copy, folder)
        guilty = bisect(trial(before.running, folder, "trial-old", session.chains, session.say), on_old).guilty
    on_new = [one for one in failing if one.side == "branch"]
    left: tuple[str, ...] = ()
    if on_new:
        folder = check_out(session.repository, session.subject.head, session.place.checkouts / "trial-new")
        copy_ignored(session.repository, after.running.side.inside, session.settings.copy, folder)
        trials = trial(after.running, folder, "trial-new", session.chains, session.say)
        search = take_out(trials, on_new, guilty)
        guilty, left = search.guilty, search.left
        if guilty:
            whole = trials.run(session.chains.without(excluded(guilty))[0], None)
            worse = {one.id for one in newly_failing(changes(before.tests, whole))} - {one.id for one in on_new}
            if worse:
                names = ", ".join(one.codemod for one in guilty)
                return (), f"Without {names} the failing tests pass, but {len(worse)} others fail, so nothing was taken out."
    if not guilty:
        cause = "the cause is in Django, in other packages, or in places that nothing rewrote"
        return (), f"{len(left or on_old)} tests fail that passed before, and taking out codemods heals none: {cause}."
    return guilty, ""


def _ran(session: Session, running: Running, *, probed: bool = True) -> Ran:
    """All checks and the tests of one side."""
    probe = _probe(running) if probed else {}
    results = dict(checks.results(running, session.say, probe))
    tests = run_tests(running, "tests", session.say, probe=probe)
    return Ran(running, results, tests)


def _probe(running: Running) -> dict[str, str]:
    """The variables with which a run records warnings, SQL, responses and the schema."""
    from importlib.util import find_spec

    if find_spec(f"{__package__}.recording") is None:
        return {}
    from .recording import probe_environment  # type: ignore[import-not-found,unused-ignore]

    return dict(probe_environment(running.scratch / "recording"))


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


def _told(session: Session, before: Ran, prepared: Ran | None, after: Ran) -> Verification:
    found = session.subject
    told, tests = _compared(session, before, after, "branch")
    if prepared:
        more, others = _compared(session, before, prepared, "prepare")
        told, tests = [*told, *more], [*tests, *others]
    sides = [before, *([prepared] if prepared else []), after]
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
        notes=tuple(_notes(before, after, session.settings)),
        logs=session.place.logs,
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
    for environment in (before.running.environment, after.running.environment):
        yield from environment.notes
