"""All files through all codemods: word filter, then the engine, in this process or in supervised workers."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from .config import Settings
from .model import Codemod, Failure, Hop, Rewritten
from .ops.base import Op, PythonOp, TemplateOp, TextOp
from .project.index import Project
from .rewrite.files import kind_of, rewrite_file
from .words import WordFilter

SECONDS_PER_FILE = 60

Progress = Callable[[int, int, str], None]
"""Called with files done, files to do, the path."""


@dataclass(frozen=True)
class Run:
    """What became of all files."""

    results: tuple[Rewritten, ...]
    """One for each candidate file, in the order of the paths."""
    read: int
    candidates: int


class TimeUp(BaseException):
    """One file took too long. Not an Exception: it goes past the handler that takes a codemod's own errors."""


def candidates(tree: Mapping[str, bytes], codemods: Sequence[Codemod], settings: Settings) -> dict[str, list[Codemod]]:
    """Path -> the codemods that may apply, for the files where any may. Nothing is parsed."""
    filters: dict[type[Op], WordFilter] = {kind: WordFilter(codemods, kind) for kind in (PythonOp, TemplateOp, TextOp)}
    found: dict[str, list[Codemod]] = {}
    for path in sorted(tree):
        if settings.excluded(path):
            continue
        fit = _candidates(path, tree[path], filters)
        if fit:
            found[path] = fit
    return found


def _candidates(path: str, data: bytes, filters: Mapping[type[Op], WordFilter]) -> list[Codemod]:
    kind = kind_of(path)
    fit = filters[kind].candidates(data)
    if kind is TextOp:
        fit = [codemod for codemod in fit if any(isinstance(op, TextOp) and op.concerns(path) for op in codemod.ops)]
    return fit


def run(
    tree: Mapping[str, bytes],
    codemods: Sequence[Codemod],
    hop: Hop,
    settings: Settings,
    *,
    context: Mapping[str, bytes] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Rewrite every file of the tree, in as many supervised processes as pay; `workers` sets how many, 1 stays in this one, unsupervised.

    `context` is the whole project, where the tree is only a part of it.
    """
    concerned = candidates(tree, codemods, settings)
    project = Project(context if context is not None else tree)
    if concerned and workers != 1:
        from .workers import run_supervised

        results = run_supervised(concerned, tree, hop, project, workers, progress)
    else:
        results = list(in_process(concerned, tree, hop, project, progress))
    return Run(tuple(results), len(tree), len(concerned))


def in_process(
    concerned: Mapping[str, Sequence[Codemod]], tree: Mapping[str, bytes], hop: Hop, project: Project, progress: Progress | None
) -> Iterator[Rewritten]:
    """The files one after another, unsupervised."""
    with rare_collections():
        for done, (path, codemods) in enumerate(concerned.items()):
            if progress:
                progress(done, len(concerned), path)
            yield rewrite_within_time(path, tree[path], codemods, hop, project)


def rewrite_within_time(path: str, data: bytes, codemods: Sequence[Codemod], hop: Hop, project: Project) -> Rewritten:
    """One file, given up after SECONDS_PER_FILE where the platform has an alarm."""
    try:
        with _alarm(SECONDS_PER_FILE):
            return rewrite_file(path, data, codemods, hop, project)
    except TimeUp:
        return Rewritten(path, failures=(Failure(path, "", f"took longer than {SECONDS_PER_FILE} seconds and was left as it is"),))


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Syntax trees are many small objects that live together: collecting less often saves a tenth (PITFALLS.md 3.2)."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
