"""What a person sees on the terminal: Rich tables and colours on a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ..demo import Demo
from ..inplace import Checked
from ..model import Codemod, Finding, Hop, HopResult, Safety, Stage
from ..plan import Choice
from ..run import Progress as Report

COLOURS = {Safety.SAFE: "green", Safety.REVIEW: "yellow", Safety.DETECT: "blue"}
MOST_FINDINGS = 20


def console(*, stderr: bool = False) -> Console:
    """A console that knows whether it is a terminal; wide in a pipe, so that no line is cut."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made = Console(stderr=stderr, highlight=False, width=200, no_color=True)
    return made


@contextmanager
def progress(title: str) -> Iterator[Report | None]:
    """A progress bar on standard error, on a terminal only."""
    shown = console(stderr=True)
    if not shown.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # No refresh thread: workers are forked while the bar is up.
    with Progress(*columns, console=shown, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int, path: str) -> None:
            bar.update(task, completed=done, total=total)
            if done % 8 == 0:
                bar.refresh()

        yield report


def print_hop(out: Console, result: HopResult, codemods: Mapping[str, Codemod]) -> None:
    """One hop: evidence, branch, commits, findings."""
    out.print(f"Django [bold]{result.hop.source} -> {result.hop.target}[/bold]" + (" (dry run: nothing is written)" if result.dry_run else ""))
    for line in result.evidence[:3]:
        out.print(Text(f"  {line}", style="dim"))
    for note in result.notes:
        out.print(Text(f"note: {note}", style="yellow"))
    if result.commits:
        out.print(_commit_table(result))
    else:
        out.print("Nothing has to change.")
    print_findings(out, result.findings, codemods)
    print_problems(out, result)
    if result.commits and not result.dry_run:
        out.print(f"branch  [bold]{result.branch}[/bold]  {result.head[:12]}")
        out.print(f"prepare [bold]{result.prepare_branch}[/bold]  {result.prepare_head[:12]}")
        out.print(f"look    git log --stat {result.base[:12]}..{result.branch}")
    facts = result.facts
    out.print(
        f"{facts.get('files', 0)} files read, {facts.get('candidates', 0)} concerned, {facts.get('changed', 0)} changed, "
        f"{facts.get('places', 0)} places, {result.seconds:.1f} s",
        style="dim",
    )


def _commit_table(result: HopResult) -> Table:
    table = Table(box=None, pad_edge=False)
    for name, justify in (("stage", "left"), ("commit", "left"), ("codemod", "left"), ("what", "left"), ("safety", "left"), ("places", "right"), ("files", "right")):
        table.add_column(name, justify=justify, no_wrap=name in ("stage", "commit", "codemod"))  # type: ignore[arg-type]
    for commit in result.commits:
        style = "cyan" if commit.stage is Stage.PREPARE else "magenta"
        table.add_row(
            Text(commit.stage.value, style=style),
            commit.sha[:10] or "-",
            commit.codemod,
            commit.title,
            Text(commit.safety.value, style=COLOURS[commit.safety]),
            str(commit.places),
            str(len(commit.files)),
        )
    return table


def print_findings(out: Console, findings: Sequence[Finding], codemods: Mapping[str, Codemod], most: int = MOST_FINDINGS) -> None:
    """The places that a person has to decide, silent traps first."""
    left = [finding for finding in findings if not finding.fixed]
    if not left:
        return
    out.print(f"\n[bold]{len(left)} {'place' if len(left) == 1 else 'places'} for a person[/bold]")
    for finding in left[:most]:
        silent = finding.codemod in codemods and codemods[finding.codemod].silent
        out.print(Text.assemble((f"  {finding.path}:{finding.line}:{finding.column} ", "bold"), (f"{finding.codemod} ", "red" if silent else "yellow"), finding.message))
    if len(left) > most:
        out.print(f"  and {len(left) - most} more; --report FILE writes them all, --json prints them")


def print_problems(out: Console, result: HopResult | Checked) -> None:
    """Files that failed, and how many were not looked at."""
    for failure in result.failures:
        out.print(Text(f"left as it was: {failure.path}" + (f" ({failure.codemod})" if failure.codemod else "") + f": {failure.message}", style="red"))
    if result.skipped:
        out.print(Text(f"{len(result.skipped)} not looked at:", style="yellow"))
        for skip in result.skipped[:10]:
            out.print(Text(f"  {skip.path}: {skip.reason}", style="yellow"))
        if len(result.skipped) > 10:
            out.print(Text(f"  and {len(result.skipped) - 10} more", style="yellow"))


def print_plan(out: Console, results: Sequence[HopResult], codemods: Mapping[str, Codemod]) -> None:
    """What would happen, hop by hop."""
    for result in results:
        print_hop(out, result, codemods)
        left = Counter(finding.codemod for finding in result.findings if not finding.fixed)
        if left:
            out.print("findings: " + ", ".join(f"{name} {count}" for name, count in left.most_common()), style="dim")


def print_checked(out: Console, checked: Checked, codemods: Mapping[str, Codemod], *, written: bool, diff: bool) -> None:
    """One line a changed file, the diff if wanted, the findings, what could not be read."""
    if diff:
        out.file.write("".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in checked.diff()))
    for path, ids in checked.codemods.items():
        out.print(Text(f"{'fixed' if written else 'would fix'} {path}: {', '.join(ids)}"))
    for finding in checked.unfixed:
        out.print(Text(f"{finding.path}:{finding.line}:{finding.column}: {finding.codemod} {finding.message}"))
    print_problems(out, checked)


def print_demo(out: Console, demo: Demo) -> None:
    """What the demo did, step by step, and what to try next."""
    files = demo.result.facts.get("files", 0)
    out.print(Text(f"A small financial platform on Django {demo.result.hop.source}, {files} files, copied into a git repository of its own:"))
    out.print(Text(f"  {demo.repo}\n"))
    _command(out, f"django-hop hop {demo.result.hop.target}")
    print_hop(out, demo.result, demo.codemods)
    if demo.diff:
        commit, path = demo.diff_of
        out.print()
        _command(out, f"git show {commit[:10]} -- {path}")
        for line in demo.diff.splitlines():
            out.print(Text(line, style="green" if line.startswith("+") else "red" if line.startswith("-") else "dim" if line.startswith("@") else ""))
    out.print(Text("\nThe report, fit to be the body of a pull request:"))
    out.print(Text(f"  {demo.report}"))
    out.print(Text("\nNow yours, or more of this one:"))
    program = "django-hop" if shutil.which("django-hop") else shlex.quote(os.path.abspath(sys.argv[0]))
    for command in (
        f"cd {shlex.quote(str(demo.repo))}",
        f"git log --stat {demo.result.base[:10]}..{demo.result.branch}",
        f"{program} explain {demo.result.commits[0].codemod}" if demo.result.commits else "",
        f"{program} undo {demo.result.hop.target}",
    ):
        out.print(Text(f"  {command}"))


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
        table.add_row(
            codemod.id, stage, Text(codemod.safety.value, style=COLOURS[codemod.safety]), codemod.deprecated or "", codemod.removed or "", codemod.works_from, Text(what)
        )
    out.print(table)
