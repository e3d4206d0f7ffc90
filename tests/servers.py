"""Real servers for tests, on free ports of this machine, where their programs are installed. PostgreSQL's is `verify/cluster.py`."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django_hop.proof.interpreters import Unavailable


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """The port of a Redis server that keeps nothing. Raises Unavailable."""
    port = free_port()
    command = [_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with _running(command, port):
        yield port


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"needs {name}")
    return found


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Come back when somebody listens on the port. Raises Unavailable if the server ends, or takes a minute."""
    for _ in range(600):
        if process.poll() is not None:
            raise Unavailable(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Unavailable(f"{process.args!r} does not answer")
