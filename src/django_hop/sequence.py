"""The order of a hop's commits: codemods, and between them the requirements that move; files that both change are put together here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .dependencies.moves import PYTHON
from .dependencies.pins import PinsResult, move_django
from .messages import commit_message
from .model import Codemod, Hop, Move, Rewritten, Safety, Stage, Step
from .packs import Pack
from .plan import PINS, PINS_TITLE, Choice, commits_of_moves, requirement_id
from .project.index import Project
from .rewrite.files import kind_of, rewrite_file
from .words import WordFilter


@dataclass(frozen=True)
class Codemods:
    """A round of codemods."""

    stage: Stage
    codemods: tuple[Codemod, ...]


@dataclass(frozen=True)
class Requirements:
    """A round that is one commit: the requirements of some packages move, or, without `moves`, that of Django."""

    stage: Stage
    moves: tuple[Move, ...] = ()

    @property
    def id(self) -> str:
        """The id of the step."""
        return requirement_id(self.moves) if self.moves else PINS

    @property
    def title(self) -> str:
        """What the step does, without Django's release."""
        if self.moves and self.moves[0].package == PYTHON:
            old, new = self.moves[0].source, self.moves[0].target
            return f"Python moves to {new}" if old != new else "Pythons that the new Django does not run on go"
        named = [f"{move.package} {move.target}" for move in self.moves]
        return f"the requirements move to {' and '.join(named)}" if named else PINS_TITLE


Round = Codemods | Requirements


@dataclass(frozen=True)
class Arranged:
    """What each round changes: the steps of the codemods stand in `results`, what moved in `moved` (place of the round -> result)."""

    rounds: tuple[Round, ...]
    results: Mapping[str, Rewritten]
    moved: Mapping[int, PinsResult]


def rounds_of(choices: Sequence[Choice], moves: Sequence[Move], *, django: bool) -> tuple[Round, ...]:
    """The rounds of a hop, from its active codemods and its moves (bridges first).

    First the codemods that need no move; then each bridge, followed by the codemods that need it; then the Django requirement (unless
    `django` is False), the packages that move with it, and all codemods that need the new releases.
    """
    found: list[Round] = [Codemods(Stage.PREPARE, _behind(choices, Stage.PREPARE, range(-1, 0)))]
    with_django: list[Round] = [Requirements(Stage.BUMP)] if django else []
    start = 0
    for group in commits_of_moves(moves):
        places = range(start, start + len(group))
        start = places.stop
        if group[0].stage is Stage.PREPARE:
            found += [Requirements(Stage.PREPARE, group), Codemods(Stage.PREPARE, _behind(choices, Stage.PREPARE, places))]
        else:
            with_django.append(Requirements(Stage.BUMP, group))
    return (*found, *with_django, Codemods(Stage.BUMP, _behind(choices, Stage.BUMP, range(-1, len(moves)))))


def _behind(choices: Sequence[Choice], stage: Stage, places: range) -> tuple[Codemod, ...]:
    return tuple(choice.codemod for choice in choices if choice.stage is stage and choice.behind in places)


def arrange(tree: Mapping[str, bytes], results: Mapping[str, Rewritten], rounds: Sequence[Round], hop: Hop) -> Arranged:
    """Move the requirements where their turn is. A file that they change (setup.py, say) goes through the later codemods again, on top."""
    now: dict[str, bytes] = {}
    changed = dict(results)
    moved: dict[int, PinsResult] = {}
    touched: set[str] = set()
    for place, one in enumerate(rounds):
        if isinstance(one, Requirements):
            moved[place] = result = _move({**tree, **now}, one, hop)
            now.update(result.files)
            touched.update(result.files)
            continue
        ids = {codemod.id for codemod in one.codemods}
        for path, before in changed.items():
            if not any(step[0] in ids for step in before.steps):
                continue
            if path in touched:
                before = changed[path] = _again(before, now[path], one.codemods, ids, hop, tree)
            for codemod, data, _ in before.steps:
                if codemod in ids:
                    now[path] = data
    every = [codemod for one in rounds if isinstance(one, Codemods) for codemod in one.codemods]
    for path in sorted(touched & set(changed)):
        changed[path] = _settled(changed[path], now[path], every, hop, tree)
    return Arranged(tuple(rounds), changed, moved)


def _settled(before: Rewritten, data: bytes, codemods: Sequence[Codemod], hop: Hop, tree: Mapping[str, bytes]) -> Rewritten:
    """What is left in a file after its requirements moved: a pin that was too low may be high enough now."""
    if not before.remaining:
        return before
    said = {(finding.codemod, finding.message) for finding in before.remaining}
    again = _rewritten(before.path, data, codemods, hop, tree)
    return replace(before, remaining=tuple(finding for finding in again.remaining if (finding.codemod, finding.message) in said))


def _move(tree: Mapping[str, bytes], one: Requirements, hop: Hop) -> PinsResult:
    if not one.moves:
        return move_django(tree, hop)
    from .dependencies.packages import move_packages

    return move_packages(tree, one.moves, hop)


def _again(before: Rewritten, data: bytes, codemods: Sequence[Codemod], ids: set[str], hop: Hop, tree: Mapping[str, bytes]) -> Rewritten:
    """The steps of one round for a file, on top of what the requirements made of it."""
    again = _rewritten(before.path, data, codemods, hop, tree)
    first = next(place for place, step in enumerate(before.steps) if step[0] in ids)
    last = max(place for place, step in enumerate(before.steps) if step[0] in ids)
    return replace(before, steps=(*before.steps[:first], *again.steps, *before.steps[last + 1 :]))


def _rewritten(path: str, data: bytes, codemods: Sequence[Codemod], hop: Hop, tree: Mapping[str, bytes]) -> Rewritten:
    """One file once more, as it is now; the word filter chooses again, since other words stand in it."""
    fit = WordFilter(codemods, kind_of(path)).candidates(data)
    return rewrite_file(path, data, fit, hop, Project({**tree, path: data}))


def steps_of(arranged: Arranged, hop: Hop, packs: Sequence[Pack]) -> Iterator[Step]:
    """The commits to be, in order."""
    changing = {step[0] for result in arranged.results.values() for step in result.steps}
    for place, one in enumerate(arranged.rounds):
        if isinstance(one, Codemods):
            yield from codemod_steps(arranged.results.values(), one.codemods, one.stage, hop, packs)
        elif arranged.moved[place].files:
            later = [codemod for other in arranged.rounds[place:] if isinstance(other, Codemods) for codemod in other.codemods]
            packages = {move.package for move in one.moves}
            needing = [codemod.id for codemod in later if codemod.package in packages and codemod.id in changing]
            yield _requirement_step(one, arranged.moved[place], needing, hop)


def codemod_steps(
    results: Iterable[Rewritten], codemods: Sequence[Codemod], stage: Stage, hop: Hop, packs: Sequence[Pack]
) -> Iterator[Step]:
    """A step for each codemod that changed something."""
    changed: dict[str, dict[str, tuple[bytes, int]]] = {}
    for result in results:
        for codemod_id, data, places in result.steps:
            changed.setdefault(codemod_id, {})[result.path] = (data, places)
    for codemod in codemods:
        if not (files := changed.get(codemod.id)):
            continue
        contents = {path: data for path, (data, _) in sorted(files.items())}
        count = sum(places for _, places in files.values())
        step = Step(codemod.id, codemod.title, codemod.pack, stage, codemod.safety, contents, count)
        yield replace(step, message=commit_message(step, codemod, hop, packs))


def _requirement_step(one: Requirements, result: PinsResult, needing: Sequence[str], hop: Hop) -> Step:
    title = one.title.format(target=hop.target)
    # Another release of a package, or another Python, is for a person to read up on; Django's own is what the hop is about.
    safety = Safety.REVIEW if one.moves else Safety.SAFE
    step = Step(one.id, title, "dependencies", one.stage, safety, dict(sorted(result.files.items())), result.places)
    return replace(step, message=commit_message(step, None, hop, (), one.moves, needing))
