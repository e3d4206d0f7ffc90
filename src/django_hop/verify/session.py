"""What holds during one run of verify, and how a side comes to be: checkout, environment, layout."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..config import Settings
from ..model import Codemod
from ..packs import Pack, codemods_of
from ..project.repository import Repository
from ..project.tree import project_folder, tree_of_commit
from . import databases, environments
from .chains import Chains, chains
from .checkouts import Place, check_out, copy_ignored
from .environments import Side, parse_given
from .model import Result, Say
from .project import PYTEST, layout
from .running import Running
from .settings import VerifySettings
from .subject import Subject
from .testing import TestRun

_EXTRA_FILES = (".python-version", "runtime.txt", "Dockerfile")


@dataclass(frozen=True)
class Request:
    """What the user asks for."""

    target: str
    ref: str = "HEAD"
    project: str = ""
    options: Settings = Settings()  # noqa: RUF009 - frozen
    pythons: tuple[str, ...] = ()
    env_cmd: str = ""
    database_url: str = ""
    keep: bool = False
    back_out: bool = True
    ratchet: bool = False
    migrations: bool = False


@dataclass(frozen=True)
class Ran:
    """Everything that was seen on one side."""

    running: Running
    results: Mapping[str, Result]
    tests: TestRun


@dataclass(frozen=True)
class Session:
    """What holds during one run."""

    repository: Repository
    request: Request
    subject: Subject
    settings: VerifySettings
    place: Place
    packs: tuple[Pack, ...]
    say: Say

    @property
    def codemods(self) -> tuple[Codemod, ...]:
        """The codemods of all packs."""
        return codemods_of(self.packs)

    @cached_property
    def chains(self) -> Chains:
        """The branch as it was when this run began, commit by commit and file by file."""
        tree = tree_of_commit(self.repository, self.subject.base, self.request.project)
        return chains(self.repository, self.subject, tree, self.codemods)

    def running(self, name: str, commit: str, release: str, other: str) -> Running:
        """A side with its checkout and its environment. Raises HopError if these cannot be made."""
        inside = project_folder(self.request.project)
        self.say(f"{name}: check out {commit[:12]}")
        folder = self.place.checkouts / name
        missing = check_out(self.repository, commit, folder)
        copy_ignored(self.repository, inside, self.settings.copy, folder)
        files = dict(tree_of_commit(self.repository, commit, self.request.project))
        for extra in _EXTRA_FILES:
            if (folder / inside / extra).is_file():
                files[f"{inside}/{extra}" if inside else extra] = (folder / inside / extra).read_bytes()
        side = Side(name, commit, release, other, files, folder, inside)
        found = layout(files, self.settings, inside=inside)
        self.say(f"{name}: environment for Django {release}")
        root = (self.repository.root or Path.cwd()) / inside
        given = parse_given(self.request.pythons, self.request.env_cmd, root)
        database = databases.from_url(self.request.database_url or self.settings.database_url)
        drivers = databases.drivers(database)
        log = self.place.logs / f"{name}-installs.log"
        environment = environments.make(side, self.settings, given, pytest=found.runner.kind == PYTEST, log=log, drivers=drivers)
        environment = replace(environment, notes=(*environment.notes, *map(_without, missing)))
        scratch = self.place.checkouts / f"{name}-run"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        return Running(side, environment, found, self.settings, self.place.logs, scratch, database)


def _without(submodule: str) -> str:
    return f"This clone does not have the submodule {submodule}, so its folder is empty here: `git submodule update --init --recursive`."
