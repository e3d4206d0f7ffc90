"""The user's git repository, seen from outside: commits, branches, identity. Nothing here writes."""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from ..errors import HopError
from .git import Git, clean_environment, no_git

OLDEST_GIT = (2, 31)
"""First release with `rev-parse --path-format`; `--end-of-options` and prepared ref transactions are older."""


@dataclass(frozen=True)
class Branch:
    """A local branch: its commit, and where it points to if it is a symbolic ref."""

    name: str
    sha: str
    symbolic: str = ""


@dataclass(frozen=True)
class Identity:
    """Who writes commits and when, as git writes it in a commit: `Name <mail> seconds zone`."""

    author: str
    committer: str


@dataclass(frozen=True)
class Repository:
    """A git repository, bare or with a work tree. Made by `open_repository`."""

    git: Git
    root: Path | None
    """The work tree; None in a bare repository."""
    git_dir: Path
    """The repository's folder; that of the linked worktree if it is one."""
    common_dir: Path
    """The folder that all worktrees share."""

    def resolve(self, ref: str = "HEAD") -> str:
        """Give the commit id `ref` stands for; raise HopError if there is none."""
        found = None
        if ref and "\0" not in ref:
            found = self.git.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if found:
            return found
        if not self.git.text("rev-list", "--max-count=1", "--all"):
            hint = "Commit the project first: a hop starts from a commit."
            raise HopError(f"The repository in {self.git.folder} has no commits yet.", hint)
        if ref == "HEAD":
            raise HopError("HEAD does not point to a commit.", "Check out a branch that has commits, or give --ref.")
        names = self.git.text("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes").splitlines()
        near = difflib.get_close_matches(ref, names, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`git branch --all` and `git tag` list what there is."
        raise HopError(f"There is no branch, tag or commit {ref!r} in {self.git.folder}.", hint)

    def branches(self, *names: str) -> dict[str, Branch]:
        """Give the local branches that have one of the names, or stand in or around one as a folder of refs, by name."""
        wanted = {f"refs/heads/{'/'.join(name.split('/')[:end])}" for name in names for end in range(1, name.count("/") + 2)}
        lines = self.git.text("for-each-ref", "--format=%(objectname) %(refname) %(symref)", *sorted(wanted)).splitlines()
        found = [Branch(name.removeprefix("refs/heads/"), sha, symbolic) for sha, name, symbolic in (line.split(" ", 2) for line in lines)]
        # for-each-ref also answers with what lies below a name: `django-hop/4.2` for `django-hop`.
        return {b.name: b for b in found if any(n == b.name or n.startswith(b.name + "/") or b.name.startswith(n + "/") for n in names)}

    def check_branch_name(self, name: str) -> None:
        """Raise HopError unless `name` can be the name of a branch."""
        legal = name and name != "HEAD" and not name.startswith("-") and "\0" not in name
        if not legal or self.git.attempt("check-ref-format", f"refs/heads/{name}") is None:
            hint = "See `git help check-ref-format`; the name comes from the branch template."
            raise HopError(f"{name!r} cannot be the name of a branch.", hint)

    def checked_out(self) -> dict[str, Path]:
        """Give the branches in use by any worktree (checked out, or in the middle of a rebase or bisect), and where."""
        used: dict[str, Path] = {}
        place = self.git.folder
        for line in self.git.text("worktree", "list", "--porcelain").splitlines():
            kind, _, value = line.partition(" ")
            if kind == "worktree":
                place = Path(value)
            elif kind == "branch":
                used[value.removeprefix("refs/heads/")] = place
        for folder in (self.common_dir, *self.common_dir.glob("worktrees/*")):
            for state in ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"):
                if (folder / state).is_file():
                    used.setdefault((folder / state).read_text("utf-8", "surrogateescape").strip().removeprefix("refs/heads/"), folder)
        return used

    def identity(self, dates: datetime | None = None) -> Identity:
        """Give author and committer from git's configuration and environment, at `dates` if given, else at git's dates, else now.

        One of GIT_AUTHOR_DATE and GIT_COMMITTER_DATE stands for both. Raises HopError if git knows no name or no address.
        """
        environment = clean_environment()
        now = f"@{int(datetime.now(timezone.utc).timestamp())} +0000"
        committed = environment.get("GIT_COMMITTER_DATE") or environment.get("GIT_AUTHOR_DATE") or now
        authored = environment.get("GIT_AUTHOR_DATE") or committed
        if dates is not None:
            aware = dates if dates.tzinfo else dates.replace(tzinfo=timezone.utc)
            authored = committed = f"@{int(aware.timestamp())} {format(aware, '%z')[:5]}"
        both = {"GIT_AUTHOR_DATE": authored, "GIT_COMMITTER_DATE": committed}
        return Identity(self._ident("GIT_AUTHOR_IDENT", both), self._ident("GIT_COMMITTER_IDENT", both))

    def _ident(self, variable: str, environment: Mapping[str, str]) -> str:
        try:
            found = self.git.run("-c", "user.useConfigOnly=true", "var", variable, environment=environment)
        except HopError as problem:
            if "date" in problem.message:
                hint = "Set GIT_COMMITTER_DATE to a date like 2024-05-01T12:00:00Z, or leave it out."
                raise HopError(f"Git cannot read a date from the environment: {problem.message}", hint) from None
            raise HopError(
                "Git does not know who you are, so the commits would have no author.",
                'Run: git config --global user.name "Your Name" and git config --global user.email you@example.com',
            ) from None
        return found.decode("utf-8", "surrogateescape").strip()

    def notes(self, commit: str = "HEAD") -> tuple[str, ...]:
        """Give, as sentences, what the user should know before trusting a hop from `commit`: what is not in it, what git will not do."""
        found = [*self._dirty()]
        shallow, partial, sign = (
            self.git.text("rev-parse", "--is-shallow-repository") == "true",
            self.git.attempt("config", "--get-regexp", r"^remote\..*\.promisor$"),
            self.git.attempt("config", "--type=bool", "commit.gpgSign") == "true",
        )
        if shallow:
            found.append("The repository is a shallow clone: the new branches stand on its cut history.")
        if partial:
            found.append("The repository is a partial clone: git fetches the files that are missing here.")
        if sign:
            found.append("commit.gpgSign is set, but the commits are not signed; `git rebase --gpg-sign` on the branch signs them.")
        listed = self.git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
        modules = [record.partition(b"\t")[2].decode("utf-8", "surrogateescape") for record in listed if record.startswith(b"160000 ")]
        if modules:
            found.append(f"{counted(len(modules), 'submodule')} not part of the hop: {shortened(modules)}.")
        return tuple(found)

    def _dirty(self) -> Iterator[str]:
        if self.root is None:
            return
        try:
            status = self.git.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=normal", "--ignore-submodules=dirty")
        except HopError as problem:
            # To compare, git runs the clean filters of .gitattributes, and these may be missing here. The hop does not need them.
            yield f"Whether files differ from HEAD could not be found out: {problem.message}"
            return
        records = [record.decode("utf-8", "surrogateescape") for record in status.split(b"\0") if record]
        untracked = [record[3:] for record in records if record.startswith("??")]
        changed = [record[3:] for record in records if not record.startswith("??")]
        if changed:
            count = "1 file differs from HEAD and is" if len(changed) == 1 else f"{len(changed)} files differ from HEAD and are"
            yield f"{count} not part of the hop: {shortened(changed)}."
        if untracked:
            count = counted(len(untracked), "untracked file or folder", "untracked files or folders")
            yield f"{count} not part of the hop: {shortened(untracked)}."

    @cached_property
    def empty_id(self) -> str:
        """The id that stands for "no object": zeros, as many as the repository's hash has digits."""
        return "0" * (64 if self.git.text("rev-parse", "--show-object-format") == "sha256" else 40)


def counted(number: int, one: str, many: str = "") -> str:
    """Give `1 file is` or `3 files are`."""
    return f"{number} {one} is" if number == 1 else f"{number} {many or one + 's'} are"


def shortened(names: list[str], limit: int = 5) -> str:
    """Give the names as one line, at most `limit` of them."""
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + rest


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """Give the repository that `path` lies in, whatever GIT_DIR says; raise HopError if there is none that git can and may use."""
    if shutil.which("git") is None:
        raise no_git()
    if not path.is_dir():
        raise HopError(f"{path} is not a folder.", "Give the folder of a git repository.")
    # Imported late: it takes a third of a second, `check` and `fix` do not need it, and its import fails where there is no git.
    from git import Repo
    from git.exc import InvalidGitRepositoryError, NoSuchPathError

    try:
        # expand_vars=False: a folder may have a dollar sign in its name.
        with Repo(path.absolute(), search_parent_directories=True, expand_vars=False) as found:
            folder = Path(found.working_tree_dir or found.git_dir)
    except (InvalidGitRepositoryError, NoSuchPathError):
        hint = "Run it inside a repository, give --repo PATH, or use `django-hop fix`, which needs no git."
        raise HopError(f"{path} is not in a git repository.", hint) from None
    yield _look(Git(folder))


def _look(git: Git) -> Repository:
    """Ask git itself about the folder: it has the last word on trust, on formats and on linked worktrees."""
    version = tuple(int(part) for part in re.findall(r"\d+", git.text("version"))[:2])
    if version < OLDEST_GIT:
        raise HopError(f"git {'.'.join(map(str, version))} is too old.", f"Install git {'.'.join(map(str, OLDEST_GIT))} or newer.")
    inside = git.text("rev-parse", "--is-inside-work-tree") == "true"
    git_dir, common_dir = (Path(git.text("rev-parse", "--path-format=absolute", which)) for which in ("--git-dir", "--git-common-dir"))
    return Repository(git, Path(git.text("rev-parse", "--show-toplevel")) if inside else None, git_dir, common_dir)
