"""Real servers for tests, on free ports of this machine, where their programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django_hop.proof.interpreters import Unavailable

USER = "ledger"


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


@contextmanager
def postgres_server() -> Iterator[int]:
    """The port of a new PostgreSQL cluster whose user `ledger` needs no password. Raises Unavailable.

    Its files are in no folder of pytest's: each run of pytest shuts those to all other accounts, and the server runs as one.
    """
    initdb, postgres = _program("initdb"), _program("postgres")
    with tempfile.TemporaryDirectory(prefix="django-hop-postgres-") as data:
        user = _account(data, "postgres", "nobody") if os.getuid() == 0 else None  # the server refuses to run as root
        subprocess.run([initdb, "-D", data, "-U", USER, "-A", "trust", "--no-sync"], check=True, capture_output=True, user=user, cwd="/")
        port = free_port()
        command = [postgres, "-D", data, "-p", str(port), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with _running(command, port, user):
            yield port


def _program(name: str) -> str:
    """Where a program is; Debian keeps those of PostgreSQL out of the search path."""
    places = [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise Unavailable(f"needs {name}")
    return found


def _account(folder: str, *names: str) -> str:
    """The first of some accounts that exists here; it gets the folder."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    name = next((one for one in names if one in known), None)
    if name is None:
        raise Unavailable("needs an account that is not root")
    shutil.chown(folder, name)
    return name


@contextmanager
def _running(command: Sequence[str], port: int, user: str | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd="/")
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
