"""The words of the dependency files: what a file declares, what parsing one gave, and what becomes of a package."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.version import Version

from ..model import Stage

REQUIREMENT = "requirement"
CONSTRAINT = "constraint"
COMPILED = "compiled"
"""Written by pip-compile or uv from another file, without hashes."""
LOCK = "lock"
"""Written by a resolver; read, never edited."""
MATRIX = "matrix"
"""One of several alternatives that are tested side by side: a tox factor, an extra named `django22`."""


@dataclass(frozen=True)
class Declared:
    """One package that a dependency file asks for."""

    name: str
    """Canonical, as `django-filter`."""
    path: str
    line: int
    specifier: str
    """The version specifier as written; empty if there is none."""
    start: int
    """Where the specifier stands in the decoded file, in characters; a leading BOM counts as one."""
    end: int
    kind: str
    """requirement, constraint, compiled, lock or matrix."""
    format: str
    """requirements, pep621, dependency-group, build-system, poetry, pdm, uv, hatch, flit, setup.cfg, setup.py, pipfile,
    environment.yml, conda, tox, poetry.lock, uv.lock, pdm.lock, pylock or Pipfile.lock."""
    extras: tuple[str, ...] = ()
    marker: str = ""
    hashes: bool = False
    text: str = ""
    """The requirement as written, for messages: `Django==2.2.28`."""
    url: str = ""
    """Where the package comes from, if not from an index."""
    group: str = ""
    """The extra, dependency group, section or factor the requirement belongs to; empty for the main ones."""
    editable: bool = True
    """False if the specifier cannot be replaced in place, because it is written with escapes or over several strings."""


@dataclass(frozen=True)
class Parsed:
    """What one dependency file gave."""

    declared: tuple[Declared, ...] = ()
    problems: tuple[str, ...] = ()
    """What was not understood, each with its line."""
    references: tuple[tuple[str, str, int], ...] = ()
    """Other requirement files named here, as (path relative to the repository, kind, line)."""


FITS, MOVE, WITH_DJANGO, BLOCKED, UNKNOWN = "fits", "move", "moves-with-django", "blocked", "unknown"
WITHDRAWN = "was withdrawn from the index (yanked); a pin still installs it"


@dataclass(frozen=True)
class Verdict:
    """What becomes of one package, and why."""

    package: str
    declared: tuple[Declared, ...]
    verdict: str
    source: Version | None = None
    """The release the project has."""
    target: Version | None = None
    stage: Stage | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    successor: str = ""
    new_python: bool = False
    """The release it moves to needs the new Python."""
    conflicts: tuple[Declared, ...] = ()
    """Pins that contradict each other; nothing is moved then."""

    lowest: Version | None = None
    """Of a package that fits: the oldest release for the target that is declared admissible; of Django, the target."""
    stale: tuple[Declared, ...] = ()
    """Locks that hold an older release than what is declared admits: they have to be made again."""

    @property
    def moves(self) -> bool:
        """True if the hop moves it."""
        return self.verdict in {MOVE, WITH_DJANGO} and self.target is not None
