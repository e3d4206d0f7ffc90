"""verify from end to end: environments, checks and tests on the base, the prepare branch and the branch, comparison, back-out."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from ..config import pack_folders
from ..errors import HopError
from ..packs import all_packs
from ..project.repository import Repository
from ..project.tree import project_folder, tree_of_commit
from .back_out import Guilty, bisect, excluded, take_out, trial
from .checkouts import check_out, copy_ignored, place
from .cluster import served
from .evidence import evidence
from .migrations import migrate_branch
from .model import Say, Verification
from .parking import rebuild
from .running import Running
from .session import Ran, Request, Session
from .settings import verify_settings
from .subject import subject
from .telling import look, tell
from .testing import changes, newly_failing


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
    with _stoppable(), place(repository, keep=request.keep) as here, served(request.database_url or settings.database_url) as address:
        session = Session(repository, replace(request, database_url=address), found, settings, here, codemods, say)
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
    before = look(session, old)
    prepared = look(session, prepare, probed=False) if prepare else None
    after = look(session, new)
    told = tell(session, before, prepared, after)
    if newly_failing(told.tests) and session.request.back_out:
        told = _backed_out(session, before, prepared, after, told)
    if session.request.migrations:
        told = _migrated(session, before, told)
    return _proved(session, told, after.running)


def _proved(session: Session, told: Verification, running: Running) -> Verification:
    """What the tests prove of each codemod, on the branch as it is now."""
    found = session.subject
    if not session.settings.evidence:
        return told
    if told.head != found.head:
        found = subject(session.repository, found.hop.target, session.request.ref, session.request.options, session.request.project)
        running = replace(session, subject=found).running("new", found.head, found.hop.target, found.hop.source)
    proofs, problem = evidence(session.repository, found, running, session.say)
    return replace(told, evidence=proofs, notes=(*told.notes, *([problem] if problem else [])))


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
    again = tell(moved, before, None, look(moved, moved.running("new", head, hop.target, hop.source)))
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
    again = tell(moved, before, look(moved, prepare, probed=False) if prepare else None, look(moved, new))
    left = {one.id for one in newly_failing(again.tests)}
    gave_up = f"{len(left)} tests still fail that passed before; no codemod could be found that explains them." if left else ""
    notes = again.notes
    cleanup = f"{session.subject.branch}-cleanup"
    if cleanup in session.repository.branches(cleanup):
        skip = " ".join(f"--skip {one.codemod}" for one in rebuilt.parked)
        notes = (
            *notes,
            f"{cleanup} stands on the branch as it was before; `django-hop hop {session.subject.hop.target} {skip}` makes all anew.",
        )
    return replace(again, parked=rebuilt.parked, gave_up=gave_up, logs=session.place.logs, notes=notes)


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
        guilty = bisect(trial(prepared.running, folder, "trial-old", session.chains, session.say), on_old).guilty
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
