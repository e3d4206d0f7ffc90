"""What the tests prove of each codemod: which of its lines they execute on the new release, and which tests touch them.

The suite runs once more under coverage.py, which is installed beside the environment and looks at the changed files only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ..project.git import decode
from ..project.repository import Repository
from ..proof.environments import BrokenRequirements, locked, run_uv
from ..proof.interpreters import Unavailable
from .environments import cache_root
from .model import Say
from .project import NONE, OTHER, PYTEST
from .running import Running
from .subject import Subject
from .testing import has_module

COVERAGE = "coverage>=5.5"
MOST_TESTS = 20
"""Names of tests that are told of one codemod; the number of all is told as well."""


def evidence(repository: Repository, subject: Subject, running: Running, say: Say) -> tuple[tuple[Mapping[str, Any], ...], str]:
    """For each codemod of the branch its lines, those that were executed, and the tests that did; and why there is nothing, if so."""
    runner = running.layout.runner
    if runner.kind in (NONE, OTHER):
        return (), "No evidence per codemod: single tests are not seen."
    lines = _lines(repository, subject)
    files = sorted({path for one in lines.values() for path, _ in one})
    if not files:
        return (), ""
    package = _coverage(running)
    if package is None:
        return (), "No evidence per codemod: coverage.py could not be installed for this Python."
    say("new: tests once more, for the evidence")
    told = _covered(running, files, package)
    if told is None:
        return (), f"No evidence per codemod: the run under coverage.py failed, see {running.logs / 'new-evidence.log'}"
    found = []
    for step in subject.steps:
        own = lines.get(step.sha, [])
        executed = [place for place in own if place in told]
        tests = sorted({test for place in executed for test in told[place]})
        found.append(
            {
                "codemod": step.codemod,
                "commit": step.sha,
                "lines": len(own),
                "executed": len(executed),
                "tests": tests[:MOST_TESTS],
                "tests_count": len(tests),
            }
        )
    return tuple(found), ""


def _lines(repository: Repository, subject: Subject) -> dict[str, list[tuple[str, int]]]:
    """For each commit the lines of Python files that it left in the branch's head: (path, line)."""
    listed = decode(repository.git.run("diff", "--name-only", "-z", "--no-renames", "--diff-filter=AM", subject.base, subject.head))
    found: dict[str, list[tuple[str, int]]] = {}
    for path in listed.split("\0"):
        if path.endswith(".py"):
            blamed = decode(repository.git.run("blame", "--porcelain", f"{subject.base}..{subject.head}", "--", path))
            for match in re.finditer(r"^([0-9a-f]{40,64}) \d+ (\d+)(?: \d+)?$", blamed, re.M):
                found.setdefault(match[1], []).append((path, int(match[2])))
    own = {step.sha for step in subject.steps}
    return {sha: places for sha, places in found.items() if sha in own}


def _coverage(running: Running) -> Path | None:
    """coverage.py for the environment's Python, in a folder of its own, so that the environment stays as it is."""
    python = running.environment.python
    key = blake2b(f"{python}{COVERAGE}".encode(), digest_size=8).hexdigest()
    place = cache_root() / "coverage" / f"py{running.environment.python_version}-{key}"
    with locked(place.with_suffix(".lock")):
        if not place.exists():
            building = place.with_suffix(".building")
            try:
                run_uv("pip", "install", "--quiet", "--python", str(python), "--target", str(building), COVERAGE)
            except (BrokenRequirements, Unavailable):
                return None
            building.rename(place)
    return place


def _covered(running: Running, files: list[str], package: Path) -> dict[tuple[str, int], list[str]] | None:
    """The executed lines of the files, each with the tests that executed it; None if the run failed."""
    folder = running.side.folder
    config, data, told = (running.scratch / f"evidence.{end}" for end in ("ini", "data", "json"))
    included = "\n".join(f"    {folder / path}" for path in files)
    config.write_text(f"[run]\ndata_file = {data}\ndynamic_context = test_function\ninclude =\n{included}\n", "utf-8")
    for old in (data, told):
        old.unlink(missing_ok=True)
    runner, python = running.layout.runner, str(running.environment.python)
    rest = list(runner.command[1:])
    if runner.kind == PYTEST and has_module(python, "pytest_cov"):
        rest.append("--no-cov")
    program = rest if runner.kind == PYTEST else ["-m", "django_hop_launch", *rest]
    start = [python, "-m", "coverage"]
    values = {"PYTHONPATH": str(package)}
    if running.layout.test_settings:
        values["DJANGO_SETTINGS_MODULE"] = running.layout.test_settings
    limit = running.settings.time_limit * 2
    running.run([*start, "run", f"--rcfile={config}", *program], "evidence", running.variables(values), limit=limit)
    if not data.exists():
        return None
    report = [*start, "json", f"--rcfile={config}", "--show-contexts", "-o", str(told)]
    made = running.run(report, "evidence-json", running.variables(values))
    if not made.ok or not told.exists():
        return None
    return _read(json.loads(told.read_text("utf-8")), folder, running.side.project)


def _read(told: Mapping[str, Any], folder: Path, project: Path) -> dict[tuple[str, int], list[str]]:
    found = {}
    for name, one in told["files"].items():
        path = (project / name).resolve()
        if path.is_relative_to(folder.resolve()):
            relative = path.relative_to(folder.resolve()).as_posix()
            for line in one["executed_lines"]:
                found[relative, line] = [test for test in one.get("contexts", {}).get(str(line), ()) if test]
    return found
