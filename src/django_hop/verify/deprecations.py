"""Deprecation warnings of two runs: which places are gone, which are left, which are new, and which codemod knows them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..model import Codemod
from .recording import Recording, Warned

_WORD = re.compile(r"[A-Za-z_]\w+(?:\.[A-Za-z_]\w+)*")
_DJANGO = re.compile(r"\.RemovedInDjango(\d)(\d+)Warning$")
_COMMON = frozenset(
    {
        "db",
        "will",
        "instead",
        "that",
        "method",
        "core",
        "utils",
        "favour",
        "argument",
        "function",
        "version",
        "class",
        "default",
        "support",
        "is",
        "for",
        "from",
        "favor",
        "this",
        "models",
        "value",
        "http",
        "django",
        "the",
        "settings",
        "not",
        "def",
        "contrib",
        "and",
        "conf",
        "has",
        "are",
        "with",
        "use",
        "removed",
        "arguments",
        "import",
        "setting",
        "been",
        "deprecated",
        "was",
    }
)
"""Words that say nothing of what changed."""
ENOUGH = 0.5
"""Weight of the words that a message and a codemod must share: one word that at most four codemods have. Twice as much where no release of
Django narrows the choice."""


@dataclass(frozen=True)
class Known:
    """What is known of the messages that codemods answer: words of each codemod, and how rare each word is."""

    codemods: Sequence[Codemod]
    words: Mapping[str, frozenset[str]]
    """Codemod id -> words of its old form and its title."""
    weights: Mapping[str, float]
    cache: dict[tuple[str, str], Codemod | None] = field(default_factory=dict)

    def codemod(self, warned: Warned) -> Codemod | None:
        """The codemod whose old form the warning speaks of; None if none shares enough words with it."""
        key = (warned.category, warned.message)
        if key not in self.cache:
            self.cache[key] = self._best(warned)
        return self.cache[key]

    def _best(self, warned: Warned) -> Codemod | None:
        said = frozenset(_words(warned.message)) - _COMMON
        removed = release_of(warned.category)
        found = [
            (sum(self.weights[word] for word in said & self.words[one.id]), one)
            for one in self.codemods
            if (one.removed == removed and one.pack.startswith("django_") if removed else bool(one.package))
        ]
        weight, best = max(found, key=lambda pair: pair[0], default=(0.0, None))
        return best if weight >= (ENOUGH if removed else 2 * ENOUGH) else None


def release_of(category: str) -> str:
    """`4.0` for Django's RemovedInDjango40Warning; empty for any other category."""
    match = _DJANGO.search(category)
    return f"{match[1]}.{match[2]}" if match else ""


def known(codemods: Sequence[Codemod]) -> Known:
    """Prepare the comparison of messages with codemods: those that say when their old form began to warn."""
    some = [one for one in codemods if one.deprecated is not None]
    words = {one.id: _words_of(one) for one in some}
    common = Counter(word for found in words.values() for word in found)
    weights = {word: 1 / math.sqrt(number) for word, number in common.items()}
    return Known(some, words, weights)


def _words(text: str) -> Iterator[str]:
    """Names in a text, dotted ones also in their parts."""
    for name in _WORD.findall(text):
        yield name
        yield from name.split(".")


def _words_of(codemod: Codemod) -> frozenset[str]:
    words = {word for op in codemod.ops for alternative in getattr(op, "words", ()) for word in alternative}
    titled = {word for word in _words(f"{codemod.title} {codemod.docs}") if "_" in word or not word.islower()}
    return frozenset(word.strip("*_") if word.startswith("*") else word for word in words | titled) - _COMMON


def places(recording: Recording, *, inside: bool) -> dict[tuple[str, str], dict[int, int]]:
    """(path, message) -> line -> how often, in the project or in other packages; a message is one whatever test brought it."""
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for warned, number in recording.warnings.items():
        if warned.inside == inside:
            found[warned.path, warned.message][warned.line] += number
    return {key: dict(lines) for key, lines in found.items()}


def compare_warnings(old: Recording, new: Recording, codemods: Sequence[Codemod]) -> dict[str, Any]:
    """Places of the project that warned before and that warn now, and what other packages warn of, as JSON holds it."""
    answers = known(codemods)
    before, after = places(old, inside=True), places(new, inside=True)
    samples = {(one.path, one.message): one for recording in (new, old) for one in recording.warnings}
    messages: dict[str, dict[str, Any]] = {}
    for key in sorted({*before, *after}):
        lines = [before.get(key, {}), after.get(key, {})]
        one = messages.setdefault(key[1], _message(samples[key], answers))
        one["before"] += len(lines[0])
        one["gone"] += max(len(lines[0]) - len(lines[1]), 0)
        one["left"] += min(len(lines[0]), len(lines[1]))
        one["new"] += max(len(lines[1]) - len(lines[0]), 0)
        through = samples[key].through
        one["places"] += [{"path": key[0], "line": line, "count": number, "through": through} for line, number in sorted(lines[1].items())]
    listed = sorted(messages.values(), key=lambda one: (-one["left"] - one["new"], -one["gone"], one["message"]))
    totals = {name: sum(one[name] for one in listed) for name in ("before", "gone", "left", "new")}
    return {**totals, "messages": listed, "packages": _packages(old, new)}


def _message(warned: Warned, answers: Known) -> dict[str, Any]:
    codemod = answers.codemod(warned)
    return {
        "message": warned.message,
        "category": warned.category,
        "removed": release_of(warned.category) or None,
        "codemod": codemod.id if codemod else None,
        "records": list(codemod.covers) if codemod else [],
        **dict.fromkeys(("before", "gone", "left", "new"), 0),
        "places": [],
    }


def _packages(old: Recording, new: Recording) -> list[dict[str, Any]]:
    """What is warned of in other packages only: not the project's to change, but an update may be needed before a later hop."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for side, recording in enumerate((old, new)):
        for path, message in places(recording, inside=False):
            package = path.partition("/")[0]
            numbers.setdefault((package, message), [0, 0])[side] += 1
    found = [{"package": key[0], "message": key[1], "before": one[0], "now": one[1]} for key, one in numbers.items()]
    return sorted(found, key=lambda one: (-int(str(one["now"])), str(one["package"]), str(one["message"])))
