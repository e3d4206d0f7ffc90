"""A progress bar on standard error, on a terminal only. Rich is imported when there is something to show, so not by a hook."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from ..run import Progress

PATIENCE = 0.5
"""Seconds before a bar appears: what is done by then needs none."""


@contextmanager
def progress(title: str) -> Iterator[Progress | None]:
    """Give what `run` calls after each file; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        yield _reporter(title, stack)


def _reporter(title: str, stack: ExitStack) -> Progress:
    from_when = time.monotonic() + PATIENCE
    update: Progress | None = None

    def report(done: int, total: int, path: str) -> None:
        nonlocal update
        if update is None and time.monotonic() >= from_when:
            update = _bar(title, stack)
        if update is not None:
            update(done, total, path)

    return report


def _bar(title: str, stack: ExitStack) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # No refresh thread: a worker that is replaced is forked while the bar is up.
    bar = stack.enter_context(Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False))
    task = bar.add_task(title, total=None)

    def update(done: int, total: int, path: str) -> None:
        bar.update(task, completed=done, total=total)
        if done % 8 == 0 or done == total:
            bar.refresh()

    return update
