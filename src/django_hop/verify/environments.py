"""An isolated environment for a side: made by uv from the project's own requirements, or one that the user gives."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from ..errors import HopError
from ..proof import environments as proof
from ..proof.environments import BrokenRequirements, cache_folder, locked, run_uv
from ..proof.interpreters import Unavailable
from . import process
from .model import Environment
from .pythons import Choice, pythons
from .requirements import Wanted, wanted
from .settings import VerifySettings

_PACKAGING = ("setup.py", "setup.cfg", "pyproject.toml")
_SAYS = "import sys, django; print('%d.%d.%d' % sys.version_info[:3], django.get_version())"


@dataclass(frozen=True)
class Side:
    """What a side is made of, before its environment is there."""

    name: str
    """old, prepare or new."""
    commit: str
    release: str
    other: str
    """The release of the other side."""
    tree: Mapping[str, bytes]
    folder: Path
    """The checkout."""
    inside: str = ""
    """The project's folder in the repository."""

    @property
    def project(self) -> Path:
        """The project's folder in the checkout."""
        return self.folder / self.inside


@dataclass(frozen=True)
class Given:
    """What the user gives: interpreters by release or version, and a command that makes an environment."""

    pythons: Mapping[str, Path]
    command: str = ""
    root: Path = Path()
    """Where the paths of existing environments count from."""


def parse_given(values: Sequence[str], command: str, root: Path) -> Given:
    """`--python X=PATH` as a value; X is a Django release or a Python version. Raises HopError."""
    found: dict[str, Path] = {}
    for value in values:
        name, equals, path = value.partition("=")
        if not equals or not re.fullmatch(r"\d+\.\d+", name):
            raise HopError(
                f"--python {value!r} is not X=PATH.", "X is a Django release or a Python version: --python 2.2=/usr/bin/python3.8"
            )
        if not Path(path).is_file():
            raise HopError(f"There is no interpreter {path}.", "Give the path of a Python program.")
        found[name] = Path(path).absolute()
    return Given(found, command, root)


def make(side: Side, settings: VerifySettings, given: Given, *, pytest: bool, log: Path, drivers: Sequence[str] = ()) -> Environment:
    """The environment of a side. Raises HopError if it cannot be had, saying what would help."""
    existing = settings.environments.get(side.release)
    if existing is not None:
        return _existing(side, given.root / Path(existing).expanduser(), f"[tool.django-hop.verify] environments: {existing}")
    if given.command:
        return _by_command(side, given.command, settings, log)
    return _made(side, settings, given, pytest=pytest, log=log, drivers=drivers)


def _existing(side: Side, path: Path, source: str) -> Environment:
    python = path / "bin" / "python" if path.is_dir() else path
    if not python.is_file():
        raise HopError(f"There is no Python environment in {path}.", "Give the folder of a virtual environment, or its interpreter.")
    return _checked(Environment(side.name, side.commit, side.release, python.absolute(), "", "", (source,)))


def _by_command(side: Side, command: str, settings: VerifySettings, log: Path) -> Environment:
    """Run the user's command in the checkout; the last line it prints is the environment's folder or interpreter."""
    values = {
        **process.clean_environment(),
        **settings.env,
        "DJANGO_RELEASE": side.release,
        "HOP_SIDE": side.name,
        "HOP_COMMIT": side.commit,
    }
    done = process.run(["/bin/sh", "-c", command], cwd=side.project, environment=values, log=log, limit=settings.time_limit)
    lines = done.output.strip().splitlines()
    if not done.ok or not lines:
        raise HopError(
            f"--env-cmd failed for Django {side.release}: {lines[-1] if lines else 'it printed nothing'}.",
            f"It runs in the checkout, with DJANGO_RELEASE set, and prints the environment's folder last. Log: {log}",
        )
    return _existing(side, side.project / lines[-1].strip(), f"--env-cmd: {command}")


def _checked(environment: Environment) -> Environment:
    """The environment with its versions; raises HopError if its Django is another release."""
    done = subprocess.run([str(environment.python), "-c", _SAYS], capture_output=True, text=True, cwd=cache_root())
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it failed"])[-1]
        hint = "Install the project's requirements there, or leave it out: django-hop makes one."
        raise HopError(f"The environment {environment.python} has no Django that can be imported: {said}.", hint)
    python, django = done.stdout.split()
    if re.match(r"\d+\.\d+", django)[0] != environment.release:  # type: ignore[index]
        raise HopError(
            f"The environment for Django {environment.release} holds Django {django}: {environment.python}.",
            "The requirements at that commit, or the environment that was given, are for another release.",
        )
    return replace(environment, python_version=python, django=django)


def cache_root() -> Path:
    """The cache folder, made if need be."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    return cache_folder()


def _made(side: Side, settings: VerifySettings, given: Given, *, pytest: bool, log: Path, drivers: Sequence[str]) -> Environment:
    found = wanted(
        side.tree,
        side.release,
        inside=side.inside,
        files=settings.install,
        instead=settings.requirements.get(side.release, ()),
        pytest=pytest,
        drivers=drivers,
    )
    if found.empty:
        raise _nothing_declared(side)
    choice = _interpreters(side, settings, given)
    complaints: list[str] = []
    for version in choice.versions[:3]:
        for lines, note in _variants(found, side.release):
            try:
                made = _build(lines, version, given, side.release)
            except BrokenRequirements as error:
                complaints.append(f"Python {version}: {_short(str(error))}")
                _append(log, f"== Python {version}\n{error}\n")
                continue
            except Unavailable as lack:
                if "network" in str(lack):
                    raise HopError(
                        f"The environment for Django {side.release} {lack}.", "Run it once with a network; after that it is cached."
                    ) from None
                complaints.append(str(lack))
                break
            _append(log, "".join(f"{line}\n" for line in lines))
            path, notes = _metadata(side, made.python) if found.packaged else ((), ())
            notes = (*found.notes, *_on_another(choice, version, complaints), *((note,) if note else ()), *notes)
            environment = Environment(side.name, side.commit, side.release, made.python, made.version, "", found.sources, notes, path)
            return _checked(environment)
    raise _not_made(side, choice, complaints, log)


def _on_another(choice: Choice, version: str, complaints: Sequence[str]) -> tuple[str, ...]:
    """That the environment has another Python than the first that was wanted, and why."""
    reasons = [choice.passed_by] if choice.passed_by else []
    reasons += [f"{choice.why}: {one[:200]}" for one in complaints if version != choice.versions[0]][:1]
    return tuple(f"Python {version} was taken: {reason}." for reason in reasons)


def _interpreters(side: Side, settings: VerifySettings, given: Given) -> Choice:
    if side.release in given.pythons:
        return Choice((side.release,), "given")
    return pythons(side.tree, side.release, side.other, inside=side.inside, given=settings.python)


def _build(lines: Sequence[str], version: str, given: Given, release: str) -> proof.Environment:
    path = given.pythons.get(release) or given.pythons.get(version)
    return proof.environment(lines, (version,), base=path) if path else proof.environment(lines, (version,))


def _variants(found: Wanted, release: str) -> list[tuple[tuple[str, ...], str]]:
    """With what the lock file says, then without."""
    plain = (found.lines, "")
    if not found.constraints:
        return [plain]
    folder = cache_root() / "constraints"
    folder.mkdir(exist_ok=True)
    text = "\n".join(found.constraints) + "\n"
    file = folder / f"{blake2b(text.encode(), digest_size=10).hexdigest()}.txt"
    file.write_text(text, "utf-8")
    without = f"The lock file does not fit Django {release}; the requirements were resolved anew."
    return [((*found.lines, f"-c {file}"), ""), (found.lines, without)]


def _metadata(side: Side, python: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The project's own metadata (its version, its entry points), for what asks for it; the code is taken from the checkout."""
    files = [(name, side.tree.get(f"{side.inside}/{name}" if side.inside else name, b"")) for name in _PACKAGING]
    key = blake2b(repr((str(python), files)).encode(), digest_size=10).hexdigest()
    place = cache_root() / "metadata" / key
    if not place.exists():
        building = place.with_suffix(".building")
        place.parent.mkdir(exist_ok=True)
        with locked(place.with_suffix(".lock")):
            shutil.rmtree(building, ignore_errors=True)
            try:
                run_uv("pip", "install", "--quiet", "--no-deps", "--python", str(python), "--target", str(building), str(side.project))
            except (BrokenRequirements, Unavailable) as error:
                return (), (f"The project's own metadata (version, entry points) could not be built: {_short(str(error))[:160]}",)
            for one in building.iterdir():
                if not one.name.endswith((".dist-info", ".egg-info")):
                    shutil.rmtree(one) if one.is_dir() else one.unlink()
            shutil.rmtree(place, ignore_errors=True)
            building.rename(place)
    return (place,), ()


def _nothing_declared(side: Side) -> HopError:
    names = {path.rpartition("/")[2] for path in side.tree}
    if any(name.startswith(("Dockerfile", "Containerfile")) for name in names):
        return HopError(
            "The project says what it needs only in its Dockerfile, so no environment can be made for it.",
            "Name existing environments in [tool.django-hop.verify] (`environments`), give --env-cmd, or add a requirement file.",
        )
    return HopError(
        f"No file at {side.commit[:12]} says what the project needs.",
        "Name the requirement files with `install` in [tool.django-hop.verify], or give existing environments there.",
    )


def _not_made(side: Side, choice: Choice, complaints: Sequence[str], log: Path) -> HopError:
    if complaints and all(one.startswith("needs Python") for one in complaints):
        return HopError(
            f"Django {side.release} needs Python {' or '.join(choice.versions)}, and this machine has none of them.",
            f"Install one (`uv python install {choice.versions[0]}`), or give it: --python {choice.versions[0]}=PATH",
        )
    reason = complaints[0] if complaints else "no reason given"
    hint = f'`requirements."{side.release}"` in [tool.django-hop.verify] says which versions to take there. All that uv said: {log}'
    return HopError(f"The requirements at {side.commit[:12]} cannot be installed with Django {side.release}: {reason}", hint)


def _short(text: str) -> str:
    """uv's complaint on one line."""
    lines = [re.sub(r"^\W*(?:╰─▶|├─▶|│)?\s*", "", line) for line in text.splitlines() if line.strip()]
    return " ".join(" ".join(lines).split())[:500]


def _append(log: Path, text: str) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write(text)
