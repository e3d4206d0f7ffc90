"""Programs of the user's project, run under our eyes: in a process group of their own, with a time limit, with a log that stays."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

GRACE = 3.0
"""Seconds a process group gets between the request to end and the end."""
TICK = 0.5
_FOREIGN = ("DJANGO_", "PYTEST_", "PYTHON", "VIRTUAL_ENV", "CONDA_", "COVERAGE_", "GIT_")
"""Variables of the shell we were started from that would change what the project does."""


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int | None
    """None if it was ended because its time was up."""
    log: Path
    seconds: float

    @property
    def ok(self) -> bool:
        """True if it ended by itself with 0."""
        return self.code == 0

    @property
    def output(self) -> str:
        """What it printed, on both streams."""
        return self.log.read_text("utf-8", errors="replace") if self.log.is_file() else ""


def clean_environment() -> dict[str, str]:
    """The variables a project's program gets from ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: Path,
    limit: float,
    tick: Callable[[float], None] | None = None,
) -> Ended:
    """Run a command to its end or to its time limit, in seconds; its whole process group is gone afterwards, also after Ctrl-C.

    `tick` is called about twice a second with the seconds so far. Raises OSError if the program cannot be started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            code = _wait(process, started, limit, tick)
        finally:
            # Also after a good end: what the program left running would hold ports, files and the checkout.
            _end_group(process)
    return Ended(code, log, time.monotonic() - started)


def _wait(process: subprocess.Popen[bytes], started: float, limit: float, tick: Callable[[float], None] | None) -> int | None:
    while (spent := time.monotonic() - started) < limit:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(TICK, limit - spent))
        if tick is not None:
            tick(time.monotonic() - started)
    return None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, wait a little, end it."""
    running = process.poll() is None
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            break
        if running and number is signal.SIGTERM:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
    process.wait()
