"""Finding and asking a repository: every kind git knows, and every user's situation with its sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from repos import DATE, commit_all, git, make_repo, write_files

from django_hop.errors import HopError
from django_hop.project.repository import open_repository


def test_a_repository_is_found_from_a_folder_inside_it(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "it has $HOME and ä", {"shop/models.py": "x = 1\n"})
    with open_repository(repo / "shop") as repository:
        assert repository.root == repo
        assert repository.git_dir == repository.common_dir == repo / ".git"
        assert repository.resolve() == repository.resolve("main") == git(repo, "rev-parse", "HEAD")


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(tmp_path, "clone", "--quiet", "--bare", "r", "bare.git")
    with open_repository(tmp_path / "bare.git") as repository:
        assert repository.root is None
        assert repository.notes() == ()
        assert repository.resolve("main") == git(tmp_path / "r", "rev-parse", "main")


def test_a_linked_worktree_with_detached_head_is_a_repository_of_its_own(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "worktree", "add", "--quiet", "--detach", "../linked")
    with open_repository(tmp_path / "linked") as repository:
        assert repository.root == tmp_path / "linked"
        assert repository.common_dir == repo / ".git"
        assert repository.git_dir == repo / ".git/worktrees/linked"
        assert repository.resolve() == git(repo, "rev-parse", "HEAD")


def test_variables_that_a_hook_inherits_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_repo(tmp_path / "other", {"a.py": "other\n"})
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nonsense"))
    with open_repository(repo) as repository:
        assert repository.root == repo
        assert repository.resolve() == git(repo, "rev-parse", "HEAD")
        assert repository.notes() == ()


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("mian", "There is no branch, tag or commit 'mian'"),
        ("--output=/tmp/x", "There is no branch, tag or commit"),
        ("", "There is no branch, tag or commit ''"),
        ("a\0b", "There is no branch, tag or commit"),
        ("HEAD:a.py", "There is no branch, tag or commit"),
    ],
)
def test_an_unknown_ref_is_told_with_what_there_is(tmp_path: Path, ref: str, message: str) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    with open_repository(repo) as repository, pytest.raises(HopError, match=message) as caught:
        repository.resolve(ref)
    assert "git branch --all" in caught.value.hint or "Did you mean main" in caught.value.hint


def test_an_annotated_tag_stands_for_its_commit(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "tag", "--annotate", "--message", "t", "v1")
    with open_repository(repo) as repository:
        assert repository.resolve("v1") == git(repo, "rev-parse", "main")


def test_an_empty_repository_has_nothing_to_hop_from(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "r")
    with open_repository(tmp_path / "r") as repository, pytest.raises(HopError, match="has no commits yet") as caught:
        repository.resolve()
    assert "Commit the project first" in caught.value.hint


def test_an_unborn_head_beside_other_branches_is_no_empty_repository(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "checkout", "--quiet", "--orphan", "new")
    with open_repository(repo) as repository, pytest.raises(HopError, match="HEAD does not point to a commit"):
        repository.resolve()


def test_a_folder_outside_any_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(HopError, match="is not in a git repository") as caught, open_repository(tmp_path):
        pass
    assert "--repo" in caught.value.hint
    with pytest.raises(HopError, match="is not a folder"), open_repository(tmp_path / "nowhere"):
        pass


def test_a_machine_without_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HopError, match="git was not found"), open_repository(repo):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_names_the_command_that_trusts_it(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    for path in (repo, repo / ".git"):
        os.chown(path, 54321, 54321)
    with pytest.raises(HopError, match="Git does not trust") as caught, open_repository(repo):
        pass
    assert f"safe.directory {repo}" in caught.value.hint


def test_a_repository_format_that_this_git_does_not_know_is_told(tmp_path: Path) -> None:
    """As git 2.39 sees a reftable repository made by git 2.45."""
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "config", "core.repositoryFormatVersion", "1")
    git(repo, "config", "extensions.fromTheFuture", "yes")
    with pytest.raises(HopError, match="too old for the repository") as caught, open_repository(repo):
        pass
    assert "newer git" in caught.value.hint


def test_a_damaged_git_folder_is_told(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    shutil.rmtree(repo / ".git/objects")
    with pytest.raises(HopError, match="is not in a git repository"), open_repository(repo):
        pass


def test_notes_tell_what_is_not_in_the_hop(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n", "b ä.py": "y = 1\n", "c.py": "z = 1\n"})
    write_files(repo, {"a.py": "x = 2\n", "b ä.py": "y = 2\n", "new.py": "n = 1\n"})
    git(repo, "rm", "--quiet", "c.py")
    git(repo, "config", "commit.gpgSign", "true")
    index = (repo / ".git/index").read_bytes()
    with open_repository(repo) as repository:
        dirty, untracked, signing = repository.notes()
    assert dirty == "3 files differ from HEAD and are not part of the hop: a.py, b ä.py, c.py."
    assert untracked == "1 untracked file or folder is not part of the hop: new.py."
    assert "not signed" in signing
    assert (repo / ".git/index").read_bytes() == index


def test_a_clean_repository_has_no_notes_even_where_the_index_wants_a_refresh(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    os.utime(repo / "a.py", (1_600_000_000, 1_600_000_000))
    index = (repo / ".git/index").read_bytes()
    with open_repository(repo) as repository:
        assert repository.notes() == ()
    assert (repo / ".git/index").read_bytes() == index


def test_a_filter_that_is_missing_here_is_a_note_and_not_the_end(tmp_path: Path) -> None:
    """As in a clone with Git LFS files on a machine without Git LFS."""
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n", ".gitattributes": "*.py filter=lost\n"})
    git(repo, "config", "filter.lost.clean", "false")
    git(repo, "config", "filter.lost.required", "true")
    (repo / "a.py").write_text("x = 2\n")
    with open_repository(repo) as repository:
        (note,) = repository.notes()
    assert note.startswith("Whether files differ from HEAD could not be found out") or note.startswith("1 file differs from HEAD")


def test_a_submodule_is_a_repository_of_its_own(tmp_path: Path) -> None:
    make_repo(tmp_path / "module", {"m.py": "m = 1\n"})
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "vendor/module")
    with open_repository(repo / "vendor/module") as repository:
        assert repository.root == repo / "vendor/module"
        assert repository.git_dir == repo / ".git/modules/vendor/module"


def test_a_shallow_clone_and_a_submodule_are_noted(tmp_path: Path) -> None:
    make_repo(tmp_path / "module", {"m.py": "m = 1\n"})
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "vendor/module")
    commit_all(repo)
    git(tmp_path, "clone", "--quiet", "--depth=1", repo.as_uri(), "shallow")
    with open_repository(tmp_path / "shallow") as repository:
        shallow, module = repository.notes()
    assert "shallow clone" in shallow
    assert module == "1 submodule is not part of the hop: vendor/module."


def test_branches_in_use_are_those_of_all_worktrees_and_of_a_stopped_rebase(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "worktree", "add", "--quiet", "-b", "two", "../two")
    git(repo, "checkout", "--quiet", "-b", "three")
    write_files(repo, {"a.py": "x = 3\n"})
    commit_all(repo)
    git(repo, "checkout", "--quiet", "main")
    write_files(repo, {"a.py": "x = 1000\n"})
    commit_all(repo)
    with pytest.raises(subprocess.CalledProcessError):
        git(repo, "rebase", "--quiet", "main", "three")
    with open_repository(repo) as repository:
        assert sorted(repository.checked_out()) == ["three", "two"]


def test_a_branch_is_found_with_those_in_its_way_and_no_others(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    for name in ("hop/3.2", "hop/3.2-prepare", "hop/3", "other/3.2"):
        git(repo, "branch", name)
    with open_repository(repo) as repository:
        assert sorted(repository.branches("hop/3.2")) == ["hop/3.2"]
        assert sorted(repository.branches("hop")) == ["hop/3", "hop/3.2", "hop/3.2-prepare"]
        assert sorted(repository.branches("hop/3/x", "nothing")) == ["hop/3"]
        assert repository.branches("hop/3.2")["hop/3.2"].sha == repository.resolve()


@pytest.mark.parametrize("name", ["", "-d", "HEAD", "a..b", "a b", "a.lock", "/a", "a/", "@{-1}", "a\nb", "a\0b"])
def test_a_name_that_git_refuses_for_a_branch_is_refused(tmp_path: Path, name: str) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    with open_repository(repo) as repository, pytest.raises(HopError, match="cannot be the name of a branch"):
        repository.check_branch_name(name)


def test_the_identity_comes_from_the_configuration_and_the_date_from_the_caller(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    with open_repository(repo) as repository:
        identity = repository.identity(DATE)
    assert identity.author == identity.committer == "Ada Author <ada@example.com> 1714564800 +0000"


def test_names_and_dates_in_the_environment_are_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Robot Ü")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-02-02T02:02:02+0200")
    with open_repository(repo) as repository:
        identity = repository.identity()
        assert identity.author == "Robot Ü <ada@example.com> 1580601722 +0200"
        assert identity.committer == "Ada Author <ada@example.com> 1580601722 +0200"
        monkeypatch.setenv("GIT_COMMITTER_DATE", "the day before")
        with pytest.raises(HopError, match="cannot read a date"):
            repository.identity()


def test_without_an_identity_the_two_commands_are_named(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "config", "--unset", "user.email")
    with open_repository(repo) as repository, pytest.raises(HopError, match="does not know who you are") as caught:
        repository.identity()
    assert "git config --global user.name" in caught.value.hint
    assert "git config --global user.email" in caught.value.hint


def test_reading_files_without_git_does_not_import_gitpython() -> None:
    """It takes a third of a second, which a pre-commit hook on one file should not cost."""
    code = "import sys, django_hop.project.tree, django_hop.commit; sys.exit('git' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}).returncode == 0
