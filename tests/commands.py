"""The command line in tests: in this process where that is enough, in a process of its own where the test is about the process."""

from __future__ import annotations

import ctypes
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from django_hop import cli

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


def run(*arguments: str | Path, cwd: Path | None = None) -> Outcome:
    """Run `django-hop ARGUMENTS` in this process, in the folder `cwd`, through the same `main` as the installed script."""
    out, err, before = io.StringIO(), io.StringIO(), Path.cwd()
    try:
        os.chdir(cwd or before)
        with mock.patch.object(sys, "argv", ["django-hop", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
            code = cli.main()
    finally:
        os.chdir(before)
    return Outcome(code, out.getvalue(), err.getvalue())


def process_environment(**changes: str) -> dict[str, str]:
    """The environment in which a subprocess finds this django_hop."""
    path = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, **changes}


def bind_to_rights() -> None:
    """For `preexec_fn`: let the rights of files bind root too, as they bind everybody else."""
    if os.getuid() == 0:  # without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
        library = ctypes.CDLL(None, use_errno=True)
        for capability in (1, 2):
            library.prctl(24, capability, 0, 0, 0)


def start(
    *arguments: str | Path, cwd: Path, preexec: Callable[[], None] | None = None, session: bool = False, **environment: str
) -> subprocess.Popen[bytes]:
    """Start `python -m django_hop ARGUMENTS`; the caller waits for it. Ctrl-C reaches it, even if the tests run behind a `&`."""

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if preexec is not None:
            preexec()

    return subprocess.Popen(
        [sys.executable, "-m", "django_hop", *map(str, arguments)],
        cwd=cwd,
        env=process_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=prepare,
        start_new_session=session,
    )


def finish(process: subprocess.Popen[bytes]) -> Outcome:
    """Wait for a process that `start` gave."""
    out, err = process.communicate()
    return Outcome(process.returncode, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape"))


def run_process(*arguments: str | Path, cwd: Path, preexec: Callable[[], None] | None = None, **environment: str) -> Outcome:
    """Run `python -m django_hop ARGUMENTS` in a process of its own."""
    return finish(start(*arguments, cwd=cwd, preexec=preexec, **environment))
