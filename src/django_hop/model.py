"""The words of django-hop as values: frozen dataclasses without behaviour (shared/DESIGN.md section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ops.base import Op


class Stage(str, Enum):
    """When a commit may be deployed, relative to the new Django."""

    PREPARE = "prepare"
    """The result also works on the hop's source release."""
    BUMP = "bump"
    """The result needs the hop's target release."""
    CLEANUP = "cleanup"
    """Only after the old release has stopped serving."""


class Safety(str, Enum):
    """How far a person may trust a codemod."""

    SAFE = "safe"
    """Behaviour-preserving."""
    REVIEW = "review"
    """Usually right; a person looks."""
    DETECT = "detect"
    """Finding only; nothing is changed."""


SAFE, REVIEW, DETECT = Safety.SAFE, Safety.REVIEW, Safety.DETECT


@dataclass(frozen=True)
class Hop:
    """From one release to a later one, `Hop("2.2", "3.2")`."""

    source: str
    target: str
    arrived: bool = False
    """True if the code is at the target already and is only guarded: what changed its meaning on the way has the new one."""

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"


@dataclass(frozen=True)
class Codemod:
    """The unit a person reviews: one codemod is one commit. Its page stands beside it, as `<id>.md` in the pack's folder."""

    id: str
    title: str
    """One sentence without a final stop; becomes the commit subject."""
    removed: str | None
    """First release in which the old form no longer works as before (also for incompatible changes); None if it still works
    in the newest."""
    ops: tuple[Op, ...]
    safety: Safety
    works_from: str
    """Oldest release on which the *result* works. Decides the stage."""
    deprecated: str | None = None
    """First release that warns; None if the change came without warning."""
    covers: tuple[str, ...] = ()
    """Catalogue ids."""
    docs: str = ""
    """Release-note section, as `releases/3.0: Miscellaneous`."""
    silent: bool = False
    """True where the old form fails without an error: ignored settings, skipped signatures. Listed first in the report."""
    once: bool = False
    """True for findings that a later hop of the same stack need not repeat: what there is to do is done after the first."""
    modernise: bool = False
    """True for a change no release demands; only with --modernise."""
    then: str = ""
    """What must follow in the project, above all migrations: what makemigrations will write, whether it touches data or only
    state, and whether the old code can run against the new schema. Goes into the commit message and the report."""
    after: tuple[str, ...] = ()
    """Ids of codemods that must have run before this one."""
    package: str = ""
    """Canonical name on the package index of what changed; empty for Django. `deprecated`, `removed` and `works_from` are then
    releases of that package, and the codemod is at work where a hop moves the project's requirement across them; with neither of the
    first two, where the project declares the package at all."""
    from_before: bool = False
    """True where only code from before `removed` can be in the old form: in code written for the release the same text means something
    else, or is a decision. Such a codemod of a package guards nothing once the project has the release (`check`, `fix`)."""
    cleanup: bool = False
    """True for what may be deployed only after the old release has stopped serving: a commit on the branch `django-hop/X.Y-cleanup`."""
    pack: str = ""
    """Name of the pack's folder; filled in by the loader."""


@dataclass(frozen=True)
class Move:
    """A package other than Django that a hop moves, in one commit with those of `together`, which have moves of their own."""

    package: str
    """Canonical name on the package index."""
    source: str
    """The release the project has: its pin, or the newest that its specifier and the hop's source admit; empty if unknown."""
    target: str
    """The release it moves to."""
    stage: Stage
    """PREPARE for a bridge, a release that supports both ends of the hop; BUMP for what can only move with Django."""
    together: tuple[str, ...] = ()
    """Names of the packages that cannot be moved without this one."""
    reason: str = ""
    evidence: tuple[str, ...] = ()


ANY = "0"
"""`works_from` of a codemod whose result does not need the package that changed: `six`, say, is gone from it."""

DEPENDENCIES = "dependencies"
"""Who deals with an `Unseen` that is a matter of requirement files: `dependencies/`, not a codemod."""


@dataclass(frozen=True)
class Unseen:
    """A catalogue record that no source shows, and who shows it instead."""

    record: str
    """Catalogue id."""
    reason: str
    """Why the source cannot show it, in one sentence."""
    shown_by: str = ""
    """The check that will: tests, sql, schema, responses, warnings, checks, migrate; `dependencies` where the commits that move
    requirements do what there is to do; empty if nothing in user code can depend on it."""


@dataclass(frozen=True)
class Finding:
    """A place in the code base. Lines and columns count from 1; columns count characters."""

    codemod: str
    path: str
    line: int
    column: int
    message: str
    fixed: bool = False


@dataclass(frozen=True)
class Edit:
    """Replace the characters `[start, end)` of a text by `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Skipped:
    """A file that was not looked at, or not changed, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Failure:
    """A codemod that raised, or whose result failed the post-conditions; the file is left as it was before it."""

    path: str
    codemod: str
    message: str


@dataclass(frozen=True)
class Rewritten:
    """What became of one file: the text after each codemod that changed it, in order, and all findings."""

    path: str
    steps: tuple[tuple[str, bytes, int], ...] = ()
    """(codemod id, the file's bytes after it, number of places) for each codemod that changed the file."""
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    remaining: tuple[Finding, ...] = ()
    """The findings that nothing fixed, at their places in the *result*."""


@dataclass(frozen=True)
class Step:
    """One commit to be: the files a codemod changed, as whole new contents."""

    codemod: str
    title: str
    pack: str
    stage: Stage
    safety: Safety
    files: Mapping[str, bytes]
    """Path -> new content after this step."""
    places: int
    message: str = ""
    """The full commit message."""


@dataclass(frozen=True)
class CommitInfo:
    """One commit that was made."""

    sha: str
    codemod: str
    title: str
    stage: Stage
    safety: Safety
    files: tuple[str, ...]
    places: int


@dataclass(frozen=True)
class HopResult:
    """All that one hop gave: the base for every report."""

    hop: Hop
    base: str
    """Commit id the hop started from."""
    branch: str
    head: str
    """Commit id of the branch; equals `base` when nothing changed; empty on a dry run."""
    prepare_branch: str
    prepare_head: str
    commits: tuple[CommitInfo, ...] = ()
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    evidence: tuple[str, ...] = ()
    """Why the hop's source release is believed to be what it is, as `requirements.txt:3: Django==2.2.28`."""
    notes: tuple[str, ...] = ()
    """Things the user should know: a dirty work tree, a shallow clone."""
    seconds: float = 0.0
    facts: Mapping[str, int] = field(default_factory=dict)
    """Counts for the summary: files read, parsed, changed."""
    dry_run: bool = False
    cleanup_branch: str = ""
    """The branch of what may follow when the old release has stopped serving; empty if there is nothing."""
    cleanup_head: str = ""
    cleanup: tuple[CommitInfo, ...] = ()
    """The commits that `cleanup_branch` has on top of `branch`."""
