"""What verify found, on the terminal, as JSON and as a section of the Markdown report."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..verify.checks import key
from ..verify.model import Check, Environment, Result, Say, TestChange, Verdict, Verification
from .as_json import VERSION
from .behaviour import NAMES, behaviour_section, print_behaviour
from .words import code, counted, prose, shown

STYLES = {Verdict.SAME: "green", Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.RED: "yellow", Verdict.STATE: "yellow"}
KINDS = {"newly failing": "red", "still failing": "yellow", "flaky": "yellow", "newly passing": "green", "gone": "yellow", "new": "dim"}
MOST_TESTS = 20
MOST_DETAILS = 8


@contextmanager
def watched() -> Iterator[Say]:
    """Give what verify calls with what runs now: a line with a clock on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with ExitStack() as stack:
        bar = stack.enter_context(
            Progress(SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True)
        )
        task = bar.add_task("")
        yield lambda text: bar.update(task, description=shown(text))


def print_verification(out: Console, found: Verification) -> None:
    """Environments, checks, tests, what was taken out, and where the logs lie."""
    out.print(Text.assemble("Django ", (str(found.hop), "bold"), f"  {found.branch} {found.head[:10]} against {found.base[:10]}"))
    for environment in found.environments:
        out.print(Text(f"  {_environment_line(environment)}", style="dim"))
    for note in found.notes:
        out.print(Text(f"note: {shown(note)}", style="yellow"), soft_wrap=True)
    out.print()
    for side in dict.fromkeys(check.side for check in found.checks):
        if side == "prepare":
            out.print(Text(f"\n{found.branch}-prepare on Django {found.hop.source}, against the base", style="bold"))
        out.print(_checks_table([check for check in found.checks if check.side == side]))
    _print_details(out, found)
    _print_tests(out, found.tests)
    print_behaviour(out, found)
    for warning in found.ratchet:
        out.print(Text(f"ratchet: {shown(warning)}", style="red"), soft_wrap=True)
    for parked in found.parked:
        where = f" in {', '.join(parked.files)}" if parked.files else ""
        out.print(Text(f"taken out: {parked.codemod}{where}: {parked.reason}; now on {parked.branch}", style="red"), soft_wrap=True)
    for one in found.migrations:
        out.print(Text(f"migrations of {one.app}: {one.kind}{', parked: ' + one.reason if one.parked else ''}"), soft_wrap=True)
    if found.gave_up:
        out.print(Text(shown(found.gave_up), style="red"), soft_wrap=True)
    if found.unexplained:
        out.print(Text(f"to look at, for nothing explains it: {_unexplained(found)}", style="yellow"), soft_wrap=True)
    green = found.exit == 0
    out.print(Text("\ngreen" if green else "\nsomething for a person", style="bold green" if green else "bold yellow"), end=" ")
    out.print(Text(f"{found.seconds:.0f} s", style="dim"))
    out.print(Text(f"logs  {found.logs}"), soft_wrap=True)
    if found.kept:
        out.print(Text(f"kept  {found.kept}"), soft_wrap=True)


def _environment_line(one: Environment) -> str:
    return f"{one.side}: Django {one.django} on Python {one.python_version} ({', '.join(one.sources)})"


def _checks_table(found: list[Check]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("check", "old", "new", "verdict"):
        table.add_column(name, overflow="fold")
    for check in found:
        table.add_row(check.name, _short(check.old), _short(check.new), Text(check.verdict.value, style=STYLES[check.verdict]))
    return table


def _short(result: Result) -> Text:
    return Text(shown(f"{result.state}: {result.text}" if result.text else result.state), style="" if result.ok else "yellow")


def _print_details(out: Console, found: Verification) -> None:
    for check in found.checks:
        if check.verdict in (Verdict.WORSE, Verdict.STATE) and check.name != "tests":
            known = {key(check.name, detail) for detail in check.old.details}
            fresh = [detail for detail in check.new.details if key(check.name, detail) not in known] or list(check.new.details)
            out.print(Text(f"\n{check.name}{' (prepare)' if check.side == 'prepare' else ''}", style="bold"))
            for detail in fresh[:MOST_DETAILS]:
                out.print(Text(f"  {shown(detail)}"), soft_wrap=True)
            if len(fresh) > MOST_DETAILS:
                out.print(f"  and {len(fresh) - MOST_DETAILS} more; --json prints them all")


def _print_tests(out: Console, tests: tuple[TestChange, ...]) -> None:
    for kind, style in KINDS.items():
        some = [one for one in tests if one.kind == kind]
        if not some:
            continue
        out.print(Text(f"\n{kind}: {counted(len(some), 'test')}", style=f"bold {style}"))
        for one in some[: MOST_TESTS if style == "red" else MOST_DETAILS]:
            side = " (prepare)" if one.side == "prepare" else ""
            why = one.text.strip().splitlines()[-1] if one.text.strip() else ""
            out.print(Text.assemble(f"  {shown(one.id)}{side}", (f"  {shown(why)[:200]}" if why else "", "dim")), soft_wrap=True)
        if len(some) > MOST_DETAILS:
            out.print(Text("  the rest: --json", style="dim"))


def verification_dict(found: Verification) -> dict[str, Any]:
    """All of it, as `verify --json` prints it (docs/verify.md)."""
    return {
        "hop": {"from": found.hop.source, "to": found.hop.target},
        "base": found.base,
        "branch": found.branch,
        "head": found.head,
        "prepare_head": found.prepare_head,
        "green": found.exit == 0,
        "environments": [
            {
                "side": one.side,
                "commit": one.commit,
                "release": one.release,
                "django": one.django,
                "python": str(one.python),
                "python_version": one.python_version,
                "sources": list(one.sources),
                "notes": list(one.notes),
            }
            for one in found.environments
        ],
        "checks": [
            {"name": one.name, "side": one.side, "old": _result(one.old), "new": _result(one.new), "verdict": one.verdict.value}
            for one in found.checks
        ],
        "counts": {side: dict(numbers) for side, numbers in found.counts.items()},
        "tests": [
            {"id": one.id, "old": one.old or None, "new": one.new or None, "kind": one.kind, "side": one.side, "text": one.text}
            for one in found.tests
        ],
        "warnings": found.warnings,
        "sql": found.sql,
        "responses": found.responses,
        "mails": found.mails,
        "uses": found.uses,
        "schema": found.schema,
        "parked": [
            {
                "codemod": one.codemod,
                "title": one.title,
                "files": list(one.files),
                "tests": list(one.tests),
                "reason": one.reason,
                "branch": one.branch,
                "commit": one.commit,
            }
            for one in found.parked
        ],
        "migrations": [
            {
                "app": one.app,
                "files": list(one.files),
                "kind": one.kind,
                "operations": list(one.operations),
                "commit": one.commit,
                "parked": one.parked,
                "reason": one.reason,
            }
            for one in found.migrations
        ],
        "unexplained": dict(found.unexplained),
        "evidence": [dict(one) for one in found.evidence],
        "gave_up": found.gave_up,
        "ratchet": list(found.ratchet),
        "notes": list(found.notes),
        "logs": str(found.logs),
        "kept": str(found.kept) if found.kept else None,
        "seconds": round(found.seconds, 1),
    }


def _unexplained(found: Verification) -> str:
    """`2 differences in responses, 1 difference in SQL`."""
    return ", ".join(f"{counted(number, 'difference')} in {NAMES.get(kind, kind)}" for kind, number in found.unexplained.items())


def _result(one: Result) -> dict[str, Any]:
    return {"state": one.state, "text": one.text, "details": list(one.details), "seconds": round(one.seconds, 1), "log": one.log}


def verification_json(found: Verification) -> str:
    """The JSON text of `verify --json`. Its version stands under `format`: `schema` is that of the database."""
    return json.dumps({"format": f"django-hop/verify/{VERSION}", **verification_dict(found)}, indent=2, ensure_ascii=True)


def verification_section(found: Verification) -> Iterator[str]:
    """The section of the Markdown report, line by line."""
    yield from (f"## Verified on Django {found.hop.source} and {found.hop.target}", "")
    yield "; ".join(prose(_environment_line(one)) for one in found.environments) + "."
    yield ""
    for note in found.notes:
        yield from (f"> {prose(note)}", "")
    yield from ("| check | old | new | verdict |", "|---|---|---|---|")
    for check in found.checks:
        name = f"{check.name} (prepare branch, on {found.hop.source})" if check.side == "prepare" else check.name
        cells = (
            name,
            _cell(check.old),
            _cell(check.new),
            check.verdict.value if check.verdict is Verdict.SAME else f"**{check.verdict.value}**",
        )
        yield "| " + " | ".join(cells) + " |"
    yield ""
    for kind in KINDS:
        some = [one for one in found.tests if one.kind == kind]
        if some:
            yield from (f"{counted(len(some), 'test')} {kind}:", "")
            yield from (f"- {code(one.id)}" for one in some[:MOST_TESTS])
            yield from ([f"- and {len(some) - MOST_TESTS} more"] if len(some) > MOST_TESTS else [])
            yield ""
    yield from behaviour_section(found)
    if any(one["lines"] for one in found.evidence):
        yield from ("### What the tests ran of each codemod", "", "| codemod | lines it left | run | by tests |", "|---|---:|---:|---:|")
        told = (one for one in found.evidence if one["lines"])
        yield from (f"| {code(one['codemod'])} | {one['lines']} | {one['executed']} | {one['tests_count']} |" for one in told)
        yield ""
    if found.ratchet:
        yield from ("### New warnings, which the baseline does not hold", "", *(f"- {prose(one)}" for one in found.ratchet), "")
    if found.parked:
        yield from (f"### Taken out, and moved to {code(found.parked[0].branch)}", "")
        for one in found.parked:
            where = f" in {', '.join(map(code, one.files))}" if one.files else ""
            yield f"- {code(one.codemod)}{where}: {prose(one.reason)}"
        yield ""
    if found.unexplained:
        yield from (f"> To look at, for nothing explains it: {prose(_unexplained(found))}.", "")
    if found.gave_up:
        yield from (f"> {prose(found.gave_up)}", "")


def _cell(result: Result) -> str:
    return prose(f"{result.state}: {result.text}" if result.text else result.state)
