"""Ask a peer, in its own environment, what it makes of texts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DRIVER = Path(__file__).with_name("peers_driver.py")
TOOLS = {
    "django-upgrade": "`--target-version 3.2`",
    "django-codemod": "all its codemods; its own command also mixes up files (a context that is shared)",
    "djade": "`--target-version 3.2`, on templates",
    "pyupgrade": "`--py36-plus`",
}
TEMPLATES = (".html", ".txt", ".xml")


@dataclass(frozen=True)
class Answer:
    """What a tool did: texts of changed files by part (`""` is the whole tool), and where it raised."""

    version: str
    results: Mapping[str, Mapping[str, str]]
    raised: Mapping[str, Mapping[str, str]]


def reads(tool: str, path: str) -> bool:
    """True if the tool is for files of this name."""
    return path.endswith(TEMPLATES) if tool == "djade" else path.endswith(".py")


def ask(python: Path, tool: str, files: Mapping[str, str], *, each: bool = False) -> Answer:
    """Run a tool of the environment of `python` on texts; with `each`, its fixers one by one too. Raises CalledProcessError."""
    order = json.dumps({"tool": tool, "each": each, "files": {path: text for path, text in files.items() if reads(tool, path)}})
    done = subprocess.run([python, DRIVER], input=order, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return Answer(found["version"], found["results"], found["raised"])
