"""The whole way on the example platform: `hop --to 6.1` from 2.2 makes branches whose suites are green, with no edit by hand.

The hops move Django, other packages and Python. So the suite of each branch runs with the branch's own requirements, on the Python
that its Dockerfile names. Each prepare branch is run as well, on the old release: its commits can be deployed before the new one.
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
from pathlib import Path

import pytest
from repos import ENVIRONMENT, commit_all, git
from servers import redis_server
from test_ledger import Project

from django_hop.demo import example
from django_hop.errors import HopError
from django_hop.proof.environments import environment, requirement_lines
from django_hop.proof.interpreters import Unavailable
from django_hop.verify.cluster import served
from django_hop.verify.databases import from_url

pytestmark = pytest.mark.proof

RELEASES = ("3.2", "4.2", "5.2", "6.1")
BRANCHES = tuple(name for release in RELEASES for name in (release, f"{release}-prepare"))
OLD = dict(zip(RELEASES, ("2.2", *RELEASES), strict=False))
"""Release -> the one its hop starts from, on which its prepare branch runs."""


class Stack:
    """The repository with the branches of all hops. Suites start together when one is wanted, two at a time, and are asked one by one."""

    def __init__(self, repository: Path, pool: ThreadPoolExecutor) -> None:
        self.repository = repository
        self.pool = pool
        self.passed: dict[str, Future[int]] = {}

    def project(self, branch: str) -> Project:
        """A checkout of a branch, with its environment. Skips the test if this machine lacks what that takes."""
        try:
            return self._project(branch)
        except Unavailable as lack:
            pytest.skip(f"not proved here: {lack}")

    def count(self, branch: str) -> int:
        """How many tests passed on a branch. Fails if its suite is not green; skips if this machine cannot run it."""
        if not self.passed:
            self.passed = {one: self.pool.submit(self._passed, one) for one in BRANCHES}
        try:
            return self.passed[branch].result()
        except Unavailable as lack:
            pytest.skip(f"not proved here: {lack}")

    def _passed(self, branch: str) -> int:
        return self._project(branch).passed()

    def _project(self, branch: str) -> Project:
        folder = self.repository.parent / branch
        made = environment(requirement_lines(folder / "requirements" / "test.txt"), (python_of(folder),))
        return Project(folder, made.python)


def python_of(folder: Path) -> str:
    """The Python that the Dockerfile of a checkout names."""
    match = re.search(r"^FROM python:(3\.\d+)", (folder / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert match
    return match[1]


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
    for branch in BRANCHES:
        git(folder, "clone", "--quiet", "--branch", f"django-hop/{branch}", str(folder), str(folder.parent / branch))
    pool = ThreadPoolExecutor(min(2, os.cpu_count() or 1))
    yield Stack(folder, pool)
    pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("release", RELEASES)
def test_the_branch_is_green_on_its_release(stack: Stack, release: str) -> None:
    project = stack.project(release)
    assert project.django() == release
    assert stack.count(release) >= 120


@pytest.mark.parametrize("release", RELEASES)
def test_the_prepare_branch_is_green_on_the_old_release(stack: Stack, release: str) -> None:
    """With the bridges and the Python that its commits move to, and the old Django."""
    assert stack.project(f"{release}-prepare").django() == OLD[release]
    assert stack.count(f"{release}-prepare") == stack.count(release)


def test_python_moves_once_where_django_needs_it(stack: Stack) -> None:
    pythons = {branch: python_of(stack.repository.parent / branch) for branch in BRANCHES}
    old, new = ("3.2", "3.2-prepare", "4.2", "4.2-prepare"), ("5.2", "5.2-prepare", "6.1", "6.1-prepare")
    assert pythons == dict.fromkeys(old, "3.8") | dict.fromkeys(new, "3.12")


@pytest.mark.parametrize("release", RELEASES)
def test_the_code_of_2_2_does_not_even_start_there(stack: Stack, release: str) -> None:
    """Without the hops there is something to do."""
    assert Project(stack.repository, stack.project(release).python).manage("check").returncode != 0


@pytest.mark.parametrize("release", RELEASES)
def test_the_system_checks_find_no_error(stack: Stack, release: str) -> None:
    done = stack.project(release).manage("check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("release", RELEASES)
def test_no_migration_that_is_left_drops_anything(stack: Stack, release: str) -> None:
    """What is left for a person: fields that say more than before, and from 4.2 on the name of an index that was one of index_together."""
    done = stack.project(release).manage("makemigrations", "--check", "--dry-run")
    operations = re.findall(r"^    [-~+] (.+)", done.stdout, re.M)
    assert operations, done.stdout + done.stderr
    assert [one for one in operations if not re.match(r"Alter field |Rename unnamed index ", one)] == []
    assert any(one.startswith("Rename") for one in operations) == (release != "3.2")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Redis and a PostgreSQL server, as the settings `config.settings.services` want them named."""
    folder = tmp_path_factory.mktemp("servers")
    try:
        with redis_server(folder) as redis, served("temporary") as address:
            values = from_url(address)
            assert values is not None
            host = {f"LEDGER_TEST_DB_{name}": values[name] for name in ("HOST", "PORT", "USER")}
            yield {"LEDGER_TEST_REDIS_URL": f"redis://127.0.0.1:{redis}/15", **host}
    except (Unavailable, HopError) as lack:
        pytest.skip(f"not proved here: {lack}")


@pytest.mark.parametrize("branch", ["main", *RELEASES])
def test_the_branch_is_green_on_postgresql_and_on_celery_workers_with_redis(stack: Stack, servers: dict[str, str], branch: str) -> None:
    """The suite in memory skips the four tests that need a worker or a cache of several processes; none is skipped here."""
    folder = stack.repository if branch == "main" else stack.repository.parent / branch
    try:
        made = environment(requirement_lines(folder / "requirements" / "services.txt"), (python_of(folder),))
    except Unavailable as lack:
        pytest.skip(f"not proved here: {lack}")
    command = [str(made.python), "-m", "pytest", "--ds=config.settings.services", "-W", "ignore"]
    done = subprocess.run(command, cwd=folder, env=os.environ | servers, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout.splitlines()[-1], done.stdout
