"""Which codemods belong to a hop, in which stage and order, and why the others do not. No file is looked at here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .config import Settings
from .errors import HopError
from .model import Codemod, Hop, Safety, Stage
from .releases import not_after, order

PINS = "django-requirement"
"""Id of the step that moves the Django requirement: the first commit of the bump stage."""
PINS_TITLE = "the Django requirement moves to {target}"


@dataclass(frozen=True)
class Choice:
    """A codemod in one hop: active, or why not."""

    codemod: Codemod
    stage: Stage | None
    why_not: str = ""

    @property
    def active(self) -> bool:
        """True if the hop runs it."""
        return not self.why_not


def stage_of(codemod: Codemod, hop: Hop) -> Stage | None:
    """prepare if the result works on the hop's source, bump if it works on its target, None if it needs a later release."""
    if not_after(codemod.works_from, hop.source):
        return Stage.PREPARE
    return Stage.BUMP if not_after(codemod.works_from, hop.target) else None


def choose(codemods: Sequence[Codemod], hop: Hop, settings: Settings) -> list[Choice]:
    """Every codemod with its part in the hop, in the order in which the active ones are applied. Raises HopError for unknown ids."""
    _check_ids(codemods, settings)
    choices = [_choice(codemod, hop, settings) for codemod in codemods]
    return [*_ordered([one for one in choices if one.active]), *(one for one in choices if not one.active)]


def active(codemods: Sequence[Codemod], hop: Hop, settings: Settings) -> list[Codemod]:
    """The codemods that run in a hop, prepare stage first."""
    return [choice.codemod for choice in choose(codemods, hop, settings) if choice.active]


def _choice(codemod: Codemod, hop: Hop, settings: Settings) -> Choice:
    stage = stage_of(codemod, hop)
    return Choice(codemod, stage, _why_not(codemod, hop, settings, stage))


def _why_not(codemod: Codemod, hop: Hop, settings: Settings, stage: Stage | None) -> str:
    first = min((release for release in (codemod.deprecated, codemod.removed) if release), key=order, default=codemod.works_from)
    if stage is None:
        return f"its result needs Django {codemod.works_from}"
    if order(first) > order(hop.target):
        return f"nothing changes before Django {first}"
    if not_after(codemod.removed, hop.source) and not (codemod.silent and codemod.deprecated) and codemod.id not in settings.only:
        # Code that runs on the source has no use of an API that is gone there, and lives with a change that was made there. Only what is
        # ignored without a word (MIDDLEWARE_CLASSES) can have stayed.
        return f"Django {codemod.removed} changed this, and the project is on {hop.source}; an older --from applies it"
    if codemod.id in settings.skip:
        return "skipped"
    if settings.only and codemod.id not in settings.only:
        return "not among --only"
    if codemod.modernise and not (settings.modernise or codemod.id in settings.only):
        return "a modernisation that no release demands; --modernise applies it"
    if settings.safe_only and codemod.safety is Safety.REVIEW:
        return "needs review; --safe-only leaves it out"
    return ""


def _check_ids(codemods: Iterable[Codemod], settings: Settings) -> None:
    known = {codemod.id for codemod in codemods} | {PINS}
    unknown = [one for one in (*settings.only, *settings.skip) if one not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], sorted(known), n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`django-hop codemods` lists them."
        raise HopError(f"There is no codemod {', '.join(map(repr, unknown))}.", hint)


def _ordered(choices: Sequence[Choice]) -> list[Choice]:
    """prepare before bump; within a stage the order of the packs, but each codemod behind those it names in `after`."""
    by_stage = sorted(choices, key=lambda choice: choice.stage is Stage.BUMP)
    placed: list[Choice] = []
    waiting = list(by_stage)
    while waiting:
        pending = {choice.codemod.id for choice in waiting}
        ready = next((choice for choice in waiting if not pending & set(choice.codemod.after) - {choice.codemod.id}), waiting[0])
        placed.append(ready)
        waiting.remove(ready)
    return sorted(placed, key=lambda choice: choice.stage is Stage.BUMP)
