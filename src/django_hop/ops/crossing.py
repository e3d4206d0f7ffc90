"""Ops that speak only where a hop crosses a release: what changed its meaning there means the new thing to code that is past it already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..model import Edit, Finding, Hop
from ..releases import order
from .base import Op, PythonOp, TemplateOp, TextOp
from .delegating import Delegating, DelegatingPython


def crosses(hop: Hop, release: str) -> bool:
    """True if the code comes from before a release. Code of a project that has arrived is past all releases up to there."""
    return order(hop.source) < order(release) and not (hop.arrived and order(release) <= order(hop.target))


@dataclass(frozen=True)
class _Crossing(Delegating):
    release: str

    def in_hop(self, hop: Hop) -> bool:
        """Hops of code from before the release."""
        return crosses(hop, self.release) and super().in_hop(hop)

    def apply(self, site: Any) -> Iterator[Edit | Finding]:
        """What the op says, in hops of code from before the release. The site is one for the op's surface."""
        if crosses(site.hop, self.release):
            yield from self.op.apply(site)


class _OnPython(_Crossing, DelegatingPython):
    pass


class _OnTemplates(_Crossing, TemplateOp):
    @property
    def any_file(self) -> bool:
        """True if the op looks at files that are no Django templates."""
        return bool(getattr(self.op, "any_file", False))


class _OnText(_Crossing, TextOp):
    pass


def crossing(release: str, *ops: Op) -> tuple[Op, ...]:
    """The ops, silent in hops that start at `release` or later. Raises TypeError for an op of no known surface."""
    return tuple(_crossing(op, release) for op in ops)


def _crossing(op: Op, release: str) -> Op:
    if isinstance(op, PythonOp):
        return _OnPython(op, release)
    if isinstance(op, TemplateOp):
        return _OnTemplates(op, release)
    if isinstance(op, TextOp):
        return _OnText(op, release)
    raise TypeError(f"an op of no known surface: {op!r}")
