"""`demo`: the example platform in a new git repository, hopped from 2.2 to the newest release. Nothing else on the machine is touched."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .errors import HopError
from .hop import hop, hops_of, open_base
from .model import Codemod, HopResult
from .project.git import Git
from .project.repository import Repository, open_repository
from .releases import NEWEST
from .report.markdown import hop_report
from .run import Progress

WHEN = datetime(2024, 1, 1, 12, tzinfo=timezone.utc)
"""The date of every commit, so that each demo of one version of the tool gives the same commit ids."""
LONGEST_DIFF = 40

# The repository is the demo's own: neither the user's ignore file, nor templates, line ends, hooks or signing have a say in it.
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_DATE": WHEN.isoformat(),
    "GIT_COMMITTER_DATE": WHEN.isoformat(),
}


@dataclass(frozen=True)
class Demo:
    """What the demo made, and where."""

    repo: Path
    reports: tuple[Path, ...]
    """One Markdown report a hop."""
    results: tuple[HopResult, ...]
    """The hops, one on top of the other."""
    codemods: Mapping[str, Codemod]
    diff_of: tuple[str, str]
    """The commit of the first hop and the path that `diff` shows; empty if nothing changed."""
    diff: str


def example() -> Path:
    """The folder of the example platform: inside the wheel, or beside src/ in a checkout."""
    here = Path(__file__).parent
    shipped = here / "ledger"
    return shipped if shipped.is_dir() else here.parents[1] / "examples" / "ledger"


def demo(folder: Path | None = None, progress: Progress | None = None) -> Demo:
    """Copy the example into a git repository in `folder` (a new temporary one if None) and hop it, LTS by LTS. Raises HopError."""
    place = _place(folder)
    try:
        return _demo(place, progress)
    except HopError:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
        raise


def _demo(place: Path, progress: Progress | None) -> Demo:
    repo = place / "ledger"
    shutil.copytree(example(), repo, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".pytest_cache", ".venv", "*.sqlite3"))
    _commit_all(Git(repo))
    with open_repository(repo) as repository:
        base = open_base(repository, "HEAD")
        results = tuple(hop(repository, base, hops_of(base, NEWEST, stack=True), progress=progress, dates=WHEN))
        codemods = {codemod.id: codemod for codemod in base.codemods}
        reports = tuple(place / f"hop-{result.hop.target}.md" for result in results)
        for report, result in zip(reports, results, strict=True):
            report.write_text(hop_report(result, codemods), "utf-8")
        diff_of = _worth_showing(repository, results[0])
        return Demo(repo, reports, results, codemods, diff_of, _diff(repository, *diff_of))


def _place(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="django-hop-demo-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise HopError(f"{folder} is not empty.", "Give a new folder, or leave --folder out for a temporary one.")
    except OSError as error:
        raise HopError(f"{folder} cannot be used: {error.strerror}.", "Give a folder that you may write to.") from None
    return folder.absolute()


def _commit_all(git: Git) -> None:
    git.run("init", "--quiet", "--initial-branch=main", "--template=", environment=_ENVIRONMENT)
    git.run("config", "user.name", "Django Hop Demo")
    git.run("config", "user.email", "demo@example.com")
    git.run("add", "--all", environment=_ENVIRONMENT)
    git.run("commit", "--quiet", "--no-gpg-sign", "--message", "Ledger on Django 2.2", environment=_ENVIRONMENT)


def _worth_showing(repository: Repository, result: HopResult) -> tuple[str, str]:
    """The commit with the most places, and its Python file with the longest diff that still fits on a screen."""
    for commit in sorted(result.commits, key=lambda one: -one.places):
        lengths = {path: _diff(repository, commit.sha, path).count("\n") for path in commit.files if path.endswith(".py")}
        fitting = [path for path, length in lengths.items() if length <= LONGEST_DIFF]
        if fitting:
            return commit.sha, max(fitting, key=lambda path: (lengths[path], path))
    return "", ""


def _diff(repository: Repository, commit: str, path: str) -> str:
    if not commit:
        return ""
    return repository.git.text("show", "--format=", "--no-color", "--no-ext-diff", "--unified=1", commit, "--", path) + "\n"
