"""Which Python a project runs on, and which one a hop needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Hop, Stage
from ..releases import facts
from .interpreters import CLASSIFIER, MATRIX, RANGE, RUNTIME, SINGLE, Interpreter
from .releases_of import python_order


@dataclass(frozen=True)
class PythonNeed:
    """The Python of a project, and what a hop makes of it."""

    source: str
    """The Python it runs on, `3.8`; empty if nothing says so."""
    target: str
    """The one after the hop; the same where the target's Django runs on it; empty if unknown."""
    stage: Stage | None
    """When it moves; None if it stays."""
    evidence: tuple[str, ...] = ()
    reason: str = ""
    assumed: tuple[str, ...] = ()
    """Where nothing says which Python runs the project: those of which one does on the way, oldest first."""
    before: tuple[str, ...] = ()
    """And those of which one does today."""
    assumption: str = ""
    """What is assumed, and from what, as evidence."""

    @property
    def moves(self) -> bool:
        """True if the hop needs another Python."""
        return self.stage is not None and self.source != self.target

    @property
    def after(self) -> tuple[str, ...]:
        """The Python that runs the project after the hop, or those of which one does; empty if nothing is known."""
        python = self.target or self.source
        return (python,) if python else self.assumed


UNKNOWN_PYTHON = PythonNeed("", "", None)


def python_need(found: Sequence[Interpreter], hop: Hop, moved: str = "") -> PythonNeed:
    """The Python that a hop needs: that of the project if it will do, otherwise the newest that both ends of the hop run on.

    `moved` is where an earlier hop has arrived; it counts where the files only name what cannot run Django any more (classifiers, say).
    Where no Python runs both, the oldest of the target's: it has to change together with Django.
    """
    old, new = facts(hop.source).pythons, facts(hop.target).pythons
    source, evidence = _source(found, old)
    if source and moved and source not in old:
        source, evidence = moved, ()
    if source and (source in new or python_order(source) > python_order(new[-1])):
        return PythonNeed(source, source, None, evidence, f"Django {hop.target} runs on Python {source}.")
    if not source:
        return _assumed(hop)
    both = [python for python in new if python in old]
    target = both[-1] if both else new[0]
    reason = f"Django {hop.target} runs on Python {span(new)}; "
    reason += f"{target} is the newest that Django {hop.source} runs on as well." if both else f"none of them runs Django {hop.source}."
    return PythonNeed(source, target, Stage.PREPARE if both else Stage.BUMP, evidence, reason)


def assumed_pythons(hop: Hop) -> tuple[str, ...]:
    """The Pythons of which one runs a project that names none: they run Django on both ends of the hop, or at least the new one."""
    old, new = facts(hop.source).pythons, facts(hop.target).pythons
    return tuple(python for python in new if python in old) or new


def _assumed(hop: Hop) -> PythonNeed:
    old, new, bounds = facts(hop.source).pythons, facts(hop.target).pythons, assumed_pythons(hop)
    both = set(bounds) <= set(old)
    runs = f"Django {hop.source} and {hop.target} both run on" if both else f"Django {hop.target} runs on, and {hop.source} on none of them"
    assumption = f"the Python is assumed, for no file names one: {span(bounds)}, which {runs}"
    reason = f"No file says which Python runs this project; Django {hop.target} needs {span(new)}."
    return PythonNeed("", "", None, (), f"{reason} For packages {span(bounds)} is assumed.", bounds, old, assumption)


def span(pythons: Sequence[str]) -> str:
    """`3.8 to 3.12`."""
    return pythons[0] if len(pythons) == 1 else f"{pythons[0]} to {pythons[-1]}"


def _source(found: Sequence[Interpreter], old: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The oldest Python among the places that say most: images and version files before CI, single versions before matrices."""
    kinds = (RUNTIME, SINGLE, MATRIX, RANGE, CLASSIFIER)
    ranked = [[one for one in found if one.kind == kind and one.python] for kind in kinds]
    # What cannot run the old Django is not what runs the project: a place that an earlier hop left to a person, say.
    fitting = [[one for one in said if one.python in old] for said in ranked]
    for said in (*fitting, *ranked):
        if said:
            pick = max if said[0].kind in {MATRIX, CLASSIFIER} else min
            python = pick((one.python for one in said), key=python_order)
            return python, tuple(f"{one.path}:{one.line}: {one.text}" for one in said if one.python == python)[:3]
    return "", ()
