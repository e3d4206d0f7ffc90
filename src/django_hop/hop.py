"""One hop, or a stack of hops, computed from a commit: select, rewrite, pin, write the branch; see docs/architecture.md."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .config import Settings, from_pyproject, merge, pack_folders
from .dependencies.moves import NO_PLAN
from .dependencies.pins import CLASSIFIED
from .dependencies.runtime import CODEMOD as PYTHON_MOVE
from .dependencies.way import plan_hop
from .errors import HopError
from .model import Codemod, CommitInfo, Finding, Hop, HopResult, Rewritten, Skipped, Stage, Step
from .packs import Pack, all_packs, codemods_of
from .plan import PINS, choose, wanted_moves
from .project.git import encode
from .project.release import Detected, detect
from .project.repository import Repository
from .project.tree import Tree, project_folder, project_path, tree_of_commit
from .releases import NAMES, not_after, route
from .run import Progress, Run, run
from .sequence import arrange, codemod_steps, rounds_of, steps_of


@dataclass(frozen=True)
class Base:
    """Where a hop starts: the commit, its files, what is known of them, and the settings that hold."""

    commit: str
    tree: Tree
    detected: Detected
    settings: Settings
    packs: tuple[Pack, ...]
    notes: tuple[str, ...]

    @property
    def codemods(self) -> tuple[Codemod, ...]:
        """The codemods of all packs."""
        return codemods_of(self.packs)


@dataclass(frozen=True)
class Taken:
    """A hop that was computed and not yet written."""

    hop: Hop
    steps: tuple[Step, ...]
    tree: Tree
    """The files after the hop."""
    findings: tuple[Finding, ...]
    run: Run
    pins_skipped: tuple[Skipped, ...] = ()
    cleanup: tuple[Step, ...] = ()
    """The commits behind the hop, for when its source no longer serves."""
    codemods: tuple[Codemod, ...] = ()
    """Those that ran, but for the cleanups."""


def open_base(repository: Repository, ref: str, options: Settings | None = None, project: str = "") -> Base:
    """Read a commit and everything that decides about a hop from it. Raises HopError."""
    base = open_tree(repository, ref, options, project)
    inside = project_folder(project)
    root = repository.root or Path.cwd()
    return replace(base, packs=all_packs(pack_folders(base.settings, root / inside)))


def open_tree(repository: Repository, ref: str, options: Settings | None = None, project: str = "") -> Base:
    """The same without the packs, for what needs none of them. Raises HopError."""
    commit = repository.resolve(ref)
    tree = tree_of_commit(repository, commit, project)
    name = project_path(project, "pyproject.toml")
    settings = from_pyproject(tree.get(name), name)
    if options is not None:
        settings = merge(settings, options)
    settings = replace(settings, exclude=tuple(project_path(project, glob) for glob in settings.exclude))
    return Base(commit, tree, detect(tree), settings, (), repository.notes(commit))


def settings_of(repository: Repository, ref: str = "HEAD", project: str = "") -> Settings:
    """The settings in the pyproject.toml of a commit, for what needs nothing else of it. Raises HopError."""
    name = project_path(project, "pyproject.toml")
    text = repository.git.attempt("cat-file", "blob", f"{repository.resolve(ref)}:{name}")
    return from_pyproject(None if text is None else encode(text), name)


def source_of(base: Base) -> str:
    """The release the project is on: given, or detected. Raises HopError if neither is known."""
    source = base.settings.source or base.detected.release
    if source is None:
        raise HopError(
            "No Django requirement was found, so the release the project is on is unknown.",
            "Give it with --from X.Y, or set `from` in [tool.django-hop]; "
            "looked at requirement files, lock files, pyproject.toml, setup.cfg, setup.py, Pipfile.",
        )
    if base.settings.source is None and source not in NAMES:
        raise HopError(
            f"The project seems to be on Django {source} ({'; '.join(base.detected.evidence)}), which django-hop does not know.",
            f"If it runs on another release than that, give it with --from X.Y: one of {', '.join(NAMES)}.",
        )
    return source


def hops_of(base: Base, target: str, *, stack: bool) -> list[Hop]:
    """The hops from the project's release: one, or one per LTS on the way. Raises HopError for a target that cannot be."""
    stops = route(source_of(base), target)
    if not stack:
        return [Hop(stops[0][0], stops[-1][1])]
    return [Hop(source, target) for source, target in stops]


def take(base: Base, tree: Tree, hop: Hop, progress: Progress | None = None, workers: int | None = None) -> Taken:
    """Compute one hop on a tree: pure but for the processes it may start."""
    plan = plan_hop(tree, hop) if base.settings.dependencies else NO_PLAN
    moves = wanted_moves(plan.moves, base.settings)
    declared = {verdict.package for verdict in plan.verdicts}
    choices = [choice for choice in choose(base.codemods, hop, base.settings, moves, declared) if choice.active]
    codemods = [choice.codemod for choice in choices if choice.stage is not Stage.CLEANUP]
    done = run(tree, codemods, hop, base.settings, progress=progress, workers=workers)
    django = PINS not in base.settings.skip and (not base.settings.only or PINS in base.settings.only)
    arranged = arrange(tree, {result.path: result for result in done.results}, rounds_of(choices, moves, django=django), hop)
    done = replace(done, results=tuple(arranged.results.values()))
    steps = tuple(steps_of(arranged, hop, base.packs))
    after = tree.with_files({path: data for step in steps for path, data in step.files.items()})
    findings = [finding for result in done.results for finding in (*_fixed(result), *result.remaining)]
    told = [finding for moved in arranged.moved.values() for finding in moved.findings]
    findings = [*_unsettled(findings, told), *told]
    findings += () if base.settings.only else plan.findings
    skipped = (*plan.problems, *(skip for moved in arranged.moved.values() for skip in moved.skipped))
    cleanup = _cleanup(base, after, hop, [choice.codemod for choice in choices if choice.stage is Stage.CLEANUP], workers)
    return Taken(hop, steps, after, tuple(findings), done, skipped, cleanup, tuple(codemods))


def _unsaid(base: Base, taken: Taken, told: set[Finding]) -> tuple[Taken, set[Finding]]:
    """A hop without what an earlier one of the stack has told for good, and all that is told by now, wherever in a file it stands."""
    once = {codemod.id for codemod in base.codemods if _is_for_good(codemod, taken.hop)}
    places = {finding: _place(finding) for finding in taken.findings if not finding.fixed}
    kept = tuple(one for one in taken.findings if not (one.codemod in once or _is_classified(one)) or places.get(one) not in told)
    return replace(taken, findings=kept), told | set(places.values())


def _place(finding: Finding) -> Finding:
    """A finding wherever in a file it stands, and whichever release the remark about classifiers would add."""
    return replace(finding, line=0, column=0, message=CLASSIFIED if _is_classified(finding) else finding.message)


def _is_classified(finding: Finding) -> bool:
    return finding.codemod == PINS and finding.message.startswith(CLASSIFIED)


def _is_for_good(codemod: Codemod, hop: Hop) -> bool:
    """True if a hop has nothing to add to what was told before it: its source has the change behind it, or no release is the reason.

    What was deprecated and changed at once (language-in-session) goes for good in a later release yet."""
    if codemod.once or (codemod.package and not (codemod.deprecated or codemod.removed)):
        return True
    return not codemod.package and codemod.removed != codemod.deprecated and not_after(codemod.removed, hop.source)


def _unsettled(findings: Sequence[Finding], moved: Sequence[Finding]) -> Iterator[Finding]:
    """The findings without those about a Python that the moves of packages and Python have dealt with."""
    settled = {(one.path, one.line) for one in moved if one.fixed and one.codemod == PYTHON_MOVE}
    return (one for one in findings if one.fixed or not one.codemod.startswith("python-3-") or (one.path, one.line) not in settled)


def _fixed(result: Rewritten) -> Iterator[Finding]:
    return (finding for finding in result.findings if finding.fixed)


def _cleanup(base: Base, tree: Tree, hop: Hop, codemods: Sequence[Codemod], workers: int | None) -> tuple[Step, ...]:
    """What may follow on the hop's result when its source no longer serves."""
    if not codemods:
        return ()
    done = run(tree, codemods, hop, base.settings, workers=workers)
    return tuple(codemod_steps(done.results, codemods, Stage.CLEANUP, hop, base.packs))


def hop(
    repository: Repository,
    base: Base,
    hops: Sequence[Hop],
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    workers: int | None = None,
    dates: datetime | None = None,
) -> Iterator[HopResult]:
    """Take the hops one on top of the other and write their branches; with `dry_run` nothing is written."""
    parent, tree = base.commit, base.tree
    told: set[Finding] = set()
    for one in hops:
        started = time.monotonic()
        taken = take(base, tree, one, progress, workers)
        taken, told = _unsaid(base, taken, told)
        result = result_of(base, taken, parent, time.monotonic() - started, dry_run=dry_run)
        if not dry_run:
            result = _written(repository, result, taken, parent, dates)
            parent = result.head
        yield result
        tree = taken.tree
        base = _arrived(base, tree, one)


def _arrived(base: Base, tree: Tree, hop: Hop) -> Base:
    """What the next hop of a stack starts from: its evidence is what stands in the files then."""
    found = detect(tree)
    detected = found if found.release == hop.target else Detected(hop.target)
    return replace(base, detected=detected, settings=replace(base.settings, source=None))


def result_of(base: Base, taken: Taken, parent: str, seconds: float, *, dry_run: bool) -> HopResult:
    """What was computed as a result: without ids of commits, as none are written yet. `parent` is the commit below."""
    branch = base.settings.branch_for(taken.hop.target)
    skipped = {
        one: None for one in (*base.tree.skipped, *(skip for result in taken.run.results for skip in result.skipped), *taken.pins_skipped)
    }
    files = {path for step in taken.steps for path in step.files}
    evidence = base.detected.evidence if base.settings.source is None else (f"given: Django {base.settings.source}",)
    conflicts = tuple(f"another Django release is named: {one}" for one in base.detected.conflicts)
    return HopResult(
        hop=taken.hop,
        base=parent,
        branch=branch,
        head="",
        prepare_branch=f"{branch}-prepare",
        prepare_head="",
        cleanup_branch=f"{branch}-cleanup" if taken.cleanup else "",
        commits=tuple(map(_commit, taken.steps)),
        cleanup=tuple(map(_commit, taken.cleanup)),
        findings=in_order(taken.findings, base.codemods),
        failures=tuple(failure for result in taken.run.results for failure in result.failures),
        skipped=tuple(sorted(skipped, key=lambda one: (one.path, one.reason))),
        evidence=evidence,
        notes=(*base.notes, *conflicts),
        seconds=seconds,
        facts={
            "files": taken.run.read,
            "candidates": taken.run.candidates,
            "changed": len(files),
            "places": sum(s.places for s in taken.steps),
        },
        dry_run=dry_run,
    )


def in_order(findings: Iterable[Finding], codemods: Iterable[Codemod]) -> tuple[Finding, ...]:
    """Each finding once: silent traps first, then by place."""
    silent = {codemod.id for codemod in codemods if codemod.silent}
    return tuple(sorted(dict.fromkeys(findings), key=lambda one: (one.codemod not in silent, one.path, one.line, one.column, one.codemod)))


def _commit(step: Step) -> CommitInfo:
    return CommitInfo("", step.codemod, step.title, step.stage, step.safety, tuple(step.files), step.places)


def _written(repository: Repository, result: HopResult, taken: Taken, parent: str, dates: datetime | None) -> HopResult:
    from .commit import BranchPlan, write_branches

    plan = BranchPlan(result.branch, parent, taken.steps, result.prepare_branch, taken.cleanup, f"{result.branch}-cleanup")
    written = write_branches(repository, plan, dates=dates)
    made = [replace(commit, sha=sha) for commit, sha in zip((*result.commits, *result.cleanup), written.shas, strict=True)]
    return replace(
        result,
        head=written.head,
        prepare_head=written.prepare_head,
        cleanup_head=written.cleanup_head,
        commits=tuple(made[: len(taken.steps)]),
        cleanup=tuple(made[len(taken.steps) :]),
    )
