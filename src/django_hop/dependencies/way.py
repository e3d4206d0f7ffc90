"""The joint path: Django, Python and packages over all hops to a target, each hop planned on what the one before left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model import Hop, Move, Skipped, Stage
from ..plan import commits_of_moves
from ..project.tree import Tree
from ..releases import route
from .indexes import Index, indexes
from .inventory import parser_for
from .model import BLOCKED, FITS, MOVE, UNKNOWN, WITH_DJANGO, Verdict
from .moves import PYTHON, MovePlan, plan_moves
from .packages import move_packages
from .patches import NEWEST_PATCH
from .pins import move_django

_WEIGHT = {FITS: 0, UNKNOWN: 1, MOVE: 2, WITH_DJANGO: 3, BLOCKED: 4}


@dataclass(frozen=True)
class Node:
    """One move on the way and what the files are after it: a set that can be installed."""

    hop: Hop
    stage: Stage
    moves: tuple[Move, ...]
    """Of Django as well, under its own name."""
    tree: Mapping[str, bytes]
    python: str
    """The Python that runs the project then; empty if unknown."""


@dataclass(frozen=True)
class Way:
    """The plans of all hops, and the nodes between them in order."""

    plans: tuple[tuple[Hop, MovePlan], ...]
    nodes: tuple[Node, ...] = field(default=())
    unread: tuple[Skipped, ...] = ()
    """Dependency files that were not read, or not as a whole, and why."""
    indexes: tuple[Index, ...] = ()
    """The package indexes that the files name."""

    @property
    def blockers(self) -> tuple[tuple[Hop, Verdict], ...]:
        """The packages for which no release supports a hop's target, each at the first hop it stands in the way of."""
        seen: dict[str, tuple[Hop, Verdict]] = {}
        for hop, plan in self.plans:
            for one in plan.verdicts:
                if one.verdict == BLOCKED:
                    seen.setdefault(one.package, (hop, one))
        return tuple(seen[name] for name in sorted(seen))

    def summary(self) -> tuple[tuple[Hop, Verdict, str], ...]:
        """One verdict a package for the whole way: the hop that decides it, its verdict there, and the release it arrives at."""
        found: dict[str, tuple[Hop, Verdict, str]] = {}
        for hop, plan in self.plans:
            for one in plan.verdicts:
                target = NEWEST_PATCH[hop.target] if one.package == "django" else str(one.target) if one.target is not None else ""
                before = found.get(one.package)
                if before is None:
                    found[one.package] = (hop, one, target)
                    continue
                heavier = _WEIGHT[one.verdict] > _WEIGHT[before[1].verdict]
                found[one.package] = (hop if heavier else before[0], one if heavier else before[1], target or before[2])
        return tuple(found[name] for name in sorted(found))


def joint_way(tree: Mapping[str, bytes], hops: Sequence[Hop]) -> Way:
    """Plan each hop and make its moves in memory, so that the next is planned on them. Raises nothing for bad input."""
    now = dict(tree)
    plans: list[tuple[Hop, MovePlan]] = []
    nodes: list[Node] = []
    moved = ""
    for hop in hops:
        plan = plan_moves(now, hop, python=moved)
        plans.append((hop, plan))
        python = plan.python.source
        for stage in (Stage.PREPARE, Stage.BUMP):
            if stage is Stage.BUMP:
                now |= move_django(now, hop).files
                django = Move("django", hop.source, NEWEST_PATCH[hop.target], stage)
                nodes.append(Node(hop, stage, (django,), dict(now), python))
            for moves in commits_of_moves([one for one in plan.moves if one.stage is stage]):
                now |= move_packages(now, moves, hop).files
                if moves[0].package == PYTHON:
                    python = moved = moves[0].target
                nodes.append(Node(hop, stage, moves, dict(now), python))
    unread = {one: None for one in (*(tree.skipped if isinstance(tree, Tree) else ()), *(plans[0][1].problems if plans else ()))}
    concerned = sorted((one for one in unread if parser_for(one.path)), key=lambda one: one.path)
    return Way(tuple(plans), tuple(nodes), tuple(concerned), indexes(tree))


def plan_hop(tree: Mapping[str, bytes], hop: Hop) -> MovePlan:
    """The plan for a hop. Over several LTS releases it arrives where the hops one after another arrive. Raises nothing for bad input.

    A bridge stays one if the hop as a whole has it: what supports the releases on both ends. All else moves with Django.
    """
    plan = plan_moves(tree, hop)
    stops = route(hop.source, hop.target)
    if len(stops) == 1:
        return plan
    way = joint_way(tree, [Hop(*stop) for stop in stops])
    arrived: dict[str, Move] = {}
    for move in (move for _, one in way.plans for move in one.moves):
        before = arrived.pop(move.package, None)  # to the end: the last moves are in an order that can be installed
        arrived[move.package] = replace(move, source=before.source if before else move.source)
    bridges = {move.package: move.target for move in plan.moves if move.stage is Stage.PREPARE}
    found = [move for group in commits_of_moves(tuple(arrived.values())) for move in _staged(group, bridges)]
    moves = tuple(sorted(found, key=lambda move: move.stage is Stage.BUMP))
    return replace(plan, moves=moves)


def _staged(group: Sequence[Move], bridges: Mapping[str, str]) -> list[Move]:
    both = all(bridges.get(move.package) == move.target for move in group)
    together = {move.package for move in group}
    return [
        replace(move, stage=Stage.PREPARE if both else Stage.BUMP, together=tuple(sorted(together - {move.package}))) for move in group
    ]
