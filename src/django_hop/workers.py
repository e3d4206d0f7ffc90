"""Supervised workers: each process does a file at a time; one that dies or hangs costs that file, and is replaced."""

from __future__ import annotations

import multiprocessing as mp
import os
import signal
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from . import run
from .model import Rewritten

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

FILES_PER_WORKER = 100
"""Candidate files from which one more worker pays for its start (docs/benchmarks.md)."""
GRACE = 10
"""Seconds beyond the worker's own time limit after which it is killed."""


@dataclass
class _Worker:
    process: ForkProcess
    pipe: Connection
    path: str = ""
    """The file it is at; empty while it waits."""
    since: float = 0.0


def run_supervised(job: run.Job, count: int | None = None, progress: run.Progress | None = None) -> list[Rewritten]:
    """Rewrite the files in `count` processes (None: as many as pay for their start); results come in the order of the paths.

    No process is left behind, however this ends. Workers are forked: packs need not be loaded again, only results are pickled. Where
    there is no fork, everything runs in this process.
    """
    if "fork" not in mp.get_all_start_methods():
        return list(run.in_process(job, progress))
    if count is None:
        count = max(1, min(os.cpu_count() or 1, len(job.concerned) // FILES_PER_WORKER))
    return _Pool(job, progress).run(count)


class _Pool:
    def __init__(self, job: run.Job, progress: run.Progress | None) -> None:
        self.job, self.progress = job, progress
        self.waiting = deque(job.concerned)
        self.results: dict[str, Rewritten] = {}
        self.context = mp.get_context("fork")
        self.workers: list[_Worker] = []

    def run(self, count: int) -> list[Rewritten]:
        try:
            for _ in range(count):
                self.workers.append(self._start())
            while len(self.results) < len(self.job.concerned):
                for worker in self.workers:
                    if not worker.path and self.waiting:
                        self._send(worker)
                self._receive()
        finally:
            for worker in self.workers:
                _end(worker)
        return [self.results[path] for path in self.job.concerned]

    def _start(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        # The child inherits our ends of all pipes. It must close them: only then does it hear of our death as the end of its input.
        inherited = [ours, *(worker.pipe for worker in self.workers if not worker.pipe.closed)]
        process = self.context.Process(target=self._serve, args=(theirs, inherited), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _serve(self, pipe: Connection, inherited: Sequence[Connection]) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and ends us
        for other in inherited:
            other.close()
        with suppress(EOFError, OSError):
            while True:
                pipe.send(self._rewrite(pipe.recv()))

    def _rewrite(self, path: str) -> Rewritten:
        try:
            return self.job.rewrite(path)
        except Exception as error:  # our bug, but it costs one file only
            return run.given_up(path, f"{type(error).__name__}: {error}")

    def _send(self, worker: _Worker) -> None:
        worker.path = self.waiting.popleft()
        worker.since = time.monotonic()
        try:
            worker.pipe.send(worker.path)
        except OSError:
            self._lost(worker, "the worker process died")

    def _receive(self) -> None:
        busy = {worker.pipe.fileno(): worker for worker in self.workers if worker.path}
        for ready in wait(list(busy), timeout=1.0):
            assert isinstance(ready, int)
            worker = busy[ready]
            try:
                result = worker.pipe.recv()
            except (EOFError, OSError):
                self._lost(worker, "the worker process died on it")
                continue
            self._done(worker, result)
        for worker in busy.values():
            if worker.path and time.monotonic() - worker.since > run.SECONDS_PER_FILE + GRACE:
                self._lost(worker, f"took longer than {run.SECONDS_PER_FILE} seconds")

    def _done(self, worker: _Worker, result: Rewritten) -> None:
        self.results[worker.path] = result
        if self.progress:
            self.progress(len(self.results), len(self.job.concerned), worker.path)
        worker.path = ""

    def _lost(self, worker: _Worker, why: str) -> None:
        path = worker.path
        _end(worker)
        self.workers[self.workers.index(worker)] = self._start()
        self._done(worker, run.given_up(path, why))


def _end(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()

