"""Virtual environments for proofs: made once by uv, kept in a cache that all runs share, found again by what they hold.

An environment that stands under its name is complete: it is built beside its place and renamed.
Runs that want the same one wait for each other.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from packaging.requirements import Requirement

from ..releases import facts, order
from .interpreters import Unavailable, interpreter, uv, version_of

_FORMAT = "2"
"""Part of every name; another number leaves environments of older versions of this module alone."""
_NO_NETWORK = re.compile(
    r"error sending request|failed to fetch|dns error|could not connect|tcp connect|timed? out|network (connectivity|was disabled)", re.I
)
_INCLUDE = re.compile(r"^(?:-r|--requirement|-c|--constraint)[ =]*(?P<path>\S+)")


class BrokenRequirements(Exception):
    """Requirements that cannot be installed, on a machine that has all it takes; the message holds what uv said."""


@dataclass(frozen=True)
class Environment:
    """A complete environment: its interpreter, and that interpreter's version."""

    python: Path
    version: str


def cache_folder() -> Path:
    """Where environments are kept: DJANGO_HOP_CACHE, or the user's cache folder."""
    given = os.environ.get("DJANGO_HOP_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "django-hop"


def environment(requirements: Sequence[str], pythons: Sequence[str], base: Path | None = None) -> Environment:
    """An environment with these requirements on the first of these Python versions that is here, or on the interpreter `base`.

    Raises Unavailable if the machine lacks the interpreter, uv or a network; BrokenRequirements if the requirements do not go together.
    """
    base, version = interpreter(pythons) if base is None else (base, version_of(base))
    key = blake2b("\n".join((_FORMAT, str(base), version, *requirements)).encode(), digest_size=10).hexdigest()
    place = cache_folder() / "environments" / f"py{version}-{key}"
    made = Environment(place / "bin" / "python", version)
    if made.python.exists():
        return made
    with locked(place.with_suffix(".lock")):
        # `exists` follows the link to the base interpreter: where that one is gone, the environment is made again.
        if not made.python.exists():
            _build(place, base, requirements)
    return made


def django_environment(release: str) -> Environment:
    """An environment with the last patch release of a Django release, and what contrib needs. Raises Unavailable."""
    return environment(django_requirements(release), pythons_for(release))


def django_requirements(release: str) -> tuple[str, ...]:
    """The requirements of a proof environment: the last patch release, before any pre-release where there is none."""
    driver = "psycopg2-binary" if order(release) < order("4.2") else "psycopg[binary]"
    return (f"Django>={release}a1,<{release}.9999", "pytz", "tzdata", "setuptools<81", "Jinja2", driver)


def pythons_for(release: str) -> tuple[str, ...]:
    """The Python versions of a release, oldest first: an old Django warns least on an old Python. uv does not serve those before 3.6."""
    return tuple(version for version in facts(release).pythons if version not in ("2.7", "3.4", "3.5"))


def package_requirements(release: str, further: Sequence[str]) -> tuple[str, ...]:
    """The requirements of a Django release together with those of a package's proof, which win over ours of the same name."""
    wanted = [one for one in further if one]
    names = {Requirement(one).name.lower() for one in wanted}
    return (*(one for one in django_requirements(release) if Requirement(one).name.lower() not in names), *wanted)


def package_pythons(release: str) -> tuple[str, ...]:
    """The Python versions for a package's proof: 3.8 first, for which most releases of most packages have wheels."""
    return tuple(sorted(pythons_for(release), key=lambda version: version != "3.8"))


def requirement_lines(path: Path) -> tuple[str, ...]:
    """The requirements of a file and of those it includes, without comments. Raises OSError."""
    lines: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        included = _INCLUDE.match(text)
        if included:
            lines += requirement_lines(path.parent / included["path"])
        elif text:
            lines.append(text)
    return tuple(dict.fromkeys(lines))


def _build(place: Path, base: Path, requirements: Sequence[str]) -> None:
    building = place.with_suffix(".building")
    for half_made in (building, place):
        shutil.rmtree(half_made, ignore_errors=True)
    run_uv("venv", "--quiet", "--relocatable", "--no-project", "--python", str(base), str(building))
    wanted = building / "requirements.txt"
    wanted.write_text("\n".join(requirements) + "\n", "utf-8")
    run_uv("pip", "install", "--quiet", "--python", str(building / "bin" / "python"), "--requirement", str(wanted))
    building.rename(place)


def run_uv(*arguments: str) -> None:
    """Run uv. The user's own configuration of uv (index, certificates) holds; that of a project we may run in does not."""
    foreign = ("VIRTUAL_ENV", "UV_PROJECT", "PYTHONPATH", "PYTHONHOME")
    settings = {name: value for name, value in os.environ.items() if name not in foreign}
    settings["UV_PYTHON_DOWNLOADS"] = "never"
    done = subprocess.run([*uv(), *arguments], capture_output=True, text=True, env=settings, cwd=Path.home())
    if done.returncode == 0:
        return
    said = done.stderr.strip()
    if _NO_NETWORK.search(said):
        raise Unavailable(f"needs a network for an environment that is not in {cache_folder()} yet: {said.splitlines()[-1].strip()}")
    raise BrokenRequirements(said)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
