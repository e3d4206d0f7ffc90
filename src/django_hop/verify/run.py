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
from ..packs import all_packs
from ..project.repository import Repository
from ..project.tree import project_folder, project_path, tree_of_commit
from . import outside
from .checkouts import place
from .cluster import served
from .databases import drop_left
from .evidence import evidence
from .healing import backed_out, branches, failing, renewed_cleanup
from .migrations import migrate_branch
from .model import Say, Verification
from .running import Running
from .session import Ran, Request, Session
from .settings import verify_settings
from .subject import subject
from .telling import look, tell


def verify(repository: Repository, request: Request, say: Say) -> Verification:
    """Run a project before and after a hop and say what differs. Raises HopError if it cannot be run."""
    started = time.monotonic()
    found = subject(repository, request.target, request.ref, request.options, request.project)
    inside = project_folder(request.project)
    settings = verify_settings(tree_of_commit(repository, found.base, request.project).get(project_path(request.project, "pyproject.toml")))
    packs = tuple(all_packs(pack_folders(found.settings, (repository.root or Path.cwd()) / inside)))
    with _stoppable(), place(repository, keep=request.keep) as here, served(request.database_url or settings.database_url) as address:
        session = Session(repository, replace(request, database_url=address), found, settings, here, packs, say)
        before = outside.state(repository.root)
        made = _verified(session)
        made = replace(made, notes=(*made.notes, *outside.changed(before, repository.root)))
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
    drop_left(old)
    try:
        return _seen(session, old)
    finally:
        drop_left(old)


def _seen(session: Session, old: Running) -> Verification:
    """Both sides looked at and compared, what breaks taken out, migrations and evidence added, as far as is asked for."""
    prepare, new = branches(session)
    before = look(session, old)
    prepared = look(session, prepare, probed=False) if prepare else None
    after = look(session, new)
    told = tell(session, before, prepared, after)
    if failing(told) and session.request.back_out:
        told = backed_out(session, before, prepared, after, told)
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
    note = renewed_cleanup(session, head)
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
        notes=(*told.notes, *([note] if note else [])),
    )
