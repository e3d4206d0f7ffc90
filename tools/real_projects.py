"""Hop real old projects, one hop on top of the other, and count what happened; writes the table of docs/real-projects.md.

    python tools/real_projects.py [--cache FOLDER] [--target 5.2] [--keep FOLDER] [--write]

The projects come from the package index as source distributions, into a cache outside the repository; nothing of them is kept here.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django_hop.config import Settings
from django_hop.hop import hop, open_base
from django_hop.model import Hop, HopResult
from django_hop.project.repository import open_repository
from django_hop.project.tree import tree_of_commit
from django_hop.releases import route

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))
from corpus import fetch  # noqa: E402

DOCUMENT = HERE.parent / "docs" / "real-projects.md"
MARKS = ("<!-- table: made by tools/real_projects.py -->", "<!-- end of table -->")
PROJECTS = {
    "2.2": (
        "django-oscar==2.0.4",
        "wagtail==2.7.4",
        "django-cms==3.7.4",
        "Mezzanine==4.3.1",
        "django-guardian==2.1.0",
        "djangorestframework==3.9.4",
        "django-allauth==0.41.0",
        "django-filer==1.7.1",
    ),
    "3.2": ("django-oscar==3.2.5", "wagtail==4.1.9"),
}
"""The projects, by the release that they start from."""


@dataclass(frozen=True)
class Outcome:
    """What one hop of a project gave."""

    name: str
    result: HopResult
    seconds: float
    broken: tuple[str, ...]
    """Python files that parsed before and do not after."""
    again: int
    """Commits that a second run on the result would make."""


def repository_of(source: Path, folder: Path) -> Path:
    """A git repository with a copy of a source distribution as its one commit."""
    target = folder / source.name
    subprocess.run(["cp", "-r", source, target], check=True)
    for command in (
        ["init", "-q"],
        ["add", "-A", "-f"],
        ["-c", "user.name=hop", "-c", "user.email=hop@example.org", "commit", "-qm", "source distribution"],
    ):
        subprocess.run(["git", *command], cwd=target, check=True)
    for name, value in (("user.name", "hop"), ("user.email", "hop@example.org")):
        subprocess.run(["git", "config", name, value], cwd=target, check=True)
    return target


def parses(data: bytes) -> bool:
    """True if Python 3 can parse the bytes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def take(source: Path, folder: Path, hops: Sequence[Hop]) -> Iterator[Outcome]:
    """Hop one project, each hop on top of the last, and look at what came out of each."""
    target = repository_of(source, folder)
    with open_repository(target) as repository:
        base = open_base(repository, "HEAD", Settings(source=hops[0].source))
        before: Mapping[str, bytes] = base.tree
        started = time.monotonic()
        for result in hop(repository, base, hops):
            seconds = time.monotonic() - started
            after = tree_of_commit(repository, result.head)
            broken = tuple(
                path for path, data in before.items() if path.endswith(".py") and parses(data) and not parses(after.get(path, b"!"))
            )
            again = open_base(repository, result.head, Settings(source=result.hop.source))
            (second,) = hop(repository, again, [result.hop], dry_run=True)
            yield Outcome(source.name, result, seconds, broken, len(second.commits))
            before, started = after, time.monotonic()


def table(outcomes: list[Outcome]) -> str:
    """The Markdown table."""
    lines = [
        "| project | hop | files read | files changed | commits (prepare + bump) | places | findings "
        "| not read | errors | seconds | no longer parse | second run |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in outcomes:
        result = one.result
        stages = Counter(commit.stage.value for commit in result.commits)
        found = sum(not finding.fixed for finding in result.findings)
        again = "changes nothing" if not one.again else f"{one.again} commits"
        facts = result.facts
        lines.append(
            f"| {one.name.replace('_', '-')} | {result.hop.source} to {result.hop.target} | {facts['files']} | {facts['changed']} "
            f"| {len(result.commits)} ({stages['prepare']} + {stages['bump']}) | {facts['places']} | {found} "
            f"| {len(result.skipped)} | {len(result.failures)} | {one.seconds:.1f} | {len(one.broken)} | {again} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Parse, run, print or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "django-hop-corpus")
    parser.add_argument("--target", default="5.2")
    parser.add_argument("--keep", type=Path, help="folder for the repositories; a temporary one if not given")
    parser.add_argument("--write", action="store_true", help="put the table into docs/real-projects.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        outcomes = [
            outcome
            for start, projects in PROJECTS.items()
            for source in fetch(options.cache, projects)
            for outcome in take(source, folder, [Hop(*ends) for ends in route(start, options.target)])
        ]
    for one in outcomes:
        for failure in one.result.failures:
            print(f"{one.name}: {failure.path}: {failure.codemod}: {failure.message}", file=sys.stderr)
    text = table(outcomes)
    print(text)
    if options.write:
        page = DOCUMENT.read_text("utf-8")
        head, tail = page.split(MARKS[0])[0], page.split(MARKS[1])[1]
        DOCUMENT.write_text(f"{head}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{tail}", "utf-8")


if __name__ == "__main__":
    main()
