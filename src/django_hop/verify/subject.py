"""What is to be verified: the branch of a hop, the commit it stands on, the releases, its commits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..commit.owned import Made, commits_of
from ..config import Settings, merge
from ..errors import HopError
from ..hop import settings_of
from ..model import Hop, Stage
from ..project.release import detect
from ..project.repository import Repository
from ..project.tree import tree_of_commit
from ..releases import NAMES, facts, order


@dataclass(frozen=True)
class MadeStep:
    """A commit of the branch that django-hop made."""

    sha: str
    codemod: str
    stage: Stage
    title: str
    message: str = ""


@dataclass(frozen=True)
class Subject:
    """A branch and where it comes from."""

    hop: Hop
    base: str
    branch: str
    head: str
    prepare_branch: str
    prepare_head: str
    """Equals `base` if nothing can be deployed before the bump."""
    steps: tuple[MadeStep, ...]
    foreign: int
    """How many commits of the branch people added."""
    settings: Settings


def subject(repository: Repository, target: str, ref: str, options: Settings, project: str = "") -> Subject:
    """Find the branch of the hop to `target`. Raises HopError if there is none, or its base cannot be told."""
    facts(target)
    settings = merge(settings_of(repository, ref, project), options)
    branch = settings.branch_for(target)
    found = repository.branches(branch, f"{branch}-prepare", *(settings.branch_for(name) for name in NAMES))
    if branch not in found:
        raise HopError(
            f"There is no branch {branch}.",
            f"Make it first: `django-hop hop {target}`, or both at once: `django-hop hop {target} --verify`.",
        )
    head = found[branch].sha
    before = [found[settings.branch_for(name)].sha for name in NAMES if order(name) < order(target) and settings.branch_for(name) in found]
    base = _base(repository, head, repository.resolve(ref), before)
    commits = commits_of(repository, head, base)[::-1]
    if not commits:
        raise HopError(f"The branch {branch} has no commits of its own on {base[:12]}.", "There is nothing on it to verify or to review.")
    prepare = found.get(f"{branch}-prepare")
    prepare_head = prepare.sha if prepare and _is_ancestor(repository, base, prepare.sha) else base
    source = settings.source or detect(tree_of_commit(repository, base, project)).release
    if source is None:
        raise HopError(f"The release of the project at {base[:12]} is unknown.", "Give it with --from X.Y.")
    if order(source) >= order(target):
        raise HopError(f"The project at {base[:12]} is on Django {source} already.", "Give the release it comes from with --from X.Y.")
    steps = tuple(step for step in map(made_step, commits) if step is not None)
    return Subject(Hop(source, target), base, branch, head, f"{branch}-prepare", prepare_head, steps, len(commits) - len(steps), settings)


def _base(repository: Repository, head: str, ref: str, before: list[str]) -> str:
    """Where the branch starts: the branch of the hop before, else where it leaves the user's branch, else what our commits stand on."""
    for sha in reversed(before):
        if sha != head and _is_ancestor(repository, sha, head):
            return sha
    common = repository.git.attempt("merge-base", ref, head)
    if common and common != head:
        return common
    for made in commits_of(repository, head):
        if not made.ours:
            return made.sha
    raise HopError("The commit that the branch starts from was not found.", "Give it with --ref.")


def _is_ancestor(repository: Repository, one: str, other: str) -> bool:
    return repository.git.attempt("merge-base", "--is-ancestor", one, other) is not None


def made_step(made: Made) -> MadeStep | None:
    """A commit as a step of a hop; None if django-hop did not make it."""
    if not made.ours:
        return None
    values = dict(re.findall(r"^Django-Hop-(Codemod|Stage): *(\S+)", made.message, re.M))
    try:
        return MadeStep(made.sha, values["Codemod"], Stage(values["Stage"]), made.message.partition("\n")[0], made.message)
    except (KeyError, ValueError):
        return None
