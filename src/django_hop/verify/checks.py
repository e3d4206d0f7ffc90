"""The checks apart from the tests: imports, Django's own checks, migrations; each gives a Result that can be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from . import process
from .model import BROKEN, NOT_RUN, OK, TIMEOUT, Check, Environment, Result, Say, TestChange, Verdict
from .running import Running

_PROBLEM = re.compile(r"^(?P<object>\S.*?): \((?P<id>[\w.]+\.[A-Z]\d+)\) (?P<text>.*)$", re.M)
_OPERATION = re.compile(r"^ {4}(?:- |\+ |~ )?(?P<text>[A-Z]\w+ .+)$", re.M)
_APP = re.compile(r"^Migrations for '(?P<app>[^']+)':$", re.M)
RESTARTS = 20
"""How often the imports go on after a module that ended the process."""

MIGRATIONS = "makemigrations --check"
NAMES = ("installs", "imports", "check", "check --deploy", MIGRATIONS, "migrate")
"""The checks before the tests, in order."""


def installed(environment: Environment) -> Result:
    """What the environment is: to have it is the result."""
    text = f"Django {environment.django} on Python {environment.python_version}, from {', '.join(environment.sources)}"
    return Result(OK, text, environment.notes)


def results(running: Running, say: Say, probe: Mapping[str, str]) -> Iterator[tuple[str, Result]]:
    """Run the checks on one side; `probe` are the variables of a recording, for `migrate`."""
    yield "installs", installed(running.environment)
    for name, check in (
        ("imports", imports),
        ("check", check_plain),
        ("check --deploy", check_deploy),
        (MIGRATIONS, migrations),
    ):
        say(f"{running.name}: {name}")
        yield name, check(running)
    say(f"{running.name}: migrate")
    yield "migrate", migrate(running, probe)


def imports(running: Running) -> Result:
    """Import every module of the project."""
    if not running.layout.modules:
        return Result(NOT_RUN, "no package was found")
    names, found = running.scratch / "modules.txt", running.scratch / "imports.jsonl"
    names.write_text("\n".join(running.layout.modules), "utf-8")
    found.unlink(missing_ok=True)
    command = [str(running.environment.python), "-m", "django_hop_imports", str(names), str(found)]
    variables = running.variables(running.overridden())
    seconds, ended = 0.0, None
    for _ in range(RESTARTS):
        ended = running.run(command, "imports", variables, limit=max(running.settings.check_limit - seconds, 1))
        seconds += ended.seconds
        if ended.code in (0, None):
            break
    assert ended is not None
    errors = {}
    for line in found.read_text("utf-8", errors="replace").splitlines() if found.exists() else ():
        one = json.loads(line)
        errors[one["module"]] = one["error"]
    if ended.code is None:
        hangs = next(reversed(errors), "")
        named = (f"{hangs}: its import did not end",) if hangs else ()
        return Result(TIMEOUT, f"ended after {seconds:.0f} s, in {hangs or 'Python'}", named, seconds, str(ended.log))
    details = tuple(f"{module}: {error}" for module, error in sorted(errors.items()) if error)
    text = f"{len(running.layout.modules)} modules" + (f", {len(details)} do not import" if details else "")
    return Result(BROKEN if details else OK, text, details, seconds, str(ended.log))


def check_plain(running: Running) -> Result:
    """`manage.py check`."""
    return _system_check(running, "check")


def check_deploy(running: Running) -> Result:
    """`manage.py check --deploy`: what it says of these settings; only errors count, for these are seldom the settings of a server."""
    return _system_check(running, "check", "--deploy")


def _system_check(running: Running, *command: str) -> Result:
    ended = running.run(running.manage(*command), "-".join(command).replace("---", "-"), running.variables(running.overridden()))
    problems = tuple(sorted({f"{one['object']}: ({one['id']}) {one['text']}" for one in _PROBLEM.finditer(ended.output)}))
    text = f"{len(problems)} issues" if problems else "no issues"
    return _result(ended, text, problems)


def migrations(running: Running) -> Result:
    """`makemigrations --check --dry-run`; every operation that is missing in the project's migrations is a detail."""
    command = running.manage("makemigrations", "--check", "--dry-run", "--noinput")
    ended = running.run(command, "makemigrations", running.variables(running.overridden()))
    operations = tuple(operations_of(ended.output))
    if ended.code == 1 and operations:
        return Result(
            BROKEN,
            f"{len(operations)} {'operation is' if len(operations) == 1 else 'operations are'} missing",
            operations,
            ended.seconds,
            str(ended.log),
        )
    return _result(ended, "complete", ())


def operations_of(output: str) -> Iterator[str]:
    """`app: Alter field x on y` for each operation that makemigrations tells."""
    starts = [*_APP.finditer(output)]
    for place, match in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(output)
        for operation in _OPERATION.finditer(output, match.end(), end):
            yield f"{match['app']}: {operation['text'].strip()}"


def migrate(running: Running, probe: Mapping[str, str]) -> Result:
    """`migrate` on an empty database: a new SQLite file, or databases of its own on the server that was given."""
    for old in running.scratch.glob("database.sqlite3*"):
        old.unlink()
    fresh = [str(running.environment.python), "-m", "django_hop_migrate"]
    command = fresh if running.on_server else running.manage("migrate", "--noinput")
    ended = running.run(command, "migrate", running.variables(running.overridden(), probe))
    applied = len(re.findall(r"^ +Applying .*OK( \([\d.]+s\))?$", ended.output, re.M))
    return _result(ended, f"{applied} migrations applied", ())


def _result(ended: process.Ended, text: str, details: tuple[str, ...]) -> Result:
    if ended.code is None:
        return Result(TIMEOUT, f"ended after {ended.seconds:.0f} s", details, ended.seconds, str(ended.log))
    if ended.ok:
        return Result(OK, text, details, ended.seconds, str(ended.log))
    return Result(BROKEN, last_line(ended.output) or f"exit code {ended.code}", details, ended.seconds, str(ended.log))


def last_line(output: str) -> str:
    """The last line that says something: after a traceback the error itself."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""


def compared(name: str, old: Result, new: Result, side: str = "branch") -> Check:
    """Both results of a check with their verdict."""
    return Check(name, old, new, _verdict(name, old, new), side)


def compared_tests(old: Result, new: Result, found: Sequence[TestChange], side: str = "branch") -> Check:
    """The verdict on the tests: what counts is each test, not the exit code."""
    kinds = {one.kind for one in found}
    broken = old.ok and new.state == BROKEN and "flaky" not in kinds
    if "newly failing" in kinds or (old.state != TIMEOUT and new.state == TIMEOUT) or broken:
        verdict = Verdict.WORSE
    elif "newly passing" in kinds:
        verdict = Verdict.BETTER
    else:
        red = "still failing" in kinds or TIMEOUT in (old.state, new.state) or old.state == new.state == BROKEN
        verdict = Verdict.RED if red else Verdict.SAME
    return Check("tests", old, new, verdict, side)


def key(name: str, detail: str) -> str:
    """What makes a problem of a check the same on both sides: the module, the object with the id, the operation."""
    if name == MIGRATIONS:
        return detail
    problem = _PROBLEM.match(detail)
    return f"{problem['object']}: ({problem['id']})" if problem and name.startswith("check") else detail.partition(": ")[0]


def _verdict(name: str, old: Result, new: Result) -> Verdict:
    if (old.ok and new.ok) or NOT_RUN in (old.state, new.state):
        return Verdict.SAME
    if old.ok or new.ok:
        return Verdict.WORSE if old.ok else Verdict.BETTER
    before, after = ({key(name, detail) for detail in one.details} for one in (old, new))
    if after - before:
        return Verdict.WORSE
    return Verdict.BETTER if before - after and after else Verdict.RED
