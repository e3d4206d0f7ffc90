"""uv as a subprocess: can the set of packages at a node of the way be installed together?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version

from ..model import Stage
from .commands import is_command_file
from .inventory import declared
from .matrix import Matrix, load
from .model import COMPILED, CONSTRAINT, LOCK, MATRIX, Declared
from .pythons import assumed_pythons
from .specifier import as_set, dialect_of
from .verdicts import conflicts
from .versions import admits, floor
from .way import Node

TIMEOUT = 300
_NO_UV = "uv is not installed, so the matrix alone decides. `pip install uv`, then ask again."
_NO_INDEX = "The package index cannot be reached, so the matrix alone decides."
_CHOSEN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", re.MULTILINE)
_ABSENT = re.compile(r"([A-Za-z0-9][\w.-]*) was not found in the package registry")
_OFFLINE = re.compile(r"(?i)network|connect|dns|timed out|offline|certificate")


@dataclass(frozen=True)
class Resolved:
    """What uv says about one node: installable, not, or (None) that it cannot be asked, with the reason.

    Where it is, the message says what was left out. Where it is not, it names releases of packages that the matrix does not know with which
    it would be, if there are any.
    """

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
    """What uv says about a set without what it cannot be asked about: pins that contradict each other, and what the index does not have."""
    every = [one for one in declared(node.tree)[0] if _counts(one)]
    torn = {one.name for one in every if conflicts([other for other in every if other.name == one.name])}
    absent: set[str] = set()
    while True:
        packages = [one for one in every if one.name not in torn | absent]
        answer, _ = _compile(uv, packages, node, matrix, frozenset())
        # It names one, or a few, at a time.
        named = {canonicalize_name(name) for name in _ABSENT.findall(answer.message)} & {one.name for one in packages}
        if answer.installable is not False or not named:
            break
        absent |= named
    without = "; ".join([*_left_out(torn, "whose pins contradict each other"), *_left_out(absent, "which the index does not have")])
    if answer.installable is None:
        return answer
    return Resolved(True, without) if answer.installable else _with_others(uv, packages, node, matrix, answer)


def _left_out(names: Collection[str], why: str) -> Iterator[str]:
    if names:
        yield f"without {', '.join(sorted(names))}, {why}"


def _with_others(uv: str, packages: Sequence[Declared], node: Node, matrix: Matrix, answer: Resolved) -> Resolved:
    """The answer for a set that cannot be installed, with the releases of packages the matrix does not know with which it could."""
    unknown = frozenset(one.name for one in packages if one.name != "django" and not _is_known(one.name, matrix))
    again, versions = _compile(uv, packages, node, matrix, unknown)
    if again.installable is not True:
        return answer
    needs = [(one, versions[one.name]) for one in packages if one.name in unknown and one.name in versions]
    moved = {one.name: f"{one.name} {version}" for one, version in needs if not admits(one.specifier, dialect_of(one.format), version)}
    return Resolved(False, f"Installs with {', '.join(moved[name] for name in sorted(moved))}. As declared: {answer.message}")


def _is_known(package: str, matrix: Matrix) -> bool:
    """True if the matrix decides about a package, so that uv is not free to."""
    entry = matrix.package(package)
    return entry is not None and bool(entry.django)


def _compile(
    uv: str, packages: Sequence[Declared], node: Node, matrix: Matrix, free: frozenset[str]
) -> tuple[Resolved, dict[str, Version]]:
    """What uv says about a set, and the releases it chooses; those that are free have only a floor, at what is declared."""
    with tempfile.TemporaryDirectory(prefix="django-hop-") as folder:
        wanted, limits = Path(folder, "requirements.in"), Path(folder, "constraints.txt")
        lines = [_line(one, free) for one in packages if one.kind != CONSTRAINT]
        wanted.write_text("".join(f"{line}\n" for line in dict.fromkeys(lines)), "utf-8")
        bounds = [*(_line(one, free) for one in packages if one.kind == CONSTRAINT), *_limits(packages, node, matrix)]
        limits.write_text("".join(f"{line}\n" for line in dict.fromkeys(bounds)), "utf-8")
        command = [uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--no-config", str(wanted), "--constraint", str(limits)]
        # Without one uv takes the machine's.
        command += ["--python-version", f"{node.python or assumed_pythons(node.hop)[-1]}.20"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, cwd=folder, env=_environment())
        except (OSError, subprocess.TimeoutExpired) as error:
            return Resolved(None, f"uv cannot be asked ({type(error).__name__}), so the matrix decides."), {}
    if done.returncode == 0:
        return Resolved(True), {canonicalize_name(name): Version(version) for name, version in _CHOSEN.findall(done.stdout)}
    said = " ".join(done.stderr.split()).removeprefix("error: ")
    if "No solution found" in said and "network was disabled" not in said:
        return Resolved(False, said[:600]), {}
    # What is not a contradiction between releases says nothing about the set: no network, or a package that cannot be read.
    # What a build printed has paths of the run in it: the same reason would be told once for each set that was asked about.
    why = said.partition(" [stderr]")[0][:300]
    return Resolved(None, _NO_INDEX if _OFFLINE.search(said) else f"uv cannot decide, so the matrix does: {why}"), {}


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


def _line(one: Declared, free: frozenset[str]) -> str:
    extras = f"[{','.join(one.extras)}]" if one.extras else ""
    marker = f" ; {one.marker}" if one.marker and not one.marker.startswith("python ") else ""
    dialect = dialect_of(one.format)
    if one.name in free:
        least = floor(one.specifier, dialect)
        return f"{one.name}{extras}{f'>={least}' if least is not None else ''}{marker}"
    within = as_set(one.specifier, dialect)
    return f"{one.name}{extras}{within if within is not None else ''}{marker}"


def _limits(packages: Sequence[Declared], node: Node, matrix: Matrix) -> Iterator[str]:
    """The matrix as constraints. Floors, because a resolver that finds no fit walks back to releases of long ago that ask for nothing."""
    django = node.hop.target if node.stage is Stage.BUMP else node.hop.source
    # A range may admit earlier releases as well, and the question is whether this one can be had.
    yield f"django=={django}.*"
    for name in sorted({one.name for one in packages}):
        entry = matrix.package(name)
        on = entry.django.get(django) if entry is not None else None
        specifiers = [as_set(one.specifier, dialect_of(one.format)) for one in packages if one.name == name]
        if on is not None and on.first is not None and not any(specifiers):
            yield f"{name}>={on.first}"
