"""A PostgreSQL server of our own for one run, where its programs are installed: `--database-url temporary`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import HopError

TEMPORARY = "temporary"
_FOLDERS = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"
_USER = "django_hop"
_QUICK = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"


@contextmanager
def served(address: str) -> Iterator[str]:
    """The address itself, or that of a server which runs until the end of the block. Raises HopError if it cannot be started."""
    if address != TEMPORARY:
        yield address
        return
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="dhop-"))  # short: the path of a socket has at most 107 characters
    account = _account(folder)
    try:
        _run([programs / "initdb", "-D", folder / "data", "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync"], account)
        start = [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", f"{_QUICK} -k {folder}", "start"]
        _run(start, account)
        try:
            yield f"postgres://{_USER}@/postgres?host={folder}"
        finally:
            _run([programs / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder with initdb and pg_ctl: on PATH, or where distributions put them, the newest first."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    roots = [path for pattern in _FOLDERS for path in Path("/").glob(pattern[1:]) if (path / "initdb").exists()]
    if not roots:
        raise HopError("PostgreSQL's programs initdb and pg_ctl are not installed.", "Install them, or give --database-url an address.")
    return max(
        roots, key=lambda path: [int(part) for part in path.parent.name.replace("@", "-").split("-")[-1].split(".") if part.isdigit()]
    )


def _account(folder: Path) -> dict[str, Any]:
    """How to start the server as somebody else, who then has the folder: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise HopError("PostgreSQL does not run as root, and there is no user postgres or nobody.", "Run django-hop as another user.")


def _run(command: list[Any], account: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs. Its output goes to a file: the server would hold a pipe open."""
    with tempfile.TemporaryFile() as out:
        code = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd="/", env=_environment(), **account
        ).returncode
        if code:
            out.seek(0)
            said = out.read().decode(errors="replace").strip().splitlines()
            last = said[-1] if said else f"exit code {code}"
            raise HopError(f"{Path(command[0]).name} failed: {last}", "Give --database-url the address of a server.")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
