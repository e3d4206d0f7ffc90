"""One file through many codemods: find what fires in one pass, apply it codemod by codemod, check the result.

Pure: bytes in, `Rewritten` out. The post-conditions of shared/DESIGN.md law 4 are checked here, at run time, on every changed file:
the result parses, names nothing that is not defined, and a second pass changes nothing; else the file is left as it was.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..model import Codemod, Edit, Failure, Finding, Hop, Rewritten, Skipped
from ..project.index import Project
from .skips import SkipLines
from .source import Overlap, Refused, Text, Unreadable, splice, without_overlaps

MAX_ROUNDS = 25
"""Rounds of one codemod on one file; each handles one more level of nesting."""


class Document(Protocol):
    """A file ready for ops: its path and text."""

    @property
    def path(self) -> str: ...
    @property
    def source(self) -> Text: ...


class Surface(Protocol):
    """How one kind of file is read, offered to ops and checked."""

    def parse(self, path: str, data: bytes) -> Any:
        """A Document. Raises Unreadable."""

    def run(self, document: Any, codemod: Codemod, hop: Hop, project: Project) -> list[Edit | Finding]:
        """All that a codemod's ops of this surface say about the document."""

    def fault(self, before: Any, after: Any) -> str | None:
        """What is wrong with a changed document, compared with the unchanged one; None if nothing is."""

    def is_sound(self, before: Any, data: bytes) -> bool:
        """True if a changed document parses and has no fault for certain, by a cheaper look than `parse` and `fault` take."""

    def release(self, document: Any) -> None:
        """The document is not needed any more: take apart what would wait for the garbage collector."""


Fitting = Callable[[bytes], Sequence[Codemod]]
"""The codemods that may apply to a file of this content: those that are not among them would say nothing."""

_Step = tuple[str, bytes, int]
"""Codemod, the file's bytes after it, places."""


@dataclass
class _Pass:
    """What one codemod said about one version of a file."""

    edits: list[Edit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    again: bool = False
    failure: str | None = None


class Rewriter:
    """Rewrites one file; one instance a file."""

    def __init__(
        self, surface: Surface, path: str, codemods: Sequence[Codemod], hop: Hop, project: Project, fitting: Fitting | None = None
    ) -> None:
        self.surface, self.path, self.codemods, self.hop, self.project = surface, path, codemods, hop, project
        self.fitting = fitting
        self.failures: dict[str, Failure] = {}
        self._parsed: list[Document] = []

    def rewrite(self, data: bytes) -> Rewritten:
        """All codemods on the file, in order."""
        try:
            return self._rewrite(data)
        finally:
            for document in self._parsed:
                self.surface.release(document)

    def _parse(self, data: bytes) -> Any:
        document = self.surface.parse(self.path, data)
        self._parsed.append(document)
        return document

    def _rewrite(self, data: bytes) -> Rewritten:
        try:
            document = self._parse(data)
        except Unreadable as error:
            return Rewritten(self.path, skipped=(Skipped(self.path, str(error)),))
        passes = {codemod.id: self._run(codemod, document) for codemod in self.codemods}
        findings = [finding for one in passes.values() for finding in one.findings]
        firing = [codemod for codemod in self.codemods if passes[codemod.id].edits]
        steps: list[_Step] = []
        remaining = [finding for finding in findings if not finding.fixed]
        if firing:
            steps, after = self._together(document, firing, passes) or self._one_by_one(document, firing)
            failed = set(self.failures)
            findings = [one for one in findings if not (one.fixed and one.codemod in failed)]
            remaining = [finding for one in after for finding in one.findings if not finding.fixed]
        return Rewritten(
            self.path, tuple(steps), tuple(_unique(findings)), tuple(self.failures.values()), remaining=tuple(_unique(remaining))
        )

    def _run(self, codemod: Codemod, document: Any) -> _Pass:
        result = _Pass()
        try:
            said = self.surface.run(document, codemod, self.hop, self.project)
        except (Refused, RecursionError) as error:
            self._fail(codemod, str(error) or "nested too deeply")
            return result
        except Exception as error:  # a codemod's bug costs this file, not the run
            self._fail(codemod, f"{type(error).__name__}: {error}")
            return result
        skips = SkipLines(document.source)
        edits = [one for one in said if isinstance(one, Edit) and not skips.covers(one.start, codemod.id)]
        result.edits, result.again = without_overlaps(edits)
        result.findings = [one for one in said if isinstance(one, Finding) and not skips.has(one.line, codemod.id)]
        return result

    def _fail(self, codemod: Codemod, message: str) -> None:
        self.failures.setdefault(codemod.id, Failure(self.path, codemod.id, message))

    # -- fast path: all edits stand apart, so the codemods cannot disturb one another -------------------------------

    def _together(self, document: Any, firing: Sequence[Codemod], passes: dict[str, _Pass]) -> tuple[list[_Step], list[_Pass]] | None:
        if any(passes[codemod.id].again for codemod in firing) or self.failures or _touch([passes[c.id].edits for c in firing]):
            return None
        text = document.source.text
        edits: list[Edit] = []
        steps = []
        try:
            for codemod in firing:
                edits += passes[codemod.id].edits
                steps.append((codemod.id, document.source.encode(splice(text, edits)), _places(passes[codemod.id])))
            data = steps[-1][1]
            fitting = self._fitting(data)
            if not fitting and self.surface.is_sound(document, data):
                return steps, []
            last = self._parse(data)
        except (Unreadable, Overlap, UnicodeEncodeError):
            return None
        if self.surface.fault(document, last):
            return None
        after: list[_Pass] = []
        for codemod in fitting:
            after.append(self._run(codemod, last))
            if after[-1].edits:
                return None
        return steps, after

    def _fitting(self, data: bytes) -> Sequence[Codemod]:
        """The codemods that may have something to say about the file as it is now."""
        if self.fitting is None:
            return self.codemods
        ids = {codemod.id for codemod in self.fitting(data)}
        return [codemod for codemod in self.codemods if codemod.id in ids]

    # -- careful path: one after another, each checked ---------------------------------------------------------------

    def _one_by_one(self, document: Any, firing: Sequence[Codemod]) -> tuple[list[_Step], list[_Pass]]:
        steps: list[_Step] = []
        fitting = self.codemods
        for codemod in self.codemods:
            if codemod.id in self.failures or codemod not in fitting:
                continue
            try:
                changed, places = self._to_fixed_point(codemod, document)
            except (Unreadable, Overlap, UnicodeEncodeError) as error:
                self._fail(codemod, f"the result {error}")
                continue
            if changed is None:
                continue
            fault = self.surface.fault(document, changed)
            if fault:
                self._fail(codemod, fault)
                continue
            steps.append((codemod.id, changed.source.encode(changed.source.text), places))
            document = changed
            fitting = self._fitting(steps[-1][1])
        return steps, [self._run(codemod, document) for codemod in fitting]

    def _to_fixed_point(self, codemod: Codemod, document: Any) -> tuple[Any | None, int]:
        changed, places = None, 0
        for _ in range(MAX_ROUNDS):
            result = self._run(codemod, changed or document)
            if not result.edits:
                return changed, places
            places += _places(result)
            current = (changed or document).source
            changed = self._parse(current.encode(splice(current.text, result.edits)))
        self._fail(codemod, f"does not come to rest after {MAX_ROUNDS} rounds")
        return None, 0


def _touch(groups: Sequence[Sequence[Edit]]) -> bool:
    """True if edits of different codemods overlap or meet, so that their order could matter."""
    spans = sorted((edit.start, edit.end, place) for place, group in enumerate(groups) for edit in group)
    return any(one[1] >= other[0] and one[2] != other[2] for one, other in itertools.pairwise(spans))


def _places(result: _Pass) -> int:
    fixed = {(finding.line, finding.column) for finding in result.findings if finding.fixed}
    return len(fixed) or len(result.edits)


def _unique(findings: Sequence[Finding]) -> list[Finding]:
    """Findings in order. What a person has to look at is told once a line and wording; changes keep their places, which are counted."""
    ordered = sorted(dict.fromkeys(findings), key=lambda one: (one.line, one.column, one.codemod, one.message))
    first = {(one.line, one.codemod, one.message, one.column if one.fixed else 0): one for one in reversed(ordered)}
    return [one for one in ordered if one is first[one.line, one.codemod, one.message, one.column if one.fixed else 0]]
