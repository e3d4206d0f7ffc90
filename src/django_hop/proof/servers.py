"""One long-lived process per release that runs programs; started when first wanted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from types import TracebackType

from .claims import Claim, Outcome
from .environments import Environment, django_requirements, environment, package_pythons, package_requirements, pythons_for
from .pages import Proof

RUNNER = Path(__file__).with_name("runner.py")
LIMIT = 32
"""How many processes wait for programs at the most: proofs of packages have hundreds of environments."""


class Servers:
    """The processes for all releases. Use as a context manager: they end with it."""

    def __init__(self, jobs: int = 0) -> None:
        self._pool = ThreadPoolExecutor(jobs or os.cpu_count() or 1)
        self._running: dict[Path, _Server] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="django-hop-proof-")).resolve()

    def __enter__(self) -> Servers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)
        for server in self._running.values():
            server.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, claim: Claim, proof: Proof, program: str) -> Future[Outcome]:
        """Run a program under the claim's release. Raises Unavailable at once if this machine lacks the release's environment."""
        server = self._server(environment_of(claim, proof).python)
        answer = self._pool.submit(self._run, server, proof, program, bool(claim.package))
        server.asked.append(answer)
        return answer

    def _server(self, python: Path) -> _Server:
        server = self._running.pop(python, None) or _Server(python)
        for other, idle in list(self._running.items()):
            if len(self._running) >= LIMIT and all(answer.done() for answer in idle.asked):
                self._running.pop(other).close()
        self._running[python] = server
        return server

    def _run(self, server: _Server, proof: Proof, program: str, package: bool) -> Outcome:
        job = {"modules": proof.modules(), "tables": proof.tables, "script": proof.script(), "package": package}
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            write(Path(folder), proof.project(program))
            return server.ask({"folder": folder, **job})


def environment_of(claim: Claim, proof: Proof) -> Environment:
    """The environment in which a claim is tried. Raises Unavailable, BrokenRequirements."""
    if not claim.package:
        return environment(django_requirements(claim.release), [proof.python] if proof.python else pythons_for(claim.release))
    wanted = package_requirements(claim.django, [claim.requirement, *proof.requirements])
    return environment(wanted, [proof.python] if proof.python else package_pythons(claim.django))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write a project's files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


class _Server:
    """One process; the pool's threads ask it one after the other."""

    def __init__(self, python: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTHON"))}
        # -I: neither this package's folder nor the user's site-packages may be importable there.
        self._process = subprocess.Popen(
            [str(python), "-I", str(RUNNER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean
        )
        self._lock = Lock()
        self.asked: list[Future[Outcome]] = []

    def ask(self, job: Mapping[str, object]) -> Outcome:
        """Send one job and wait for its answer. Raises RuntimeError, with what the process said, if it ended."""
        assert self._process.stdin is not None and self._process.stdout is not None and self._process.stderr is not None
        with self._lock:
            try:
                self._process.stdin.write(json.dumps(job) + "\n")
                self._process.stdin.flush()
            except OSError:
                raise RuntimeError(f"the runner ended: {self._process.stderr.read()}") from None
            line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the runner ended: {self._process.stderr.read()}")
        answer = json.loads(line)
        return Outcome(answer["error"], answer["detail"], tuple(answer["warnings"]), tuple(answer["kinds"]))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
