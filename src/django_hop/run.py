"""All files through all codemods: word filter, then the engine, in this process or in supervised workers."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import FrameType

from .config import Settings
from .model import Codemod, Failure, Hop, Rewritten
from .ops.base import Op, PythonOp, TemplateOp, TextOp
from .project.index import Project
from .rarely import rare_collections
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


class Filters:
    """The word filters of all kinds of files for one list of codemods."""

    def __init__(self, codemods: Sequence[Codemod], project: Project | None = None, hop: Hop | None = None) -> None:
        self._project = project
        self._order = {codemod.id: place for place, codemod in enumerate(codemods)}
        self._filters: dict[type[Op], WordFilter] = {kind: WordFilter(codemods, kind, hop) for kind in (PythonOp, TemplateOp, TextOp)}

    def candidates(self, path: str, data: bytes) -> list[Codemod]:
        """The codemods that may apply to a file, in order. Nothing is parsed."""
        return self._filters[kind_of(path)].candidates(data, path, self._project)

    def joined(self, one: Sequence[Codemod], other: Sequence[Codemod]) -> list[Codemod]:
        """The codemods of both lists, each once, in order."""
        return sorted({codemod.id: codemod for codemod in (*one, *other)}.values(), key=lambda codemod: self._order[codemod.id])


@dataclass(frozen=True)
class Job:
    """All that is needed to rewrite the files of a tree one by one, in any process."""

    tree: Mapping[str, bytes]
    filters: Filters
    concerned: Mapping[str, Sequence[Codemod]]
    """Path -> the codemods that may apply, for the files where any may; in the order of the paths."""
    hop: Hop
    project: Project

    def rewrite(self, path: str) -> Rewritten:
        """One file, given up after SECONDS_PER_FILE where the platform has an alarm."""
        try:
            with _alarm(SECONDS_PER_FILE):
                return self._rewrite(path)
        except TimeUp:
            return given_up(path, f"took longer than {SECONDS_PER_FILE} seconds")

    def _rewrite(self, path: str) -> Rewritten:
        codemods = list(self.concerned[path])

        @cache
        def fitting(data: bytes) -> list[Codemod]:
            return self.filters.candidates(path, data)

        while True:
            result = rewrite_file(path, self.tree[path], codemods, self.hop, self.project, fitting)
            if not result.steps:
                return result
            # What one codemod writes may be what another is for: url() became re_path(), and now path() will do.
            wider = self.filters.joined(codemods, fitting(result.steps[-1][1]))
            if len(wider) == len(codemods):
                return result
            codemods = wider


def given_up(path: str, why: str) -> Rewritten:
    """The result of a file that could not be worked on."""
    return Rewritten(path, failures=(Failure(path, "", f"{why}; the file was left as it is"),))


@rare_collections()
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
    project = Project(context if context is not None else tree)
    try:
        filters = Filters(codemods, project, hop)
        found = ((path, filters.candidates(path, tree[path])) for path in sorted(tree) if not settings.excluded(path))
        concerned = {path: fit for path, fit in found if fit}
        job = Job(tree, filters, concerned, hop, project)
        if concerned and workers != 1:
            from .workers import run_supervised

            results = run_supervised(job, workers, progress)
        else:
            results = list(in_process(job, progress))
    finally:
        project.release()
    return Run(tuple(results), len(tree), len(concerned))


def in_process(job: Job, progress: Progress | None = None) -> Iterator[Rewritten]:
    """The files one after another, unsupervised."""
    for done, path in enumerate(job.concerned):
        if progress:
            progress(done, len(job.concerned), path)
        yield job.rewrite(path)


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
