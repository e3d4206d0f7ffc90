"""Checkouts of commits in the tool's own folder: they borrow the objects of the user's repository, which learns nothing of them.

`git worktree add` would write into the user's `.git/worktrees` and leave an entry there if the process is killed. A repository of
its own whose `alternates` name the user's objects costs the same and can be removed as a folder.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ..errors import HopError
from ..project.repository import Repository
from ..proof.environments import cache_folder
from .borrowing import borrow, fill_submodules

KEEP_LOGS = 5
"""Runs whose logs stay."""

KEPT = "KEPT"
"""A file that tells checkouts which the user wants from those that a killed run left."""


@dataclass(frozen=True)
class Place:
    """The folder of one run."""

    checkouts: Path
    logs: Path


@contextmanager
def place(repository: Repository, *, keep: bool = False) -> Iterator[Place]:
    """Give the folder for this run on a repository, and remove its checkouts at the end, however it comes, unless `keep`.

    What a killed run left is removed first. Raises HopError if another run on the same repository is under way.
    """
    here = home(repository)
    everything = here.parent
    here.mkdir(parents=True, exist_ok=True)
    with (here / "lock").open("w") as lock:
        if not _lock(lock.fileno()):
            raise HopError(f"Another `django-hop verify` runs on {repository.git.folder}.", "Wait for its end.")
        _prune(everything, here)
        shutil.rmtree(here / "checkouts", ignore_errors=True)
        logs = here / "logs" / time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        for old in sorted((here / "logs").glob("*"))[: -KEEP_LOGS + 1]:
            shutil.rmtree(old, ignore_errors=True)
        logs.mkdir(parents=True, exist_ok=True)
        (here / "checkouts").mkdir()
        if keep:
            (here / "checkouts" / KEPT).touch()
        try:
            yield Place(here / "checkouts", logs)
        finally:
            if not keep:
                shutil.rmtree(here / "checkouts", ignore_errors=True)


def home(repository: Repository) -> Path:
    """Where in the cache folder all lies that verify keeps of a repository."""
    return cache_folder() / "verify" / _name(repository)


def _name(repository: Repository) -> str:
    folder = repository.root or repository.common_dir
    key = blake2b(str(repository.common_dir).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return f"{re.sub(r'[^A-Za-z0-9_.-]', '-', folder.name) or 'project'}-{key}"


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _prune(everything: Path, here: Path) -> None:
    """Remove the checkouts of runs on other repositories that were killed; those of running ones are locked, kept ones are not ours."""
    for other in everything.iterdir():
        if other == here or not (other / "checkouts").is_dir() or (other / "checkouts" / KEPT).exists():
            continue
        with (other / "lock").open("a") as lock:
            if _lock(lock.fileno()):
                shutil.rmtree(other / "checkouts", ignore_errors=True)


def check_out(repository: Repository, commit: str, folder: Path) -> tuple[str, ...]:
    """Put the files of a commit into `folder`, anew, as a repository with a detached HEAD, with those submodules that the clone has.

    Gives the paths of the submodules that it does not have: their folders are empty. Raises HopError.
    """
    shutil.rmtree(folder, ignore_errors=True)
    git = borrow(folder, commit, [repository.common_dir])
    # Versions from tags (setuptools_scm) must be what they are in the user's clone.
    tags = repository.git.run("for-each-ref", "--format=create %(refname) %(objectname)", "refs/tags")
    git.run("update-ref", "--stdin", data=tags)
    git.run("checkout", "--quiet", "--force", "--detach", commit)
    homes = dict.fromkeys((repository.common_dir, repository.git_dir))
    return tuple(fill_submodules(folder, [*homes], repository.root))


def copy_ignored(repository: Repository, inside: str, names: Sequence[str], folder: Path) -> None:
    """Copy files that git does not know, and that the project needs, from the user's work tree. Raises HopError for one that is missing."""
    for name in names:
        if repository.root is None:
            raise HopError("A bare repository has no ignored files to copy.", "Leave out `copy` in [tool.django-hop.verify].")
        source, target = repository.root / inside / name, folder / inside / name
        if not source.exists():
            raise HopError(
                f"There is no {source}.", "Repair `copy` in [tool.django-hop.verify]: the paths count from the project's folder."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
        else:
            shutil.copy2(source, target)
