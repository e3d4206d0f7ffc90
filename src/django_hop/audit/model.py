"""The words of an audit as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..dependencies.interpreters import Interpreter
from ..dependencies.model import Declared
from ..dependencies.servers import Server
from ..dependencies.way import Way
from ..model import Codemod, Hop, HopResult, Safety
from ..project.release import Detected
from ..verify.project import Runner


@dataclass(frozen=True)
class Place:
    """Something at a line of a file."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Kind:
    """Files of one kind."""

    name: str
    files: int
    lines: int


@dataclass(frozen=True)
class App:
    """A Django app of the project."""

    name: str
    """As Python imports it."""
    path: str
    """Its folder."""
    config: str
    """Name of its AppConfig class; empty if it has none."""
    installed: bool
    """True if INSTALLED_APPS of some settings module names it."""
    models: int
    """Without abstract ones."""
    abstract: int
    migrations: int
    templates: int


@dataclass(frozen=True)
class SettingsFile:
    """A settings module and what it builds on, the nearest first."""

    path: str
    builds_on: tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """What the code is made of."""

    kinds: tuple[Kind, ...]
    not_read: int
    """Files that are no text, or none that a codemod could concern."""
    apps: tuple[App, ...]
    packages: tuple[str, ...]
    """What INSTALLED_APPS names besides the project's apps and Django's."""
    settings: tuple[SettingsFile, ...]
    settings_module: str
    """The one that tests and verify use, as the test configuration or manage.py says; empty if nothing says it."""
    runner: Runner
    test_files: int
    test_functions: int


@dataclass(frozen=True)
class Migrations:
    """What the migrations of one app hold."""

    app: str
    count: int
    squashed: tuple[str, ...] = ()
    """Files of migrations that replace others."""
    replaced: int = 0
    """How many of those they replace are still there."""
    barriers: int = 0
    """RunPython and RunSQL that are not elidable: squashing keeps them, and does not optimise across them."""
    one_way: tuple[Place, ...] = ()
    """RunPython without reverse_code, RunSQL without reverse_sql: this migration cannot be taken back."""
    historical: tuple[Place, ...] = ()
    """Fields and operations that Django keeps for old migrations only."""
    fixed_user: tuple[Place, ...] = ()
    """References to auth.User where the settings name another user model."""
    unread: tuple[str, ...] = ()
    """Files that do not parse."""


@dataclass(frozen=True)
class Backend:
    """What a setting names: the engine of a database, the backend of a cache, the scheme of a broker's address."""

    setting: str
    value: str
    path: str
    line: int


@dataclass(frozen=True)
class Infrastructure:
    """What the project runs on and with."""

    images: tuple[Place, ...]
    ci: tuple[tuple[str, str], ...]
    """(path, what reads it)."""
    pythons: tuple[Interpreter, ...]
    matrices: tuple[Declared, ...]
    """Releases of Django that are tested side by side."""
    processes: tuple[Place, ...]
    backends: tuple[Backend, ...]
    """Caches, brokers, channels; the databases are told apart."""
    celery_apps: tuple[Place, ...]
    celery_tasks: int


@dataclass(frozen=True)
class Databases:
    """Which databases the settings and the servers of compose files and CI are."""

    engines: tuple[Backend, ...]
    names: tuple[str, ...]
    """The engines as Django's documentation writes them, each once."""
    servers: tuple[Server, ...]


@dataclass(frozen=True)
class Blocker:
    """What a person has to clear away before a hop."""

    kind: str
    """package, database or file."""
    name: str
    place: str
    """`path:line`; empty if there is none."""
    reason: str
    remedy: str = ""
    """What to do about it, in a sentence; empty if nothing is known."""


@dataclass(frozen=True)
class HopAudit:
    """One hop: what it would do, and what blocks it."""

    hop: Hop
    result: HopResult
    blockers: tuple[Blocker, ...]
    minimums: tuple[tuple[str, str], ...]
    """(engine, oldest server) for the databases of the project."""

    def places(self, safety: Safety) -> int:
        """How many places the commits of one safety would change."""
        return sum(commit.places for commit in (*self.result.commits, *self.result.cleanup) if commit.safety is safety)


@dataclass(frozen=True)
class Audit:
    """All of it."""

    commit: str
    detected: Detected
    source: str
    structure: Structure
    way: Way
    databases: Databases
    migrations: tuple[Migrations, ...]
    infrastructure: Infrastructure
    hops: tuple[HopAudit, ...]
    codemods: Mapping[str, Codemod] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """True if a hop has a blocker."""
        return any(hop.blockers for hop in self.hops)
