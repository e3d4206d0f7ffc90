"""The word filter: which codemods can a file concern at all? One scan of the bytes, before anything is parsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .model import Codemod, Hop
from .ops.base import Look, Op
from .rewrite.imported import can_mean, words_in

if TYPE_CHECKING:
    from .project.index import Project


class WordFilter:
    """Maps the words of a file to the codemods that may apply to it."""

    def __init__(self, codemods: Sequence[Codemod], kind: type[Op], hop: Hop | None = None) -> None:
        self._order = {codemod.id: place for place, codemod in enumerate(codemods)}
        self._by_key: dict[bytes, list[_Entry]] = defaultdict(list)
        ops = [(codemod, op) for codemod in codemods for op in codemod.ops if isinstance(op, kind) and (hop is None or op.in_hop(hop))]
        alternatives = [
            _Entry(frozenset(word.encode() for word in words), codemod, op, look, means)
            for codemod, op in ops
            for look, means in [(op.second_look, op.means)]
            for words in op.words
        ]
        popular = _popularity(entry.words for entry in alternatives)
        for entry in alternatives:
            # The word that fewest alternatives share is the likeliest to be rare in code, too.
            key = min(entry.words, key=lambda word: (popular[word], -len(word), word))
            self._by_key[key].append(entry)
        self._keys = frozenset(self._by_key)
        self._parts = frozenset(word for entry in alternatives for word in entry.words if word.startswith(b"*"))

    def candidates(self, data: bytes, path: str | None = None, project: Project | None = None) -> list[Codemod]:
        """The codemods that may apply to a file (of that name, in that project, if they are given), in order."""
        words = words_in(data)
        if parts := [part for part in self._parts if part[1:] in data]:
            words = words.union(parts)
        found: dict[str, Codemod] = {}
        refused: set[int] = set()  # ops, which are asked once whatever the number of their alternatives
        for key in self._keys & words:
            for entry in self._by_key[key]:
                if not entry.words <= words or entry.codemod.id in found or id(entry.op) in refused:
                    continue
                if entry.fits(data, path, project):
                    found[entry.codemod.id] = entry.codemod
                else:
                    refused.add(id(entry.op))
        return sorted(found.values(), key=lambda codemod: self._order[codemod.id])


@dataclass(frozen=True, slots=True)
class _Entry:
    """One alternative of one op."""

    words: frozenset[bytes]
    codemod: Codemod
    op: Op
    second_look: Look | None
    means: tuple[str, ...]

    def fits(self, data: bytes, path: str | None, project: Project | None) -> bool:
        """All questions but that for the words, the cheap ones first."""
        if path is not None and not self.op.concerns(path):
            return False
        if self.second_look is not None and self.second_look.search(data) is None:
            return False
        if path is not None and self.means and not any(can_mean(path, data, name) for name in self.means):
            return False
        if project is None:
            return True
        return (path is None or self.op.at(project, path, data)) and self.op.in_project(project, data)


def _popularity(alternatives: Iterable[frozenset[bytes]]) -> dict[bytes, int]:
    counts: dict[bytes, int] = defaultdict(int)
    for words in alternatives:
        for word in words:
            counts[word] += 1
    return counts
