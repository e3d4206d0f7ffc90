"""`--migrations`: what makemigrations writes on the new release becomes one commit per app, after a look at what it does."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import __version__
from ..commit import write_branch
from ..errors import HopError
from ..model import Safety, Stage, Step
from ..project.git import Git, decode
from ..project.repository import Repository
from .checks import MIGRATIONS, last_line
from .model import Check, Migrated, Verdict
from .running import Running
from .subject import Subject

_MIGRATIONS_FOR = re.compile(r"^Migrations for '([^']+)':$", re.M)
_ORDER = ("state", "additive", "rewriting", "dropping")
_DEPLOY = {
    "state": "It changes what Django knows, not the database.",
    "additive": "It adds to the database; the old release can run with it.",
    "rewriting": "It locks or rewrites a table, or the old release cannot run with it.",
    "dropping": "It drops what the old release may still use.",
}


@dataclass(frozen=True)
class _New:
    """The new migrations of one app."""

    app: str
    files: dict[str, bytes]
    names: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """The new migrations of one app, and what they do."""

    new: _New
    kind: str
    operations: tuple[str, ...]
    why: str


def migrate_branch(repository: Repository, subject: Subject, running: Running, parked: str = "") -> tuple[str, tuple[Migrated, ...]]:
    """Run makemigrations in the checkout of the branch, and put the harmless apps on the branch, the others on the parked one.

    `parked` is the commit on which the latter go, if this run has parked something already. Gives the branch's new head and what became
    of each app. Raises HopError if makemigrations cannot decide alone.
    """
    apps = _apps(running, _makemigrations(running, subject.branch, "--dry-run"))
    if not apps:
        return subject.head, ()
    _makemigrations(running, subject.branch, *apps)
    found = [_Seen(new, *_look(running, new)) for new in _new(running, apps)]
    bad = _bad(found)
    head, shas = subject.head, dict[str, str]()
    if good := [one for one in found if one.new.app not in bad]:
        if repository.resolve(f"refs/heads/{subject.branch}") != head:
            raise HopError(f"The branch {subject.branch} was moved meanwhile.", "Run it again.")
        made = write_branch(repository, subject.branch, head, [_step(one, subject) for one in good])
        shas |= {one.new.app: sha for one, sha in zip(good, made, strict=True)}
        head = made[-1]
    if others := [one for one in found if one.new.app in bad]:
        made = write_branch(repository, f"{subject.branch}-parked", parked or head, [_step(one, subject) for one in others])
        shas |= {one.new.app: sha for one, sha in zip(others, made, strict=True)}
    told = [
        Migrated(
            one.new.app, tuple(one.new.files), one.kind, one.operations, shas[one.new.app], one.new.app in bad, bad.get(one.new.app, "")
        )
        for one in found
    ]
    return head, tuple(told)


def with_state_only(checks: Sequence[Check], running: Running, branch: str) -> Iterator[Check]:
    """The checks, that of the prepare branch's migrations judged anew if it got worse: not as worse if all that is missing changes no
    column, and is missing on the branch as well. `running` is the prepare branch's side; its checkout stays as it is."""
    wanted = {detail for check in checks if check.name == MIGRATIONS and check.side == "branch" for detail in check.new.details}
    for check in checks:
        fresh = set(check.new.details) - set(check.old.details)
        judged = check.name == MIGRATIONS and check.side == "prepare" and check.verdict is Verdict.WORSE and fresh
        yield replace(check, verdict=Verdict.STATE) if judged and fresh <= wanted and _state_only(running, branch) else check


def _state_only(running: Running, branch: str) -> bool:
    """Whether everything that makemigrations would write now, for the project's apps and others, only changes what Django knows."""
    files: list[str] = []
    try:
        output = _makemigrations(running, branch, "--dry-run")
        apps = _apps(running, output)
        if set(apps) != {match[1] for match in _MIGRATIONS_FOR.finditer(output)}:
            return False
        _makemigrations(running, branch, *apps)
        found = _new(running, apps)
        files = [path for new in found for path in new.files]
        return {new.app for new in found} == set(apps) and all(_look(running, new)[0] == "state" for new in found)
    except HopError:
        return False
    finally:
        for path in files:
            (running.side.folder / path).unlink()


def _bad(found: Sequence[_Seen]) -> dict[str, str]:
    """The apps whose migrations are parked, and why: for what they do, or because they stand on such a one."""
    bad = {one.new.app: one.why for one in found if one.kind in ("rewriting", "dropping")}
    waiting = True
    while waiting:
        waiting = False
        for one in found:
            text = b"".join(one.new.files.values()).decode("utf-8", "replace")
            behind = next((new.new.app for new in found if new.new.app in bad and new is not one and _names(text, new.new)), "")
            if one.new.app not in bad and behind:
                bad[one.new.app] = f"it needs the parked migration of {behind}"
                waiting = True
    return bad


def _names(text: str, new: _New) -> bool:
    return any(re.search(rf"[\"']{re.escape(new.app)}[\"'],\s*[\"']{re.escape(name)}[\"']", text) for name in new.names)


def _makemigrations(running: Running, branch: str, *arguments: str) -> str:
    command = running.manage("makemigrations", "--noinput", *arguments)
    ended = running.run(command, "makemigrations-write", running.variables(running.overridden()))
    if not ended.ok:
        hint = f"Run it yourself on {branch}; see {ended.log}"
        raise HopError(f"makemigrations does not go through without questions: {last_line(ended.output)}.", hint)
    return ended.output


def _apps(running: Running, output: str) -> dict[str, Path]:
    """The apps of the project for which makemigrations would write, and where; those of packages would be written into the environment."""
    found = {}
    for match in re.finditer(r"^Migrations for '([^']+)':\n\s+(\S.*?\.py)\s*$", output, re.M):
        folder = (running.side.project / match[2]).resolve().parent
        if folder.is_relative_to(running.side.folder.resolve()):
            found[match[1]] = folder
    return found


def _new(running: Running, apps: Mapping[str, Path]) -> list[_New]:
    """The migrations that are new in the checkout, by app."""
    listed = decode(Git(running.side.folder).run("status", "--porcelain", "-z", "--untracked-files=all")).split("\0")
    paths = sorted(line[3:] for line in listed if line.startswith("??") and line.endswith(".py"))
    found = []
    for app, folder in apps.items():
        files = [path for path in paths if (running.side.folder.resolve() / path).parent == folder]
        contents = {path: (running.side.folder / path).read_bytes() for path in files}
        names = tuple(posixpath.basename(path)[:-3] for path in files if not path.endswith("__init__.py"))
        if names:
            found.append(_New(app, contents, names))
    return found


def _look(running: Running, new: _New) -> tuple[str, tuple[str, ...], str]:
    """The worst kind of an app's operations, all operations in words, and why the worst is parked."""
    command = [str(running.environment.python), "-m", "django_hop_migrations", *(f"{new.app}.{name}" for name in new.names)]
    ended = running.run(command, f"migrations-{new.app}", running.variables(running.overridden()))
    told = [json.loads(line) for line in ended.output.splitlines() if line.startswith("{")]
    if not ended.ok or not told:
        return "rewriting", (), f"its operations could not be looked at: {last_line(ended.output)}"
    worst = max(told, key=lambda one: _ORDER.index(one["kind"]))
    operations = tuple(f"{one['operation']} ({one['kind']})" for one in told)
    return worst["kind"], operations, f"{worst['operation']}: {worst['why']}" if worst["why"] else ""


def _step(one: _Seen, subject: Subject) -> Step:
    target, new, kind, operations = subject.hop.target, one.new, one.kind, one.operations
    title = f"the migrations of {new.app} that Django {target} wants"
    lines = "\n".join(f"- {operation}" for operation in operations)
    message = (
        f"migrations: {title}\n\nWritten by makemigrations on Django {target}.\n{_DEPLOY[kind]}\n\n{lines}\n\n"
        f"Django-Hop-Codemod: migrations-{new.app}\nDjango-Hop-Stage: bump\nDjango-Hop-Version: {__version__}\n"
    )
    return Step(f"migrations-{new.app}", title, "migrations", Stage.BUMP, Safety.REVIEW, new.files, len(operations), message)
