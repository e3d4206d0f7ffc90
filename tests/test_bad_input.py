"""Every situation a user may be in: a message that says what to do, the exit code, and nothing lost."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bad_pack import write_pack
from commands import Outcome, bind_to_rights, finish, process_environment, run, run_process, start
from repos import ENVIRONMENT, commit_all, git, make_repo, write_files
from shop import NEW_VIEWS, SHOP, VIEWS

BRANCH, PREPARE = "django-hop/3.2", "django-hop/3.2-prepare"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return make_repo(tmp_path / "shop", SHOP)


def state(repo: Path) -> tuple[str, str, bytes]:
    """All that belongs to the user: refs with where they point, the work tree, the index."""
    return git(repo, "for-each-ref"), git(repo, "status", "--porcelain"), (repo / ".git/index").read_bytes()


def refused(done: Outcome, message: str, hint: str) -> None:
    """The command ended with 2 and said on standard error what is wrong and, below it, what to do."""
    assert (done.code, done.out) == (2, ""), done
    first, second = done.err.splitlines()
    assert first.startswith("django-hop: ") and message in first, done.err
    assert second.startswith("  ") and hint in second, done.err


# -- the repository ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["hop", "plan"])
def test_not_a_git_repository(tmp_path: Path, command: str) -> None:
    write_files(tmp_path, SHOP)
    target = ["3.2"] if command == "hop" else []
    refused(run(command, *target, cwd=tmp_path), f"{'.'} is not in a git repository", "django-hop fix")


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    refused(run("hop", "3.2", "--repo", "nowhere", cwd=tmp_path), "nowhere is not a folder", "Give the folder of a git repository")


def test_no_git_on_the_machine(repo: Path) -> None:
    refused(run_process("hop", "3.2", cwd=repo, PATH=os.devnull), "git was not found", "Install git")


def test_an_unknown_ref(repo: Path) -> None:
    refused(run("hop", "3.2", "--ref", "mian", cwd=repo), "no branch, tag or commit 'mian'", "Did you mean main?")


@pytest.mark.parametrize("ref", ["--output=x", "", "main:shop/views.py", "main^{tree}"])
def test_a_ref_that_is_no_commit(repo: Path, ref: str) -> None:
    before = state(repo)
    assert run("hop", "3.2", f"--ref={ref}", cwd=repo).code == 2
    assert state(repo) == before


def test_an_empty_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    refused(run("hop", "3.2", cwd=tmp_path), "has no commits yet", "Commit the project first")


def test_a_project_folder_that_is_not_there(repo: Path) -> None:
    refused(run("hop", "3.2", "--project", "backend", cwd=repo), "no folder 'backend'", "--project")
    refused(run("hop", "3.2", "--project", "../shop", cwd=repo), "not inside the repository", "--project")


def test_a_repository_that_cannot_be_written(repo: Path) -> None:
    before = state(repo)
    folders = [path for path in (repo / ".git").rglob("*") if path.is_dir()]
    for folder in [repo / ".git", *folders]:
        folder.chmod(0o555)
    try:
        done = run_process("hop", "3.2", cwd=repo, preexec=bind_to_rights)
        dry = run_process("hop", "3.2", "--dry-run", cwd=repo, preexec=bind_to_rights)
    finally:
        for folder in [repo / ".git", *folders]:
            folder.chmod(0o755)
    refused(done, "cannot be written", "--dry-run")
    assert dry.code == 0 and "url-function" in dry.out
    assert state(repo) == before


def test_a_full_disk(repo: Path, tmp_path: Path) -> None:
    """A limit on the size of the files that git writes stands for the full disk: the write fails alike."""
    write_files(repo, {"big.py": VIEWS + "".join(f"x{n} = {n * 7919 % 100003}\n" for n in range(9000))})
    commit_all(repo)
    before = state(repo)
    limited = tmp_path / "bin/git"
    limited.parent.mkdir()
    limit = "case \"$*\" in *fast-import*) trap '' XFSZ; ulimit -f 1;; esac"
    limited.write_text(f'#!/bin/sh\n{limit}\nexec "{shutil.which("git")}" "$@"\n')
    limited.chmod(0o755)
    done = run_process("hop", "3.2", cwd=repo, PATH=f"{limited.parent}{os.pathsep}{os.environ['PATH']}")
    refused(done, "The disk is full", "Free some space and run it again; no branch was changed")
    assert state(repo) == before


def test_no_identity(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        if "AUTHOR" in name or "COMMITTER" in name:
            monkeypatch.delenv(name)
    git(repo, "config", "--unset", "user.name")
    git(repo, "config", "--unset", "user.email")
    refused(run("hop", "3.2", cwd=repo), "Git does not know who you are", "git config --global user.name")


# -- the target --------------------------------------------------------------------------------------------------------


def test_an_unknown_target(repo: Path) -> None:
    for target in ("9.9", "three", "3.2.1", "1.4", ""):
        refused(run("hop", "--from", "2.2", "--to", target, cwd=repo) if target else run("hop", cwd=repo), "", "3.2")
    refused(run("check", "--to", "9.9", ".", cwd=repo), "'9.9' is not a Django feature release", "Give one of 1.11, 2.0")


def test_a_lower_target(repo: Path) -> None:
    refused(run("hop", "2.0", cwd=repo), "Django 2.0 is older than 2.2, the release the project is on", "goes forward only")


def test_a_target_equal_to_the_current_release(repo: Path) -> None:
    refused(run("hop", "2.2", cwd=repo), "on Django 2.2 already", "later release")


def test_no_target(repo: Path) -> None:
    refused(run("hop", cwd=repo), "No target release is given", "django-hop hop 3.2")
    refused(run("check", ".", cwd=repo), "No target release is given", "--to X.Y")


def test_a_target_twice(repo: Path) -> None:
    refused(run("hop", "3.2", "--to", "4.2", cwd=repo), "Both a target and --to", "hop --to 3.2")


def test_a_django_older_than_all_that_are_known(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "old", {"setup.py": "setup(install_requires=['django >= 1.8, < 1.11'])\n"})
    refused(run("hop", "3.2", cwd=repo), "seems to be on Django 1.8 (setup.py:1: ", "--from X.Y")
    assert run("hop", "3.2", "--from", "2.2", cwd=repo).code == 0


def test_no_django_found(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "plain", {"app.py": VIEWS})
    refused(run("hop", "3.2", cwd=repo), "No Django requirement was found", "--from X.Y")
    assert run("hop", "3.2", "--from", "2.2", cwd=repo).code == 0


def test_an_unknown_codemod_names_its_neighbours(repo: Path) -> None:
    refused(run("hop", "3.2", "--only", "url-funktion", cwd=repo), "no codemod 'url-funktion'", "Did you mean url-function")
    refused(run("check", "--to", "3.2", "--skip", "nothing", ".", cwd=repo), "no codemod 'nothing'", "django-hop codemods")


def test_unknown_options_and_commands_end_with_2(repo: Path) -> None:
    for arguments in (["hop", "3.2", "--nonsense"], ["nonsense"], ["check", "--to", "3.2"], ["explain"]):
        done = run(*arguments, cwd=repo)
        assert done.code == 2 and done.err


# -- the branch --------------------------------------------------------------------------------------------------------


def test_the_branch_exists_and_is_ours(repo: Path) -> None:
    run("hop", "3.2", cwd=repo)
    first = git(repo, "rev-parse", BRANCH)
    assert run("hop", "3.2", cwd=repo).code == 0
    assert git(repo, "rev-parse", BRANCH) == first
    write_files(repo, {"more.py": VIEWS})
    commit_all(repo)
    assert run("hop", "3.2", cwd=repo).code == 0
    assert git(repo, "rev-parse", BRANCH) != first, "a newer base replaces what we made"


def test_the_branch_exists_and_is_foreign(repo: Path) -> None:
    git(repo, "branch", BRANCH)
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "Go on")
    before = state(repo)
    for command in ("hop", "undo"):
        refused(run(command, "3.2", cwd=repo), f"{BRANCH} exists and was not made by django-hop", f"git branch -m {BRANCH}")
    assert state(repo) == before


def test_people_added_commits_to_the_branch(repo: Path) -> None:
    run("hop", "3.2", cwd=repo)
    git(repo, "checkout", "--quiet", BRANCH)
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "By hand")
    git(repo, "checkout", "--quiet", "main")
    before = state(repo)
    for command in ("hop", "undo"):
        refused(run(command, "3.2", cwd=repo), "has commits that django-hop did not make", "git branch -m")
    assert state(repo) == before


def test_a_stack_that_meets_a_foreign_branch_says_what_it_made_before(repo: Path) -> None:
    git(repo, "branch", "django-hop/4.2")
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "Go on")
    foreign = git(repo, "rev-parse", "django-hop/4.2")
    done = run("hop", "--to", "5.2", cwd=repo)
    refused(done, "django-hop/4.2 exists and was not made by django-hop", "Made before it, and kept: django-hop/3.2.")
    assert git(repo, "rev-parse", "django-hop/4.2") == foreign
    assert git(repo, "rev-parse", BRANCH) != foreign


@pytest.mark.parametrize("command", ["hop", "undo"])
@pytest.mark.parametrize("branch", [BRANCH, PREPARE])
def test_the_branch_is_checked_out(repo: Path, branch: str, command: str) -> None:
    run("hop", "3.2", cwd=repo)
    git(repo, "checkout", "--quiet", branch)
    before = state(repo)
    refused(run(command, "3.2", "--ref", "main", cwd=repo), f"{branch} is checked out in", "Check out another branch")
    assert state(repo) == before


def test_undo_of_what_is_not_there(repo: Path) -> None:
    refused(run("undo", "3.2", cwd=repo), "There is no branch django-hop/3.2", "git branch --list")


# -- Ctrl-C ------------------------------------------------------------------------------------------------------------


def wait_for(path: Path) -> str:
    for _ in range(600):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path} did not come")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


@pytest.mark.parametrize("group", [True, False], ids=["terminal", "kill"])
@pytest.mark.parametrize("command", ["hop", "fix"])
def test_ctrl_c_while_files_are_rewritten(repo: Path, tmp_path: Path, command: str, group: bool) -> None:
    """On a terminal every process of the group hears it; with `kill -INT` only ours, which then ends its workers."""
    write_files(repo, {"slow.py": "# trouble: sleep\n"})
    commit_all(repo)
    before, note = state(repo), tmp_path / "note"
    arguments = ["hop", "3.2"] if command == "hop" else ["fix", "--to", "3.2", "."]
    process = start(*arguments, "--pack", write_pack(tmp_path), cwd=repo, session=True, TROUBLE_NOTE=str(note))
    worker = int(wait_for(note))
    if group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.code == 130
    assert done.err == "django-hop: interrupted. No branch was made or changed; a file that was fixed is whole.\n"
    assert state(repo) == before
    assert not alive(worker)


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1])
def test_ctrl_c_at_any_moment_leaves_both_branches_or_neither(repo: Path, delay: float) -> None:
    before = state(repo)
    process = start("hop", "3.2", cwd=repo, session=True)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    done = finish(process)
    left = git(repo, "for-each-ref", "--format=%(refname:short)").split()
    assert left in (["main"], [BRANCH, PREPARE, "main"])
    assert state(repo)[1:] == before[1:]
    git(repo, "fsck", "--strict")
    if delay >= 0.1:  # before that, Python itself is starting
        # Where the signal met CPython within an exec() of a text, it ends itself by the signal after all, which shells show as 130 too.
        # Where it met the clean-up of an import, CPython says so and goes on.
        assert done.code in (0, 130, -signal.SIGINT), done
        assert "Traceback" not in done.err.partition("Exception ignored")[0]
    assert run("hop", "3.2", cwd=repo).code == 0


# -- files -------------------------------------------------------------------------------------------------------------

OLD, NEW = b"from django.utils.encoding import force_text\n", b"from django.utils.encoding import force_str\n"
USE = b"x = force_text(b'')\n"
NEW_USE = b"x = force_str(b'')\n"
DEEP = b"(" * 1000 + b"1" + b")" * 1000

UNREADABLE = {
    "syntax error": (OLD + b"def f(:\n", "does not parse"),
    "Python 2 print": (OLD + b"print 'x'\n", "does not parse"),
    "Python 2 except": (OLD + b"try:\n    f()\nexcept Exception, e:\n    raise ValueError, 'x'\n", "does not parse"),
    "Python 2 octal": (OLD + b"x = 0777\n", "does not parse"),
    "merge markers": (OLD + b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n", "does not parse"),
    "unknown encoding": (b"# coding: klingon\n" + OLD, "encoding"),
    "bytes that are not UTF-8": (OLD + b"x = '\xff'\n", "utf-8"),
    "bytes that are not the declared encoding": (b"# coding: ascii\n" + OLD + b"x = '\xe9'\n", "ascii"),
    "NUL bytes": (OLD + b"x = '\0'\n", "NUL bytes"),
    "UTF-16": (OLD.decode().encode("utf-16"), "NUL bytes"),
    "nested too deeply": (OLD + b"x = " + DEEP + b"\n", "does not parse"),
    "bad indentation": (OLD + b"if True:\n\tx = 1\n        y = 2\n", "does not parse"),
}


@pytest.fixture(scope="module")
def odd_repo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome, Outcome]:
    """A repository with all of them, the hop and a `fix` of it."""
    files = {f"odd/{name}.py": data for name, (data, _) in UNREADABLE.items()}
    repo = make_repo(tmp_path_factory.mktemp("odd") / "repo", {**SHOP, **files})
    return repo, run_process("hop", "3.2", "--json", cwd=repo), run_process("fix", "--to", "3.2", ".", cwd=repo)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_left_and_named(odd_repo: tuple[Path, Outcome, Outcome], name: str) -> None:
    repo, hopped, fixed = odd_repo
    data, reason = UNREADABLE[name]
    path = f"odd/{name}.py"
    said = {one["path"]: one["reason"] for one in hopped.json["skipped"]}[path]
    assert reason in said
    assert path not in git(repo, "diff", "--name-only", "-z", f"main..{BRANCH}").split("\0")
    assert f"{path}: {said}" in fixed.out
    assert (repo / path).read_bytes() == data


def test_beside_files_that_cannot_be_read_the_others_are_done(odd_repo: tuple[Path, Outcome, Outcome]) -> None:
    repo, hopped, fixed = odd_repo
    assert hopped.code == 0 and hopped.err == ""
    assert git(repo, "show", f"{BRANCH}:shop/views.py") + "\n" == NEW_VIEWS
    assert fixed.code == 1
    assert (repo / "shop/views.py").read_text() == NEW_VIEWS


READABLE = {
    "BOM": (b"\xef\xbb\xbf" + OLD + USE, b"\xef\xbb\xbf" + NEW + NEW_USE),
    "form feed": (OLD + b"\x0c\n" + USE, NEW + b"\x0c\n" + NEW_USE),
    "form feed in a line": (OLD + b"if True:\n\x0c    pass\n" + USE, NEW + b"if True:\n\x0c    pass\n" + NEW_USE),
    "CRLF": ((OLD + USE).replace(b"\n", b"\r\n"), (NEW + NEW_USE).replace(b"\n", b"\r\n")),
    "lone CR": ((OLD + USE).replace(b"\n", b"\r"), (NEW + NEW_USE).replace(b"\n", b"\r")),
    "mixed line ends": (OLD + b"y = 1\r\nz = 2\r" + USE, NEW + b"y = 1\r\nz = 2\r" + NEW_USE),
    "no final newline": (OLD + USE.rstrip(), NEW + NEW_USE.rstrip()),
    "latin-1": (b"# -*- coding: latin-1 -*-\ny = '\xe9'\n" + OLD + USE, b"# -*- coding: latin-1 -*-\ny = '\xe9'\n" + NEW + NEW_USE),
    "other letters": (OLD + "größe = 'ß'; ".encode() + USE, NEW + "größe = 'ß'; ".encode() + NEW_USE),
    "tabs": (OLD + b"if True:\n\t" + USE, NEW + b"if True:\n\t" + NEW_USE),
    "line separators in strings": (OLD + "y = 'a\u2028b\x85\x1c'\n".encode() + USE, NEW + "y = 'a\u2028b\x85\x1c'\n".encode() + NEW_USE),
    "50,000 lines": (OLD + b"y = f(1, a=2)\n" * 50_000 + USE, NEW + b"y = f(1, a=2)\n" * 50_000 + NEW_USE),
    "a long chain": (OLD + b"y = a" + b".b" * 600 + b"\n" + USE, NEW + b"y = a" + b".b" * 600 + b"\n" + NEW_USE),
    "90 nested ifs": (
        OLD + b"".join(b"%sif a:\n" % (b" " * n) for n in range(90)) + b" " * 90 + USE,
        NEW + b"".join(b"%sif a:\n" % (b" " * n) for n in range(90)) + b" " * 90 + NEW_USE,
    ),
}


@pytest.fixture(scope="module")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """A folder with all of them, and the outcome of `fix`."""
    folder = tmp_path_factory.mktemp("odd")
    write_files(folder, {f"{name}.py": before for name, (before, _) in READABLE.items()})
    return folder, run_process("fix", "--to", "3.2", ".", cwd=folder)


@pytest.mark.parametrize("name", READABLE)
def test_an_odd_file_is_changed_where_it_must_and_nowhere_else(odd_folder: tuple[Path, Outcome], name: str) -> None:
    folder, done = odd_folder
    assert f"fixed {name}.py: force-text\n" in done.out, (done.out[:2000], done.err[:2000])
    assert (folder / f"{name}.py").read_bytes() == READABLE[name][1]


@pytest.mark.parametrize("piece", [b"-", b"a.", b"a + "], ids=["unary", "dots", "sum"])
def test_what_python_itself_cannot_take_costs_one_file(tmp_path: Path, piece: bytes) -> None:
    source = b"x = " + piece * 50_000 + b"1\n" if piece == b"-" else b"x = " + piece * 50_000 + b"b\n"
    write_files(tmp_path, {"deep.py": OLD + source, "views.py": VIEWS})
    done = run_process("fix", "--to", "3.2", "--json", ".", cwd=tmp_path)
    assert done.code == 1, done.err[:2000]
    assert (tmp_path / "views.py").read_text() == NEW_VIEWS
    named = {one["path"] for one in (*done.json["skipped"], *done.json["errors"], *done.json["changed"])}
    assert "deep.py" in named, "changed or told, never silent"
    if "deep.py" not in {one["path"] for one in done.json["changed"]}:
        assert (tmp_path / "deep.py").read_bytes() == OLD + source


def test_symlink_loops_and_links_that_lead_out(repo: Path, tmp_path: Path) -> None:
    (repo / "a.py").symlink_to("b.py")
    (repo / "b.py").symlink_to("a.py")
    (repo / "shop/again").symlink_to("..", target_is_directory=True)
    (tmp_path / "secret.py").write_text(VIEWS)
    (repo / "out.py").symlink_to("../secret.py")
    commit_all(repo)
    done = run_process("hop", "3.2", "--json", cwd=repo)
    assert done.code == 0
    assert git(repo, "diff", "--name-only", "--diff-filter=T", f"main..{BRANCH}") == ""
    fixed = run_process("fix", "--to", "3.2", "--json", ".", cwd=repo)
    assert (repo / "a.py").is_symlink() and (repo / "out.py").is_symlink() and (repo / "shop/again").is_symlink()
    assert (tmp_path / "secret.py").read_text() == VIEWS
    assert [one["path"] for one in fixed.json["changed"] if "again" in one["path"]] == []
    loop = run_process("check", "--to", "3.2", "a.py", cwd=repo)
    assert loop.code == 1 and "a.py: a symbolic link" in loop.out


def test_files_that_cannot_be_read_or_written_are_told_and_the_others_are_done(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.py": VIEWS, "fixed.py": VIEWS, "open.py": VIEWS, "closed/a.py": VIEWS})
    (tmp_path / "secret.py").chmod(0)
    (tmp_path / "fixed.py").chmod(0o444)
    (tmp_path / "closed").chmod(0)
    try:
        done = run_process("fix", "--to", "3.2", ".", cwd=tmp_path, preexec=bind_to_rights)
    finally:
        (tmp_path / "closed").chmod(0o755)
        (tmp_path / "secret.py").chmod(0o644)
    assert done.code == 1 and done.err == ""
    assert "secret.py: cannot be read: Permission denied" in done.out
    assert "closed: cannot be read: Permission denied" in done.out
    assert "left as it was: fixed.py" in done.out and "read-only" in done.out
    assert (tmp_path / "open.py").read_text() == NEW_VIEWS
    assert {(tmp_path / name).read_text() for name in ("secret.py", "fixed.py", "closed/a.py")} == {VIEWS}


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_a_full_disk_while_fixing_leaves_the_file_whole(tmp_path: Path) -> None:
    big = VIEWS + "# a line\n" * 5000
    write_files(tmp_path, {"big.py": big, "small.py": VIEWS})
    done = run_process("fix", "--to", "3.2", ".", cwd=tmp_path, preexec=limit_files, PYTHONDONTWRITEBYTECODE="1")
    assert done.code == 1
    assert "left as it was: big.py" in done.out and "Check rights and free space" in done.out
    assert (tmp_path / "big.py").read_text() == big
    assert (tmp_path / "small.py").read_text() == NEW_VIEWS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big.py", "small.py"], "no temporary file stays"


def test_paths_that_do_not_exist(tmp_path: Path) -> None:
    refused(run("fix", "--to", "3.2", "gone.py", cwd=tmp_path), "There is no file or folder gone.py", "Check the spelling")


def test_a_report_that_cannot_be_written_is_told_before_the_work(repo: Path) -> None:
    before = state(repo)
    refused(run("hop", "3.2", "--report", "no/such/folder.md", cwd=repo), "report cannot be written", "folder that exists")
    assert state(repo) == before


# -- settings and packs ------------------------------------------------------------------------------------------------


def test_a_broken_pyproject(repo: Path) -> None:
    write_files(repo, {"pyproject.toml": "[tool.django-hop\nto = 3\n"})
    commit_all(repo)
    for arguments in (["hop", "3.2"], ["check", "--to", "3.2", "."], ["codemods"], ["undo", "3.2"]):
        refused(run(*arguments, cwd=repo), "pyproject.toml is not valid TOML", "Repair it")


def test_all_mistakes_in_the_settings_are_told_together(repo: Path) -> None:
    write_files(repo, {"pyproject.toml": '[tool.django-hop]\nto = 3.2\nskipp = ["a"]\nbranch = "mine"\nexclude = "x"\n'})
    commit_all(repo)
    done = run("hop", "3.2", cwd=repo)
    assert done.code == 2
    mistakes = ("`to` must be a string", "`skipp` is not a setting", "`branch` must contain {target}", "`exclude` must be a list")
    assert all(mistake in done.err for mistake in mistakes)


BROKEN_PACKS = {
    "does not parse": ("def f(:\n", "SyntaxError"),
    "raises": ("raise RuntimeError('not today')\n", "RuntimeError: not today (__init__.py, line 1)"),
    "ends the process": ("import sys\nsys.exit(0)\n", "SystemExit: 0 (__init__.py, line 2)"),
    "imports what is not there": ("from django_hop.ops.names import Nonsense\n", "ImportError"),
    "holds no codemods": ("x = 1\n", "holds no CODEMODS list"),
    "holds something else": ("CODEMODS = ['url']\n", "holds no CODEMODS list"),
}


@pytest.mark.parametrize("name", BROKEN_PACKS)
def test_a_pack_that_fails_to_load_is_an_error_that_names_it(repo: Path, name: str) -> None:
    source, said = BROKEN_PACKS[name]
    folder = repo / f"pack_{name.replace(' ', '_')}"
    write_files(folder, {"__init__.py": source})
    before = state(repo)
    for arguments in (["hop", "3.2"], ["check", "--to", "3.2", "shop"], ["codemods"]):
        done = run(*arguments, "--pack", folder, cwd=repo)
        refused(done, folder.name, "__init__.py")
        assert said in done.err
    assert state(repo) == before


def test_a_pack_that_is_not_there(repo: Path) -> None:
    refused(run("check", "--to", "3.2", "--pack", "nowhere", "shop", cwd=repo), "nowhere' is not a folder", "--pack")
    (repo / "empty").mkdir()
    refused(run("check", "--to", "3.2", "--pack", "empty", "shop", cwd=repo), "has no __init__.py", "codemods/README.md")


def test_a_bug_of_ours_ends_with_3_and_a_report_to_attach(repo: Path, tmp_path: Path) -> None:
    code = "import sys, django_hop.hop\nfrom django_hop import cli\ndjango_hop.hop.open_base = None\nsys.exit(cli.main())"
    command, environment = [sys.executable, "-c", code, "hop", "3.2"], process_environment(TMPDIR=str(tmp_path))
    done = subprocess.run(command, cwd=repo, capture_output=True, text=True, env=environment)
    assert done.returncode == 3
    assert "a bug of ours: TypeError" in done.stderr and "Traceback" not in done.stderr
    (report,) = tmp_path.glob("django-hop-crash-*.md")
    assert str(report) in done.stderr and "Traceback" in report.read_text()
