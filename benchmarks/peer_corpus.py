"""The reverse direction: our hop first, then each peer on what we made of real projects.

What a peer still changes is missing here, or left for a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from peer_cases import shape
from peer_tools import OLD, Answer, ask, reads

from django_hop.config import Settings
from django_hop.model import Hop
from django_hop.packs import shipped
from django_hop.plan import active
from django_hop.project.tree import tree_of_paths
from django_hop.run import run

HOP = Hop("1.11", OLD.newest)
TAG = re.compile(r"\{%-?\s*(\w+)([^%]*)%\}")


@dataclass(frozen=True)
class Hopped:
    """A corpus after our hop: texts by path, and the lines of what we report there without changing it."""

    texts: Mapping[str, str]
    reported: Mapping[str, frozenset[int]]
    places: int


@dataclass(frozen=True)
class Remainder:
    """What one fixer still changes: places, how many of them we report, and one of the others."""

    part: str
    places: int
    reported: int
    example: str


def hopped(folders: Sequence[Path]) -> Hopped:
    """Our whole hop, modernisations too, on source trees; nothing is written."""
    settings = Settings(modernise=True)
    codemods = active([codemod for pack in shipped() for codemod in pack.codemods], HOP, settings)
    texts: dict[str, str] = {}
    reported: dict[str, frozenset[int]] = {}
    places = 0
    for folder in folders:
        tree = tree_of_paths([folder], folder)
        done = {result.path: result for result in run(tree, codemods, HOP, settings).results}
        for path in tree:
            result = done.get(path)
            data = result.steps[-1][1] if result and result.steps else tree[path]
            try:
                texts[f"{folder.name}/{path}"] = data.decode()
            except UnicodeDecodeError:
                continue
            if result:
                reported[f"{folder.name}/{path}"] = frozenset(finding.line for finding in result.remaining)
                places += sum(step[2] for step in result.steps)
    return Hopped(texts, reported, places)


def remainders(python: Path, tool: str, corpus: Hopped) -> list[Remainder]:
    """What a tool still changes, fixer by fixer where it has fixers, most places first."""
    texts = {path: text for path, text in corpus.texts.items() if reads(tool, path) and (tool != "djade" or "/templates/" in path)}
    answer = ask(python, tool, texts, OLD, each=True)
    parts = [part for part in answer.results if part] or [""]
    found = [_remainder(tool, part, answer, corpus) for part in parts]
    return sorted((one for one in found if one.places), key=lambda one: (one.reported - one.places, one.part))


def _remainder(tool: str, part: str, answer: Answer, corpus: Hopped) -> Remainder:
    places = reported = 0
    example = ""
    for path, text in sorted(answer.results[part].items()):
        before = corpus.texts[path]
        if path.endswith(".py") and shape(path, before) == shape(path, text):
            continue
        for line, old in _tags(before, text) if tool == "djade" else _lines(before, text):
            if tool == "pyupgrade" and not re.search(r"\bsix\b|python_2_unicode", old):
                continue
            places += 1
            if line in corpus.reported.get(path, frozenset()):
                reported += 1
            else:
                example = example or f"{path}:{line}: {old.strip()}"
    return Remainder(part, places, reported, example)


def _lines(before: str, after: str) -> Iterator[tuple[int, str]]:
    """(line, old text) of each group of changed lines."""
    old, new = before.splitlines(), after.splitlines()
    for kind, start, end, *_ in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind != "equal":
            yield start + 1, " ".join(old[start:end]) or "(added)"


def _tags(before: str, after: str) -> Iterator[tuple[int, str]]:
    """(line, tag) of tags and libraries that another name took: all else that a formatter does is layout."""
    gone = _names(before) - _names(after)
    for name, count in gone.items():
        for _ in range(count):
            yield before[: before.index(name.rpartition(" ")[2])].count("\n") + 1, name


def _names(text: str) -> Counter[str]:
    tags = Counter(match[1] for match in TAG.finditer(text) if match[1] != "load")
    libraries = {library for match in TAG.finditer(text) if match[1] == "load" for library in match[2].split()}
    return tags + Counter(f"load {library}" for library in libraries)
