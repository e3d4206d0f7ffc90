"""The Python interpreters and the uv that this machine has; nothing is downloaded here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Django needs both for SQLite and passwords; an interpreter that was built without them proves nothing.
_PROBE = "import sys, sqlite3, hashlib; print('%d.%d.%d' % sys.version_info[:3])"


class Unavailable(Exception):
    """Something this machine lacks for a proof; the message completes the sentence "not proved here: needs ..."."""


@cache
def uv() -> tuple[str, ...]:
    """The command that starts uv: from PATH, beside this interpreter, or as its module. Raises Unavailable."""
    beside = Path(sys.executable).parent / "uv"
    if found := shutil.which("uv"):
        return (found,)
    if beside.is_file():
        return (str(beside),)
    if find_spec("uv") is not None:
        return (sys.executable, "-m", "uv")
    raise Unavailable("needs uv (pip install uv)")


def interpreter(versions: Sequence[str]) -> tuple[Path, str]:
    """The first of these Python versions (`"3.8"`) that is here: the interpreter and its full version. Raises Unavailable."""
    for version in versions:
        if found := _find(version):
            return found
    raise Unavailable(f"needs Python {' or '.join(versions)}")


@cache
def _find(version: str) -> tuple[Path, str] | None:
    for path in _candidates(version):
        full = _probed(path)
        if full and full.split(".")[:2] == version.split("."):
            return path, full
    return None


def _candidates(version: str) -> Iterator[Path]:
    """Where an interpreter of this version may be: this process, pyenv, PATH, uv's own store."""
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        yield Path(sys.executable)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for folder in sorted(pyenv.glob(f"{version}.*"), reverse=True):
        yield folder / "bin" / "python"
    # All of PATH, not only the first hit: a shim of pyenv may stand before an interpreter that works.
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(entry) / f"python{version}"
    try:
        done = _quiet([*uv(), "python", "find", "--no-project", "--no-python-downloads", version])
    except Unavailable:
        return
    if done:
        yield Path(done)


def version_of(path: Path) -> str:
    """The full version of an interpreter. Raises Unavailable if it does not run, or has no SQLite."""
    if full := _probed(path):
        return full
    raise Unavailable(f"needs a Python with sqlite3 and hashlib, which {path} is not")


def _probed(path: Path) -> str:
    return _quiet([str(path), "-c", _PROBE]) if path.is_file() else ""


def _quiet(command: Sequence[str]) -> str:
    """What a command prints; empty if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(sys.executable).parent)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
