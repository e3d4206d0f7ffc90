"""Ask a peer, in its own environment, what it makes of texts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DRIVER = Path(__file__).with_name("peers_driver.py")
TOOLS = ("django-upgrade", "django-codemod", "djade", "pyupgrade")
TEMPLATES = (".html", ".txt", ".xml")


@dataclass(frozen=True)
class Span:
    """Releases of Django that are compared together: the tools are asked for the newest, with the oldest Python that it runs on."""

    oldest: str
    newest: str
    python: str

    def __str__(self) -> str:
        return f"{self.oldest} to {self.newest}"

    def options(self, tool: str) -> str:
        """What the tool is told, for a reader."""
        return {
            "django-upgrade": f"`--target-version {self.newest}`",
            "django-codemod": "all its codemods; its own command also mixes up files (a context that is shared)",
            "djade": f"`--target-version {self.newest}`, on templates",
            "pyupgrade": f"`--py{self.python.replace('.', '')}-plus`",
        }[tool]


OLD = Span("2.0", "3.2", "3.6")
NEW = Span("4.0", "6.1", "3.12")


@dataclass(frozen=True)
class Answer:
    """What a tool did: texts of changed files by part (`""` is the whole tool), and where it raised."""

    version: str
    results: Mapping[str, Mapping[str, str]]
    raised: Mapping[str, Mapping[str, str]]


def reads(tool: str, path: str) -> bool:
    """True if the tool is for files of this name."""
    return path.endswith(TEMPLATES) if tool == "djade" else path.endswith(".py")


def ask(python: Path, tool: str, files: Mapping[str, str], span: Span, *, each: bool = False) -> Answer:
    """Run a tool of the environment of `python` on texts; with `each`, its fixers one by one too. Raises CalledProcessError."""
    order = {
        "tool": tool,
        "django": _numbers(span.newest),
        "python": _numbers(span.python),
        "each": each,
        "files": {path: text for path, text in files.items() if reads(tool, path)},
    }
    done = subprocess.run([python, DRIVER], input=json.dumps(order), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return Answer(found["version"], found["results"], found["raised"])


def _numbers(release: str) -> list[int]:
    return [int(number) for number in release.split(".")]
