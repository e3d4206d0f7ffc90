"""Write the two branches of a hop, and take them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from ..model import Stage, Step
from ..project.git import decode
from ..project.repository import Branch, Repository
from ..project.tree import Entry, blob_id, entries_of_commit
from .owned import REFLOG, changes_of, commits_of, require_free, require_own_work, unused
from .stream import message_of, write_commits

_MOVED: dict[str, None] = {}


def moved_branches() -> tuple[str, ...]:
    """The branches that this process has made, moved or deleted until now: what an interruption has to tell."""
    return tuple(_MOVED)


@dataclass(frozen=True)
class BranchPlan:
    """What is to be written: a commit for each step, in order, on top of `base`."""

    branch: str
    base: str
    steps: tuple[Step, ...]
    prepare_branch: str
    """Will point at the last commit of stage prepare, or at `base` if there is none."""
    cleanup: tuple[Step, ...] = ()
    """Commits behind `steps`, on a branch of their own."""
    cleanup_branch: str = ""


@dataclass(frozen=True)
class Written:
    """What is there now. Without steps: `head` and `prepare_head` are the base, and no branch was made. `shas` are those of all commits."""

    head: str
    prepare_head: str
    shas: tuple[str, ...]
    cleanup_head: str = ""
    """Empty if there is nothing to clean up."""


def write_branches(repository: Repository, plan: BranchPlan, *, dates: datetime | None = None) -> Written:
    """Make the commits, then point both branches at them, both or neither; give their ids.

    Branches that hold the same already are left alone. Dates are `dates`, else git's environment, else now. Raises HopError, with nothing
    changed, as `require_free` does, or if git does not know the author, cannot write, or somebody moves a branch meanwhile.
    """
    base = repository.resolve(plan.base)
    steps = (*plan.steps, *plan.cleanup)
    if not steps:
        return Written(base, base, ())
    names = (plan.branch, plan.prepare_branch, *([plan.cleanup_branch] if plan.cleanup_branch else []))
    found = require_free(repository, plan.branch, names[1:], base)
    entries = entries_of_commit(repository, base)
    shas = _same(repository, found.get(plan.cleanup_branch if plan.cleanup else plan.branch), base, steps, entries)
    if shas is None:
        shas = write_commits(repository, base, steps, entries, repository.identity(dates))
    heads = (base, *shas)
    prepared = sum(1 for _ in takewhile(lambda step: step.stage is Stage.PREPARE, plan.steps))
    cleaned = heads[-1] if plan.cleanup else ""
    written = Written(heads[len(plan.steps)], heads[prepared], shas, cleaned)
    aims = {plan.branch: written.head, plan.prepare_branch: written.prepare_head} if plan.steps else {}
    if cleaned or plan.cleanup_branch in found:
        aims[plan.cleanup_branch] = cleaned
    _move(repository, found, aims, f"{len(shas)} {'commit' if len(shas) == 1 else 'commits'} on {base[:12]}")
    return written


def write_branch(
    repository: Repository, branch: str, base: str, steps: Sequence[Step], *, dates: datetime | None = None
) -> tuple[str, ...]:
    """Make a commit for each step on top of `base`, point one branch at the last of them, and give their ids.

    An existing branch of that name is replaced if everything on it is ours. Raises HopError, with nothing changed, if it is not, if it is
    checked out, or if git cannot write.
    """
    found = unused(repository, branch)
    if branch in found:
        require_own_work(repository, found[branch], (branch,))
    shas = write_commits(repository, base, steps, entries_of_commit(repository, base), repository.identity(dates))
    _move(repository, found, {branch: shas[-1]}, f"{len(shas)} {'commit' if len(shas) == 1 else 'commits'} on {base[:12]}")
    return shas


def undo(repository: Repository, branch: str, *others: str) -> list[str]:
    """Delete those of the hop's branches that exist, and give their names; an empty list if none does.

    `others` are the branches that stand on its commits, or go on from them. Raises HopError, with nothing changed, if one of them was not
    made by django-hop, has commits by people, or is checked out.
    """
    found = unused(repository, branch, *others)
    standing: set[str] = set()
    for name in found:
        if name == branch or found[name].sha not in standing:
            standing |= require_own_work(repository, found[name], tuple(found))
    _move(repository, found, dict.fromkeys(found, ""), "undo")
    return sorted(found)


def _same(
    repository: Repository, existing: Branch | None, base: str, steps: Sequence[Step], entries: Mapping[str, Entry]
) -> tuple[str, ...] | None:
    """Give the ids of an existing branch's commits if these are what the steps would make, dates and author apart; else None."""
    if existing is None:
        return None
    made = commits_of(repository, existing.sha, base)[::-1]
    if len(made) != len(steps) or made[0].parents != (base,):
        return None
    if [m.message.rstrip("\n") for m in made] != [decode(message_of(step)).rstrip("\n") for step in steps]:
        return None
    shas = tuple(m.sha for m in made)
    return shas if changes_of(repository, shas) == _expected(repository, steps, entries) else None


def _expected(repository: Repository, steps: Sequence[Step], entries: Mapping[str, Entry]) -> list[dict[str, str]]:
    """Give for each step the paths it really changes and the ids of their new contents."""
    hash_name = "sha256" if len(repository.empty_id) == 64 else "sha1"
    now = {path: entry.sha for path, entry in entries.items()}
    expected = []
    for step in steps:
        new = {path: blob_id(data, hash_name) for path, data in step.files.items()}
        expected.append({path: sha for path, sha in new.items() if now.get(path) != sha})
        now.update(new)
    return expected


def _move(repository: Repository, found: Mapping[str, Branch], aims: Mapping[str, str], reason: str) -> None:
    """Point branches at commits, or delete those whose aim is empty: all in one transaction, if each is still where it was found."""
    lines = ["start"]
    for name, aim in aims.items():
        old = found[name].sha if name in found else repository.empty_id
        if aim != old:
            # A symbolic ref that appeared meanwhile must not lead us to the branch behind it.
            lines += ["option no-deref", f"update refs/heads/{name} {aim} {old}" if aim else f"delete refs/heads/{name} {old}"]
    if len(lines) > 1:
        command = "\n".join([*lines, "prepare", "commit", ""])
        repository.git.run("update-ref", "--create-reflog", "-m", REFLOG + reason, "--stdin", data=command.encode())
        moved = [name for name, aim in aims.items() if aim != (found[name].sha if name in found else repository.empty_id)]
        _MOVED.update(dict.fromkeys(moved))
