"""The distributions: what is in them, and that an installed wheel does the main job without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from commands import ROOT
from repos import ENVIRONMENT, git, make_repo
from shop import NEW_VIEWS, SHOP


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """sdist from the checkout, wheel from the sdist, as an index would get them; with the build backend that is installed here."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def names_in_wheel(folder: Path) -> set[str]:
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def tracked(folder: str) -> set[str]:
    """The files below a folder that belong to the project, whatever else lies there."""
    if not (ROOT / ".git").exists():
        pytest.skip("not in a git checkout")
    return set(git(ROOT, "ls-files", "-z", "--", folder).split("\0")) - {""}


def test_the_wheel_has_the_packs_with_their_pages_and_the_example(built: Path) -> None:
    names = names_in_wheel(built)
    for path in tracked("codemods"):
        assert f"django_hop/{path}" in names
    for path in tracked("examples/ledger"):
        assert f"django_hop/ledger/{path.removeprefix('examples/ledger/')}" in names
    assert {"django_hop/data/django.json", "django_hop/cli.py"} <= names


def test_the_wheel_has_nothing_that_lay_about(built: Path) -> None:
    waste = ("__pycache__", ".pyc", ".venv", ".pytest_cache", ".sqlite3")
    assert [name for name in names_in_wheel(built) if any(word in name for word in waste)] == []
    assert {name.partition("/")[0].partition("-")[0] for name in names_in_wheel(built)} == {"django_hop"}


def test_the_sdist_has_what_the_tests_need(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", ".pre-commit-hooks.yaml", "tests/test_packaging.py"}
    assert wanted <= names


def install(wheel: Path, folder: Path, *options: str) -> Path:
    """Put the wheel into a new environment; give its folder of programs."""
    venv.create(folder, with_pip=True, symlinks=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return programs


def hop_and_demo(programs: Path, tmp_path: Path, **environment: str) -> None:
    """The main job with the installed program, far from the checkout."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | ENVIRONMENT | environment
    repo = make_repo(tmp_path / "shop", SHOP)
    done = subprocess.run([str(programs / "django-hop"), "hop", "3.2"], cwd=repo, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert git(repo, "show", "django-hop/3.2:shop/views.py") + "\n" == NEW_VIEWS
    demo = [str(programs / "django-hop"), "demo", "--folder", str(tmp_path / "demo")]
    done = subprocess.run(demo, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "git show" in done.stdout
    explain = [str(programs / "django-hop"), "explain", "url-function"]
    done = subprocess.run(explain, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert "re_path(" in done.stdout, "pages ship in the wheel"


def test_the_installed_wheel_does_the_main_job(built: Path, tmp_path: Path) -> None:
    """Without an index: the environment is new, and borrows only the dependencies from the one the tests run in."""
    (wheel,) = built.glob("*.whl")
    programs = install(wheel, tmp_path / "env", "--no-deps", "--no-index")
    borrowed = tmp_path / "borrowed"
    borrowed.mkdir()
    for place in sys.path:
        if place.endswith("site-packages"):
            for entry in Path(place).iterdir():
                if "django_hop" not in entry.name.lower() and not (borrowed / entry.name).exists() and not entry.name.endswith(".pth"):
                    (borrowed / entry.name).symlink_to(entry)
    hop_and_demo(programs, tmp_path, PYTHONPATH=str(borrowed))


@pytest.mark.network
def test_the_wheel_installs_with_its_dependencies_into_an_empty_environment(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    hop_and_demo(install(wheel, tmp_path / "env"), tmp_path)
