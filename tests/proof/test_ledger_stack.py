"""The whole way on the example platform: `hop --to 6.1` from 2.2 makes branches whose suites are green, with no edit by hand.

The hops move Django and leave the pins of other packages as they are; on Django 4.2 and later, those of 2.2's time do not work.
So each release here brings pins of its own for them, in `PINS`: they replace those in the branch's requirements when its environment
is made, and nothing in the branch. Each prepare branch is run as well, on the old release: its commits can be deployed before the
new one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from repos import ENVIRONMENT, commit_all, git
from test_ledger import Project

from django_hop.demo import example
from django_hop.proof.environments import environment, requirement_lines
from django_hop.proof.interpreters import Unavailable

pytestmark = pytest.mark.proof

PYTHONS = {"3.2": ("3.8", "3.9"), "4.2": ("3.10", "3.11"), "5.2": ("3.12",), "6.1": ("3.12",)}
"""Release -> the versions of Python that it and the pins run on."""

_FOR_5_2 = {
    "django-filter": "25.1",
    "django-redis": "6.0.0",
    "djangorestframework": "3.16.1",
    "djangorestframework-simplejwt": "5.5.1",
    "PyJWT": "2.10.1",
    "celery": "5.5.3",
    "kombu": "5.5.4",
    "redis": "5.2.1",
    "requests": "2.32.3",
    "Jinja2": "3.1.6",
    "MarkupSafe": "3.0.2",
    "python-dateutil": "2.9.0.post0",
    "pytest": "8.3.5",
    "pytest-django": "4.11.1",
    "factory-boy": "3.3.3",
    "freezegun": "1.5.1",
}
PINS: dict[str, dict[str, str]] = {
    "3.2": {},
    "4.2": {
        "django-filter": "23.5",
        "django-redis": "5.4.0",
        "djangorestframework": "3.15.2",
        "djangorestframework-simplejwt": "5.3.1",
        "PyJWT": "2.8.0",
        "celery": "5.3.6",
        "kombu": "5.3.7",
        "redis": "4.6.0",
        "requests": "2.31.0",
        "Jinja2": "3.1.4",
        "MarkupSafe": "2.1.5",
        "pytest": "7.4.4",
        "pytest-django": "4.8.0",
        "factory-boy": "3.3.0",
        "freezegun": "1.4.0",
    },
    "5.2": _FOR_5_2,
    "6.1": _FOR_5_2
    | {
        "django-filter": "26.2",
        "django-redis": "7.0.0",
        "djangorestframework": "3.18.3",
        "celery": "5.7.0",
        "kombu": "5.7.0",
        "redis": "8.1.0",
        "pytest": "8.4.2",
        "pytest-django": "4.14.0",
    },
}
"""Release -> package -> the version that stands in for the project's own."""

RELEASES = tuple(PINS)
PREPARED = tuple(pairwise(RELEASES))
"""(old release, target) of the hops after the first, whose prepare branch test_ledger.py runs."""


class Stack:
    """The repository with the branches of all hops. Suites are started together, two at a time, and asked for one by one."""

    def __init__(self, repository: Path, pool: ThreadPoolExecutor) -> None:
        self.repository = repository
        self.passed: dict[str, Future[int]] = {}
        for branch, release in [*((f"{one}", one) for one in RELEASES), *((f"{target}-prepare", old) for old, target in PREPARED)]:
            self.passed[branch] = pool.submit(self._passed, branch, release)

    def project(self, branch: str, release: str) -> Project:
        """A checkout of a branch, with the environment for a release. Skips the test if this machine lacks what that takes."""
        try:
            return self._project(branch, release)
        except Unavailable as lack:
            pytest.skip(f"not proved here: {lack}")

    def count(self, branch: str) -> int:
        """How many tests passed on a branch. Fails if its suite is not green; skips if this machine cannot run it."""
        try:
            return self.passed[branch].result()
        except Unavailable as lack:
            pytest.skip(f"not proved here: {lack}")

    def _passed(self, branch: str, release: str) -> int:
        return self._project(branch, release).passed()

    def _project(self, branch: str, release: str) -> Project:
        folder = self.repository.parent / branch
        made = environment(pinned(requirement_lines(folder / "requirements" / "test.txt"), PINS[release]), PYTHONS[release])
        return Project(folder, made.python)


def pinned(lines: tuple[str, ...], pins: dict[str, str]) -> tuple[str, ...]:
    """Requirements with other versions for some of the packages; each of these must be there, so that no pin here is a dead one."""
    found = [(line, re.match(r"([\w.-]+)==[^\s;]+", line)) for line in lines]
    assert set(pins) <= {match[1] for _, match in found if match}
    return tuple(f"{match[1]}=={pins[match[1]]}{line[match.end() :]}" if match and match[1] in pins else line for line, match in found)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The ledger in a repository of its own, hopped from 2.2 to 6.1 by the command line, with a checkout of each branch beside it."""
    folder = tmp_path_factory.mktemp("stack") / "ledger"
    shutil.copytree(example(), folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", ".venv", "*.sqlite3"))
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "Ledger on Django 2.2")
    command = [sys.executable, "-m", "django_hop", "hop", "--to", RELEASES[-1], "--repo", str(folder), "--json"]
    done = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    hops = json.loads(done.stdout)["hops"]
    assert [one["hop"]["to"] for one in hops] == list(RELEASES)
    assert not any(one["errors"] for one in hops)
    for release in RELEASES:
        for branch in (release, f"{release}-prepare"):
            git(folder, "clone", "--quiet", "--branch", f"django-hop/{branch}", str(folder), str(folder.parent / branch))
    pool = ThreadPoolExecutor(min(2, os.cpu_count() or 1))
    yield Stack(folder, pool)
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("release", RELEASES)
def test_the_branch_is_green_on_its_release(stack: Stack, release: str) -> None:
    project = stack.project(release, release)
    assert project.django() == release
    assert stack.count(release) >= 120


@pytest.mark.parametrize(("old", "target"), PREPARED)
def test_the_prepare_branch_is_green_on_the_old_release(stack: Stack, old: str, target: str) -> None:
    """With the environment of the old release, to the last pin: nothing has to be installed for these commits."""
    assert stack.project(f"{target}-prepare", old) == Project(stack.repository.parent / f"{target}-prepare", stack.project(old, old).python)
    assert stack.count(f"{target}-prepare") == stack.count(old)


@pytest.mark.parametrize("release", RELEASES)
def test_the_code_of_2_2_does_not_even_start_there(stack: Stack, release: str) -> None:
    """Without the hops there is something to do."""
    assert Project(stack.repository, stack.project(release, release).python).manage("check").returncode != 0


@pytest.mark.parametrize("release", RELEASES)
def test_the_system_checks_find_no_error(stack: Stack, release: str) -> None:
    done = stack.project(release, release).manage("check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("release", RELEASES)
def test_no_migration_that_is_left_drops_anything(stack: Stack, release: str) -> None:
    """What is left for a person: fields that say more than before, and from 4.2 on the name of an index that was one of index_together."""
    done = stack.project(release, release).manage("makemigrations", "--check", "--dry-run")
    operations = re.findall(r"^    [-~+] (.+)", done.stdout, re.M)
    assert operations, done.stdout + done.stderr
    assert [one for one in operations if not re.match(r"Alter field |Rename unnamed index ", one)] == []
    assert any(one.startswith("Rename") for one in operations) == (release != "3.2")
