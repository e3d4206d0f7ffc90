"""What the project's programs write outside of their checkouts cannot be kept from happening; in the user's work tree it is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ..project.git import Git

MOST = 5
"""Files that are named."""
State = Mapping[str, tuple[str, int, int]]
"""Path -> what git says of it, time and size; only of what git does not have as it is in the last commit."""


def state(root: Path | None) -> State:
    """The work tree as it is now; empty for a bare repository."""
    if root is None:
        return {}
    listed = Git(root).attempt("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching")
    return dict(_entries(root, listed or ""))


def _entries(root: Path, listed: str) -> Iterator[tuple[str, tuple[str, int, int]]]:
    for record in filter(None, listed.split("\0")):
        found = (0, 0)
        with suppress(OSError):
            stat = (root / record[3:]).lstat()
            found = (stat.st_mtime_ns, stat.st_size)
        yield record[3:], (record[:2], *found)


def changed(before: State, root: Path | None) -> tuple[str, ...]:
    """In words, which files of the work tree are not what they were; nothing if all are."""
    now = state(root)
    paths = sorted(path for path in {**before, **now} if before.get(path) != now.get(path))
    if not paths:
        return ()
    more = f" and {len(paths) - MOST} more" if len(paths) > MOST else ""
    named = f"{', '.join(paths[:MOST])}{more}"
    return (f"In your work tree changed, while the project ran elsewhere: {named}. If that was not you, its programs write there.",)
