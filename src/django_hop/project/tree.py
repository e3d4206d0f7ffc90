"""The sources as they are read, once: from a commit, or from files and folders. Nothing else in django-hop reads sources."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import HopError
from ..model import Skipped
from .git import decode
from .kinds import INSTALLED, INTERNAL, concerns, installed_folder, is_script, known, may_be_script
from .repository import Repository

LARGEST = 5_000_000
"""Bytes above which a file is data, not source."""

PROJECT_HINT = "Give --project as a path from the top of the repository."
LINK, SUBMODULE = "120000", "160000"


@dataclass(frozen=True)
class Entry:
    """What git knows of one path: mode (100644, 100755, 120000 symbolic link, 160000 submodule), id and size of the content."""

    path: str
    mode: str
    sha: str
    size: int


@dataclass(frozen=True, eq=False)
class Tree(Mapping[str, bytes]):
    """The files that codemods may look at: path -> content, paths with slashes, in sorted order. A value: picklable, never changed.

    Bytes of a path that are not UTF-8 are surrogates in the text, as `os.fsdecode` makes them.
    """

    contents: Mapping[str, bytes]
    entries: Mapping[str, Entry] = field(default_factory=dict)
    """All paths, also those without content here: links, submodules, pictures."""
    skipped: tuple[Skipped, ...] = ()

    def __getitem__(self, path: str) -> bytes:
        return self.contents[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def __len__(self) -> int:
        return len(self.contents)

    def with_files(self, files: Mapping[str, bytes]) -> Tree:
        """Give the tree in which `files` have new contents, or are new; this one stays as it is."""
        contents, entries = dict(self.contents), dict(self.entries)
        hash_name = "sha256" if any(len(entry.sha) == 64 for entry in self.entries.values()) else "sha1"
        for path, data in files.items():
            contents[path] = data
            known = entries.get(path, Entry(path, "100644", "", 0))
            entries[path] = replace(known, sha=blob_id(data, hash_name), size=len(data))
        return Tree(dict(sorted(contents.items())), dict(sorted(entries.items())), self.skipped)


def blob_id(data: bytes, hash_name: str = "sha1") -> str:
    """Give the id that git gives to the content; `hash_name` is that of the repository's object format."""
    return hashlib.new(hash_name, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def entries_of_commit(repository: Repository, commit: str, folder: str = "") -> dict[str, Entry]:
    """Give every path below `folder` at the commit, by path."""
    limits = ("--", folder + "/") if folder else ()
    listed = repository.git.run("ls-tree", "-r", "-z", "-l", "--full-tree", commit, *limits)
    found = {}
    for record in listed.split(b"\0")[:-1]:
        facts, _, name = record.partition(b"\t")
        mode, _kind, sha, size = facts.decode("ascii").split()
        path = decode(name)
        # `-` for a submodule, `BAD` for a lost object, which is an error only when somebody wants its content.
        found[path] = Entry(path, mode, sha, int(size) if size.isdigit() else 0)
    return found


def tree_of_commit(repository: Repository, commit: str, project: str = "") -> Tree:
    """Give the files at a commit; with `project`, only those below that folder of the repository (the paths stay whole).

    Raises HopError if the folder does not exist at that commit, or objects are missing.
    """
    folder = project_folder(project)
    entries = entries_of_commit(repository, commit, folder)
    if folder and not entries:
        raise HopError(f"There is no folder {folder!r} in commit {commit[:12]}.", PROJECT_HINT)
    skipped: dict[str, str] = {}
    wanted: dict[str, Entry] = {}
    for path, entry in entries.items():
        if installed := installed_folder(path):
            skipped[installed] = "a folder of installed packages"
        elif entry.mode == SUBMODULE:
            skipped[path] = "a submodule: hop it in its own repository"
        elif entry.mode == LINK:
            wanted[path] = entry
        elif (concerned := concerns(path)) and entry.size > LARGEST:
            skipped[path] = too_large(entry.size)
        elif concerned or (may_be_script(path, entry.mode) and entry.size <= LARGEST):
            wanted[path] = entry
    read = blobs(repository, dict.fromkeys(entry.sha for entry in wanted.values()))
    contents: dict[str, bytes] = {}
    for path, entry in wanted.items():
        data = read[entry.sha]
        if entry.mode == LINK:
            if leads_out(path, os.fsdecode(data)):
                skipped[path] = f"a symbolic link that leads out of the repository: {os.fsdecode(data)}"
        elif concerns(path) or is_script(data):
            _sort_in(path, data, contents, skipped)
    return Tree(contents, entries, _as_skipped(skipped))


def project_folder(project: str) -> str:
    """Give `--project` as git writes a folder (`backend`, or nothing for the whole repository); raise HopError if it leads out."""
    folder = posixpath.normpath(project.replace(os.sep, "/")) if project else "."
    if folder.startswith(("/", "../")) or folder == "..":
        raise HopError(f"The project folder {project!r} is not inside the repository.", PROJECT_HINT)
    return "" if folder == "." else folder


def project_path(project: str, name: str) -> str:
    """Give the path from the repository root of what is called `name` in the folder of `--project`; raise HopError if that leads out."""
    return posixpath.join(project_folder(project), name)


def blobs(repository: Repository, shas: Mapping[str, None]) -> dict[str, bytes]:
    """Give the contents of blobs by id, through one process; raise HopError if one is missing."""
    found: dict[str, bytes] = {}
    with repository.git.reading("cat-file", "--batch", "--buffer", lines=shas) as answers:
        for sha in shas:
            header = answers.readline().split()
            if len(header) != 3:
                raise HopError(
                    f"The repository in {repository.git.folder} lacks the object {sha[:12]}.",
                    "Run `git fsck` there; in a partial clone make sure that the remote can be reached.",
                )
            found[sha] = answers.read(int(header[2]))
            answers.read(1)
    return found


def _sort_in(path: str, data: bytes, contents: dict[str, bytes], skipped: dict[str, str]) -> None:
    """Put a file where it belongs by its content."""
    if data.startswith(b"version https://git-lfs.github.com/spec/") and len(data) < 1024:
        skipped[path] = "a Git LFS pointer: the content is not in the repository"
    elif b"\0" in data:
        # A picture in a folder of templates is nobody's loss; a .py that is not text is.
        if known(path):
            skipped[path] = "holds NUL bytes: not a text, or in UTF-16"
    else:
        contents[path] = data


def too_large(size: int) -> str:
    """Give the reason for passing over a file of that size."""
    return f"larger than {LARGEST // 1_000_000} MB ({size / 1_000_000:.1f} MB)"


def leads_out(path: str, target: str) -> bool:
    """Tell whether a symbolic link at `path` points out of the folder that `path` counts from."""
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), target.replace(os.sep, "/")))
    return aim.startswith(("/", "../")) or aim == ".."


def _as_skipped(reasons: Mapping[str, str]) -> tuple[Skipped, ...]:
    return tuple(Skipped(path, reason) for path, reason in sorted(reasons.items()))


def tree_of_paths(paths: Sequence[Path], root: Path | None = None) -> Tree:
    """Give the files named, and those in the folders named, as they are on disk now; git is not needed.

    Keys count from `root` (the current folder if None); a file outside has its absolute path, so `root / key` is right for all.
    Symbolic links inside folders are not followed. Raises HopError for a path that does not exist.
    """
    top = os.path.abspath(root if root is not None else Path.cwd())
    found: dict[str, str] = {}
    skipped: dict[str, str] = {}
    for path in paths:
        # Texts from here on: a Path for each of thousands of files costs as much as reading them.
        absolute = str(Path(top) / path) if root is not None and not path.is_absolute() else os.path.abspath(path)
        if not os.path.lexists(absolute):
            raise HopError(f"There is no file or folder {_key(absolute, top)}.", "Check the spelling; paths count from the current folder.")
        if os.path.isdir(absolute):
            _walk(absolute, top, found, skipped)
        else:
            found[_key(absolute, top)] = absolute
    contents: dict[str, bytes] = {}
    entries: dict[str, Entry] = {}
    for key, file in sorted(found.items()):
        _read(key, file, contents, entries, skipped)
    return Tree(contents, entries, _as_skipped(skipped))


def _key(path: str, top: str) -> str:
    normal, above = os.path.normpath(path), top.rstrip(os.sep) + os.sep
    return normal.removeprefix(above).replace(os.sep, "/")


def _walk(folder: str, top: str, found: dict[str, str], skipped: dict[str, str]) -> None:
    """Collect the files below a folder that a codemod can concern."""
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        prefix = "" if place == top else f"{_key(place, top)}/"
        try:
            with os.scandir(place) as listed:
                items = list(listed)
        except OSError as problem:
            skipped[_key(place, top)] = f"cannot be read: {problem.strerror}"
            continue
        for item in items:
            name, key = item.name, prefix + item.name
            if _is_folder(item):
                if name in INTERNAL:
                    continue
                if name in INSTALLED or os.path.isfile(os.path.join(item.path, "pyvenv.cfg")):
                    skipped[key] = "a folder of installed packages"
                elif item.is_symlink():
                    _note_link(item.path, key, skipped)
                else:
                    waiting.append(item.path)
            elif item.is_symlink():
                _note_link(item.path, key, skipped)
            elif concerns(key) or (may_be_script(key, "100755") and os.access(item.path, os.X_OK)):
                found[key] = item.path


def _is_folder(item: os.DirEntry[str]) -> bool:
    """True for a folder and a link to one; False for a link that leads in a circle."""
    try:
        return item.is_dir()
    except OSError:
        return False


def _note_link(path: str, key: str, skipped: dict[str, str]) -> None:
    target = os.readlink(path)
    if leads_out(key, target):
        skipped[key] = f"a symbolic link that leads out: {target}"


def _read(key: str, path: str, contents: dict[str, bytes], entries: dict[str, Entry], skipped: dict[str, str]) -> None:
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            skipped[key] = f"a symbolic link: give the file it points to, {os.readlink(path)}"
        elif not stat.S_ISREG(status.st_mode):
            skipped[key] = "not a regular file"
        elif status.st_size > LARGEST:
            skipped[key] = too_large(status.st_size)
        else:
            with open(path, "rb", buffering=0) as file:
                data = file.read()
            if not concerns(key) and may_be_script(key, "100755") and not is_script(data):
                return
            mode = "100755" if status.st_mode & stat.S_IXUSR else "100644"
            entries[key] = Entry(key, mode, blob_id(data), len(data))
            _sort_in(key, data, contents, skipped)
    except OSError as problem:
        skipped[key] = f"cannot be read: {problem.strerror}"
