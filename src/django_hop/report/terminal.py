"""What a person sees on the terminal: Rich tables and colours on a terminal, plain lines in a pipe."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..demo import Demo
from ..inplace import Checked
from ..model import Codemod, Finding, Hop, HopResult, Safety, Stage
from ..plan import Choice
from .words import counted, for_a_person, shown

COLOURS = {Safety.SAFE: "green", Safety.REVIEW: "yellow", Safety.DETECT: "blue"}
DIFF_STYLES = {"+": "green", "-": "red", "@": "dim"}
MOST_FINDINGS = 20
MOST_SKIPPED = 10


def console(*, stderr: bool = False) -> Console:
    """A console that knows whether it is a terminal; wide in a pipe, so that no line is cut."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made = Console(stderr=stderr, highlight=False, width=200, no_color=True)
    return made


def print_hop(out: Console, result: HopResult, codemods: Mapping[str, Codemod]) -> None:
    """One hop: evidence, commits, findings, branches, what to do next."""
    dry = " (dry run: nothing is written)" if result.dry_run else ""
    out.print(Text.assemble("Django ", (f"{result.hop.source} -> {result.hop.target}", "bold"), dry))
    for line in result.evidence[:3]:
        out.print(Text(f"  {shown(line)}", style="dim"))
    for note in result.notes:
        out.print(Text(f"note: {shown(note)}", style="yellow"))
    if result.commits or result.cleanup:
        out.print()
        out.print(_commit_table(result, out.width))
    else:
        out.print("Nothing has to change.")
    print_findings(out, result.findings, codemods)
    print_problems(out, result)
    facts = result.facts
    counts = [f"{facts.get('files', 0)} files read, {facts.get('candidates', 0)} concerned, {facts.get('changed', 0)} changed"]
    out.print(Text(f"\n{counts[0]}, {counted(facts.get('places', 0), 'place')}, {result.seconds:.1f} s", style="dim"))
    if result.commits and not result.dry_run:
        _branches(out, result)


def _branches(out: Console, result: HopResult) -> None:
    """Where the branches are, and which first."""
    table = Table.grid(padding=(0, 2))
    old, new = result.hop.source, result.hop.target
    if any(commit.stage is Stage.PREPARE for commit in result.commits):
        table.add_row(Text(result.prepare_branch, style="bold"), result.prepare_head[:10], f"merge and deploy first: runs on Django {old}")
    table.add_row(Text(result.branch, style="bold"), result.head[:10], f"then this one: needs Django {new}")
    if result.cleanup:
        table.add_row(Text(result.cleanup_branch, style="bold"), result.cleanup_head[:10], f"last: when Django {old} no longer serves")
    out.print(table)
    out.print(Text(f"git log --stat {result.base[:10]}..{result.branch}", style="dim"))


def _commit_table(result: HopResult, width: int) -> Table:
    """A line a commit: on a narrow terminal the titles are cut, on a very narrow one they go."""
    commits = (*result.commits, *result.cleanup)
    room = width - 44 - max(len(commit.codemod) for commit in commits)
    table = Table(box=None, pad_edge=False)
    for name in ("stage", "commit", "codemod", *(["what"] if room >= 16 else []), "safety"):
        table.add_column(name, no_wrap=True)
    for name in ("places", "files"):
        table.add_column(name, justify="right", no_wrap=True)
    for commit in commits:
        table.add_row(
            Text(commit.stage.value, style="cyan" if commit.stage is Stage.PREPARE else "magenta"),
            commit.sha[:10] or "-",
            Text(commit.codemod),
            *([Text(commit.title if len(commit.title) <= room else f"{commit.title[: room - 1]}…")] if room >= 16 else []),
            Text(commit.safety.value, style=COLOURS[commit.safety]),
            str(commit.places),
            str(len(commit.files)),
        )
    return table


def print_findings(out: Console, findings: Sequence[Finding], codemods: Mapping[str, Codemod], most: int = MOST_FINDINGS) -> None:
    """The places that a person has to decide, silent traps first."""
    traps, others = for_a_person(findings, codemods)
    total, left = sum(len(places) for _, _, places in (*traps, *others)), most
    if not total:
        return
    out.print(Text(f"\n{counted(total, 'place')} for a person", style="bold"))
    for groups, title, style in ((traps, "silent traps: no error, but another behaviour", "red"), (others, "others", "yellow")):
        if groups and traps and left > 0:
            out.print(Text(f" {title}", style=style))
        for name, message, places in groups if left > 0 else ():
            docs = codemods[name].docs if name in codemods else ""
            notes = f" [{docs.partition(':')[0]}]" if docs.startswith("releases/") else ""
            out.print(Text.assemble("  ", (name, style), f" {shown(message)}", (notes, "dim")))
            for place in places[: max(left, 1)]:
                out.print(Text(f"    {shown(place.path)}:{place.line}:{place.column}", style="bold"), soft_wrap=True)
            left -= len(places)
    if left < 0:
        out.print(f"  and {-left} more; --report FILE writes them, --json prints them all")


def print_problems(out: Console, result: HopResult | Checked, most: int = MOST_SKIPPED) -> None:
    """Files that failed, and what was not looked at."""
    for failure in result.failures:
        codemod = f" ({failure.codemod})" if failure.codemod else ""
        out.print(Text(f"left as it was: {shown(failure.path)}{codemod}: {shown(failure.message)}", style="red"), soft_wrap=True)
    if result.skipped:
        out.print(Text(f"{counted(len(result.skipped), 'path')} not looked at:", style="yellow"))
        for skip in result.skipped[:most]:
            out.print(Text(f"  {shown(skip.path)}: {shown(skip.reason)}", style="yellow"), soft_wrap=True)
        if len(result.skipped) > most:
            out.print(Text(f"  and {len(result.skipped) - most} more; --json prints them all", style="yellow"))


def print_plan(out: Console, results: Sequence[HopResult], codemods: Mapping[str, Codemod]) -> None:
    """What would happen, hop by hop."""
    for result in results:
        print_hop(out, result, codemods)
        left = Counter(finding.codemod for finding in result.findings if not finding.fixed)
        if left:
            out.print("findings: " + ", ".join(f"{name} {count}" for name, count in left.most_common()), style="dim")


def print_checked(out: Console, checked: Checked, *, written: bool, diff: bool) -> None:
    """The diff if wanted, one line a changed file, the findings as `path:line:column: ...`, what could not be read."""
    if diff:
        out.file.flush()
        _binary(out, checked.diff())
    for path, ids in checked.codemods.items():
        out.print(Text(f"{'fixed' if written else 'would fix'} {shown(path)}: {', '.join(ids)}"), soft_wrap=True)
    for finding in checked.unfixed:
        place = f"{shown(finding.path)}:{finding.line}:{finding.column}"
        out.print(Text(f"{place}: {finding.codemod} {shown(finding.message)}"), soft_wrap=True)
    print_problems(out, checked, most=len(checked.skipped))


def _binary(out: Console, lines: Iterable[bytes]) -> None:
    """Files are written as they are, in whatever encoding, so that `git apply` takes the diff."""
    for line in lines:
        if hasattr(out.file, "buffer"):
            out.file.buffer.write(line)
        else:
            out.file.write(line.decode("utf-8", "backslashreplace"))


def print_demo(out: Console, demo: Demo) -> None:
    """What the demo did: the first hop step by step, the others in a line each, and what to try next."""
    first, last = demo.results[0], demo.results[-1]
    files = first.facts.get("files", 0)
    out.print(Text(f"A small financial platform on Django {first.hop.source}, {files} files, copied into a git repository of its own:"))
    out.print(Text(f"  {demo.repo}\n"))
    _command(out, f"django-hop hop --to {last.hop.target}")
    print_hop(out, first, demo.codemods)
    if demo.diff:
        commit, path = demo.diff_of
        out.print()
        _command(out, f"git show {commit[:10]} -- {path}")
        for line in demo.diff.splitlines():
            out.print(Text(shown(line), style=DIFF_STYLES.get(line[:1], "")))
    if demo.results[1:]:
        out.print(Text("\nAnd on, one hop on top of the other:"))
        out.print(_further_hops(demo.results[1:]))
    out.print(Text("\nThe reports, each fit to be the body of a pull request:"))
    for report in demo.reports:
        out.print(Text(f"  {report}"))
    out.print(Text("\nNow yours, or more of this one:"))
    program = "django-hop" if shutil.which("django-hop") else f"{shlex.quote(sys.executable)} -m django_hop"
    for command in (
        f"cd {shlex.quote(str(demo.repo))}",
        f"git log --stat {first.base[:10]}..{last.branch}",
        f"{program} explain {first.commits[0].codemod}" if first.commits else "",
        f"{program} undo {last.hop.target}",
    ):
        out.print(Text(f"  {command}"))


def _further_hops(results: Sequence[HopResult]) -> Table:
    """A line a hop: its branch, how much it changed, and how much it leaves to a person."""
    table = Table(box=None, pad_edge=False)
    table.add_column("branch", no_wrap=True)
    for name in ("commits", "before the new release", "files", "places", "for a person"):
        table.add_column(name, justify="right")
    for result in results:
        prepared = sum(commit.stage is Stage.PREPARE for commit in result.commits)
        left = sum(not finding.fixed for finding in result.findings)
        counts = (len(result.commits), prepared, result.facts.get("changed", 0), result.facts.get("places", 0), left)
        table.add_row(Text(result.branch, style="bold"), *map(str, counts))
    return table


def _command(out: Console, command: str) -> None:
    out.print(Text.assemble(("$ ", "dim"), (command, "bold")))


def print_codemods(out: Console, hop: Hop, choices: Sequence[Choice]) -> None:
    """All codemods and their part in a hop."""
    out.print(f"Django {hop}")
    table = Table(box=None, pad_edge=False)
    for name in ("id", "stage", "safety", "warns", "gone", "works from", "what"):
        table.add_column(name, no_wrap=name != "what")
    for choice in choices:
        codemod = choice.codemod
        stage = choice.stage.value if choice.active and choice.stage else "-"
        what = codemod.title if choice.active else f"{codemod.title} [not active: {choice.why_not}]"
        safety = Text(codemod.safety.value, style=COLOURS[codemod.safety])
        releases = (codemod.deprecated or "", codemod.removed or "", codemod.works_from)
        table.add_row(Text(codemod.id), stage, safety, *releases, Text(what))
    out.print(table)
