"""Real git repositories for tests, made with fixed author and dates."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from django_hop.model import Safety, Stage, Step

DATE = datetime(2024, 5, 1, 12, 0, tzinfo=timezone.utc)

ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2024-04-01T12:00:00+00:00",
    "GIT_COMMITTER_NAME": "Carl Committer",
    "GIT_COMMITTER_EMAIL": "carl@example.com",
    "GIT_COMMITTER_DATE": "2024-04-01T12:00:00+00:00",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str, data: bytes | None = None, **environment: str) -> str:
    """Run git as the project's developer would; give what it prints, without spaces at the ends."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=data, env={**clean, **ENVIRONMENT, **environment}, check=True, capture_output=True
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, bytes as they are, texts in UTF-8 with the line ends they have."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def commit_all(folder: Path, message: str = "Change") -> str:
    """Commit everything in the work tree, and give the commit's id."""
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def make_repo(folder: Path, files: Mapping[str, str | bytes], *options: str) -> Path:
    """Make a repository with the files in one commit on branch main; `options` go to `git init`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *options)
    git(folder, "config", "user.name", "Ada Author")
    git(folder, "config", "user.email", "ada@example.com")
    write_files(folder, files)
    commit_all(folder, "Start")
    return folder


def make_step(
    codemod: str, files: Mapping[str, bytes], stage: Stage = Stage.PREPARE, body: str = "Why it must change.", version: str = "0.1.0"
) -> Step:
    """Make a step whose message has the trailers of django-hop's commits."""
    trailers = f"Django-Hop-Codemod: {codemod}\nDjango-Hop-Stage: {stage.value}\nDjango-Hop-Version: {version}"
    message = f"django_3_0: {codemod}\n\n{body}\n\n{trailers}\n"
    return Step(codemod, codemod, "django_3_0", stage, Safety.SAFE, files, 1, message)
