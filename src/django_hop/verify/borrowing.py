"""Repositories that borrow the objects of others, and the submodules in them: all from what a clone holds already, without a network."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..project.git import Git, decode
from ..project.tree import SUBMODULE


def borrow(folder: Path, commit: str, homes: Sequence[Path]) -> Git:
    """Make a repository in `folder` that has the objects of the git folders `homes`, and give its git; `commit` says which hash is used."""
    folder.mkdir(parents=True, exist_ok=True)
    git = Git(folder)
    git.run("init", "--quiet", "--template=", f"--object-format={'sha256' if len(commit) == 64 else 'sha1'}")
    (folder / ".git" / "objects" / "info").mkdir(exist_ok=True)
    alternates = "".join(f"{home / 'objects'}\n" for home in homes)
    (folder / ".git" / "objects" / "info" / "alternates").write_text(alternates, "utf-8", errors="surrogateescape")
    shallow = b"".join((home / "shallow").read_bytes() for home in homes if (home / "shallow").is_file())
    if shallow:
        (folder / ".git" / "shallow").write_bytes(shallow)
    return git


def fill_submodules(folder: Path, homes: Sequence[Path], work: Path | None, inside: str = "") -> Iterator[str]:
    """Check out the submodules of the checkout in `folder`, and theirs; give the paths of those that the clone does not have.

    `homes` are the git folders that may hold them, as `modules/NAME`; in `work`, the user's work tree, a submodule may hold its own.
    """
    links = _links(folder)
    names = _names(folder) if links else {}
    for path, commit in links.items():
        name = names.get(path, path)
        places = [home / "modules" / name for home in homes if _plain(name)]
        places += [work / path / ".git"] if work is not None else []
        found = [place for place in places if (place / "objects").is_dir()]
        target = folder / path
        if found and _own(target, folder) and _check_out(target, commit, found):
            yield from fill_submodules(target, found, work / path if work is not None else None, f"{inside}{path}/")
        else:
            yield f"{inside}{path}"


def _check_out(target: Path, commit: str, homes: Sequence[Path]) -> bool:
    """Whether the commit is in what is borrowed; then its files are in `target`."""
    git = borrow(target, commit, homes)
    if git.attempt("checkout", "--quiet", "--force", "--detach", commit) is not None:
        return True
    shutil.rmtree(target)
    target.mkdir()
    return False


def _links(folder: Path) -> dict[str, str]:
    """Path -> commit of the submodules of what is checked out."""
    listed = decode(Git(folder).run("ls-tree", "-r", "-z", "--full-tree", "HEAD")).split("\0")[:-1]
    records = (record.partition("\t") for record in listed)
    return {path: facts.split(" ")[2] for facts, _, path in records if facts.startswith(SUBMODULE)}


def _names(folder: Path) -> dict[str, str]:
    """Path -> name of the submodules, as .gitmodules says."""
    if not (folder / ".gitmodules").is_file() or (folder / ".gitmodules").is_symlink():
        return {}
    said = Git(folder).attempt("config", "-z", "--file", ".gitmodules", "--get-regexp", r"^submodule\..*\.path$") or ""
    pairs = (record.partition("\n") for record in said.split("\0") if record)
    return {posixpath.normpath(path): key.removeprefix("submodule.").removesuffix(".path") for key, _, path in pairs}


def _plain(name: str) -> bool:
    """Whether a name from a file of the project leads nowhere else."""
    return not name.startswith("/") and ".." not in name.split("/")


def _own(target: Path, folder: Path) -> bool:
    return target.is_dir() and not target.is_symlink() and target.resolve().is_relative_to(folder.resolve())
