"""One side, ready to run: its checkout, its environment, and the variables that a program of the project gets."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import process
from .environments import Side
from .model import Environment
from .project import Layout
from .settings import VerifySettings

INSIDE = Path(__file__).with_name("inside")
"""Our modules for the project's Python."""
SHIM = "django_hop_settings"


@dataclass(frozen=True)
class Running:
    """A side with all that it takes to run it."""

    side: Side
    environment: Environment
    layout: Layout
    settings: VerifySettings
    logs: Path
    scratch: Path
    """A folder for what the project's programs leave: databases, temporary files, results."""
    database: Mapping[str, Any] | None = None
    """Django's settings of a database that the user gave; None for SQLite."""

    @property
    def name(self) -> str:
        """old, prepare or new."""
        return self.side.name

    @property
    def on_server(self) -> bool:
        """True if the user gave a database that is not a file."""
        return self.database is not None and "sqlite" not in self.database["ENGINE"]

    def variables(self, *further: Mapping[str, str]) -> dict[str, str]:
        """The variables for a program of the project; lists of paths and of pytest plugins in `further` are joined."""
        temporary = self.scratch / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        roots = [str((self.side.project / root).resolve()) for root in self.layout.roots]
        values = {**process.clean_environment(), "TMPDIR": str(temporary), **self.settings.env}
        joined = [*roots, str(INSIDE), *map(str, self.environment.path), *filter(None, [values.get("PYTHONPATH", "")])]
        values["PYTHONPATH"] = os.pathsep.join(joined)
        for name, value in (pair for one in further for pair in one.items()):
            between = {"PYTHONPATH": os.pathsep, "PYTEST_PLUGINS": ","}.get(name, "")
            values[name] = f"{values[name]}{between}{value}" if between and values.get(name) else value
        folder = str(self.environment.python.parent)
        values["PATH"] = os.pathsep.join([folder, values.get("PATH", os.defpath)])
        return values

    def overridden(self) -> dict[str, str]:
        """Variables that put the databases of ours under the project's settings; none where its settings cannot be overridden."""
        if self.layout.configurations or not self.layout.settings:
            return {"DJANGO_SETTINGS_MODULE": self.layout.settings} if self.layout.settings else {}
        default = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.scratch / "database.sqlite3")}
        return {
            "DJANGO_SETTINGS_MODULE": SHIM,
            "DJANGO_HOP_SETTINGS": self.layout.settings,
            "DJANGO_HOP_DATABASE": json.dumps(dict(self.database) if self.database else default),
        }

    def manage(self, *arguments: str) -> list[str]:
        """A management command as this project runs them."""
        start = [self.layout.manage] if self.layout.manage else ["-m", "django"]
        settings = self.overridden().get("DJANGO_SETTINGS_MODULE", "")
        chosen = [f"--settings={settings}"] if settings and not self.layout.configurations else []
        return [str(self.environment.python), *start, *arguments, *chosen]

    def run(
        self,
        command: Sequence[str],
        name: str,
        variables: Mapping[str, str],
        *,
        limit: float | None = None,
        tick: Callable[[float], None] | None = None,
    ) -> process.Ended:
        """Run a command in the project's folder; its log is `<side>-<name>.log`. `limit` is in seconds; that of checks if it is None."""
        limit = self.settings.check_limit if limit is None else limit
        log = self.logs / f"{self.name}-{name}.log"
        return process.run(command, cwd=self.side.project, environment=variables, log=log, limit=limit, tick=tick)
