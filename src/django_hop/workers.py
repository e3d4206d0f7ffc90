"""Supervised workers: each process does a file at a time; one that dies or hangs costs that file, and is replaced."""

from __future__ import annotations

import multiprocessing as mp
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from .model import Codemod, Failure, Hop, Rewritten
from .project.index import Project

GRACE = 10
"""Seconds beyond the worker's own time limit after which it is killed."""


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    path: str = ""
    since: float = field(default=0.0)


def run_in_workers(
    concerned: Mapping[str, Sequence[Codemod]], tree: Mapping[str, bytes], hop: Hop, project: Project, count: int, progress: Any = None
) -> list[Rewritten]:
    """Rewrite the files in `count` processes; results come in the order of the paths. Workers are forked where that is possible
    (packs need not be loaded again); without fork everything runs here."""
    if "fork" not in mp.get_all_start_methods():
        from .run import rewrite_within_time

        return [rewrite_within_time(path, tree[path], codemods, hop, project) for path, codemods in concerned.items()]
    return _Pool(concerned, tree, hop, project, progress).run(min(count, len(concerned)))


class _Pool:
    def __init__(self, concerned: Mapping[str, Sequence[Codemod]], tree: Mapping[str, bytes], hop: Hop, project: Project, progress: Any) -> None:
        self.concerned, self.tree, self.hop, self.project, self.progress = concerned, tree, hop, project, progress
        self.waiting = deque(concerned)
        self.results: dict[str, Rewritten] = {}
        self.context = mp.get_context("fork")
        self.workers: list[_Worker] = []

    def run(self, count: int) -> list[Rewritten]:
        try:
            self.workers = [self._start() for _ in range(count)]
            while len(self.results) < len(self.concerned):
                for worker in self.workers:
                    if not worker.path and self.waiting:
                        self._send(worker)
                self._receive()
        finally:
            for worker in self.workers:
                worker.process.kill()
                worker.process.join()
                worker.pipe.close()
        return [self.results[path] for path in self.concerned]

    def _start(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=self._serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _serve(self, pipe: Connection) -> None:
        import signal

        from .run import rewrite_within_time

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends us
        while True:
            try:
                path = pipe.recv()
            except EOFError:
                return
            pipe.send(rewrite_within_time(path, self.tree[path], self.concerned[path], self.hop, self.project))

    def _send(self, worker: _Worker) -> None:
        worker.path = self.waiting.popleft()
        worker.since = time.monotonic()
        try:
            worker.pipe.send(worker.path)
        except OSError:
            self._lost(worker, "the worker process died")

    def _receive(self) -> None:
        from .run import SECONDS_PER_FILE

        busy = {worker.pipe: worker for worker in self.workers if worker.path}
        for pipe in wait(list(busy), timeout=1.0):
            worker = busy[pipe]  # type: ignore[index]
            try:
                result = worker.pipe.recv()
            except (EOFError, OSError):
                self._lost(worker, "the worker process died on it (too deeply nested?)")
                continue
            self._done(worker, result)
        for worker in list(busy.values()):
            if worker.path and time.monotonic() - worker.since > SECONDS_PER_FILE + GRACE:
                self._lost(worker, f"took longer than {SECONDS_PER_FILE} seconds")

    def _done(self, worker: _Worker, result: Rewritten) -> None:
        self.results[worker.path] = result
        if self.progress:
            self.progress(len(self.results), len(self.concerned), worker.path)
        worker.path = ""

    def _lost(self, worker: _Worker, why: str) -> None:
        self.results[worker.path] = Rewritten(worker.path, failures=(Failure(worker.path, "", f"{why}; the file was left as it is"),))
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        self.workers[self.workers.index(worker)] = self._start()
