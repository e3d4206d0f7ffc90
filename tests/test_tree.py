"""Reading sources: what of a commit, or of folders, codemods get to see, and what is passed over with a reason."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from repos import commit_all, git, make_repo, write_files

from django_hop.errors import HopError
from django_hop.project.repository import open_repository
from django_hop.project.tree import LARGEST, Tree, tree_of_commit, tree_of_paths


def read(repo: Path, project: str = "") -> Tree:
    with open_repository(repo) as repository:
        return tree_of_commit(repository, repository.resolve(), project)


def reasons(tree: Tree) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in tree.skipped}


def test_contents_are_the_commits_bytes_and_not_those_of_the_work_tree(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"shop/models.py": b"x = 1\r\n# \xe9 latin\r\n", "README.md": "text\n"})
    write_files(repo, {"shop/models.py": "dirty\n", "untracked.py": "u = 1\n"})
    tree = read(repo)
    assert dict(tree) == {"shop/models.py": b"x = 1\r\n# \xe9 latin\r\n"}
    assert sorted(tree.entries) == ["README.md", "shop/models.py"]
    assert tree.entries["shop/models.py"].size == 18
    assert tree.skipped == ()


def test_crlf_conversion_and_other_filters_do_not_apply(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "x = 1\n", ".gitattributes": "*.py text eol=crlf filter=broken\n"})
    git(repo, "config", "filter.broken.smudge", "false")
    git(repo, "config", "filter.broken.required", "true")
    assert read(repo)["a.py"] == b"x = 1\n"


@pytest.mark.parametrize(
    "path",
    [
        "manage.py", "stubs/a.pyi", "templates/a.html", "mail/welcome.txt", "templates/deep/feed.svg", "requirements/base.in",
        "poetry.lock", "Dockerfile", "docker/Dockerfile.dev", "Procfile", "Pipfile", "tox.ini", "setup.cfg", "pyproject.toml",
        ".github/workflows/ci.yml", "constraints", "mail_templates/welcome.body",
        ".python-version", "runtime.txt", ".env", "deploy.sh", "UPPER.PY",
        "static/site.css", "static/admin.scss", "django-hop-warnings.json",
    ],
)  # fmt: skip
def test_files_that_a_codemod_can_concern_are_loaded(tmp_path: Path, path: str) -> None:
    assert dict(read(make_repo(tmp_path, {path: "text\n"}))) == {path: b"text\n"}


@pytest.mark.parametrize("path", ["README.md", "logo.png", "data.csv", "site.woff", "templates.md", "LICENSE", "fixtures/users.json"])
def test_files_that_concern_no_codemod_are_listed_but_never_loaded(tmp_path: Path, path: str) -> None:
    tree = read(make_repo(tmp_path, {path: "text\n"}))
    assert (dict(tree), list(tree.entries), tree.skipped) == ({}, [path], ())


def test_scripts_without_a_suffix_are_known_by_their_first_line(tmp_path: Path) -> None:
    scripts = {
        "bin/serve": "#!/usr/bin/env python3\nx = 1\n",
        "bin/run": "#!/bin/sh\nls\n",
        "bin/perl": "#!/usr/bin/perl\n",
        "bin/data": "x",
    }
    repo = make_repo(tmp_path, {**scripts, "plain": "#!/usr/bin/python\n"})
    for name in scripts:
        (repo / name).chmod(0o755)
    commit_all(repo)
    tree = read(repo)
    assert list(tree) == ["bin/run", "bin/serve"]
    assert tree.entries["bin/serve"].mode == "100755"


def test_paths_may_hold_spaces_newlines_quotes_and_any_bytes(tmp_path: Path) -> None:
    names = [
        "a b.py",
        "tab\there.py",
        "new\nline.py",
        'quote".py',
        "back\\slash.py",
        "ünï.py",
        os.fsdecode(b"latin-\xe9.py"),
        ":(glob)*.py",
        "-f.py",
    ]
    files = {name: f"name = {number}\n" for number, name in enumerate(names)}
    assert dict(read(make_repo(tmp_path, files))) == {name: f"name = {number}\n".encode() for number, name in enumerate(names)}


def test_what_is_no_source_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"
    files: dict[str, str | bytes] = {
        "big.py": b"#" * (LARGEST + 1),
        "nul.py": b"x = '\0'\n",
        "utf16.html": "<p>".encode("utf-16"),
        "fixture.xml": pointer,
        "templates/logo.png": b"\x89PNG\0",
        "site-packages/django/urls.py": "x = 1\n",
        "fine.py": "x = 1\n",
    }
    tree = read(make_repo(tmp_path, files))
    assert list(tree) == ["fine.py"]
    assert reasons(tree) == {
        "big.py": "larger than 5 MB (5.0 MB)",
        "nul.py": "holds NUL bytes: not a text, or in UTF-16",
        "utf16.html": "holds NUL bytes: not a text, or in UTF-16",
        "fixture.xml": "a Git LFS pointer: the content is not in the repository",
        "site-packages": "a folder of installed packages",
    }


def test_links_and_submodules_have_entries_and_no_content(tmp_path: Path) -> None:
    make_repo(tmp_path / "module", {"m.py": "m = 1\n"})
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"})
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "vendor/module")
    (repo / "inside.py").symlink_to("a.py")
    (repo / "outside.py").symlink_to("../elsewhere.py")
    (repo / "absolute").symlink_to("/etc")
    (repo / "loop").symlink_to("loop")
    commit_all(repo)
    tree = read(repo)
    assert list(tree) == ["a.py"]
    modes = {path: entry.mode for path, entry in tree.entries.items()}
    assert modes["vendor/module"] == "160000"
    assert {modes[name] for name in ("inside.py", "outside.py", "absolute", "loop")} == {"120000"}
    assert reasons(tree) == {
        "absolute": "a symbolic link that leads out of the repository: /etc",
        "outside.py": "a symbolic link that leads out of the repository: ../elsewhere.py",
        "vendor/module": "a submodule: hop it in its own repository",
    }


@pytest.mark.parametrize("project", ["backend", "backend/", "./backend", "backend/../backend"])
def test_a_project_in_a_monorepo_is_only_what_lies_below_its_folder(tmp_path: Path, project: str) -> None:
    repo = make_repo(tmp_path, {"backend/a.py": "1\n", "backend2/b.py": "2\n", "tox.ini": "3\n", "x/backend/c.py": "4\n"})
    tree = read(repo, project)
    assert list(tree) == list(tree.entries) == ["backend/a.py"]
    assert len(read(repo, ".")) == len(read(repo)) == 4


@pytest.mark.parametrize("project", ["nothing", "../elsewhere", "/etc", "back*"])
def test_a_project_folder_that_is_not_there_is_told(tmp_path: Path, project: str) -> None:
    repo = make_repo(tmp_path, {"backend/a.py": "1\n"})
    with pytest.raises(HopError) as caught:
        read(repo, project)
    assert "--project" in caught.value.hint


def test_sha256_bare_and_shallow_repositories_are_read_alike(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "r", {"a.py": "x = 1\n"}, "--object-format=sha256")
    write_files(repo, {"a.py": "x = 2\n"})
    commit_all(repo)
    git(tmp_path, "clone", "--quiet", "--bare", "r", "bare.git")
    git(tmp_path, "clone", "--quiet", "--depth=1", repo.as_uri(), "shallow")
    for place in (repo, tmp_path / "bare.git", tmp_path / "shallow"):
        tree = read(place)
        assert dict(tree) == {"a.py": b"x = 2\n"}
        changed = tree.with_files({"a.py": b"x = 3\n"}).entries["a.py"].sha
        assert changed == git(repo, "hash-object", "--stdin", data=b"x = 3\n")


def test_a_commit_whose_objects_are_lost_is_told(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "x = 1\n"})
    blob = git(repo, "rev-parse", "HEAD:a.py")
    (repo / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(HopError) as caught:
        read(repo)
    assert "git fsck" in caught.value.hint


def test_an_overlay_is_a_new_tree_and_the_old_one_stays(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "x = 1\n", "b.py": "y = 1\n"})
    (repo / "a.py").chmod(0o755)
    commit_all(repo)
    tree = read(repo)
    new = tree.with_files({"a.py": b"x = 2\n", "0.py": b"new\n"})
    assert (tree["a.py"], "0.py" in tree) == (b"x = 1\n", False)
    assert list(new.items()) == [("0.py", b"new\n"), ("a.py", b"x = 2\n"), ("b.py", b"y = 1\n")]
    assert (new.entries["a.py"].mode, new.entries["a.py"].size) == ("100755", 6)
    assert new.entries["a.py"].sha == git(repo, "hash-object", "--stdin", data=b"x = 2\n")
    assert new.entries["b.py"] is tree.entries["b.py"]


def test_a_tree_travels_to_a_worker(tmp_path: Path) -> None:
    tree = read(make_repo(tmp_path, {"a.py": "x = 1\n"}))
    copy = pickle.loads(pickle.dumps(tree))
    assert (dict(copy), copy.entries, copy.skipped) == (dict(tree), tree.entries, tree.skipped)


# Files and folders, without git.


def test_folders_are_walked_and_what_tools_keep_there_is_left_out(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "shop/models.py": b"x = 1\r\n", "shop/data.csv": "1\n", ".git/hook.py": "no\n", "shop/__pycache__/a.py": "no\n",
            "node_modules/a.py": "no\n", "env/pyvenv.cfg": "home = x\n", "env/lib/b.py": "no\n",
        },
    )  # fmt: skip
    tree = tree_of_paths([tmp_path], tmp_path)
    assert dict(tree) == {"shop/models.py": b"x = 1\r\n"}
    assert reasons(tree) == {"env": "a folder of installed packages", "node_modules": "a folder of installed packages"}


def test_keys_count_from_the_root_and_are_absolute_outside_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"in/a.py": "1\n", "out/b.py": "2\n", "in2/c.py": "3\n"})
    monkeypatch.chdir(tmp_path / "in")
    outside = (tmp_path / "out/b.py").as_posix()
    beside = (tmp_path / "in2/c.py").as_posix()
    assert dict(tree_of_paths([Path("a.py"), Path("../out"), tmp_path / "in2"])) == {"a.py": b"1\n", outside: b"2\n", beside: b"3\n"}


def test_a_file_given_by_name_is_read_whatever_its_suffix_and_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"mail.body": "text\n", "a.py": "1\n"})
    tree = tree_of_paths([tmp_path / "mail.body", tmp_path, tmp_path / "a.py"], tmp_path)
    assert dict(tree) == {"a.py": b"1\n", "mail.body": b"text\n"}


def test_links_are_not_followed_and_loops_do_no_harm(tmp_path: Path) -> None:
    write_files(tmp_path, {"p/a.py": "1\n", "elsewhere/b.py": "2\n"})
    (tmp_path / "p/loop").symlink_to(".", target_is_directory=True)
    (tmp_path / "p/self.py").symlink_to("self.py")
    (tmp_path / "p/out").symlink_to("../elsewhere", target_is_directory=True)
    tree = tree_of_paths([tmp_path / "p"], tmp_path / "p")
    assert dict(tree) == {"a.py": b"1\n"}
    assert reasons(tree) == {"out": "a symbolic link that leads out: ../elsewhere"}
    named = tree_of_paths([tmp_path / "p/self.py"], tmp_path / "p")
    assert reasons(named) == {"self.py": "a symbolic link: give the file it points to, self.py"}


def test_what_cannot_be_read_is_a_result_and_not_the_end(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "1\n"})
    os.mkfifo(tmp_path / "pipe.py")
    paths, expected = [tmp_path], {"pipe.py": "not a regular file"}
    if Path("/proc/self/mem").exists():
        paths.append(Path("/proc/self/mem"))
        expected["/proc/self/mem"] = "cannot be read: Input/output error"
    tree = tree_of_paths(paths, tmp_path)
    assert dict(tree) == {"a.py": b"1\n"}
    assert reasons(tree) == expected


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(HopError, match=r"There is no file or folder .*nowhere\.py"):
        tree_of_paths([tmp_path / "nowhere.py"], tmp_path)
