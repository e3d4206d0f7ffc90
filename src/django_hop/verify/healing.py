"""Back-out from end to end: find what breaks tests or checks, write the branches without it, look at the rest again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..commit import undo, write_branch
from ..commit.owned import commits_of
from ..errors import HopError
from ..model import Stage
from ..plan import choose
from ..project.tree import tree_of_commit
from ..run import run
from ..sequence import codemod_steps
from .back_out import Guilty, Trial, bisect, excluded, take_out, trial
from .checkouts import check_out, copy_ignored
from .checks import compared
from .judged import counted, worse
from .model import TestChange, Verification
from .parking import rebuild
from .running import Running
from .session import Ran, Session
from .telling import look, tell
from .testing import changes, newly_failing


def failing(told: Verification) -> list[TestChange]:
    """What the hop may have broken: tests that passed before, and what only the new side's checks find."""
    return [*newly_failing(told.tests), *worse(told.checks)]


def backed_out(session: Session, before: Ran, prepared: Ran | None, after: Ran, told: Verification) -> Verification:
    """Find what breaks tests and checks, take it out, and look at the rest again."""
    guilty, problem = _guilty(session, before, prepared, after, told)
    if problem:
        return replace(told, gave_up=problem)
    try:
        rebuilt = rebuild(session.repository, session.subject, session.chains, guilty)
    except HopError as error:
        names = ", ".join(one.codemod for one in guilty)
        return replace(told, gave_up=f"Guilty are {names}, but the branch cannot be written: {error.message} {error.hint}".strip())
    note = renewed_cleanup(session, rebuilt.head)
    found = replace(session.subject, head=rebuilt.head, prepare_head=rebuilt.prepare_head)
    moved = replace(session, subject=found, place=replace(session.place, logs=session.place.logs / "rebuilt"))
    prepare, new = branches(moved)
    again = tell(moved, before, look(moved, prepare, probed=False) if prepare else None, look(moved, new))
    left = {one.id for one in failing(again)}
    gave_up = f"{counted(left)} with the branch still; no codemod could be found that explains them." if left else ""
    notes = (*again.notes, *([note] if note else []))
    return replace(again, parked=rebuilt.parked, gave_up=gave_up, logs=session.place.logs, notes=notes)


def branches(session: Session) -> tuple[Running | None, Running]:
    """The sides of the prepare branch, if it has commits, and of the branch."""
    found, hop = session.subject, session.subject.hop
    new = session.running("new", found.head, hop.target, hop.source)
    if found.prepare_head == found.base:
        return None, new
    return session.running("prepare", found.prepare_head, hop.source, hop.target), new


def renewed_cleanup(session: Session, head: str) -> str:
    """Write the cleanup branch anew on `head`, or delete it if nothing is left to do; gives a note on it, empty if there is none."""
    found, repository = session.subject, session.repository
    branch = f"{found.branch}-cleanup"
    existing = repository.branches(branch).get(branch)
    if existing is None or existing.sha == head:
        return ""
    made = commits_of(repository, existing.sha, found.head)
    choices = choose(session.codemods, found.hop, found.settings)
    codemods = [one.codemod for one in choices if one.stage is Stage.CLEANUP and any(one.codemod.id in commit.message for commit in made)]
    results = run(tree_of_commit(repository, head, session.request.project), codemods, found.hop, found.settings).results
    steps = tuple(codemod_steps(results, codemods, Stage.CLEANUP, found.hop, session.packs))
    try:
        if steps:
            write_branch(repository, branch, head, steps)
            return f"{branch} was written again, on the branch as it is now."
        undo(repository, branch)
        return f"{branch} was deleted: on the branch as it is now there is nothing for it to do."
    except HopError as error:
        return f"{branch} stands on the branch as it was before: {error.message}"


def _guilty(session: Session, before: Ran, prepared: Ran | None, after: Ran, told: Verification) -> tuple[tuple[Guilty, ...], str]:
    """The codemods that break tests or checks, or why nothing can be taken out."""
    if session.subject.foreign:
        return (), "The branch has commits by people, so nothing was taken out of it."
    broken = failing(told)
    guilty: tuple[Guilty, ...] = ()
    on_old = [one for one in broken if one.side == "prepare"]
    if on_old and prepared:
        guilty = bisect(_trial(session, prepared.running, session.subject.base, "trial-old"), on_old).guilty
    on_new = [one for one in broken if one.side == "branch"]
    left: Collection[str] = ()
    if on_new:
        trials = _trial(session, after.running, session.subject.head, "trial-new")
        search = take_out(trials, on_new, guilty)
        guilty, left = search.guilty, search.left
        others = _others(trials, before, guilty) - {one.id for one in on_new} if guilty else set()
        if others:
            names = ", ".join(one.codemod for one in guilty)
            return (), f"Without {names} what failed passes, but {counted(others)} that did not before, so nothing was taken out."
    if not guilty:
        cause = "the cause is in Django, in other packages, or in places that nothing rewrote"
        unexplained = left or [one.id for one in on_old]
        return (), f"{counted(unexplained)} that did not before, and taking out codemods heals none: {cause}."
    return guilty, ""


def _others(trials: Trial, before: Ran, guilty: Collection[Guilty]) -> set[str]:
    """What fails on the whole branch without the guilty and did not on the base."""
    whole = trials.run(trials.chains.without(excluded(guilty))[0], None)
    checks = [compared(name, before.results[name], result) for name, result in trials.checks().items()]
    return {one.id for one in [*newly_failing(changes(before.tests, whole)), *worse(checks)]}


def _trial(session: Session, running: Running, commit: str, name: str) -> Trial:
    """A trial that starts from a commit, in a checkout of its own."""
    folder = session.place.checkouts / name
    check_out(session.repository, commit, folder)
    copy_ignored(session.repository, running.side.inside, session.settings.copy, folder)
    return trial(running, folder, name, session.chains, session.say)
