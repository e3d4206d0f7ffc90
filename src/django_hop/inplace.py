"""`check` and `fix`: files and folders as they are on disk, no git needed."""

from __future__ import annotations

import difflib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from .config import Settings, from_pyproject, merge, pack_folders
from .errors import HopError
from .guard import NOTHING, Guard, guard_for
from .model import Codemod, Failure, Finding, Hop, Rewritten, Safety, Skipped
from .packs import all_packs, codemods_of, shipped_up_to
from .plan import active
from .project.tree import Tree, tree_of_paths
from .releases import NAMES, facts, order, route
from .run import Progress, run

if TYPE_CHECKING:
    from .dependencies.near import Near

_ROOT_MARKS = (".git", "pyproject.toml", "manage.py", "setup.py", "setup.cfg")


@dataclass(frozen=True)
class Checked:
    """What `check` found, or `fix` did."""

    hop: Hop
    root: Path
    changed: Mapping[str, tuple[bytes, bytes]]
    """Path -> content before and after."""
    codemods: Mapping[str, tuple[str, ...]]
    """Path -> ids of the codemods that change it."""
    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]
    skipped: tuple[Skipped, ...]
    evidence: tuple[str, ...] = ()
    """Why the project is believed to be on the hop's source, or beyond."""
    files: int = 0

    @property
    def unfixed(self) -> tuple[Finding, ...]:
        """Findings that a person has to look at."""
        return tuple(finding for finding in self.findings if not finding.fixed)

    @property
    def skipped_sources(self) -> tuple[Skipped, ...]:
        """Python files that could not be read or parsed."""
        return tuple(one for one in self.skipped if one.path.endswith(".py"))

    def diff(self) -> Iterator[bytes]:
        """A unified diff of all changes, line by line, in the files' own encodings."""
        for path, (old, new) in self.changed.items():
            name = path.encode("utf-8", "surrogateescape")
            for line in difflib.diff_bytes(difflib.unified_diff, _lines(old), _lines(new), b"a/" + name, b"b/" + name):
                yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[bytes]:
    """Lines as git sees them: only LF ends one."""
    return re.findall(rb"[^\n]*\n|[^\n]+\Z", data)


class _Surroundings(Mapping[str, bytes]):
    """The whole project around the files that were named, read only if a codemod asks about other files."""

    def __init__(self, root: Path, named: Tree) -> None:
        self._root, self._named = root, named

    @cached_property
    def _all(self) -> Mapping[str, bytes]:
        return {**tree_of_paths([self._root], self._root), **self._named}

    def __getitem__(self, path: str) -> bytes:
        return self._named[path] if path in self._named else self._all[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def root_of(paths: Sequence[Path]) -> Path:
    """The project's folder: the nearest one around the first path that holds .git, pyproject.toml, manage.py or setup.py."""
    start = paths[0].absolute() if paths else Path.cwd()
    for folder in (start, *start.parents):
        if os.path.isdir(folder) and any(os.path.lexists(folder / mark) for mark in _ROOT_MARKS):
            return folder
    return start if os.path.isdir(start) else start.parent


def settings_for(root: Path, options: Settings) -> Settings:
    """The settings of the project's pyproject.toml under the options."""
    file = root / "pyproject.toml"
    try:
        data = file.read_bytes() if os.path.isfile(file) else None
    except OSError as error:
        raise HopError(f"{file} cannot be read: {error.strerror}.", "Make it readable; django-hop reads its settings from there.") from None
    return merge(from_pyproject(data, str(file)), options)


def hop_for(declared: Callable[[], Near], settings: Settings) -> tuple[Hop, tuple[str, ...]]:
    """The hop that `check` and `fix` stand for, and why it starts where it does.

    A project that has arrived, or whose release nothing tells, is guarded against all old forms up to the target. Raises HopError.
    """
    if settings.target is None:
        raise HopError("No target release is given.", "Give --to X.Y, or set `to` in [tool.django-hop].")
    evidence: tuple[str, ...] = ()
    source = settings.source
    if source is None:
        facts(settings.target)
        detected = declared().detected
        evidence = detected.evidence
        if detected.release is not None and order(detected.release) < order(settings.target):
            source = detected.release
    stops = route(source or NAMES[0], settings.target)
    return Hop(stops[0][0], stops[-1][1], arrived=source is None), evidence


def check(paths: Sequence[Path], options: Settings, *, progress: Progress | None = None) -> Checked:
    """Run the codemods over files and folders; nothing is written. Raises HopError for paths that do not exist."""
    return _look(paths, options, progress, written=False)


def _look(paths: Sequence[Path], options: Settings, progress: Progress | None, *, written: bool) -> Checked:
    """What is found; `written` says whether places are those in the files as they are, or as they will be."""
    root = root_of(paths)
    settings = settings_for(root, options)

    @cache
    def declared() -> Near:
        from .dependencies.near import near

        return near(root)

    hop, evidence = hop_for(declared, settings)
    tree = tree_of_paths([path.absolute() for path in paths], root)
    project = _Surroundings(root, tree)
    guard = guard_for(declared, hop, tree, project, always=bool(settings.packs)) if settings.dependencies else NOTHING
    codemods = _codemods(root, hop, settings, guard)
    done = run(tree, codemods, hop, settings, context=project, progress=progress)
    changed = {result.path: (tree[result.path], result.steps[-1][1]) for result in done.results if result.steps}
    return Checked(
        hop,
        root,
        changed,
        {result.path: tuple(step[0] for step in result.steps) for result in done.results if result.steps},
        tuple(finding for result in done.results for finding in _findings(result, written=written)),
        tuple(failure for result in done.results for failure in result.failures),
        (*tree.skipped, *(skip for result in done.results for skip in result.skipped)),
        evidence,
        len(tree),
    )


def _codemods(root: Path, hop: Hop, settings: Settings, guard: Guard) -> list[Codemod]:
    """The codemods at work: those of the hop, and those of packages whose old forms are gone."""
    named = (*settings.only, *settings.skip)
    packs = all_packs(pack_folders(settings, root), shipped_up_to(hop.target, named, packages=guard.packages))
    codemods = active(codemods_of(packs), hop, settings, guard.moves, guard.gone)
    return [one for one in codemods if (one.id in settings.only or guard.has(one) if one.package else _is_for(one, hop))]


def _is_for(codemod: Codemod, hop: Hop) -> bool:
    """False where the hop is done and a codemod was for those who make it.

    Another behaviour of a release that is behind has been looked at; to say so on every commit would be noise. What no release objects
    to (pyupgrade's) is a matter of the hop as well.
    """
    if not hop.arrived:
        return True
    return bool(codemod.deprecated or codemod.removed) and not (codemod.silent and codemod.safety is Safety.DETECT)


def _findings(result: Rewritten, *, written: bool) -> Iterator[Finding]:
    """What was fixed, and what nothing fixed: at its place in the file as it is, unless it shows only after the changes."""
    yield from (finding for finding in result.findings if finding.fixed)
    left = Counter((finding.codemod, finding.message) for finding in result.remaining)
    if not written:
        for finding in result.findings:
            if not finding.fixed and left[finding.codemod, finding.message]:
                left[finding.codemod, finding.message] -= 1
                yield finding
    for finding in result.remaining:
        if left[finding.codemod, finding.message]:
            left[finding.codemod, finding.message] -= 1
            yield finding


def fix(paths: Sequence[Path], options: Settings, *, progress: Progress | None = None) -> Checked:
    """The same, and write the changed files in place, each atomically; a file that cannot be written is a failure, not the end.

    Raises HopError, as `check` does, before anything is written.
    """
    checked = _look(paths, options, progress, written=True)
    failures = {path: said for path, (old, new) in checked.changed.items() if (said := _write(checked.root / path, old, new))}
    return replace(
        checked,
        changed={path: contents for path, contents in checked.changed.items() if path not in failures},
        codemods={path: ids for path, ids in checked.codemods.items() if path not in failures},
        failures=(*checked.failures, *(Failure(path, "", said) for path, said in failures.items())),
    )


def _write(path: Path, old: bytes, new: bytes) -> str:
    """Write a file; give what went wrong."""
    from .commit import write_file

    try:
        if path.read_bytes() != old:
            return "was changed by somebody else at the same time; left as they made it"
        write_file(path, new)
    except HopError as error:
        return f"{error.message} {error.hint}"
    except OSError as error:
        return f"cannot be read again: {error.strerror}"
    return ""
