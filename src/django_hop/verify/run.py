"""verify from end to end: environments, checks and tests on the base, the prepare branch and the branch, comparison, back-out."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from ..config import Settings, pack_folders
from ..model import Codemod
from ..packs import all_packs
from ..project.repository import Repository
from ..project.tree import project_folder, tree_of_commit
from . import checks, databases, environments
from .checkouts import Place, check_out, copy_ignored, place
from .environments import Side, parse_given
from .model import Check, Result, Say, TestChange, Verification
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
    prepare = session.running("prepare", found.prepare_head, hop.source, hop.target) if found.prepare_head != found.base else None
    new = session.running("new", found.head, hop.target, hop.source)
    before = _ran(session, old)
    prepared = _ran(session, prepare, probed=False) if prepare else None
    after = _ran(session, new)
    return _told(session, before, prepared, after)


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
