"""Submodules in the checkouts of verify: from what the clone holds, and said where it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import run
from repos import commit_all, git, make_repo
from verifying import cache as cache
from verifying import environments as environments
from verifying import project

from django_hop.project.repository import open_repository
from django_hop.verify.checkouts import check_out


def add(repo: Path, source: Path, path: str, name: str | None = None) -> None:
    named = ["--name", name] if name else []
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", *named, str(source), path)
    commit_all(repo, f"Add {path}")


@pytest.fixture
def money(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "money", {"money/__init__.py": "CENTS = 100\n"})


def checked_out(repo: Path, folder: Path) -> tuple[str, ...]:
    with open_repository(repo) as repository:
        return check_out(repository, repository.resolve(), folder)


def test_a_submodule_comes_from_the_clone(tmp_path: Path, money: Path) -> None:
    """Its own name, another than its path; what it comes from is gone, so nothing is fetched; the clone stays as it is."""
    repo = make_repo(tmp_path / "shop", {"a.py": "x = 1\n"})
    add(repo, money, "vendor/money", "cash")
    shutil.rmtree(money)
    before = sorted(str(path) for path in repo.rglob("*"))

    assert checked_out(repo, tmp_path / "out") == ()

    assert (tmp_path / "out" / "vendor" / "money" / "money" / "__init__.py").read_text() == "CENTS = 100\n"
    assert git(tmp_path / "out", "status", "--porcelain") == ""
    assert sorted(str(path) for path in repo.rglob("*")) == before


def test_a_submodule_of_a_submodule(tmp_path: Path, money: Path) -> None:
    bank = make_repo(tmp_path / "bank", {"bank.py": "y = 2\n"})
    add(bank, money, "money")
    repo = make_repo(tmp_path / "shop", {"a.py": "x = 1\n"})
    add(repo, bank, "bank")
    git(repo, "-c", "protocol.file.allow=always", "submodule", "update", "--quiet", "--init", "--recursive")

    assert checked_out(repo, tmp_path / "out") == ()
    assert (tmp_path / "out" / "bank" / "money" / "money" / "__init__.py").is_file()

    git(repo / "bank", "submodule", "deinit", "--quiet", "--force", "money")
    shutil.rmtree(repo / ".git" / "modules" / "bank" / "modules")
    assert checked_out(repo, tmp_path / "again") == ("bank/money",)


def test_a_linked_work_tree_has_those_of_its_own(tmp_path: Path, money: Path) -> None:
    repo = make_repo(tmp_path / "shop", {"a.py": "x = 1\n"})
    add(repo, money, "money")
    git(repo, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    git(tmp_path / "linked", "-c", "protocol.file.allow=always", "submodule", "update", "--quiet", "--init")
    shutil.rmtree(repo / ".git" / "modules")

    assert checked_out(tmp_path / "linked", tmp_path / "out") == ()


def test_one_with_a_git_folder_of_its_own(tmp_path: Path, money: Path) -> None:
    """As git made them before it had `.git/modules`."""
    repo = make_repo(tmp_path / "shop", {"a.py": "x = 1\n"})
    git(tmp_path, "clone", "--quiet", str(money), str(repo / "money"))
    git(repo, "-c", "advice.addEmbeddedRepo=false", "add", "money")
    git(repo, "commit", "--quiet", "-m", "Add money")

    assert checked_out(repo, tmp_path / "out") == ()
    assert (tmp_path / "out" / "money" / "money" / "__init__.py").is_file()


@pytest.mark.parametrize("how", ["not initialised", "another commit", "a name that leads elsewhere"])
def test_what_the_clone_does_not_have_is_named_and_left_empty(tmp_path: Path, money: Path, how: str) -> None:
    repo = make_repo(tmp_path / "shop", {"a.py": "x = 1\n"})
    add(repo, money, "money")
    if how == "not initialised":
        git(repo, "submodule", "deinit", "--quiet", "--force", "money")
        shutil.rmtree(repo / ".git" / "modules")
    elif how == "another commit":
        git(repo, "update-index", "--cacheinfo", f"160000,{'1' * 40},money")
        git(repo, "commit", "--quiet", "-m", "Ahead of what was pushed")
    else:
        git(repo, "submodule", "deinit", "--quiet", "--force", "money")
        (repo / ".git" / "modules" / "money").rename(tmp_path / "elsewhere")
        (repo / ".gitmodules").write_text('[submodule "../../../elsewhere"]\n\tpath = money\n\turl = x\n')
        commit_all(repo, "Lead elsewhere")

    assert checked_out(repo, tmp_path / "out") == ("money",)
    assert list((tmp_path / "out" / "money").iterdir()) == []


def test_verify_runs_with_a_submodule_and_says_which_is_missing(tmp_path: Path, money: Path, environments: dict[str, Path]) -> None:
    tests = "from shop import texts\nfrom money import CENTS\n\n\ndef test_total():\n    assert texts.total([CENTS]) == 100\n"
    files = {"tests/test_texts.py": tests, "conftest.py": "import sys\n\nsys.path.insert(0, 'lib')\n"}
    repo = project(tmp_path / "shop", environments, files)
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(money), "lib")
    commit_all(repo, "Take the money from a submodule")
    assert run("hop", "3.2", "--repo", repo).code == 0

    done = run("verify", "3.2", "--repo", repo, "--json")
    assert (done.code, done.json["counts"]["new"]) == (0, {"passed": 1}), done.err

    git(repo, "submodule", "deinit", "--quiet", "--force", "lib")
    shutil.rmtree(repo / ".git" / "modules")
    done = run("verify", "3.2", "--repo", repo, "--json")
    assert done.code == 1
    assert [note for note in done.json["notes"] if "submodule lib" in note and "git submodule update" in note]
