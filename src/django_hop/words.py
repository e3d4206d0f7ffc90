"""The word filter: which codemods can a file concern at all? One scan of the bytes, before anything is parsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from .model import Codemod
from .ops.base import Op

_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_SPACES = bytes(byte if byte in _WORD else 32 for byte in range(256))


def words_in(data: bytes) -> set[bytes]:
    """All words of a file."""
    return set(data.translate(_SPACES).split())


class WordFilter:
    """Maps the words of a file to the codemods that may apply to it."""

    def __init__(self, codemods: Sequence[Codemod], kind: type[Op]) -> None:
        self._order = {codemod.id: place for place, codemod in enumerate(codemods)}
        self._by_key: dict[bytes, list[tuple[frozenset[bytes], Codemod]]] = defaultdict(list)
        alternatives = [
            (frozenset(word.encode() for word in words), codemod)
            for codemod in codemods
            for op in codemod.ops
            if isinstance(op, kind)
            for words in op.words
        ]
        popular = _popularity(words for words, _ in alternatives)
        for words, codemod in alternatives:
            # The word that fewest alternatives share is the likeliest to be rare in code, too.
            key = min(words, key=lambda word: (popular[word], -len(word), word))
            self._by_key[key].append((words, codemod))
        self._keys = frozenset(self._by_key)
        self._parts = frozenset(word for words, _ in alternatives for word in words if word.startswith(b"*"))

    def candidates(self, data: bytes) -> list[Codemod]:
        """The codemods that may apply to a file, in order."""
        words = words_in(data)
        words.update(part for part in self._parts if part[1:] in data)
        found: dict[str, Codemod] = {}
        for key in self._keys & words:
            for needed, codemod in self._by_key[key]:
                if needed <= words:
                    found[codemod.id] = codemod
        return sorted(found.values(), key=lambda codemod: self._order[codemod.id])


def _popularity(alternatives: Iterable[frozenset[bytes]]) -> dict[bytes, int]:
    counts: dict[bytes, int] = defaultdict(int)
    for words in alternatives:
        for word in words:
            counts[word] += 1
    return counts
