"""Which codemods belong to a hop, in which stage and order, and why the others do not. No file is looked at here."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from .config import Settings
from .errors import HopError
from .model import Codemod, Hop, Move, Safety, Stage
from .releases import not_after, order

PINS = "django-requirement"
"""Id of the step that moves the Django requirement: the first commit of the bump stage."""
PINS_TITLE = "the Django requirement moves to {target}"
REQUIREMENT = "-requirement"
"""How the id of a step ends that moves a package: `celery-requirement`."""


@dataclass(frozen=True)
class Choice:
    """A codemod in one hop: active, or why not."""

    codemod: Codemod
    stage: Stage | None
    why_not: str = ""
    behind: int = -1
    """Place, among the hop's moves, of the one that the result needs; -1 if it needs none."""

    @property
    def active(self) -> bool:
        """True if the hop runs it."""
        return not self.why_not


def stage_of(codemod: Codemod, hop: Hop, moves: Sequence[Move] = ()) -> Stage | None:
    """prepare if the result works on what the hop starts from, bump if on what it arrives at, None if it needs a later release."""
    if codemod.cleanup:
        return Stage.CLEANUP if not_after(codemod.works_from, hop.target) else None
    if codemod.package:
        place = _behind(codemod, moves)
        if place is None:
            return None
        return Stage.PREPARE if place < 0 else moves[place].stage
    if not_after(codemod.works_from, hop.source):
        return Stage.PREPARE
    return Stage.BUMP if not_after(codemod.works_from, hop.target) else None


def choose(
    codemods: Sequence[Codemod], hop: Hop, settings: Settings, moves: Sequence[Move] = (), declared: Collection[str] = ()
) -> list[Choice]:
    """Every codemod with its part in the hop, in the order in which the active ones are applied; `declared` names the packages that the
    project asks for. Raises HopError for unknown ids."""
    _check_ids(codemods, settings)
    choices = [_choice(codemod, hop, settings, moves, declared) for codemod in codemods]
    return [*_ordered([one for one in choices if one.active]), *(one for one in choices if not one.active)]


def active(
    codemods: Sequence[Codemod], hop: Hop, settings: Settings, moves: Sequence[Move] = (), declared: Collection[str] = ()
) -> list[Codemod]:
    """The codemods that run in a hop, prepare stage first; cleanups are not among them."""
    chosen = choose(codemods, hop, settings, moves, declared)
    return [choice.codemod for choice in chosen if choice.active and choice.stage is not Stage.CLEANUP]


def cleanups(codemods: Sequence[Codemod], hop: Hop, settings: Settings) -> list[Codemod]:
    """The codemods for the time after a hop, when its source no longer serves."""
    chosen = choose(codemods, hop, settings)
    return [choice.codemod for choice in chosen if choice.active and choice.stage is Stage.CLEANUP]


def wanted_moves(moves: Sequence[Move], settings: Settings) -> tuple[Move, ...]:
    """The moves that the options leave: all, but for those that --skip names, or --only does not."""
    groups = (tuple(group) for _, group in groupby(moves, key=_group_key))
    return tuple(move for group in groups if _is_wanted(group, settings) for move in group)


def commits_of_moves(moves: Sequence[Move]) -> list[tuple[Move, ...]]:
    """The moves as commits: those that cannot be split stand together."""
    return [tuple(group) for _, group in groupby(moves, key=_group_key)]


def requirement_id(group: Sequence[Move]) -> str:
    """The id of the step that makes these moves."""
    return f"{group[0].package}{REQUIREMENT}"


def _group_key(move: Move) -> tuple[str, ...]:
    return tuple(sorted({move.package, *move.together}))


def _is_wanted(group: Sequence[Move], settings: Settings) -> bool:
    ids = {f"{move.package}{REQUIREMENT}" for move in group}
    return not ids & set(settings.skip) and (not settings.only or bool(ids & set(settings.only)))


def _choice(codemod: Codemod, hop: Hop, settings: Settings, moves: Sequence[Move], declared: Collection[str]) -> Choice:
    if codemod.package:
        why_not = _why_not_package(codemod, settings, moves, declared)
        stage = stage_of(codemod, hop, moves) or (None if why_not else Stage.PREPARE if _stands(codemod) else Stage.BUMP)
        return Choice(codemod, stage, why_not, -1 if (place := _behind(codemod, moves)) is None else place)
    stage = stage_of(codemod, hop)
    return Choice(codemod, stage, _why_not(codemod, hop, stage, settings) or _left_out(codemod, settings))


def _why_not(codemod: Codemod, hop: Hop, stage: Stage | None, settings: Settings) -> str:
    """Why a hop between these releases of Django has no use of a codemod."""
    first = min((release for release in (codemod.deprecated, codemod.removed) if release), key=order, default=codemod.works_from)
    if stage is None:
        return f"its result needs Django {codemod.works_from}"
    if order(first) > order(hop.target):
        return f"nothing changes before Django {first}"
    stayed = codemod.silent and codemod.deprecated and codemod.safety is not Safety.DETECT
    if not_after(codemod.removed, hop.source) and not stayed and codemod.id not in settings.only:
        # Code that runs on the source has no use of an API that is gone there, and lives with a change that was made there. Only what is
        # ignored without a word (MIDDLEWARE_CLASSES) can have stayed, and be taken away or put right; a question to a person is not
        # asked again.
        return f"Django {codemod.removed} changed this, and the project is on {hop.source}; an older --from applies it"
    return ""


def _left_out(codemod: Codemod, settings: Settings) -> str:
    """Why the options leave a codemod out."""
    if {codemod.id, codemod.pack} & {*settings.skip}:
        return "skipped"
    if settings.only and codemod.id not in settings.only:
        return "not among --only"
    if codemod.modernise and not (settings.modernise or codemod.id in settings.only):
        return "a modernisation that no release demands; --modernise applies it"
    if settings.safe_only and codemod.safety is Safety.REVIEW:
        return "needs review; --safe-only leaves it out"
    return ""


def _stands(codemod: Codemod) -> bool:
    """True for a third-party codemod that no release is the reason for: the package has been given up, or is not needed any more."""
    return codemod.deprecated is None and codemod.removed is None


def _why_not_package(codemod: Codemod, settings: Settings, moves: Sequence[Move], declared: Collection[str]) -> str:
    """Why a hop that makes these moves has no use of a third-party codemod."""
    left_out = _left_out(codemod, settings)
    if left_out or codemod.id in settings.only:
        return left_out
    if _stands(codemod):
        return "" if codemod.package in declared else f"the project does not declare {codemod.package}"
    move = next((one for one in moves if one.package == codemod.package), None)
    if move is None:
        return f"the hop does not move {codemod.package}"
    first = next((release for release in (codemod.deprecated, codemod.removed) if release), codemod.works_from)
    if _later(first, move.target):
        return f"nothing changes before {codemod.package} {first}"
    if _later(codemod.works_from, move.target):
        return f"its result needs {codemod.package} {codemod.works_from}"
    if codemod.removed and move.source and not _later(codemod.removed, move.source):
        return f"{codemod.package} {codemod.removed} changed this, and the project is on {move.source}"
    return ""


def _behind(codemod: Codemod, moves: Sequence[Move]) -> int | None:
    """The place of the move that a third-party codemod's result needs, -1 if it needs none; None if there is no such move."""
    for place, move in enumerate(moves):
        if move.package == codemod.package:
            return place if not move.source or _later(codemod.works_from, move.source) else -1
    return None


def _later(one: str, other: str) -> bool:
    """True if a release of a package is later than another: 5.2 is not later than 5.2.1, and 3.10 is later than 3.9."""
    from packaging.version import Version

    return Version(one) > Version(other)


def _check_ids(codemods: Sequence[Codemod], settings: Settings) -> None:
    known = {codemod.id for codemod in codemods} | {PINS}
    named = (*settings.only, *settings.skip)
    packs = {codemod.pack for codemod in codemods}
    unknown = [one for one in named if one not in known and not one.endswith(REQUIREMENT) and not (one in settings.skip and one in packs)]
    if unknown:
        near = difflib.get_close_matches(unknown[0], sorted(known), n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`django-hop codemods` lists them."
        raise HopError(f"There is no codemod {', '.join(map(repr, unknown))}.", hint)


_STAGES = (Stage.PREPARE, Stage.BUMP, Stage.CLEANUP, None)


def _rank(choice: Choice) -> tuple[int, int]:
    """Stage by stage; within a stage first what needs no move, then what needs the first, and so on."""
    return _STAGES.index(choice.stage), choice.behind


def _ordered(choices: Sequence[Choice]) -> list[Choice]:
    """Stage by stage; within one the order of the packs, but each codemod behind those it names in `after`."""
    placed: list[Choice] = []
    waiting = sorted(choices, key=_rank)
    while waiting:
        pending = {choice.codemod.id for choice in waiting}
        ready = next((choice for choice in waiting if not pending & set(choice.codemod.after) - {choice.codemod.id}), waiting[0])
        placed.append(ready)
        waiting.remove(ready)
    return sorted(placed, key=_rank)
