"""The code that is measured: source distributions fetched with pip into a cache, never into the repository."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

PROJECTS = ("Django==2.2.28", "wagtail==2.9.3", "django-oscar==2.0.4", "django-cms==3.7.4", "djangorestframework==3.9.4")


def fetch(cache: Path, projects: tuple[str, ...] = PROJECTS) -> list[Path]:
    """Folders of the unpacked source distributions, fetched where they are missing. Raises CalledProcessError without a network."""
    cache.mkdir(parents=True, exist_ok=True)
    return [_one(cache, project) for project in projects]


def _one(cache: Path, project: str) -> Path:
    name = project.replace("==", "-")
    folder = _folder(cache, name)
    if not folder.is_dir():
        archive = cache / f"{name}.tar.gz"
        if not archive.is_file():
            subprocess.run(
                [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", cache, project],
                check=True,
            )
        with tarfile.open(archive) as packed:
            packed.extractall(cache, filter="data")
    return _folder(cache, name)


def _folder(cache: Path, name: str) -> Path:
    """Where a distribution is unpacked: newer build tools write the name of the project with underscores."""
    package, _, version = name.rpartition("-")
    underscores = cache / f"{package.replace('-', '_')}-{version}"
    return underscores if underscores.is_dir() else cache / name
