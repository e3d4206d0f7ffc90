"""uv as a subprocess: can the set of packages at a node of the way be installed together?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model import Stage
from .commands import is_command_file
from .inventory import declared
from .matrix import Matrix, load
from .model import COMPILED, LOCK, MATRIX, Declared
from .specifier import as_set, dialect_of
from .way import Node

TIMEOUT = 300
_NO_UV = "uv is not installed, so the matrix alone decides. `pip install uv`, then ask again."
_NO_INDEX = "The package index cannot be reached, so the matrix alone decides."
_OFFLINE = re.compile(r"(?i)network|connect|dns|timed out|offline|certificate")


@dataclass(frozen=True)
class Resolved:
    """What uv says about one node: installable, not, or (None) that it cannot be asked, with the reason."""

    installable: bool | None
    message: str = ""


def resolve(nodes: Sequence[Node], progress: Callable[[int, int, str], None] | None = None) -> list[Resolved]:
    """Ask uv about each node. Without uv or a network the answers say so; the matrix alone decides then. Raises nothing."""
    uv = find_uv()
    if uv is None:
        return [Resolved(None, _NO_UV)] * len(nodes)
    found: list[Resolved] = []
    matrix = load()
    for place, node in enumerate(nodes):
        if found and found[-1].message == _NO_INDEX:
            found.append(found[-1])
            continue
        found.append(_ask(uv, node, matrix))
        if progress is not None:
            progress(place + 1, len(nodes), str(node.hop))
    return found


def find_uv() -> str | None:
    """uv beside the Python that runs this, or on the path."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    return str(beside) if beside.exists() else shutil.which("uv")


def _ask(uv: str, node: Node, matrix: Matrix) -> Resolved:
    with tempfile.TemporaryDirectory(prefix="django-hop-") as folder:
        wanted, limits = Path(folder, "requirements.in"), Path(folder, "constraints.txt")
        packages = [one for one in declared(node.tree)[0] if _counts(one)]
        wanted.write_text("".join(f"{line}\n" for line in dict.fromkeys(map(_line, packages))), "utf-8")
        limits.write_text("".join(f"{line}\n" for line in _limits(packages, node, matrix)), "utf-8")
        command = [uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--no-config", str(wanted), "--constraint", str(limits)]
        if node.python:
            command += ["--python-version", f"{node.python}.20"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, cwd=folder, env=_environment())
        except (OSError, subprocess.TimeoutExpired) as error:
            return Resolved(None, f"uv cannot be asked ({type(error).__name__}), so the matrix decides.")
    if done.returncode == 0:
        return Resolved(True)
    said = " ".join(done.stderr.split())
    said = said.removeprefix("error: ")
    if "No solution found" in said:
        return Resolved(False, said[:600])
    # What is not a contradiction between releases says nothing about the set: no network, or a package that cannot be read.
    return Resolved(None, _NO_INDEX if _OFFLINE.search(said) else f"uv cannot decide, so the matrix does: {said[:300]}")


def _environment() -> dict[str, str]:
    """uv ignores pip's configuration: the index that pip has in the environment is handed on."""
    environment = dict(os.environ)
    for name, pips in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("UV_INDEX", "PIP_EXTRA_INDEX_URL")):
        if pips in environment:
            environment.setdefault(name, environment[pips])
    environment.pop("VIRTUAL_ENV", None)
    return environment


def _counts(one: Declared) -> bool:
    return one.kind not in {LOCK, MATRIX, COMPILED} and not one.url and not is_command_file(one.path) and one.format != "build-system"


def _line(one: Declared) -> str:
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    within = as_set(one.specifier, dialect_of(one.format))
    marker = f" ; {one.marker}" if one.marker and not one.marker.startswith("python ") else ""
    return f"{one.name}{extras}{within if within is not None else ''}{marker}"


def _limits(packages: Sequence[Declared], node: Node, matrix: Matrix) -> Iterator[str]:
    """The matrix as constraints. Floors, because a resolver that finds no fit walks back to releases of long ago that ask for nothing."""
    django = node.hop.target if node.stage is Stage.BUMP else node.hop.source
    for name in sorted({one.name for one in packages}):
        entry = matrix.package(name)
        on = entry.django.get(django) if entry is not None else None
        specifiers = [as_set(one.specifier, dialect_of(one.format)) for one in packages if one.name == name]
        if on is not None and on.first is not None and not any(specifiers):
            yield f"{name}>={on.first}"
