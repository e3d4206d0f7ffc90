"""The commits of a branch, file by file: what each step made of each file, and what the file would be without some of the steps."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..commit.owned import changes_of
from ..model import Codemod, Hop, Safety, Stage, Step
from ..project.index import Project
from ..project.repository import Repository
from ..project.tree import Tree, blobs, entries_of_commit
from ..rewrite.files import rewrite_file
from .subject import Subject

Excluded = Mapping[str, frozenset[str]]
"""Path -> ids of the codemods that are taken out there."""


@dataclass(frozen=True)
class Link:
    """One step on one file."""

    place: int
    """Which step of the branch."""
    codemod: str
    data: bytes


@dataclass(frozen=True)
class Chains:
    """All steps of a branch and what they made of the files."""

    hop: Hop
    steps: tuple[Step, ...]
    """With whole new contents, as the branch has them."""
    base: Mapping[str, bytes]
    """The files that steps change, before the first."""
    links: Mapping[str, tuple[Link, ...]]
    codemods: Mapping[str, Codemod]
    tree: Tree

    def paths_of(self, codemod: str) -> tuple[str, ...]:
        """The files that a codemod changed."""
        return tuple(sorted(path for path, links in self.links.items() if any(link.codemod == codemod for link in links)))

    def without(self, excluded: Excluded, upto: int | None = None) -> tuple[dict[str, bytes], list[Step], dict[str, frozenset[str]]]:
        """The branch with steps taken out, and cut after `upto` steps.

        Gives the contents of all files that steps change, the steps that are left, and what is out now: `excluded`, and with it the
        later steps that could not be applied without it.
        """
        contents, files, out = dict(self.base), {place: dict[str, bytes]() for place in range(len(self.steps))}, dict(excluded)
        for path, links in self.links.items():
            made, gone = self._file(path, links, excluded.get(path, frozenset()))
            if gone:
                out[path] = out.get(path, frozenset()) | gone
            for place, data in made.items():
                if upto is None or place < upto:
                    files[place][path] = contents[path] = data
        steps = [self._step(place, changed) for place, changed in files.items() if changed]
        return contents, steps, {path: ids for path, ids in out.items() if ids}

    def _file(self, path: str, links: Sequence[Link], excluded: Collection[str]) -> tuple[dict[int, bytes], frozenset[str]]:
        """What each step that stays makes of a file, and the ids of further steps that had to go."""
        current = before = self.base[path]
        made: dict[int, bytes] = {}
        gone: set[str] = set()
        for link in links:
            data: bytes | None = None
            if link.codemod not in excluded:
                data = link.data if current == before else self._applied(path, link, before, current)
                if data is None:
                    gone.add(link.codemod)
            if data is not None and data != current:
                made[link.place] = current = data
            before = link.data
        return made, frozenset(gone)

    def _applied(self, path: str, link: Link, before: bytes, current: bytes) -> bytes | None:
        """A step on a file from which something was taken out: by the codemod itself, else as git merges; None if neither can."""
        codemod = self.codemods.get(link.codemod)
        if codemod is not None:
            done = rewrite_file(path, current, [codemod], self.hop, Project({**self.tree, path: current}))
            if done.steps and not done.failures:
                return done.steps[-1][1]
        return _merged(before, current, link.data)

    def _step(self, place: int, files: Mapping[str, bytes]) -> Step:
        """A step as it is left, with a message that counts what is left."""
        step = self.steps[place]
        if set(files) == set(step.files):
            return replace(step, files=dict(files))
        places = max(step.places - sum(self.places(path, step.codemod) for path in step.files if path not in files), len(files))
        counted = f"Places: {places} {'place' if places == 1 else 'places'} in {len(files)} {'file' if len(files) == 1 else 'files'}"
        return replace(step, files=dict(files), places=places, message=re.sub(r"^Places: .*$", counted, step.message, count=1, flags=re.M))

    def places(self, path: str, codemod: str) -> int:
        """How many places a codemod changed in a file."""
        before = self.base[path]
        for link in self.links[path]:
            if link.codemod == codemod and codemod in self.codemods:
                done = rewrite_file(path, before, [self.codemods[codemod]], self.hop, Project({**self.tree, path: before}))
                return done.steps[-1][2] if done.steps else 1
            before = link.data
        return 1


def chains(repository: Repository, subject: Subject, tree: Tree, codemods: Sequence[Codemod]) -> Chains:
    """Read the branch's commits. `tree` is that of its base."""
    shas = [step.sha for step in subject.steps]
    changed = changes_of(repository, shas)
    wanted = dict.fromkeys(blob for one in changed for blob in one.values())
    contents = blobs(repository, wanted)
    entries = entries_of_commit(repository, subject.base)
    touched = sorted({path for one in changed for path in one})
    base_ids = {path: entries[path].sha for path in touched if path in entries}
    first = blobs(repository, dict.fromkeys(base_ids.values()))
    links: dict[str, list[Link]] = {path: [] for path in touched}
    steps = []
    for place, (made, files) in enumerate(zip(subject.steps, changed, strict=True)):
        for path, blob in files.items():
            links[path].append(Link(place, made.codemod, contents[blob]))
        message = made.message.rstrip("\n") + "\n"
        steps.append(read_step(made.codemod, made.stage, message, {path: contents[blob] for path, blob in files.items()}))
    return Chains(
        subject.hop,
        tuple(steps),
        {path: first[base_ids[path]] if path in base_ids else b"" for path in touched},
        {path: tuple(found) for path, found in links.items()},
        {codemod.id: codemod for codemod in codemods},
        tree,
    )


def read_step(codemod: str, stage: Stage, message: str, files: Mapping[str, bytes]) -> Step:
    """A step from its commit's message."""
    pack, _, title = message.partition("\n")[0].partition(": ")
    places = re.search(r"^Places: (\d+)", message, re.M)
    safety = re.search(r"^Safety: (\w+)", message, re.M)
    known = safety[1] if safety and safety[1] in {one.value for one in Safety} else Safety.REVIEW.value
    return Step(codemod, title, pack, stage, Safety(known), files, int(places[1]) if places else len(files), message)


def _merged(before: bytes, current: bytes, after: bytes) -> bytes | None:
    """The change from `before` to `after` on top of `current`, as git merges files; None if they conflict."""
    with tempfile.TemporaryDirectory(prefix="django-hop-merge-") as folder:
        names = []
        for name, data in (("current", current), ("before", before), ("after", after)):
            (Path(folder) / name).write_bytes(data)
            names.append(name)
        done = subprocess.run(["git", "merge-file", "-p", "--quiet", *names], cwd=folder, capture_output=True)
    return done.stdout if done.returncode == 0 else None
