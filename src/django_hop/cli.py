"""The command line: parse, call, print, exit. No logic.

Imports are late on purpose: a hook on one clean file must not pay for what it does not need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from . import __version__
from .errors import Exit, HopError

if TYPE_CHECKING:
    from .config import Settings
    from .hop import Base
    from .model import Hop, HopResult
    from .verify.model import Verification
    from .verify.session import Request

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells give it."""



class _Stopped(Exception):
    """Ctrl-C, or nobody reads: past Typer, which would end with codes and words of its own."""


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as stop:
            raise _Stopped from stop


app = typer.Typer(
    cls=_Commands,
    name="django-hop",
    help="Move a large Django code base to a newer Django, hop by hop: a branch with one commit per codemod, ready for review.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Target = Annotated[str | None, typer.Option("--to", help="The Django release to reach, as 3.2.", metavar="X.Y")]
Source = Annotated[str | None, typer.Option("--from", help="The release the project is on; detected if not given.", metavar="X.Y")]
Repo = Annotated[Path, typer.Option("--repo", help="The git repository.")]
Ref = Annotated[str, typer.Option("--ref", help="The branch, tag or commit to start from.")]
Project = Annotated[str, typer.Option("--project", help="The project's folder in the repository.")]
Only = Annotated[list[str] | None, typer.Option("--only", help="Only this codemod; may be repeated.", metavar="ID")]
Skip = Annotated[list[str] | None, typer.Option("--skip", help="Not this codemod; may be repeated.", metavar="ID")]
SafeOnly = Annotated[bool, typer.Option("--safe-only", help="Only codemods that keep the behaviour; the others are reported.")]
Modernise = Annotated[bool, typer.Option("--modernise", help="Also changes that no release demands, url() to path() among them.")]
NoDependencies = Annotated[bool, typer.Option("--no-dependencies", help="Move Django's requirement only, no other package.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON (docs/json.md).")]
Pack = Annotated[list[str] | None, typer.Option("--pack", help="A folder with a pack of your own; may be repeated.", metavar="FOLDER")]
Paths = Annotated[list[Path], typer.Argument(help="Files or folders.")]


def _options(
    source: str | None = None,
    only: list[str] | None = None,
    skip: list[str] | None = None,
    safe_only: bool = False,
    modernise: bool = False,
    packs: list[str] | None = None,
    target: str | None = None,
    *,
    no_dependencies: bool = False,
) -> Settings:
    from .config import Settings

    return Settings(
        only=tuple(only or ()),
        skip=tuple(skip or ()),
        packs=tuple(str(Path(one).absolute()) for one in packs or ()),
        source=source,
        target=target,
        safe_only=safe_only,
        modernise=modernise,
        dependencies=not no_dependencies,
    )


def _take(
    repo: Path, ref: str, project: str, options: Settings, target: str | None, *, stack: bool, dry_run: bool
) -> tuple[Base, list[HopResult]]:
    from .hop import hop, hops_of, open_base
    from .project.repository import open_repository
    from .releases import NEWEST
    from .report.progress import progress

    with open_repository(repo) as repository:
        base = open_base(repository, ref, options, project)
        goal = target or base.settings.target or (NEWEST if dry_run else None)
        if goal is None:
            raise HopError("No target release is given.", "Give it, as in `django-hop hop 3.2`; `django-hop plan` says what lies ahead.")
        hops = hops_of(base, goal, stack=stack)
        results: list[HopResult] = []
        with progress("files") as report:
            try:
                results.extend(hop(repository, base, hops, dry_run=dry_run, progress=report))
            except HopError as error:
                made = ", ".join(result.branch for result in results if result.head and result.commits)
                raise HopError(error.message, f"{error.hint} Made before it, and kept: {made}." if made else error.hint) from None
        return base, results


@app.command("hop")
def hop_command(
    target: Annotated[str | None, typer.Argument(help="The release to hop to, as 3.2.", metavar="[TARGET]")] = None,
    to: Target = None,
    source: Source = None,
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compute everything, make no branch.")] = False,
    only: Only = None,
    skip: Skip = None,
    safe_only: SafeOnly = False,
    modernise: Modernise = False,
    pack: Pack = None,
    no_dependencies: NoDependencies = False,
    verify: Annotated[bool, typer.Option("--verify", help="Then run the project on both releases, as `verify` does.")] = False,
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option("--report", help="Write the Markdown report to this file.")] = None,
) -> None:
    """Make the branch of one hop (`hop 3.2`), or a stack of branches over the LTS releases (`hop --to 5.2`).

    Reads a commit, never the work tree; touches nothing but its own branches django-hop/X.Y and django-hop/X.Y-prepare.

    Example: django-hop hop 3.2 --report hop.md
    """
    from .report.as_json import hops_json

    if target and to:
        raise HopError("Both a target and --to are given.", "`hop 3.2` makes one hop, `hop --to 3.2` one for each LTS release on the way.")
    if verify and dry_run:
        raise HopError("--verify needs the branch that --dry-run does not make.", "Leave out one of them.")
    _writable(report)
    options = _options(source, only, skip, safe_only, modernise, pack, no_dependencies=no_dependencies)
    base, results = _take(repo, ref, project, options, target or to, stack=target is None, dry_run=dry_run)
    verified = _verify_all(repo, ref, project, options, results) if verify else {}
    if report is not None:
        _write_report(report, base, results, verified)
    if as_json:
        typer.echo(hops_json(results, stack=target is None, verified=verified))
    else:
        from .report.terminal import console, print_hop

        out = console()
        for result in results:
            print_hop(out, result, {codemod.id: codemod for codemod in base.codemods})
            if result.branch in verified:
                _show_verification(verified[result.branch], as_json=False)
        if report is not None:
            out.print(f"report  {report}")
    red = any(found.exit for found in verified.values())
    raise typer.Exit(Exit.LOOK if red or any(result.failures for result in results) else Exit.DONE)


def _verify_all(repo: Path, ref: str, project: str, options: Settings, results: list[HopResult]) -> dict[str, Verification]:
    """Verify the branches that were made, up to the first from which something was taken out: those above stand on what it was."""
    from .verify.session import Request

    verified: dict[str, Verification] = {}
    for result in results:
        if result.commits:
            # --only and --skip have done their part in the hop; the rest says how to read the branch.
            asked = replace(options, only=(), skip=(), source=result.hop.source)
            found = _verify(repo, Request(result.hop.target, ref, project, asked))
            verified[result.branch] = found
            if found.parked:
                break
    return verified


def _write_report(path: Path, base: Base, results: list[HopResult], verified: Mapping[str, Verification]) -> None:
    from .report.markdown import hop_report

    codemods = {codemod.id: codemod for codemod in base.codemods}
    _write(path, "\n\n".join(hop_report(result, codemods, verified.get(result.branch)) for result in results))


def _writable(report: Path | None) -> None:
    """Refuse early what could not be written late."""
    if report is not None and (report.is_dir() or not report.absolute().parent.is_dir()):
        raise HopError(f"The report cannot be written to {report}.", "Give a file in a folder that exists.")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", errors="backslashreplace")
    except OSError as error:
        hint = "The branches are there; run the command again with another file."
        raise HopError(f"The report cannot be written to {path}: {error.strerror}.", hint) from None


@app.command("verify")
def verify_command(
    target: Annotated[str, typer.Argument(help="The release whose branch is verified, as 3.2.", metavar="TARGET")],
    source: Source = None,
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
    python: Annotated[
        list[str] | None, typer.Option("--python", help="An interpreter, for a Django release or a Python version.", metavar="X=PATH")
    ] = None,
    env_cmd: Annotated[str, typer.Option("--env-cmd", help="A command that makes an environment and prints where it is.")] = "",
    database_url: Annotated[str, typer.Option("--database-url", help="A server, or `temporary` for one of ours; else SQLite.")] = "",
    keep: Annotated[bool, typer.Option("--keep", help="Leave the checkouts where they are.")] = False,
    no_back_out: Annotated[bool, typer.Option("--no-back-out", help="Leave the branch as it is, whatever fails.")] = False,
    ratchet: Annotated[bool, typer.Option("--ratchet", help="Fail on warnings that the baseline file does not hold.")] = False,
    migrations: Annotated[bool, typer.Option("--migrations", help="Commit what makemigrations writes on the new release.")] = False,
    pack: Pack = None,
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option("--report", help="Write the Markdown report to this file.")] = None,
) -> None:
    """Run the project before and after the hop, each on its Django, and compare; what breaks tests is taken out of the branch.

    Ends with 0 if all is green, 1 if there is something for a person, 2 if it could not be run.

    Example: django-hop verify 3.2
    """
    from .verify.session import Request

    request = Request(
        target=target,
        ref=ref,
        project=project,
        options=_options(source, packs=pack),
        pythons=tuple(python or ()),
        env_cmd=env_cmd,
        database_url=database_url,
        keep=keep,
        back_out=not no_back_out,
        ratchet=ratchet,
        migrations=migrations,
    )
    found = _verify(repo, request)
    if report is not None:
        from .report.verification import verification_section

        _write(report, "\n".join(verification_section(found)))
    _show_verification(found, as_json)
    raise typer.Exit(found.exit)


def _verify(repo: Path, request: Request) -> Verification:
    from .project.repository import open_repository
    from .report.kept import keep
    from .report.verification import watched
    from .verify.run import verify

    with open_repository(repo) as repository:
        with watched() as say:
            found = verify(repository, request, say)
        keep(repository, found)
        return found


def _show_verification(found: Verification, as_json: bool) -> None:
    from .report.verification import print_verification, verification_json

    if as_json:
        typer.echo(verification_json(found))
        return
    from .report.terminal import console

    print_verification(console(), found)


@app.command("audit")
def audit_command(
    to: Target = None,
    source: Source = None,
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
    pack: Pack = None,
    as_json: AsJson = False,
) -> None:
    """Before any hop: what the project is made of, and what blocks which hop. Nothing is written.

    Ends with 1 if there is a blocker that a person has to clear away.

    Example: django-hop audit --to 5.2
    """
    from .audit.run import audit
    from .project.repository import open_repository
    from .report.progress import progress

    with open_repository(repo) as repository, progress("files") as report:
        found = audit(repository, ref, _options(source, packs=pack), project, target=to, progress=report)
    if as_json:
        from .report.audit_json import audit_json

        typer.echo(audit_json(found))
    else:
        from .report.audit import print_audit
        from .report.terminal import console

        print_audit(console(), found)
    raise typer.Exit(Exit.LOOK if found.blocked else Exit.DONE)


@app.command("review")
def review_command(
    target: Annotated[str, typer.Argument(help="The release whose branch is reviewed, as 3.2.", metavar="TARGET")],
    source: Source = None,
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
    only: Only = None,
    skip: Skip = None,
    safe_only: SafeOnly = False,
    modernise: Modernise = False,
    pack: Pack = None,
    no_dependencies: NoDependencies = False,
    form: Annotated[
        str | None, typer.Option("--format", help="markdown, html or sarif; else what the name of --output says.", metavar="FORMAT")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Write it to this file instead of printing it.")] = None,
    verified: Annotated[
        Path | None, typer.Option("--verified", help="What `verify --json` printed elsewhere; else what verify kept here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report on the branch that `hop` made, as it is now: commits, findings, what verify said, what people added. Nothing is written.

    Give the options the branch was made with (--only, --skip ...): they say which findings to look for.

    Example: django-hop review 3.2 --output review.html
    """
    from .project.repository import open_repository
    from .report.kept import read
    from .report.progress import progress
    from .report.review import face_for, faced
    from .report.reviewed import review

    face = "json" if as_json else face_for(form, output)
    if as_json and form:
        raise HopError("Both --json and --format are given.", "Give one of them.")
    _writable(output)
    options = _options(source, only, skip, safe_only, modernise, pack, no_dependencies=no_dependencies)
    said = read(verified) if verified is not None else None
    with open_repository(repo) as repository:
        with progress("files") as report:
            found = review(repository, target, ref, options, project, verified=said, progress=report)
        text = faced(repository, found, face)
    if output is None:
        typer.echo(text.rstrip("\n"))
    else:
        _write(output, text)
        typer.echo(f"written: {output}")


@app.command("plan")
def plan_command(
    to: Target = None,
    source: Source = None,
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
    only: Only = None,
    skip: Skip = None,
    safe_only: SafeOnly = False,
    modernise: Modernise = False,
    pack: Pack = None,
    no_dependencies: NoDependencies = False,
    as_json: AsJson = False,
) -> None:
    """Say what would happen, hop by hop and codemod by codemod: files, places, stage, safety. Nothing is written.

    Example: django-hop plan --to 4.2
    """
    options = _options(source, only, skip, safe_only, modernise, pack, no_dependencies=no_dependencies)
    base, results = _take(repo, ref, project, options, to, stack=True, dry_run=True)
    if as_json:
        from .report.as_json import plan_json

        typer.echo(plan_json(results))
        return
    from .report.terminal import console, print_plan

    print_plan(console(), results, {codemod.id: codemod for codemod in base.codemods})


@app.command("check")
def check_command(
    paths: Paths,
    to: Target = None,
    source: Source = None,
    only: Only = None,
    skip: Skip = None,
    safe_only: SafeOnly = False,
    modernise: Modernise = False,
    pack: Pack = None,
    as_json: AsJson = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changes as a unified diff.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End with 0 whatever was found.")] = False,
) -> None:
    """Look for what the target release no longer has, in files or folders; write nothing. Ends with 1 if anything was found.

    Example: django-hop check --to 3.2 --diff shop/
    """
    options = _options(source, only, skip, safe_only, modernise, pack, to)
    _inplace(paths, options, as_json=as_json, diff=diff, exit_zero=exit_zero, write=False)


@app.command("fix")
def fix_command(
    paths: Paths,
    to: Target = None,
    source: Source = None,
    only: Only = None,
    skip: Skip = None,
    safe_only: SafeOnly = False,
    modernise: Modernise = False,
    pack: Pack = None,
    as_json: AsJson = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changes as a unified diff.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End with 0 whatever was found.")] = False,
) -> None:
    """Rewrite files or folders in place, no git needed. Ends with 1 if a file was changed or something is left for a person.

    Example: django-hop fix --to 3.2 shop/views.py
    """
    options = _options(source, only, skip, safe_only, modernise, pack, to)
    _inplace(paths, options, as_json=as_json, diff=diff, exit_zero=exit_zero, write=True)


def _inplace(paths: list[Path], options: Settings, *, as_json: bool, diff: bool, exit_zero: bool, write: bool) -> None:
    from .inplace import check, fix
    from .report.progress import progress

    with progress("files") as report:
        checked = (fix if write else check)(paths, options, progress=report)
    if as_json:
        from .report.as_json import checked_json

        typer.echo(checked_json(checked, written=write))
    elif checked.changed or checked.findings or checked.failures or checked.skipped:
        from .report.terminal import console, print_checked

        print_checked(console(), checked, written=write, diff=diff)
    found = checked.changed or checked.unfixed or checked.failures or checked.skipped_sources
    raise typer.Exit(Exit.LOOK if found and not exit_zero else Exit.DONE)


@app.command("codemods")
def codemods_command(source: Source = None, to: Target = None, pack: Pack = None, as_json: AsJson = False) -> None:
    """List the codemods with their part in a hop: stage, safety, catalogue records, active or why not.

    Example: django-hop codemods --from 2.2 --to 3.2
    """
    from .packs import all_packs, codemods_of
    from .plan import choose

    settings, folders = _here(pack)
    hop = _hop(source or settings.source, to or settings.target)
    choices = choose(codemods_of(all_packs(folders)), hop, settings)
    if as_json:
        from .report.as_json import codemods_json

        typer.echo(codemods_json(hop, choices))
        return
    from .report.terminal import console, print_codemods

    print_codemods(console(), hop, choices)


def _here(pack: list[str] | None) -> tuple[Settings, list[Path]]:
    """The settings that hold in the current folder, and the packs they name."""
    from .config import pack_folders
    from .inplace import root_of, settings_for

    root = root_of([Path.cwd()])
    settings = settings_for(root, _options(packs=pack))
    return settings, pack_folders(settings, root)


def _hop(source: str | None, to: str | None) -> Hop:
    from .model import Hop
    from .releases import NAMES, NEWEST, route

    stops = route(source or NAMES[0], to or NEWEST)
    return Hop(stops[0][0], stops[-1][1])


@app.command("explain")
def explain_command(codemod: Annotated[str, typer.Argument(help="The codemod's id.", metavar="ID")], pack: Pack = None) -> None:
    """Show the page of a codemod: why, before and after, what it leaves alone.

    Example: django-hop explain url-function
    """
    from .docs import explain
    from .packs import all_packs
    from .report.terminal import console

    text = explain(codemod, all_packs(_here(pack)[1]))
    out = console()
    if out.is_terminal:
        from rich.markdown import Markdown

        out.print(Markdown(text))
    else:
        typer.echo(text)


@app.command("docs")
def docs_command(
    folder: Annotated[Path, typer.Option("--folder", help="Where the documentation lies.")] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 if a file is out of date.")] = False,
) -> None:
    """Write the pages that are made from our packs: docs/codemods/ and docs/coverage.md. For those who work on django-hop.

    Example: django-hop docs --check
    """
    from .docs import documents, outdated, write
    from .packs import shipped

    changed = (outdated if check else write)(folder, documents(shipped()))
    for path in changed:
        typer.echo(f"{'out of date' if check else 'written'}: {folder / path}")
    raise typer.Exit(Exit.LOOK if check and changed else Exit.DONE)


@app.command("undo")
def undo_command(
    target: Annotated[str, typer.Argument(help="The release whose branches go, as 3.2.", metavar="TARGET")],
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
) -> None:
    """Delete the branches of a hop, if this tool made them and nobody added to them.

    Example: django-hop undo 3.2
    """
    from .commit import undo
    from .hop import settings_of
    from .project.repository import open_repository
    from .releases import facts

    facts(target)
    with open_repository(repo) as repository:
        branch = settings_of(repository, ref, project).branch_for(target)
        gone = undo(repository, branch, *(f"{branch}-{name}" for name in ("prepare", "cleanup", "parked")))
    if not gone:
        raise HopError(f"There is no branch {branch}.", "`git branch --list 'django-hop/*'` shows what there is.")
    typer.echo(f"deleted {', '.join(gone)}")


@app.command("demo")
def demo_command(
    folder: Annotated[Path | None, typer.Option("--folder", help="Where to put the repository; a temporary folder if not given.")] = None,
) -> None:
    """Copy the example platform into a new git repository, hop it from 2.2 to the newest release, and show what came out.

    Example: django-hop demo
    """
    from .demo import demo
    from .report.progress import progress
    from .report.terminal import console, print_demo

    with progress("files") as report:
        made = demo(folder, report)
    print_demo(console(), made)


dependencies_app = typer.Typer(
    cls=_Commands,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    help="What the way to a release means for packages, Python and database servers. Nothing is written.\n\n"
    "Example: django-hop dependencies --to 5.2",
)
app.add_typer(dependencies_app, name="dependencies")


@dependencies_app.callback()
def dependencies_command(
    context: typer.Context,
    to: Target = None,
    source: Source = None,
    repo: Repo = Path("."),
    ref: Ref = "HEAD",
    project: Project = "",
    resolve: Annotated[bool, typer.Option("--resolve", help="Ask uv whether each set can be installed; needs a network.")] = False,
    as_json: AsJson = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    from .dependencies.resolve import resolve as ask
    from .dependencies.way import joint_way
    from .hop import hops_of, open_tree
    from .project.repository import open_repository
    from .releases import NEWEST
    from .report.dependencies import dependencies_json, print_dependencies
    from .report.progress import progress
    from .report.terminal import console

    with open_repository(repo) as repository:
        base = open_tree(repository, ref, _options(source, target=to), project)
        way = joint_way(base.tree, hops_of(base, to or base.settings.target or NEWEST, stack=True))
    with progress("sets") as report:
        resolved = ask(way.nodes, report) if resolve else None
    if as_json:
        typer.echo(dependencies_json(way, resolved))
    else:
        print_dependencies(console(), way, resolved)


@dependencies_app.command("refresh")
def refresh_command(repo: Repo = Path("."), ref: Ref = "HEAD", project: Project = "") -> None:
    """Ask the package index about the packages that the project declares, and keep the answers for later plans.

    Example: django-hop dependencies refresh
    """
    from datetime import date

    from .dependencies.index import refresh
    from .dependencies.moves import from_index
    from .project.repository import open_repository
    from .project.tree import tree_of_commit

    with open_repository(repo) as repository:
        packages = from_index(tree_of_commit(repository, repository.resolve(ref), project))
    path, found, missing = refresh(packages, today=date.today())
    typer.echo(f"{len(found)} packages with {sum(found.values())} releases are in {path}")
    for name in missing:
        typer.echo(f"not on the index: {name}")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"django-hop {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")] = False,
) -> None:
    pass


def main() -> int:
    """The command line; the one place where failures become messages and exit codes. Gives the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Paths may hold bytes that are no text, and a terminal may know few characters: nothing of that ends a run.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run()
        sys.stdout.flush()
    except _Stopped as stopped:
        if isinstance(stopped.__cause__, KeyboardInterrupt):
            _say(f"django-hop: interrupted. {_left()}")
            return INTERRUPTED
        return _unread()
    except BrokenPipeError:
        return _unread()
    return int(code)  # a number for whoever prints it: before Python 3.11 an IntEnum prints its name


def _left() -> str:
    """What a run that ended early has left: branches are moved in one go, and a command may move some before it goes on."""
    from .commit import moved_branches

    moved = moved_branches()
    branches = f"Made or changed before that, each as a whole: {', '.join(moved)}" if moved else "No branch was made or changed"
    return f"{branches}; a file that was fixed is whole."


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.DONE
    except HopError as error:
        _say(f"django-hop: {error.message}" + (f"\n  {error.hint}" if error.hint else ""))
        return Exit.SITUATION
    except (_Stopped, BrokenPipeError):
        raise
    except Exception as error:
        from .crash import write_report

        _say(f"django-hop: a bug of ours: {type(error).__name__}: {error}")
        _say(f"  Please report it and attach {write_report(error)}. {_left()}")
        return Exit.BUG
    return Exit.DONE


def _unread() -> int:
    """Who reads our output has read enough, as in `django-hop codemods | head`. Python flushes once more at its end: into nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
