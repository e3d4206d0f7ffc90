"""A hop's branch as it is now: its commits, what people added to it, what is left to them. The base of every face of `review`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..commit.owned import Made, changes_of, commits_of
from ..config import Settings
from ..errors import HopError
from ..hop import Base, Taken, in_order, open_base, result_of, take
from ..model import Codemod, CommitInfo, HopResult, Stage
from ..project.git import decode
from ..project.repository import Repository
from ..project.tree import Tree, tree_of_commit
from ..run import Progress, run
from ..verify.chains import read_step
from ..verify.model import Verification
from ..verify.subject import MadeStep, Subject, made_step, subject
from .kept import kept
from .words import counted


@dataclass(frozen=True)
class Foreign:
    """A commit of the branch that django-hop did not make, or that somebody took our trailers from."""

    sha: str
    subject: str
    author: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """All that there is to tell of a branch."""

    result: HopResult
    """As the hop gave it, but with the commits that are on the branches now, and the findings that are left there."""
    codemods: Mapping[str, Codemod]
    messages: Mapping[str, str]
    """Commit id -> message, of our commits."""
    foreign: tuple[Foreign, ...] = ()
    parked: tuple[CommitInfo, ...] = ()
    """Commits that verify took out of the branch."""
    missing: tuple[tuple[str, str], ...] = ()
    """(codemod, title) of what a hop of today would do, and nothing on the branches does."""
    verified: Verification | None = None

    @property
    def commits(self) -> tuple[CommitInfo, ...]:
        """Our commits on the branch and on the one for cleaning up."""
        return (*self.result.commits, *self.result.cleanup)

    @property
    def parked_branch(self) -> str:
        """Where the parked commits are."""
        return f"{self.result.branch}-parked"


def review(
    repository: Repository,
    target: str,
    ref: str,
    options: Settings,
    project: str = "",
    *,
    verified: Verification | None = None,
    progress: Progress | None = None,
) -> Review:
    """Look at the branch of the hop to `target`; `options` are those it was made with. `verified` is what verify said, if not the kept one.

    Nothing is written. Raises HopError if there is no such branch.
    """
    found = subject(repository, target, ref, options, project)
    if verified is not None and (verified.hop.target, verified.base) != (found.hop.target, found.base):
        raise HopError(
            f"What verify said is about Django {verified.hop} from {verified.base[:12]}, and {found.branch} starts from {found.base[:12]}.",
            f"Verify it again: `django-hop verify {target} --json`.",
        )
    base = open_base(repository, found.base, options, project)
    taken = take(base, base.tree, found.hop, progress)
    shas = [made.sha for made in commits_of(repository, found.head, found.base)]
    own, messages = _infos(repository, found.steps)
    ids = {step.sha for step in found.steps}
    cleanup, more = _infos(repository, _steps_on(repository, f"{found.branch}-cleanup", found.head))
    parked, _ = _infos(repository, _steps_on(repository, f"{found.branch}-parked", found.head))
    foreign = tuple(_foreign(repository, made) for made in commits_of(repository, found.head, found.base)[::-1] if made.sha not in ids)
    there = {commit.codemod for commit in (*own, *cleanup, *parked)}
    missing = tuple((step.codemod, step.title) for step in (*taken.steps, *taken.cleanup) if step.codemod not in there)
    result = _result(base, taken, found, own, cleanup)
    result = _as_it_is(result, base, taken, tree_of_commit(repository, found.head, project))
    said = verified or kept(repository, shas)
    codemods = {codemod.id: codemod for codemod in base.codemods}
    return Review(result, codemods, {**messages, **more}, foreign, parked, missing, said and _placed(said, shas))


def _steps_on(repository: Repository, name: str, head: str) -> Sequence[MadeStep]:
    """Our commits that a branch has besides those of the hop's own; none if there is no such branch."""
    branch = repository.branches(name).get(name)
    made = commits_of(repository, branch.sha, head)[::-1] if branch else []
    return [step for step in map(made_step, made) if step is not None]


def _infos(repository: Repository, steps: Sequence[MadeStep]) -> tuple[tuple[CommitInfo, ...], dict[str, str]]:
    """What the commits say of themselves, and their messages."""
    if not steps:
        return (), {}
    changed = changes_of(repository, [step.sha for step in steps])
    messages = {step.sha: step.message for step in steps}
    infos = []
    for step, files in zip(steps, changed, strict=True):
        said = read_step(step.codemod, step.stage, step.message, dict.fromkeys(sorted(files), b""))
        infos.append(CommitInfo(step.sha, step.codemod, said.title, step.stage, said.safety, tuple(said.files), said.places))
    return tuple(infos), messages


def _foreign(repository: Repository, made: Made) -> Foreign:
    trees = [made.parents[0], made.sha] if made.parents else ["--root", made.sha]
    listed = decode(repository.git.run("diff-tree", "-r", "-z", "--name-only", "--no-commit-id", "--no-renames", *trees))
    author = repository.git.text("show", "--no-show-signature", "--no-patch", "--format=%an", made.sha)
    return Foreign(made.sha, made.message.partition("\n")[0], author, tuple(path for path in listed.split("\0") if path))


def _result(base: Base, taken: Taken, found: Subject, own: tuple[CommitInfo, ...], cleanup: tuple[CommitInfo, ...]) -> HopResult:
    result = result_of(base, taken, found.base, 0.0, dry_run=False)
    facts = {**result.facts, "changed": len({path for one in own for path in one.files}), "places": sum(one.places for one in own)}
    return replace(
        result,
        head=found.head,
        prepare_head=found.prepare_head,
        cleanup_branch=f"{found.branch}-cleanup" if cleanup else "",
        cleanup_head=cleanup[-1].sha if cleanup else "",
        commits=own,
        cleanup=cleanup,
        facts=facts,
    )


def _as_it_is(result: HopResult, base: Base, taken: Taken, now: Tree) -> HopResult:
    """The findings and failures of the branch as it is: files that are not what the hop made of them are looked at again."""
    other = sorted(path for path in {*taken.tree, *now} if taken.tree.get(path) != now.get(path) and not base.settings.excluded(path))
    if not other:
        return result
    files = {path: now[path] for path in other if path in now}
    done = run(files, taken.codemods, taken.hop, base.settings, context=now)
    # A place that a codemod would still change is for a person as well: the hop is over.
    again = [replace(finding, fixed=False) for one in done.results for finding in one.findings]
    asked = {codemod.id for codemod in taken.codemods}
    stay = [one for one in result.findings if one.path not in other or (one.path in now and one.codemod not in asked)]
    failures = [one for one in result.failures if one.path not in other]
    return replace(
        result,
        findings=in_order([*stay, *again], base.codemods),
        failures=(*failures, *(failure for one in done.results for failure in one.failures)),
    )


def _placed(said: Verification, shas: Sequence[str]) -> Verification:
    """The verification with a note if it is not about the branch as it is now."""
    if said.head == shas[0]:
        return said
    behind = f"{counted(shas.index(said.head), 'commit')} ago" if said.head in shas else "which is not on the branch any more"
    return replace(said, notes=(f"This was verified at {said.head[:12]}, {behind}: verify it again.", *said.notes))


def stages(commits: Sequence[CommitInfo]) -> dict[Stage, list[CommitInfo]]:
    """The commits by stage, in the order in which they are deployed; stages without any are left out."""
    return {stage: found for stage in Stage if (found := [one for one in commits if one.stage is stage])}
