"""`check` and `fix`: files and folders as they are on disk, no git needed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from commands import run, run_process
from repos import git, write_files
from shop import COMPAT, MODELS, NEW_VIEWS, SETTINGS, SHOP, TEMPLATE, VIEWS

from django_hop.inplace import _findings
from django_hop.model import Finding, Rewritten

CLEAN = "x = 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    write_files(place, SHOP)
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_check_writes_nothing_and_ends_with_1_where_something_would_change(folder: Path) -> None:
    before = contents(folder)
    done = run("check", "--to", "3.2", "shop/views.py", cwd=folder)
    assert done.code == 1
    assert done.out == "would fix shop/views.py: gettext-aliases, force-text\n"
    assert contents(folder) == before


def test_check_ends_with_0_and_says_nothing_where_all_is_well(folder: Path) -> None:
    done = run("check", "--to", "3.2", "shop/settings.py", "manage.py", cwd=folder)
    assert (done.code, done.out, done.err) == (0, "", "")


def test_fix_writes_in_place_and_ends_with_1_then_with_0(folder: Path) -> None:
    done = run("fix", "--to", "3.2", "shop/views.py", cwd=folder)
    assert (done.code, done.out) == (1, "fixed shop/views.py: gettext-aliases, force-text\n")
    assert (folder / "shop/views.py").read_text() == NEW_VIEWS
    assert run("fix", "--to", "3.2", "shop/views.py", cwd=folder).code == 0


def test_what_cannot_be_fixed_is_told_as_editors_like_it_and_ends_with_1(folder: Path) -> None:
    done = run("fix", "--to", "3.2", "shop/compat.py", cwd=folder)
    assert done.code == 1
    assert done.out.startswith("shop/compat.py:2:42: gettext-aliases ")
    assert (folder / "shop/compat.py").read_text() == COMPAT


def test_exit_zero_is_for_those_who_only_want_to_know(folder: Path) -> None:
    for command in ("check", "fix"):
        assert run(command, "--to", "3.2", "--exit-zero", "shop", cwd=folder).code == 0


def test_folders_are_walked_and_only_what_was_named_changes(folder: Path) -> None:
    write_files(folder, {"other/views.py": VIEWS, "shop/.venv/lib/views.py": VIEWS, "shop/node_modules/a.html": TEMPLATE})
    before = contents(folder)
    run("fix", "--to", "3.2", "shop", cwd=folder)
    changed = {name for name, data in contents(folder).items() if data != before[name]}
    assert changed == {"shop/views.py", "shop/urls.py", "shop/models.py", "shop/templates/shop/index.html"}


def test_the_diff_is_one_that_git_applies_even_for_other_encodings_and_line_ends(folder: Path) -> None:
    files = {
        "latin.py": "# coding: latin-1\nfrom django.utils.encoding import force_text  # caf\xe9\n\nx = force_text(b'')".encode("latin-1"),
        "crlf.py": VIEWS.replace("\n", "\r\n").encode(),
    }
    write_files(folder, files)
    git(folder, "init", "--quiet")
    done = run_process("check", "--to", "3.2", "--diff", "latin.py", "crlf.py", cwd=folder)
    assert done.code == 1
    patch = done.out.encode("utf-8", "surrogateescape").split(b"would fix")[0]
    git(folder, "apply", "--whitespace=nowarn", "-", data=patch)
    applied = contents(folder)
    write_files(folder, files)
    run("fix", "--to", "3.2", "latin.py", "crlf.py", cwd=folder)
    assert contents(folder) == applied


def test_json_has_the_documented_keys(folder: Path) -> None:
    done = run("check", "--to", "3.2", "--json", "shop/views.py", "shop/compat.py", cwd=folder)
    assert done.code == 1
    answer = done.json
    assert answer["schema"] == "django-hop/check/1"
    assert answer["hop"] == {"from": "2.2", "to": "3.2"}
    assert answer["evidence"] == ["requirements.txt:1: Django==2.2.28"]
    assert answer["changed"] == [{"path": "shop/views.py", "codemods": ["gettext-aliases", "force-text"]}]
    left = [one for one in answer["findings"] if not one["fixed"]]
    assert [(one["path"], one["line"], one["column"]) for one in left] == [("shop/compat.py", 2, 42)]
    assert answer["errors"] == [] and answer["skipped"] == [] and answer["files"] == 2
    assert run("fix", "--to", "3.2", "--json", "shop/views.py", cwd=folder).json["schema"] == "django-hop/fix/1"


def test_only_skip_safe_only_and_modernise_choose_codemods(folder: Path) -> None:
    def ids(*options: str, path: str = "shop") -> set[str]:
        changed = run("check", "--to", "3.2", "--json", *options, path, cwd=folder).json["changed"]
        return {name for one in changed for name in one["codemods"]}

    assert ids("--only", "force-text") == {"force-text"}
    assert "force-text" not in ids("--skip", "force-text") and "gettext-aliases" in ids("--skip", "force-text")
    assert "postgres-json-field" in ids() and "postgres-json-field" not in ids("--safe-only")
    assert "url-to-path" in ids("--modernise") and "url-to-path" not in ids()


def test_the_release_the_project_is_on_leaves_out_what_is_behind(folder: Path) -> None:
    (folder / "old.py").write_text("from django.utils._os import abspathu\n\nabspathu('x')\n")
    assert run("check", "--to", "3.2", "old.py", cwd=folder).code == 1
    assert run("check", "--from", "3.0", "--to", "3.2", "shop/models.py", cwd=folder).code == 1, "JSONField moved in 3.1"
    assert run("check", "--to", "3.0", "shop/models.py", cwd=folder).code == 0


def test_a_project_that_has_arrived_is_not_asked_for_what_no_release_objects_to(tmp_path: Path) -> None:
    files = {"manage.py": "", "requirements.txt": "Django==3.2.25\n", "shop/models.py": "class Shelf(object):\n    title = 1\n"}
    write_files(tmp_path, files)
    assert run("check", "--to", "3.2", "shop/models.py", cwd=tmp_path).code == 0
    write_files(tmp_path, {"requirements.txt": "Django==2.2.28\n"})
    assert "pyupgrade" in run("check", "--to", "3.2", "shop/models.py", cwd=tmp_path).out


def test_a_project_that_has_arrived_is_guarded_against_old_forms_and_not_nagged_about_what_it_decided(folder: Path) -> None:
    """SameSite cookies came with 2.1: a project on 2.0 gets a pin for the way; on 3.2 the pin would come back after every review."""
    settings = SETTINGS + "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']\n"
    (folder / "shop/settings.py").write_text(settings)
    (folder / "requirements.txt").write_text("Django==2.0.13\n")
    assert "samesite" in run("check", "--to", "3.2", "shop/settings.py", cwd=folder).out
    (folder / "requirements.txt").write_text("Django==3.2.25\n")
    assert run("check", "--to", "3.2", "shop/settings.py", cwd=folder).out == ""
    assert run("check", "--to", "3.2", "shop/views.py", cwd=folder).code == 1
    (folder / "requirements.txt").unlink()
    assert run("check", "--to", "3.2", "shop/settings.py", cwd=folder).out == ""
    assert run("check", "--to", "3.2", "shop/views.py", cwd=folder).code == 1


def test_target_exclude_and_skip_come_from_the_pyproject_of_the_project(folder: Path) -> None:
    write_files(folder, {"pyproject.toml": '[tool.django-hop]\nto = "3.2"\nskip = ["force-text"]\nexclude = ["shop/urls.py"]\n'})
    answer = run("check", "--json", "views.py", "urls.py", cwd=folder / "shop").json
    assert answer["changed"] == [{"path": "shop/views.py", "codemods": ["gettext-aliases"]}]


@pytest.mark.parametrize("comment", ["# django-hop: skip", "# django-hop: skip=force-text"])
def test_a_comment_on_the_line_settles_a_place(folder: Path, comment: str) -> None:
    (folder / "a.py").write_text(f"from django.utils import encoding\n\nx = encoding.force_text(b'')  {comment}\n")
    assert run("check", "--to", "3.2", "a.py", cwd=folder).code == 0


def test_mode_line_ends_bom_and_encoding_stay(folder: Path) -> None:
    write_files(folder, {"run.py": b"\xef\xbb\xbf" + VIEWS.replace("\n", "\r\n").encode()})
    path = folder / "run.py"
    path.chmod(0o750)
    run("fix", "--to", "3.2", "run.py", cwd=folder)
    assert path.read_bytes() == b"\xef\xbb\xbf" + NEW_VIEWS.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


def test_a_file_that_did_not_change_is_not_written(folder: Path) -> None:
    path = folder / "shop/settings.py"
    os.utime(path, (1, 1))
    run("fix", "--to", "3.2", "shop", cwd=folder)
    assert path.stat().st_mtime == 1


def test_other_files_of_the_project_are_known_to_a_codemod_that_asks(folder: Path) -> None:
    """A name that another file takes from this module must stay importable from it."""
    write_files(
        folder,
        {
            "text.py": "from django.utils.encoding import force_text\n",
            "pages.py": "from text import force_text\n\nx = force_text(b'')\n",
        },
    )
    run("fix", "--to", "3.2", "text.py", cwd=folder)
    assert (folder / "text.py").read_text() == "from django.utils.encoding import force_str as force_text\n"


def test_a_model_file_named_from_anywhere_by_its_absolute_path(folder: Path, tmp_path: Path) -> None:
    done = run("fix", "--to", "3.2", folder / "shop/models.py", cwd=tmp_path)
    assert done.code == 1
    assert (folder / "shop/models.py").read_text() != MODELS


def test_findings_stand_where_the_file_has_them_and_what_another_codemod_settled_is_not_told() -> None:
    def finding(message: str, line: int, fixed: bool = False) -> Finding:
        return Finding("a", "shop/odd.py", line, 1, message, fixed)

    result = Rewritten(
        "shop/odd.py",
        steps=(("a", b"", 1),),
        findings=(finding("fixed", 1, True), finding("stays", 3), finding("settled", 5)),
        remaining=(finding("stays", 7), finding("shows only now", 9)),
    )
    assert [(one.message, one.line) for one in _findings(result, written=False)] == [("fixed", 1), ("stays", 3), ("shows only now", 9)]
    assert [(one.message, one.line) for one in _findings(result, written=True)] == [("fixed", 1), ("stays", 7), ("shows only now", 9)]
