"""One hop, or a stack of hops, computed from a commit: select, rewrite, pin, write the branch; see docs/architecture.md."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .config import Settings, from_pyproject, merge, pack_folders
from .dependencies.pins import move_django
from .errors import HopError
from .messages import commit_message
from .model import Codemod, CommitInfo, Finding, Hop, HopResult, Rewritten, Safety, Skipped, Stage, Step
from .packs import Pack, all_packs
from .plan import PINS, PINS_TITLE, active, stage_of
from .project.git import encode
from .project.index import Project
from .project.release import Detected, detect
from .project.repository import Repository
from .project.tree import Tree, project_folder, tree_of_commit
from .releases import route
from .rewrite.files import kind_of, rewrite_file
from .run import Progress, Run, run
from .words import WordFilter


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
        return tuple(codemod for pack in self.packs for codemod in pack.codemods)


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


def open_base(repository: Repository, ref: str, options: Settings | None = None, project: str = "") -> Base:
    """Read a commit and everything that decides about a hop from it. Raises HopError."""
    commit = repository.resolve(ref)
    tree = tree_of_commit(repository, commit, project)
    inside = f"{project.strip('/')}/" if project.strip("/.") else ""
    name = f"{inside}pyproject.toml"
    settings = from_pyproject(tree.get(name), name)
    if options is not None:
        settings = merge(settings, options)
    root = repository.root or Path.cwd()
    packs = all_packs(pack_folders(settings, root / inside))
    if settings.exclude and inside:
        settings = replace(settings, exclude=tuple(f"{inside}{glob}" for glob in settings.exclude))
    return Base(commit, tree, detect(tree), settings, packs, repository.notes(commit))


def settings_of(repository: Repository, ref: str = "HEAD", project: str = "") -> Settings:
    """The settings in the pyproject.toml of a commit, for what needs nothing else of it. Raises HopError."""
    folder = project_folder(project)
    name = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
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
    return source


def hops_of(base: Base, target: str, *, stack: bool) -> list[Hop]:
    """The hops from the project's release: one, or one per LTS on the way. Raises HopError for a target that cannot be."""
    stops = route(source_of(base), target)
    if not stack:
        return [Hop(stops[0][0], stops[-1][1])]
    return [Hop(source, target) for source, target in stops]


def take(base: Base, tree: Tree, hop: Hop, progress: Progress | None = None, workers: int | None = None) -> Taken:
    """Compute one hop on a tree: pure but for the processes it may start."""
    codemods = active(base.codemods, hop, base.settings)
    done = run(tree, codemods, hop, base.settings, progress=progress, workers=workers)
    stages = {codemod.id: stage_of(codemod, hop) for codemod in codemods}
    with_pins = PINS not in base.settings.skip and (not base.settings.only or PINS in base.settings.only)
    results = {result.path: result for result in done.results}
    pins = move_django({**tree, **_after_stage(results, stages, Stage.PREPARE)}, hop) if with_pins else None
    if pins:
        results = _over_pins(results, pins.files, codemods, stages, hop, tree)
        done = replace(done, results=tuple(results.values()))
    steps = list(_steps(results, codemods, hop, base.packs))
    if pins and pins.files:
        place = sum(step.stage is Stage.PREPARE for step in steps)
        steps.insert(place, _pins_step(pins.files, pins.places, hop))
    findings = [finding for result in done.results for finding in (*_fixed(result), *result.remaining)]
    if pins:
        findings += pins.findings
    after: dict[str, bytes] = {}
    for step in steps:
        after.update(step.files)
    return Taken(hop, tuple(steps), tree.with_files(after), tuple(findings), done, pins.skipped if pins else ())


def _fixed(result: Rewritten) -> Iterator[Finding]:
    return (finding for finding in result.findings if finding.fixed)


def _after_stage(results: Mapping[str, Rewritten], stages: Mapping[str, Stage | None], stage: Stage) -> dict[str, bytes]:
    """The files as the last step of a stage leaves them."""
    return {path: data for path, result in results.items() for codemod, data, _ in result.steps if stages[codemod] is stage}


def _over_pins(
    results: dict[str, Rewritten],
    pinned: Mapping[str, bytes],
    codemods: Sequence[Codemod],
    stages: Mapping[str, Stage | None],
    hop: Hop,
    tree: Tree,
) -> dict[str, Rewritten]:
    """A file that the pins and the bump stage both change (setup.py, say) goes through the bump stage again, on top of the pins."""
    bump = [codemod for codemod in codemods if stages[codemod.id] is Stage.BUMP]
    changed = dict(results)
    for path, data in pinned.items():
        before = results.get(path)
        if before is None or not any(stages[step[0]] is Stage.BUMP for step in before.steps):
            continue
        fit = WordFilter(bump, kind_of(path)).candidates(data)
        again = rewrite_file(path, data, fit, hop, Project({**tree, path: data}))
        prepared = tuple(step for step in before.steps if stages[step[0]] is Stage.PREPARE)
        changed[path] = replace(before, steps=(*prepared, *again.steps))
    return changed


def _steps(results: Mapping[str, Rewritten], codemods: Sequence[Codemod], hop: Hop, packs: Sequence[Pack]) -> Iterator[Step]:
    for codemod in codemods:
        changed = {path: step for path, result in results.items() for step in result.steps if step[0] == codemod.id}
        if not changed:
            continue
        stage = stage_of(codemod, hop)
        assert stage is not None
        files = {path: data for path, (_, data, _) in sorted(changed.items())}
        places = sum(count for _, _, count in changed.values())
        step = Step(codemod.id, codemod.title, codemod.pack, stage, codemod.safety, files, places)
        yield replace(step, message=commit_message(step, codemod, hop, packs))


def _pins_step(files: Mapping[str, bytes], places: int, hop: Hop) -> Step:
    step = Step(PINS, PINS_TITLE.format(target=hop.target), "dependencies", Stage.BUMP, Safety.SAFE, dict(sorted(files.items())), places)
    return replace(step, message=commit_message(step, None, hop, ()))


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
    for one in hops:
        started = time.monotonic()
        taken = take(base, tree, one, progress, workers)
        result = _result(base, taken, parent, time.monotonic() - started, dry_run)
        if not dry_run:
            result = _written(repository, result, taken, parent, dates)
            parent = result.head
        yield result
        tree = taken.tree


def _result(base: Base, taken: Taken, parent: str, seconds: float, dry_run: bool) -> HopResult:
    branch = base.settings.branch_for(taken.hop.target)
    skipped = {
        one: None for one in (*base.tree.skipped, *(skip for result in taken.run.results for skip in result.skipped), *taken.pins_skipped)
    }
    files = {path for step in taken.steps for path in step.files}
    evidence = base.detected.evidence if base.settings.source is None else (f"given: Django {base.settings.source}",)
    conflicts = tuple(f"another Django release is named: {one}" for one in base.detected.conflicts)
    silent = {codemod.id for codemod in base.codemods if codemod.silent}
    return HopResult(
        hop=taken.hop,
        base=parent,
        branch=branch,
        head="",
        prepare_branch=f"{branch}-prepare",
        prepare_head="",
        commits=tuple(CommitInfo("", s.codemod, s.title, s.stage, s.safety, tuple(s.files), s.places) for s in taken.steps),
        findings=tuple(
            sorted(dict.fromkeys(taken.findings), key=lambda one: (one.codemod not in silent, one.path, one.line, one.column, one.codemod))
        ),
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


def _written(repository: Repository, result: HopResult, taken: Taken, parent: str, dates: datetime | None) -> HopResult:
    from .commit import BranchPlan, write_branches

    written = write_branches(repository, BranchPlan(result.branch, parent, taken.steps, result.prepare_branch), dates=dates)
    commits = tuple(replace(commit, sha=sha) for commit, sha in zip(result.commits, written.shas, strict=True))
    return replace(result, head=written.head, prepare_head=written.prepare_head, commits=commits)
