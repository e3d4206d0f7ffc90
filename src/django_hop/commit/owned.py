"""Is a branch ours to move? Only if every commit on it is ours, as we made it, and nobody is using it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from ..errors import HopError
from ..project.git import decode
from ..project.repository import Branch, Repository

TRAILERS = ("Django-Hop-Codemod", "Django-Hop-Stage", "Django-Hop-Version")
REFLOG = "django-hop: "
"""How our entries in a branch's reflog begin."""

# Ways a branch comes to a clone without anybody having worked on it.
ARRIVALS = ("branch: Created from ", "clone: ", "fetch")

FIELDS = ("%H", "%P", "%at", "%ct", "%B")


@dataclass(frozen=True)
class Made:
    """A commit of an existing branch."""

    sha: str
    parents: tuple[str, ...]
    message: str
    untouched_dates: bool
    """Author and committer date agree: amending or rebasing a commit changes the second only."""

    @property
    def ours(self) -> bool:
        """Whether it carries our trailers, and is no merge."""
        trailers = self.message.rstrip("\n").rpartition("\n\n")[2]
        return len(self.parents) == 1 and all(re.search(rf"^{name}: *\S", trailers, re.MULTILINE) for name in TRAILERS)

    def __str__(self) -> str:
        return f"{self.sha[:12]} {self.message.partition(chr(10))[0]}"


def commits_of(repository: Repository, tip: str, *without: str) -> list[Made]:
    """Give the commits from `tip` back along first parents, newest first, leaving out those that `without` has."""
    listed = repository.git.run(
        "-c",
        "log.showSignature=false",
        "log",
        "-z",
        "--first-parent",
        "--no-color",
        "--no-notes",
        "--no-patch",
        "--encoding=UTF-8",
        "--format=" + "%x1f".join(FIELDS),
        tip,
        "--not",
        *without,
        "--",
    )
    found = []
    for record in decode(listed).split("\0"):
        if record:
            sha, parents, authored, committed, message = record.lstrip("\n").split("\x1f", len(FIELDS) - 1)
            found.append(Made(sha, tuple(parents.split()), message, authored == committed))
    return found


def changes_of(repository: Repository, shas: Sequence[str]) -> list[dict[str, str]]:
    """Give for each commit the paths in which it differs from its parent and the ids of their contents."""
    listed = repository.git.run("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", data="\n".join([*shas, ""]).encode())
    found: list[dict[str, str]] = []
    fields = iter(decode(listed).split("\0")[:-1])
    for record in fields:
        if record.startswith(":"):
            found[-1][next(fields)] = record.split(" ")[3]
        else:
            found.append({})
    return found


def require_free(repository: Repository, branch: str, others: Sequence[str], base: str) -> dict[str, Branch]:
    """Give the existing ones of a hop's branches, having made sure that a hop from `base` may make or replace them.

    Raises HopError if a name is not legal or in the way of another branch, if one of them is checked out anywhere, was not made by
    django-hop, has commits or changes by people, or does not start from `base` or something older. Nothing is written.
    """
    found = unused(repository, branch, *others)
    chain = _require_ours(repository, found[branch], base) if branch in found else ()
    for name in others:
        # The branch for the first deployment stands on one of the branch's own commits, or on its base; that for the last goes on from it.
        if name in found and found[name].sha not in _standing(chain):
            _require_ours(repository, found[name], base)
    return found


def unused(repository: Repository, *names: str) -> dict[str, Branch]:
    """Give the existing branches of these names; raise HopError if a name cannot be used or is in use in a worktree."""
    for name in names:
        repository.check_branch_name(name)
    found = repository.branches(*names)
    for other in found:
        for name in names:
            if other.startswith(name + "/") or name.startswith(other + "/"):
                hint = f"Rename it (git branch -m {other} ...), or choose another branch template."
                raise HopError(f"A branch {name} cannot exist beside your branch {other}: git keeps branches as folders and files.", hint)
    used = repository.checked_out()
    for name in names:
        if name in used:
            hint = "Check out another branch there first; if that folder is gone, run `git worktree prune`."
            raise HopError(f"The branch {name} is checked out in {used[name]}.", hint)
        if name in found and found[name].symbolic:
            hint = f"Delete it with `git symbolic-ref --delete refs/heads/{name}`."
            raise HopError(f"The branch {name} is only another name for {found[name].symbolic}.", hint)
    return found


def _require_ours(repository: Repository, branch: Branch, base: str) -> list[Made]:
    """Give the branch's commits since `base`, newest first; raise HopError unless all of them are ours."""
    moved = _last_move(repository, branch)
    commits = commits_of(repository, branch.sha, base)
    if not commits:
        # All of it is in the base already: nothing to lose, but still somebody's branch if we did not make it.
        if moved.startswith(REFLOG) or _tip(repository, branch).ours:
            return []
        raise _not_ours(branch)
    foreign = [made for made in commits if not made.ours]
    if len(foreign) == len(commits):
        raise _not_ours(branch)
    if foreign and commits[0].ours:
        start = next(made for made in commits if not made.ours)
        hint = f"Hop from a commit that has it, or, if you do not need it any more, delete the branch: git branch -D {branch.name}"
        raise HopError(f"The branch {branch.name} starts from {start}, which is not part of {base[:12]}.", hint)
    _require_untouched(branch, commits, moved)
    return commits


def _require_untouched(branch: Branch, commits: Sequence[Made], moved: str) -> None:
    """Raise HopError if people added commits to the branch or changed ours."""
    if foreign := [made for made in commits if not made.ours]:
        names = "; ".join(map(str, foreign[:5])) + (f"; and {len(foreign) - 5} more" if len(foreign) > 5 else "")
        hint = f"Keep them: rename the branch (git branch -m {branch.name} NEW), or take them to another one, then run it again."
        raise HopError(f"The branch {branch.name} has commits that django-hop did not make: {names}.", hint)
    if moved.startswith(REFLOG):
        return
    if (moved and not moved.startswith(ARRIVALS)) or not all(made.untouched_dates for made in commits):
        by = f" (last: {moved})" if moved else ""
        hint = f"Keep the changes: rename the branch (git branch -m {branch.name} NEW). To give them up: git branch -D {branch.name}"
        raise HopError(f"The branch {branch.name} was changed after django-hop made it{by}.", hint)


def require_own_work(repository: Repository, branch: Branch, without: Sequence[str]) -> set[str]:
    """Give the commits on which the branch for the first deployment may stand; raise HopError unless deleting the branch loses nothing.

    `without` are the names of all branches that go. There is no base to compare with: a commit that another ref has is not lost.
    """
    moved = _last_move(repository, branch)
    if not moved.startswith(REFLOG) and not _tip(repository, branch).ours:
        history = commits_of(repository, branch.sha)
        if not any(made.ours for made in history):
            raise _not_ours(branch)
        _require_untouched(branch, list(takewhile(lambda made: not made.ours, history)), moved)
    commits = commits_of(repository, branch.sha, *(f"--exclude=refs/heads/{name}" for name in without), "--all")
    _require_untouched(branch, commits, moved)
    return _standing(commits)


def _standing(commits: Sequence[Made]) -> set[str]:
    """The commits of a branch and the one it starts from."""
    return {made.sha for made in commits} | {parent for made in commits for parent in made.parents}


def _tip(repository: Repository, branch: Branch) -> Made:
    return commits_of(repository, branch.sha, f"{branch.sha}^@")[0]


def _last_move(repository: Repository, branch: Branch) -> str:
    """Give the newest reflog message of the branch, or nothing if the reflog is empty or knows nothing of where the branch is."""
    found = repository.git.attempt("log", "-g", "-1", "--no-patch", "--format=%H %gs", f"refs/heads/{branch.name}", "--") or ""
    sha, _, message = found.strip().partition(" ")
    return message if sha == branch.sha else ""


def _not_ours(branch: Branch) -> HopError:
    hint = f"Rename it (git branch -m {branch.name} NEW), or choose another branch template."
    return HopError(f"The branch {branch.name} exists and was not made by django-hop.", hint)
