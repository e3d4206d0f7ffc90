"""The third branch of a hop: what may follow when the old release no longer serves."""

from __future__ import annotations

from pathlib import Path

import pytest
from repos import DATE, git, make_repo, make_step

from django_hop.commit import BranchPlan, Written, undo, write_branches
from django_hop.errors import HopError
from django_hop.model import Stage, Step
from django_hop.project.repository import open_repository

BRANCH, PREPARE, CLEANUP = "django-hop/3.2", "django-hop/3.2-prepare", "django-hop/3.2-cleanup"
STEPS = (make_step("first", {"a.py": b"a = 2\n"}), make_step("pins", {"setup.cfg": b"Django==3.2\n"}, Stage.BUMP))
LATER = (make_step("old-branches", {"a.py": b"a = 3\n"}, Stage.CLEANUP),)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "repo", {"a.py": "a = 1\n", "setup.cfg": "Django==2.2\n"})


def write(repo: Path, steps: tuple[Step, ...] = STEPS, cleanup: tuple[Step, ...] = LATER) -> Written:
    with open_repository(repo) as repository:
        return write_branches(repository, BranchPlan(BRANCH, repository.resolve(), steps, PREPARE, cleanup, CLEANUP), dates=DATE)


def heads(repo: Path) -> dict[str, str]:
    lines = git(repo, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/django-hop").splitlines()
    return dict(line.split(" ") for line in lines)


def test_it_goes_on_from_the_hop_which_does_not_have_it(repo: Path) -> None:
    written = write(repo)
    assert heads(repo) == {BRANCH: written.head, PREPARE: written.prepare_head, CLEANUP: written.cleanup_head}
    assert git(repo, "log", "--format=%s", f"{BRANCH}..{CLEANUP}").splitlines() == [LATER[0].message.splitlines()[0]]
    assert written.shas == (written.prepare_head, written.head, written.cleanup_head)


def test_without_anything_to_clean_up_there_is_no_such_branch_and_an_old_one_of_ours_goes(repo: Path) -> None:
    write(repo)
    written = write(repo, cleanup=())
    assert written.cleanup_head == ""
    assert heads(repo) == {BRANCH: written.head, PREPARE: written.prepare_head}


def test_a_second_run_changes_nothing(repo: Path) -> None:
    assert write(repo) == write(repo)


def test_where_nothing_hops_something_may_still_be_cleaned_up(repo: Path) -> None:
    written = write(repo, steps=())
    assert heads(repo) == {CLEANUP: written.cleanup_head}
    assert written.head == git(repo, "rev-parse", "HEAD").strip()


def test_commits_by_people_on_it_are_kept(repo: Path) -> None:
    write(repo)
    git(repo, "checkout", "--quiet", CLEANUP)
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "mine")
    git(repo, "checkout", "--quiet", "-")
    before = heads(repo)
    with pytest.raises(HopError, match="mine"):
        write(repo, cleanup=())
    with open_repository(repo) as repository, pytest.raises(HopError, match="mine"):
        undo(repository, BRANCH, PREPARE, CLEANUP)
    assert heads(repo) == before


def test_undo_takes_all_three(repo: Path) -> None:
    write(repo)
    with open_repository(repo) as repository:
        assert undo(repository, BRANCH, PREPARE, CLEANUP) == [BRANCH, CLEANUP, PREPARE]
    assert heads(repo) == {}
