"""What `django-hop dependencies` says: the JSON of docs/json.md, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..dependencies.model import BLOCKED, FITS, MOVE, UNKNOWN, WITH_DJANGO, Declared
from ..dependencies.resolve import Resolved
from ..dependencies.servers import is_enough, minimum, server_findings
from ..dependencies.way import Node, Way
from ..model import Hop
from ..releases import facts
from .as_json import dumps, finding, interpreter
from .words import counted, shown

_STYLES = {FITS: "green", MOVE: "cyan", WITH_DJANGO: "cyan", BLOCKED: "red", UNKNOWN: "yellow"}
_PYTHON = "No file says which Python runs the project: uv was asked about the newest of those that are assumed."
_INDEX = "uv was asked about that of the environment: UV_DEFAULT_INDEX and UV_INDEX, or PIP_INDEX_URL and PIP_EXTRA_INDEX_URL, name others."
_MATRIX_ONLY = "Decided by the matrix alone; --resolve asks uv whether each set can be installed."


def dependencies_json(way: Way, resolved: Sequence[Resolved] | None) -> str:
    """The plan for the whole way as JSON."""
    hops = [hop for hop, _ in way.plans]
    first, last = way.plans[0], way.plans[-1]
    findings = {one: None for hop, plan in way.plans for one in (*plan.findings, *server_findings(plan.servers, hop))}
    return dumps(
        "dependencies",
        {
            "hop": {"from": first[0].source, "to": last[0].target},
            "packages": [
                {
                    "name": one.package,
                    "declared": [_declared(place) for place in one.declared],
                    "verdict": one.verdict,
                    "move_to": target or None,
                    "reason": one.reason,
                    "evidence": list(one.evidence),
                    "release": str(one.source) if one.source is not None else None,
                    "stage": one.stage.value if one.stage is not None else None,
                    "successor": one.successor or None,
                    "at": str(hop),
                }
                for hop, one, target in way.summary()
            ],
            "interpreters": {
                "hops": [
                    {
                        "from": hop.source,
                        "to": hop.target,
                        "supported": list(facts(hop.target).pythons),
                        "python": plan.python.source or None,
                        "move_to": plan.python.target if plan.python.moves else None,
                        "stage": plan.python.stage.value if plan.python.moves and plan.python.stage else None,
                        "reason": plan.python.reason,
                    }
                    for hop, plan in way.plans
                ],
                "declared": [interpreter(one) for one in first[1].interpreters],
            },
            "databases": [
                {
                    "engine": one.engine,
                    "file": one.path,
                    "line": one.line,
                    "image": one.image,
                    "version": one.version or None,
                    "needs": [
                        {"django": hop.target, "minimum": minimum(one.engine, hop.target) or None, "enough": is_enough(one, hop.target)}
                        for hop in hops
                    ],
                }
                for one in first[1].servers
            ],
            "blockers": [
                {"name": one.package, "at": str(hop), "reason": one.reason, "successor": one.successor or None} for hop, one in way.blockers
            ],
            "path": [_node(node) for node in way.nodes],
            "resolved": None
            if resolved is None
            else [{"node": place, "installable": one.installable, "message": one.message} for place, one in enumerate(resolved)],
            "findings": [finding(one) for one in findings],
            "skipped": [{"path": one.path, "reason": one.reason} for one in way.unread],
            "notes": notes(way, resolved),
        },
    )


def notes(way: Way, resolved: Sequence[Resolved] | None) -> list[str]:
    """What the answer rests on."""
    if resolved is None:
        return [_MATRIX_ONLY]
    said = [one.message for one in resolved if one.installable is None]
    if any(one.installable is not None for one in resolved):
        said += [_PYTHON] if not all(node.python for node in way.nodes) else []
        said += [f"{one.path}:{one.line} names the index {one.host}. {_INDEX}" for one in way.indexes]
    return list(dict.fromkeys(said))


def _declared(one: Declared) -> dict[str, Any]:
    return {
        "file": one.path,
        "line": one.line,
        "specifier": one.specifier,
        "kind": one.kind,
        "format": one.format,
        "extras": list(one.extras),
        "marker": one.marker,
        "group": one.group,
        "url": one.url or None,
        "hashes": one.hashes,
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "hop": {"from": node.hop.source, "to": node.hop.target},
        "stage": node.stage.value,
        "moves": [{"package": one.package, "from": one.source, "to": one.target} for one in node.moves],
        "python": node.python or None,
    }


def print_dependencies(out: Console, way: Way, resolved: Sequence[Resolved] | None) -> None:
    """The packages in a table, then the Python of each hop, database servers, blockers, and the joint path."""
    first, last = way.plans[0][0], way.plans[-1][0]
    out.print(Text.assemble("Django ", (f"{first.source} -> {last.target}", "bold")))
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in ("package", "has", "verdict", "to", "declared", "why"):
        table.add_column(heading, no_wrap=heading in {"package", "verdict"}, overflow="fold")
    for _, one, target in way.summary():
        place = next((f"{one.path}:{one.line}" for one in one.declared), "")
        more = f" +{len(one.declared) - 1}" if len(one.declared) > 1 else ""
        table.add_row(
            one.package,
            str(one.source or ""),
            Text(one.verdict, style=_STYLES[one.verdict]),
            target,
            shown(place) + more,
            Text(shown(one.reason), style="dim"),
        )
    out.print(table)
    out.print()
    for hop, plan in way.plans:
        need = plan.python
        what = f"Python {need.source} -> {need.target}" if need.moves else f"Python {need.source or 'unknown'}"
        out.print(Text.assemble((f"{hop}: ", "bold"), what, (f"  {need.reason}", "dim")))
    for hop, plan in way.plans:
        for server in plan.servers:
            if is_enough(server, hop.target) is False:
                least = f"{server.engine} {minimum(server.engine, hop.target)}"
                out.print(Text(f"{hop}: {server.path}:{server.line} {server.image} is older than {least}"))
    for at, blocker in way.blockers:
        out.print(Text(f"blocked at {at}: {blocker.package}: {shown(blocker.reason)}", style="red"))
    for unread in way.unread:
        out.print(Text(f"not understood: {shown(unread.path)}: {shown(unread.reason)}", style="yellow"))
    _print_path(out, way, resolved)


def _mark(answer: Resolved) -> str:
    if answer.installable is None:
        return ""
    if answer.installable:
        return f"  installs {answer.message}".rstrip()
    return f"  DOES NOT INSTALL: {answer.message}"


def _print_path(out: Console, way: Way, resolved: Sequence[Resolved] | None) -> None:
    out.print(Text(f"\nThe way, {counted(len(way.nodes), 'commit')}:", style="bold"))
    hop: Hop | None = None
    for place, node in enumerate(way.nodes):
        if node.hop != hop:
            hop = node.hop
            out.print(Text(f"  {hop}", style="bold"))
        what = ", ".join(f"{one.package} {one.source or '?'} -> {one.target}" for one in node.moves)
        out.print(Text(f"    {node.stage.value:8} {what}{_mark(resolved[place]) if resolved is not None else ''}"))
    for note in notes(way, resolved):
        out.print(Text(f"note: {note}", style="yellow"))
