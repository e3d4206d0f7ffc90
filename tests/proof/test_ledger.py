"""The main job on the example platform: green on Django 2.2 before it and after the prepare commits, green on 3.2 after the hop."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from repos import ENVIRONMENT, commit_all, git

from django_hop.demo import example
from django_hop.proof.environments import environment, requirement_lines
from django_hop.proof.interpreters import Unavailable

pytestmark = pytest.mark.proof
PYTHONS = ("3.8", "3.9")
"""Both releases run on these."""


@dataclass(frozen=True)
class Project:
    """A checkout of the ledger, and the interpreter of an environment made from the checkout's own requirements."""

    folder: Path
    python: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        foreign = ("DJANGO_", "PYTEST_", "LEDGER_", "PYTHON", "VIRTUAL_ENV")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([str(self.python), *arguments], cwd=self.folder, env=clean | settings, capture_output=True, text=True)

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *arguments)

    def django(self) -> str:
        return self.run("-c", "import django; print('%d.%d' % django.VERSION[:2])").stdout.strip()

    def version(self) -> str:
        """The feature release of Python that runs it."""
        return self.run("-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip()

    def passed(self) -> int:
        """Run the suite; give how many tests passed. Fails with pytest's output when it is not green."""
        done = self.run("-m", "pytest", "-p", "no:cacheprovider")
        assert done.returncode == 0, f"{done.stdout[-20000:]}\n{done.stderr[-4000:]}"
        counted = re.search(r"(\d+) passed", done.stdout)
        assert counted, done.stdout
        return int(counted[1])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger in a repository of its own, hopped from 2.2 to 3.2 by the command line."""
    folder = tmp_path_factory.mktemp("ledger") / "ledger"
    shutil.copytree(example(), folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache", ".venv", "*.sqlite3"))
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "Ledger on Django 2.2")
    command = [sys.executable, "-m", "django_hop", "hop", "3.2", "--repo", str(folder), "--json"]
    done = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert not result["errors"], result["errors"]
    return folder


def checkout(repository: Path, branch: str) -> Project:
    folder = repository.parent / branch.replace("/", "-")
    if not folder.exists():
        git(repository, "clone", "--quiet", "--branch", branch, str(repository), str(folder))
    try:
        made = environment(requirement_lines(folder / "requirements" / "test.txt"), PYTHONS)
    except Unavailable as lack:
        pytest.skip(f"not proved here: {lack}")
    return Project(folder, made.python)


@pytest.fixture(scope="module")
def original(repository: Path) -> Project:
    return checkout(repository, "main")


@pytest.fixture(scope="module")
def prepared(repository: Path) -> Project:
    return checkout(repository, "django-hop/3.2-prepare")


@pytest.fixture(scope="module")
def hopped(repository: Path) -> Project:
    return checkout(repository, "django-hop/3.2")


def test_the_suite_is_green_before_the_hop_on_2_2(original: Project) -> None:
    assert original.django() == "2.2"
    assert original.passed() >= 120


def test_the_prepare_branch_is_green_on_2_2(original: Project, prepared: Project) -> None:
    """So its commits can be deployed while Django 2.2 still serves: on the same Python, with the bridges they move packages to."""
    assert prepared.django() == "2.2"
    assert prepared.version() == original.version()
    assert prepared.passed() >= 120


def test_the_branch_is_green_on_3_2_with_no_edit_by_hand(hopped: Project) -> None:
    assert hopped.django() == "3.2"
    assert hopped.passed() >= 120


def test_the_old_code_is_not_green_on_3_2(original: Project, hopped: Project) -> None:
    """Without the hop there is something to do: otherwise the tests above would show nothing."""
    done = Project(original.folder, hopped.python).run("-m", "pytest", "-p", "no:cacheprovider")
    assert done.returncode != 0


@pytest.mark.parametrize("name", ["original", "prepared", "hopped"])
def test_the_system_checks_find_no_error(name: str, request: pytest.FixtureRequest) -> None:
    done = request.getfixturevalue(name).manage("check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_migrations_are_complete_before_the_hop(original: Project) -> None:
    done = original.manage("makemigrations", "--check", "--dry-run")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hop_leaves_migrations_that_only_alter_fields(hopped: Project) -> None:
    """What is left for a person on 3.2: fields that were NullBooleanField, and a longer first_name, as the findings say."""
    done = hopped.manage("makemigrations", "--check", "--dry-run")
    assert done.returncode == 1, done.stdout + done.stderr
    operations = re.findall(r"^    - (.+)", done.stdout, re.M)
    assert operations and all(operation.startswith("Alter field ") for operation in operations), operations
