"""The changes of commits as text, for reports that show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..project.git import decode
from ..project.repository import Repository

MOST_LINES = 3000
"""Lines of one commit that are shown."""
MOST_CHARACTERS = 8_000_000
"""Characters of all commits together that are shown: what a browser still opens at once."""


@dataclass(frozen=True)
class Diff:
    """One commit against its first parent."""

    lines: tuple[str, ...]
    left_out: int
    """Lines that are not among them, because they are too many."""


def diffs(repository: Repository, shas: Iterable[str]) -> Mapping[str, Diff]:
    """The change of each commit, by id: as git's own plumbing shows it, whatever the user's settings for diffs are."""
    found: dict[str, Diff] = {}
    room = MOST_CHARACTERS
    for sha in shas:
        parent = repository.git.attempt("rev-parse", "--verify", "--quiet", f"{sha}^1")
        sides = [parent, sha] if parent else ["--root", sha]
        options = ("-p", "-r", "--no-commit-id", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=3")
        lines = decode(repository.git.run("diff-tree", *options, *sides)).split("\n")
        lines = lines[:-1] if lines[-1] == "" else lines
        shown = lines[:MOST_LINES] if sum(map(len, lines[:MOST_LINES])) <= room else []
        room -= sum(map(len, shown))
        found[sha] = Diff(tuple(shown), len(lines) - len(shown))
    return found
