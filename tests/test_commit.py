"""Writing branches: what a hop leaves in a repository, what it never touches, and when it refuses."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from repos import DATE, commit_all, git, make_repo, make_step, write_files

from django_hop.commit import BranchPlan, Written, require_free, stream, undo, write_branches
from django_hop.errors import HopError
from django_hop.model import Stage, Step
from django_hop.project.repository import open_repository

BRANCH, PREPARE = "django-hop/3.2", "django-hop/3.2-prepare"

FILES = {"a.py": "a = 1\n", "b.py": "b = 1\n", "setup.cfg": "Django==2.2\n"}

STEPS = (
    make_step("first", {"a.py": b"a = 2\n"}),
    make_step("second", {"a.py": b"a = 3\n", "b.py": b"b = 3\n"}),
    make_step("pins", {"setup.cfg": b"Django==3.2\n"}, Stage.BUMP),
)


def write(repo: Path, steps: tuple[Step, ...] = STEPS, base: str = "HEAD", branch: str = BRANCH) -> Written:
    with open_repository(repo) as repository:
        plan = BranchPlan(branch, repository.resolve(base), steps, f"{branch}-prepare")
        return write_branches(repository, plan, dates=DATE)


def take_back(repo: Path) -> list[str]:
    with open_repository(repo) as repository:
        return undo(repository, BRANCH, PREPARE)


def refs(repo: Path) -> dict[str, str]:
    lines = git(repo, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    return dict(line.split(" ") for line in lines)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, objects apart: they may come, nobody sees them."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if "objects" not in path.relative_to(folder).parts}


def refused(repo: Path, message: str, base: str = "HEAD") -> HopError:
    """A hop is refused, with a hint, and no ref moves; give the error."""
    before = refs(repo)
    with pytest.raises(HopError, match=message) as caught:
        write(repo, base=base)
    assert refs(repo) == before
    assert caught.value.hint
    return caught.value


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "r", FILES)


# What is written.


def test_one_commit_a_step_in_order_and_the_prepare_branch_on_the_last_that_the_old_release_can_run(repo: Path) -> None:
    base = git(repo, "rev-parse", "HEAD")
    written = write(repo)
    assert git(repo, "log", "--reverse", "--format=%s", f"{base}..{BRANCH}").splitlines() == [
        "django_3_0: first",
        "django_3_0: second",
        "django_3_0: pins",
    ]
    assert git(repo, "rev-list", "--reverse", f"{base}..{BRANCH}").split() == list(written.shas)
    assert refs(repo) == {
        "refs/heads/main": base,
        f"refs/heads/{BRANCH}": written.head,
        f"refs/heads/{PREPARE}": written.prepare_head,
    }
    assert (written.head, written.prepare_head) == (written.shas[2], written.shas[1])
    assert git(repo, "show", f"{written.shas[0]}:a.py") == "a = 2"
    assert git(repo, "show", "--name-only", "--format=", written.shas[1]).split() == ["a.py", "b.py"]
    git(repo, "fsck", "--strict")


def test_the_message_is_whole_and_its_trailers_are_trailers_to_git(repo: Path) -> None:
    head = write(repo).head
    assert git(repo, "log", "-1", "--format=%B", head) == STEPS[2].message.strip()
    assert git(repo, "log", "-1", "--format=%(trailers:key=Django-Hop-Stage,valueonly)", head) == "bump"


def test_author_and_committer_come_from_the_configuration(repo: Path) -> None:
    head = write(repo).head
    ident = "Ada Author <ada@example.com> 1714564800"
    assert git(repo, "log", "-1", "--format=%an <%ae> %at%n%cn <%ce> %ct", head).splitlines() == [ident, ident]


def test_without_prepare_steps_the_prepare_branch_is_the_base_and_with_nothing_else_it_is_the_head(repo: Path) -> None:
    base = git(repo, "rev-parse", "HEAD")
    assert write(repo, STEPS[2:]).prepare_head == base == refs(repo)[f"refs/heads/{PREPARE}"]
    written = write(repo, STEPS[:2])
    assert written.prepare_head == written.head


def test_without_steps_no_branch_is_made(repo: Path) -> None:
    base = git(repo, "rev-parse", "HEAD")
    assert write(repo, ()) == Written(base, base, ())
    assert list(refs(repo)) == ["refs/heads/main"]


def test_the_same_input_gives_the_same_ids(tmp_path: Path) -> None:
    one, two = (make_repo(tmp_path / name, FILES) for name in ("one", "two"))
    assert write(one) == write(two)


def test_the_users_dates_in_the_environment_are_honoured(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2020-02-02T02:02:02+0000")
    with open_repository(repo) as repository:
        head = write_branches(repository, BranchPlan(BRANCH, repository.resolve(), STEPS, PREPARE)).head
    assert git(repo, "log", "-1", "--format=%at %ct", head) == "1580608922 1580608922"


def test_modes_links_submodules_and_untouched_blobs_stay(tmp_path: Path) -> None:
    make_repo(tmp_path / "module", {"m.py": "m = 1\n"})
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    files = {"run.py": "x = 1\n", "crlf.py": "x = 1\r\n", "mixed.py": "a\r\nb\n", "big.bin": pointer, "deep/er/x.py": "x = 1\n"}
    repo = make_repo(tmp_path / "r", files)
    write_files(repo, {".gitattributes": "*.py text eol=crlf\n*.bin filter=lfs\n"})
    (repo / "run.py").chmod(0o755)
    (repo / "link.py").symlink_to("run.py")
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "vendor/module")
    git(repo, "add", "run.py", "link.py", ".gitattributes")
    git(repo, "commit", "--quiet", "--message", "Kinds")
    before = git(repo, "ls-tree", "-r", "HEAD").splitlines()
    step = make_step("c", {"run.py": b"x = 2\r\n", "deep/er/x.py": b"x = 2\n", "deep/new.py": b"n = 1\n"})
    head = write(repo, (step,)).head
    after = git(repo, "ls-tree", "-r", head).splitlines()
    assert set(before) - set(after) == {line for line in before if line.endswith(("\trun.py", "\tdeep/er/x.py"))}
    assert {line.split("\t")[1]: line[:6] for line in set(after) - set(before)} == {
        "run.py": "100755",
        "deep/er/x.py": "100644",
        "deep/new.py": "100644",
    }
    with open_repository(repo) as repository:
        assert repository.git.run("cat-file", "blob", f"{head}:run.py") == b"x = 2\r\n"


def test_paths_may_hold_spaces_newlines_quotes_and_any_bytes(tmp_path: Path) -> None:
    names = [
        "a b.py",
        "new\nline.py",
        'q"uote.py',
        '"start.py',
        "back\\slash.py",
        "ünï.py",
        os.fsdecode(b"latin-\xe9.py"),
        " lead.py ",
        "-f.py",
    ]
    repo = make_repo(tmp_path / "r", {name: "x = 1\n" for name in names})
    written = write(repo, (make_step("all", {name: b"x = 2\n" for name in names}),))
    with open_repository(repo) as repository:
        listed = repository.git.run("ls-tree", "-r", "-z", "--name-only", written.head).split(b"\0")[:-1]
        assert sorted(listed) == sorted(os.fsencode(name) for name in names)
    assert len(set(git(repo, "ls-tree", "-r", "--object-only", written.head).split())) == 1
    assert write(repo, (make_step("all", {name: b"x = 2\n" for name in names}),)) == written


def test_sha256_bare_detached_shallow_and_linked_repositories_are_written_alike(tmp_path: Path) -> None:
    source = make_repo(tmp_path / "r", FILES, "--object-format=sha256")
    write_files(source, {"c.py": "c = 1\n"})
    commit_all(source)
    git(tmp_path, "clone", "--quiet", "--bare", "r", "bare.git")
    git(tmp_path, "clone", "--quiet", "--depth=1", source.as_uri(), "shallow")
    git(source, "worktree", "add", "--quiet", "--detach", "../linked")
    places = ["bare.git", "shallow", "linked"]
    for place in places[:2]:
        git(tmp_path / place, "config", "user.name", "Ada Author")
        git(tmp_path / place, "config", "user.email", "ada@example.com")
    heads = {write(tmp_path / place).head for place in places}
    assert len(heads) == 1 and len(heads.pop()) == 64
    for place in places:
        assert write(tmp_path / place).head
        git(tmp_path / place, "fsck", "--strict")
        assert take_back(tmp_path / place) == [BRANCH, PREPARE]


def test_many_files_at_once(repo: Path) -> None:
    """Enough objects that git keeps them as a pack."""
    files = {f"m{number}.py": b"x = %d\n" % number for number in range(300)}
    written = write(repo, (make_step("many", files),))
    assert len(git(repo, "ls-tree", "--name-only", written.head).split()) == 303
    git(repo, "fsck", "--strict")
    assert not list((repo / ".git").rglob("*tmp_*")) + list((repo / ".git").rglob("*.keep"))


# What is not touched.


def test_work_tree_index_head_stash_hooks_and_other_branches_are_untouched(repo: Path) -> None:
    write_files(repo, {"a.py": "stashed\n"})
    git(repo, "stash", "--quiet")
    git(repo, "branch", "other")
    write_files(repo, {"a.py": "dirty\n", "staged.py": "s = 1\n", "untracked.py": "u = 1\n"})
    git(repo, "add", "staged.py")
    for hook in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-checkout", "post-index-change"):
        path = repo / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch '{repo}/hook-ran'\nexit 1\n")
        path.chmod(0o755)
    git_files = snapshot(repo)
    status = git(repo, "--no-optional-locks", "status", "--porcelain=v2", "--branch")
    written = write(repo)
    after = snapshot(repo)
    assert {path for path in after if after[path] != git_files.get(path)} == {
        f".git/{folder}refs/heads/{name}" for folder in ("", "logs/") for name in (BRANCH, PREPARE)
    }
    assert git_files.keys() <= after.keys()
    assert git(repo, "--no-optional-locks", "status", "--porcelain=v2", "--branch") == status
    assert git(repo, "stash", "list")
    assert git(repo, "show", f"{written.head}:a.py") == "a = 3"
    take_back(repo)
    assert snapshot(repo) == git_files


def test_the_reflog_says_who_moved_the_branch(repo: Path) -> None:
    base = git(repo, "rev-parse", "HEAD")
    write(repo)
    assert git(repo, "log", "-g", "--format=%gs", BRANCH, "--") == f"django-hop: 3 commits on {base[:12]}"


def test_a_symbolic_link_or_submodule_is_never_written_through(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", FILES)
    (repo / "link.py").symlink_to("a.py")
    (repo / "folder").symlink_to(".")
    commit_all(repo)
    for path in ("link.py", "folder/a.py", "a.py/b.py"):
        with pytest.raises(HopError, match="cannot be changed"):
            write(repo, (make_step("c", {path: b"x\n"}),))
    assert list(refs(repo)) == ["refs/heads/main"]


# The second run.


def test_a_second_run_changes_nothing_whatever_the_time(repo: Path) -> None:
    written = write(repo)
    everything = {path: path.stat().st_mtime_ns for path in repo.rglob("*")}
    assert write(repo) == written
    with open_repository(repo) as repository:
        assert write_branches(repository, BranchPlan(BRANCH, repository.resolve(), STEPS, PREPARE)) == written
    assert {path: path.stat().st_mtime_ns for path in repo.rglob("*")} == everything


def test_a_file_given_with_the_content_it_has_does_not_make_the_branch_new(repo: Path) -> None:
    steps = (make_step("first", {"a.py": b"a = 2\n", "b.py": b"b = 1\n"}), make_step("second", {"a.py": b"a = 2\n", "b.py": b"b = 2\n"}))
    written = write(repo, steps)
    with open_repository(repo) as repository:
        assert write_branches(repository, BranchPlan(BRANCH, repository.resolve(), steps, PREPARE)) == written


@pytest.mark.parametrize(
    "steps",
    [
        STEPS[:2],
        STEPS[1:],
        (make_step("first", {"a.py": b"a = 9\n"}), *STEPS[1:]),
        (make_step("first", {"a.py": b"a = 2\n"}, body="Other."), *STEPS[1:]),
    ],
)
def test_another_result_on_the_same_base_replaces_the_branch(repo: Path, steps: tuple[Step, ...]) -> None:
    write(repo)
    written = write(repo, steps)
    assert refs(repo)[f"refs/heads/{BRANCH}"] == written.head
    assert len(git(repo, "rev-list", f"main..{BRANCH}").split()) == len(steps)


def test_a_lost_prepare_branch_comes_back(repo: Path) -> None:
    written = write(repo)
    git(repo, "branch", "--quiet", "-D", PREPARE)
    assert write(repo) == written
    assert refs(repo)[f"refs/heads/{PREPARE}"] == written.prepare_head


def test_a_newer_base_replaces_the_branch(repo: Path) -> None:
    write(repo)
    write_files(repo, {"c.py": "c = 1\n"})
    base = commit_all(repo)
    written = write(repo)
    assert git(repo, "merge-base", BRANCH, "main") == base
    assert refs(repo)[f"refs/heads/{BRANCH}"] == written.head


def test_after_the_prepare_branch_was_merged_the_hop_goes_on_from_there(repo: Path) -> None:
    write(repo)
    git(repo, "merge", "--quiet", "--no-ff", "--no-edit", PREPARE)
    written = write(repo, STEPS[2:])
    base = git(repo, "rev-parse", "main")
    assert refs(repo)[f"refs/heads/{PREPARE}"] == written.prepare_head == base
    assert git(repo, "rev-parse", f"{BRANCH}^") == base


def test_a_stack_of_hops_is_written_again_on_a_newer_base(repo: Path) -> None:
    top = (make_step("third", {"b.py": b"b = 4\n"}),)
    for text in ("c = 1\n", "c = 2\n"):
        write_files(repo, {"c.py": text})
        commit_all(repo)
        first = write(repo)
        second = write(repo, top, base=BRANCH, branch="django-hop/4.2")
        assert git(repo, "rev-parse", f"{second.head}^") == first.head
    assert len(git(repo, "rev-list", "main..django-hop/4.2").split()) == 4


def test_a_clone_of_the_branch_is_ours_too_without_any_reflog(repo: Path, tmp_path: Path) -> None:
    write(repo)
    git(tmp_path, "clone", "--quiet", "--bare", "r", "bare.git")
    git(tmp_path / "bare.git", "config", "user.name", "Ada Author")
    git(tmp_path / "bare.git", "config", "user.email", "ada@example.com")
    written = write(tmp_path / "bare.git", STEPS[:1])
    assert refs(tmp_path / "bare.git")[f"refs/heads/{BRANCH}"] == written.head
    git(tmp_path, "clone", "--quiet", "r", "work")
    git(tmp_path / "work", "branch", BRANCH, f"origin/{BRANCH}")
    assert take_back(tmp_path / "work") == [BRANCH]


# When it refuses.


def test_commits_by_people_on_the_branch_are_named_and_kept(repo: Path) -> None:
    write(repo)
    git(repo, "checkout", "--quiet", BRANCH)
    write_files(repo, {"a.py": "by hand\n"})
    sha = commit_all(repo, "Mend by hand")
    git(repo, "checkout", "--quiet", "main")
    for _ in range(2):
        error = refused(repo, f"commits that django-hop did not make: {sha[:12]} Mend by hand")
        assert "git branch -m" in error.hint
        with pytest.raises(HopError, match="Mend by hand"):
            take_back(repo)
        # The same where the reflog is lost, and where another branch has the commit as well.
        (repo / ".git/logs/refs/heads" / BRANCH).unlink(missing_ok=True)
        git(repo, "branch", "--force", "copy", sha)


def test_commits_by_people_on_the_prepare_branch_are_kept(repo: Path) -> None:
    write(repo)
    git(repo, "checkout", "--quiet", PREPARE)
    write_files(repo, {"a.py": "by hand\n"})
    commit_all(repo, "Mend by hand")
    git(repo, "checkout", "--quiet", "main")
    refused(repo, "prepare has commits that django-hop did not make: .* Mend by hand")
    with pytest.raises(HopError, match="Mend by hand"):
        take_back(repo)


@pytest.mark.parametrize("reflog", [True, False])
def test_a_commit_of_ours_that_was_amended_is_kept(repo: Path, reflog: bool) -> None:
    write(repo)
    git(repo, "checkout", "--quiet", BRANCH)
    write_files(repo, {"a.py": "by hand\n"})
    git(repo, "commit", "--quiet", "--all", "--amend", "--no-edit")
    git(repo, "checkout", "--quiet", "main")
    if not reflog:
        (repo / ".git/logs/refs/heads" / BRANCH).unlink()
    refused(repo, "was changed after django-hop made it")
    with pytest.raises(HopError, match="was changed after"):
        take_back(repo)


def test_a_merge_into_the_branch_is_kept(repo: Path) -> None:
    write(repo)
    write_files(repo, {"c.py": "c = 1\n"})
    commit_all(repo)
    git(repo, "checkout", "--quiet", BRANCH)
    git(repo, "merge", "--quiet", "--no-edit", "main")
    git(repo, "checkout", "--quiet", "main")
    refused(repo, "commits that django-hop did not make: .* Merge branch 'main'")


@pytest.mark.parametrize("name", [BRANCH, PREPARE])
def test_a_branch_of_that_name_that_is_not_ours_is_kept(repo: Path, name: str) -> None:
    git(repo, "branch", name)
    refused(repo, f"The branch {name} exists and was not made by django-hop")
    with pytest.raises(HopError, match="was not made by django-hop"):
        take_back(repo)
    git(repo, "checkout", "--quiet", name)
    write_files(repo, {"a.py": "mine\n"})
    commit_all(repo, "Talk of Django-Hop-Codemod: in prose")
    git(repo, "checkout", "--quiet", "main")
    refused(repo, f"The branch {name} exists and was not made by django-hop")


def test_an_older_or_other_base_does_not_replace_the_branch(repo: Path) -> None:
    write_files(repo, {"c.py": "c = 1\n"})
    commit_all(repo, "Newer")
    write(repo)
    error = refused(repo, "starts from .* Newer, which is not part of", base="HEAD~1")
    assert "git branch -D" in error.hint


def test_undo_keeps_a_branch_whose_base_is_nowhere_else(repo: Path) -> None:
    """The project's commit would be lost with the branch."""
    write_files(repo, {"c.py": "c = 1\n"})
    commit_all(repo, "Only copy")
    write(repo)
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    with pytest.raises(HopError, match="Only copy"):
        take_back(repo)


@pytest.mark.parametrize("name", [BRANCH, PREPARE])
def test_a_branch_checked_out_anywhere_is_not_moved(repo: Path, name: str) -> None:
    write(repo)
    git(repo, "worktree", "add", "--quiet", "../linked", name)
    for _ in range(2):
        error = refused(repo, f"The branch {name} is checked out in .*linked")
        assert "git worktree prune" in error.hint
        with pytest.raises(HopError, match="is checked out"):
            take_back(repo)
        git(repo, "worktree", "remove", "--force", "../linked")
        git(repo, "checkout", "--quiet", "--detach")
        git(repo, "worktree", "add", "--quiet", "../linked", name)


def test_an_unborn_branch_of_that_name_is_in_use_too(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "--orphan", BRANCH)
    refused(repo, "is checked out", base="main")


@pytest.mark.parametrize(("existing", "word"), [("django-hop", "django-hop"), (f"{BRANCH}/x", f"{BRANCH}/x")])
def test_a_branch_in_the_way_is_named(repo: Path, existing: str, word: str) -> None:
    git(repo, "branch", existing)
    error = refused(repo, f"cannot exist beside your branch {word}")
    assert f"git branch -m {existing}" in error.hint


def test_a_symbolic_ref_does_not_lead_to_the_branch_behind_it(repo: Path) -> None:
    git(repo, "branch", "precious")
    git(repo, "symbolic-ref", f"refs/heads/{BRANCH}", "refs/heads/precious")
    refused(repo, "only another name for refs/heads/precious")
    with pytest.raises(HopError, match="only another name"):
        take_back(repo)


def test_require_free_tells_before_the_work_begins_and_writes_nothing(repo: Path) -> None:
    git(repo, "branch", BRANCH)
    before = snapshot(repo)
    with open_repository(repo) as repository:
        with pytest.raises(HopError, match="was not made by django-hop"):
            require_free(repository, BRANCH, [PREPARE], repository.resolve())
        assert require_free(repository, "django-hop/4.2", ["django-hop/4.2-prepare"], repository.resolve()) == {}
    assert snapshot(repo) == before


def test_without_an_author_nothing_is_written(repo: Path) -> None:
    git(repo, "config", "--unset", "user.name")
    objects = sorted((repo / ".git/objects").rglob("*"))
    refused(repo, "does not know who you are")
    assert sorted((repo / ".git/objects").rglob("*")) == objects


# Accidents.


@pytest.mark.parametrize("name", [BRANCH, PREPARE])
def test_a_lock_on_one_branch_stops_both(repo: Path, name: str) -> None:
    lock = repo / f".git/refs/heads/{name}.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    error = refused(repo, "Another git process is changing the same branch")
    assert str(lock) in error.hint
    lock.unlink()
    write(repo)


def test_a_repository_that_cannot_be_written_is_told(repo: Path) -> None:
    """Without the folder for packs, as the rights of a folder do not bind root."""
    git(repo, "gc", "--quiet")
    packs = repo / ".git/objects/pack"
    packs.rename(repo / ".git/objects/pack-away")
    (repo / ".git/objects/info/alternates").write_text(f"{repo}/.git/alternate\n")
    (repo / ".git/alternate").mkdir()
    (repo / ".git/objects/pack-away").rename(repo / ".git/alternate/pack")
    packs.touch()
    error = refused(repo, "cannot be written")
    assert "--dry-run" in error.hint
    assert not list((repo / ".git").glob("fast_import_crash_*"))


@pytest.mark.skipif(os.name != "posix", reason="needs limits on the size of files")
def test_a_full_disk_is_told_and_no_branch_moves(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on the size of files stands for the full disk: git meets the same failing write."""
    before = refs(repo)
    limited = tmp_path / "bin/git"
    limited.parent.mkdir()
    limit = "case \"$*\" in *fast-import*) trap '' XFSZ; ulimit -f 1;; esac"
    limited.write_text(f'#!/bin/sh\n{limit}\nexec "{shutil.which("git")}" "$@"\n')
    limited.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{limited.parent}{os.pathsep}{os.environ['PATH']}")
        with pytest.raises(HopError, match="The disk is full") as caught:
            write(repo, (make_step("noise", {"a.py": random.Random(1).randbytes(20_000)}),))
    assert "no branch was changed" in caught.value.hint
    assert refs(repo) == before
    assert not list((repo / ".git").glob("fast_import_crash_*"))
    git(repo, "fsck", "--strict")
    write(repo)


def test_a_full_temporary_folder_is_told(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stream, "_write_stream", full)
    assert "TMPDIR" in refused(repo, "temporary folder .* No space left").hint


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
import git  # the slow part of the start
import test_commit
from repos import make_step
steps = tuple(make_step(f"c{n}", {f"f{n}-{m}.py": b"x = %d" % m * 2000 for m in range(20)}) for n in range(20))
print("go", flush=True)
test_commit.write(Path(sys.argv[1]), steps)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay", [0.02, 0.05, 0.08])
def test_a_killed_run_leaves_both_branches_or_neither(repo: Path, how: signal.Signals, delay: float) -> None:
    index = (repo / ".git/index").read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(repo), *sys.path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"go\n"
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, how)
    left = [name for name in refs(repo) if name != "refs/heads/main"]
    assert left in ([], [f"refs/heads/{BRANCH}", f"refs/heads/{PREPARE}"])
    assert (repo / ".git/index").read_bytes() == index
    git(repo, "fsck", "--strict")
    if not list((repo / ".git").rglob("*.lock")):
        write(repo)


def test_of_two_hops_at_once_one_wins_whole(repo: Path) -> None:
    """Each makes other commits; whoever comes second sees a moved branch, and leaves it."""
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[3:]; import test_commit; from repos import make_step\n"
        "from django_hop.errors import HopError\n"
        "steps = tuple(make_step(f'c{n}', {'a.py': b'%d %d' % (int(sys.argv[2]), n)}) for n in range(20))\n"
        "try: print(test_commit.write(Path(sys.argv[1]), steps).head)\n"
        "except HopError as error: print('refused:', error.message)\n"
    )
    arguments = [[sys.executable, "-c", code, str(repo), str(number), *sys.path] for number in range(2)]
    processes = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for line in arguments]
    answers = [process.communicate()[0].strip() for process in processes]
    heads = [answer for answer in answers if not answer.startswith("refused:")]
    assert refs(repo)[f"refs/heads/{BRANCH}"] == refs(repo)[f"refs/heads/{PREPARE}"]
    assert refs(repo)[f"refs/heads/{BRANCH}"] in heads
    git(repo, "fsck", "--strict")


def test_a_branch_that_moves_between_look_and_write_is_left(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write(repo).head
    really = stream.write_commits

    def meanwhile(*arguments: object) -> tuple[str, ...]:
        git(repo, "update-ref", f"refs/heads/{BRANCH}", "main")
        return really(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("django_hop.commit.branches.write_commits", meanwhile)
    with pytest.raises(HopError, match="changed by somebody else") as caught:
        write(repo, STEPS[:1])
    assert caught.value.hint == "Run it again."
    assert refs(repo)[f"refs/heads/{BRANCH}"] == refs(repo)["refs/heads/main"] != first


# Undo.


def test_undo_takes_back_what_a_hop_made_and_says_so(repo: Path) -> None:
    before = refs(repo)
    write(repo)
    assert take_back(repo) == [BRANCH, PREPARE]
    assert refs(repo) == before
    assert take_back(repo) == []


def test_undo_takes_back_a_prepare_branch_that_stands_on_the_base(repo: Path, tmp_path: Path) -> None:
    write(repo, STEPS[2:])
    git(tmp_path, "clone", "--quiet", "--bare", "r", "bare.git")
    for place in (repo, tmp_path / "bare.git"):
        assert take_back(place) == [BRANCH, PREPARE]


def test_undo_of_one_hop_of_a_stack_keeps_the_others(repo: Path) -> None:
    write(repo)
    write(repo, (make_step("third", {"b.py": b"b = 4\n"}),), base=BRANCH, branch="django-hop/4.2")
    assert take_back(repo) == [BRANCH, PREPARE]
    assert len(git(repo, "rev-list", "main..django-hop/4.2").split()) == 4
