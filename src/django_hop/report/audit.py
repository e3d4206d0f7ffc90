"""An audit on the terminal: hop by hop what blocks and what is to do, then what the project is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..audit.model import Audit, HopAudit, Migrations, Place
from ..dependencies.model import BLOCKED, FITS, UNKNOWN
from ..model import Codemod, Safety
from ..releases import facts
from .terminal import print_problems
from .words import counted, for_a_person, shown

MOST = 8
"""Places, names and lines of one kind that are shown; --json has all."""
MOST_FINDINGS = 25
"""Messages of one hop, silent traps first."""
LONGEST = 90


def print_audit(out: Console, found: Audit) -> None:
    """All sections; what does not apply is left out."""
    last = found.hops[-1].hop.target
    out.print(Text.assemble("Django ", (f"{found.source} -> {last}", "bold"), f"  at {found.commit[:10]}"))
    for line in found.hops[0].result.evidence[:3]:
        out.print(Text(f"  {shown(line)}", style="dim"))
    for note in found.hops[0].result.notes:
        out.print(Text(f"note: {shown(note)}", style="yellow"))
    sections: tuple[tuple[str, Callable[[Audit], Iterator[Text | Table]]], ...] = (
        ("Hops", _hops),
        ("In the way", _blockers),
        ("For a person", _findings),
        ("Code", _code),
        ("Apps", _apps),
        ("Settings", _settings),
        ("Tests", _tests),
        ("Dependencies", _dependencies),
        ("Databases", _databases),
        ("Migrations", _migrations),
        ("Infrastructure", _infrastructure),
    )
    for title, section in sections:
        told = list(section(found))
        if told:
            out.print(Text(f"\n{title}", style="bold"))
        for one in told:
            out.print(one, soft_wrap=isinstance(one, Text))
    print_problems(out, replace(found.hops[0].result, failures=()))


def _left(hop: HopAudit, codemods: Mapping[str, Codemod]) -> tuple[int, int]:
    """How many places are for a person: silent traps, and all."""
    traps, others = for_a_person(hop.result.findings, codemods)
    silent = sum(len(group[2]) for group in traps)
    return silent, silent + sum(len(group[2]) for group in others)


def _hops(found: Audit) -> Iterator[Table]:
    table = _table("hop", "end of support", "Python", "commits|", "safe|", "review|", "for a person|", "silent|", "in the way")
    for hop, (_, plan) in zip(found.hops, found.way.plans, strict=True):
        silent, left = _left(hop, found.codemods)
        python = f"{plan.python.source or '?'} -> {plan.python.target}" if plan.python.moves else plan.python.source or "?"
        names = ", ".join(one.name for one in hop.blockers)
        table.add_row(
            Text(str(hop.hop), style="bold"),
            facts(hop.hop.target).supported_until,
            python,
            str(len(hop.result.commits) + len(hop.result.cleanup)),
            str(hop.places(Safety.SAFE)),
            str(hop.places(Safety.REVIEW)),
            str(left),
            Text(str(silent), style="red" if silent else ""),
            Text(shown(names) or "nothing", style="red" if names else "green"),
        )
    yield _indented(table)


def _blockers(found: Audit) -> Iterator[Text]:
    for hop in found.hops:
        for one in hop.blockers:
            said = "" if one.name in one.place else f" {shown(one.name)}"
            remedy = f" {shown(one.remedy)}" if one.remedy else ""
            yield Text.assemble("  ", (f"{hop.hop}", "red"), f"  {shown(one.place)}{said}: {shown(one.reason)}{remedy}")


def _findings(found: Audit) -> Iterator[Text]:
    for hop in found.hops:
        traps, others = for_a_person(hop.result.findings, found.codemods)
        groups = [*((group, "red") for group in traps), *((group, "yellow") for group in others)]
        for (name, message, spots), style in groups[:MOST_FINDINGS]:
            where = _some([f"{spot.path}:{spot.line}" for spot in spots], 3)
            yield Text.assemble(f"  {hop.hop}  ", (name, style), f" {shown(message)} ", (where, "dim"))
        if len(groups) > MOST_FINDINGS:
            yield Text(f"  {hop.hop}  and {len(groups) - MOST_FINDINGS} other messages; --json has all", style="dim")


def _code(found: Audit) -> Iterator[Table | Text]:
    table = _table("", "files|", "lines|")
    for kind in found.structure.kinds:
        table.add_row(kind.name, str(kind.files), str(kind.lines))
    yield _indented(table)
    if found.structure.not_read:
        yield Text(f"  {counted(found.structure.not_read, 'other file')}", style="dim")


def _apps(found: Audit) -> Iterator[Table | Text]:
    said = any(app.installed for app in found.structure.apps)
    if found.structure.apps:
        table = _table("app", "models|", "abstract|", "migrations|", "templates|", "")
        for app in found.structure.apps:
            note = "" if app.installed or not said else "not named in INSTALLED_APPS"
            table.add_row(Text(shown(app.name)), *map(str, (app.models, app.abstract, app.migrations, app.templates)), note)
        yield _indented(table)
    if found.structure.packages:
        yield Text(f"  from packages: {_some(found.structure.packages)}")


def _settings(found: Audit) -> Iterator[Text]:
    for one in found.structure.settings:
        builds = f" on {', '.join(map(shown, one.builds_on))}" if one.builds_on else ""
        yield Text(f"  {shown(one.path)}{builds}")
    if found.structure.settings_module:
        yield Text(f"  tests and verify use {shown(found.structure.settings_module)}")


def _tests(found: Audit) -> Iterator[Text]:
    one = found.structure
    command = f"`{' '.join(one.runner.command)}`, by {shown(one.runner.why)}" if one.runner.command else one.runner.why
    yield Text(f"  {command}; {counted(one.test_functions, 'test')} in {counted(one.test_files, 'file')}")


def _dependencies(found: Audit) -> Iterator[Table | Text]:
    table = _table("package", "has", "verdict", "to", "at")
    still: dict[str, list[str]] = {FITS: [], UNKNOWN: []}
    for hop, one, target in found.way.summary():
        if one.verdict in still:
            still[one.verdict].append(one.package)
            continue
        style = "red" if one.verdict == BLOCKED else ""
        has = found.source if one.package == "django" else str(one.source or "")
        table.add_row(Text(shown(one.package)), has, Text(one.verdict, style=style), target, str(hop))
    if table.row_count:
        yield _indented(table)
    for verdict, words in ((FITS, "fit all the way"), (UNKNOWN, "stay, for nothing is known of them")):
        if still[verdict]:
            yield Text(f"  {words}: {_some(still[verdict], MOST_FINDINGS)}")


def _databases(found: Audit) -> Iterator[Text]:
    for engine in found.databases.engines:
        yield Text(f"  {shown(engine.path)}:{engine.line} {shown(engine.value) or 'the engine is not written out here'}")
    for server in found.databases.servers:
        yield Text(f"  {shown(server.path)}:{server.line} {shown(server.image)}")
    for hop in found.hops:
        if hop.minimums:
            yield Text(f"  {hop.hop}: {', '.join(f'{name} {least}' for name, least in hop.minimums)} or later")


def _migrations(found: Audit) -> Iterator[Text]:
    for one in found.migrations:
        parts = list(_migration_facts(one))
        if parts:
            yield Text(f"  {shown(one.app)}: {counted(one.count, 'migration')}; {'; '.join(parts)}")
    for one in found.migrations:
        yield from _cut((*one.fixed_user, *one.one_way, *one.historical))


def _migration_facts(one: Migrations) -> Iterator[str]:
    if one.squashed:
        left = f", {one.replaced} of those they replace are still there" if one.replaced else ""
        yield f"{counted(len(one.squashed), 'squashed migration')}{left}"
    if one.barriers:
        yield f"{one.barriers} RunPython or RunSQL that a squash keeps"
    if one.unread:
        yield f"{counted(len(one.unread), 'file')} not read"


def _infrastructure(found: Audit) -> Iterator[Text]:
    one = found.infrastructure
    yield from _cut(one.images)
    for path, name in one.ci:
        pythons = [place.python for place in one.pythons if place.path == path and place.python]
        yield Text(f"  {shown(path)} {name}{', Python ' + ', '.join(dict.fromkeys(pythons)) if pythons else ''}")
    if one.matrices:
        yield Text(f"  Django in matrices: {_some([shown(each.text) for each in one.matrices])}")
    yield from _cut(one.processes)
    for backend in one.backends:
        yield Text(f"  {shown(backend.path)}:{backend.line} {backend.setting} {shown(backend.value)}")
    for place in one.celery_apps:
        yield Text(f"  {shown(str(place))} a Celery app")
    if one.celery_tasks:
        yield Text(f"  {counted(one.celery_tasks, 'shared task')}")


def _cut(spots: Sequence[Place]) -> list[Text]:
    lines = [Text(f"  {shown(str(one))} {shown(one.text)[:LONGEST]}") for one in spots[:MOST]]
    return [*lines, *([Text(f"  and {len(spots) - MOST} more; --json has all", style="dim")] if len(spots) > MOST else [])]


def _some(names: Sequence[str], most: int = MOST) -> str:
    return ", ".join(map(shown, names[:most])) + (f" and {len(names) - most} more" if len(names) > most else "")


def _table(*headings: str) -> Table:
    """A table without lines; a heading that ends in `|` stands over numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=any(headings))
    for heading in headings:
        table.add_column(heading.rstrip("|"), justify="right" if heading.endswith("|") else "left", overflow="fold")
    return table


def _indented(table: Table) -> Table:
    table.pad_edge = True
    table.padding = (0, 0, 0, 2)
    return table
