"""What stands in the way of a hop, and needs a person before it: packages without a release, servers that are too old."""

from __future__ import annotations

from collections.abc import Iterator

from ..dependencies.model import BLOCKED
from ..dependencies.moves import MovePlan
from ..dependencies.servers import is_enough, minimum
from ..dependencies.way import Way
from ..model import Hop, HopResult
from ..releases import order
from .model import Blocker


def blockers(hop: Hop, plan: MovePlan, way: Way, result: HopResult) -> tuple[Blocker, ...]:
    """The blockers of one hop, each at the first hop that it blocks. `plan` is the hop's, from `way`."""
    return (*_packages(hop, way), *_servers(hop, plan, way), *_files(result))


def _packages(hop: Hop, way: Way) -> Iterator[Blocker]:
    for at, verdict in way.blockers:
        if at == hop and verdict.verdict == BLOCKED:
            place = next((f"{one.path}:{one.line}" for one in verdict.declared), "")
            remedy = f"{verdict.successor} takes its place." if verdict.successor else ""
            yield Blocker("package", verdict.package, place, verdict.reason, remedy)


def _servers(hop: Hop, plan: MovePlan, way: Way) -> Iterator[Blocker]:
    earlier = [one for one, _ in way.plans if order(one.target) < order(hop.target)]
    for server in plan.servers:
        least = minimum(server.engine, hop.target)
        # Who moves it for an earlier hop moves it far enough for this one, unless this one asks for more.
        if is_enough(server, hop.target) is False and least not in [minimum(server.engine, one.target) for one in earlier]:
            yield Blocker(
                "database",
                server.image,
                f"{server.path}:{server.line}",
                f"Django {hop.target} needs {server.engine} {least} or later.",
                "Move the server and its data first, on the old Django.",
            )


def _files(result: HopResult) -> Iterator[Blocker]:
    paths = list(dict.fromkeys(failure.path for failure in result.failures))
    if paths:
        count = "1 file" if len(paths) == 1 else f"{len(paths)} files"
        first = result.failures[0]
        why = f"{first.codemod}: {first.message}" if first.codemod else first.message
        yield Blocker("file", count, first.path, f"{why}; a hop leaves {count} as they are." if len(paths) > 1 else f"{why}.")
