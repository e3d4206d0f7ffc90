"""What makes a check worse is found and parked as what breaks tests is; what interrupted runs leave, and say (tests/verifying.py)."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from commands import finish, run, start
from repos import git
from verifying import cache as cache
from verifying import environments as environments
from verifying import project, verdicts, wrong_pack


def verified(repo: Path, pack: Path, *options: str) -> Any:
    assert run("hop", "3.2", "--repo", repo, "--pack", pack).code == 0
    return run("verify", "3.2", "--repo", repo, "--pack", pack, "--json", *options).json


IMPORTS = ({"shop/unused.py": "FIRST = sorted([3])[0]\n"}, "sorted", "iter", "imports: shop.unused", "shop/unused.py")
"""A module that no test imports: an iterator has no first element."""
SETTINGS = "INSTALLED_APPS = ['shop']\nSECRET_KEY = 'x'\nFAILING = {1: [], 2: ['COMMAND']}[sum([1])]\n"
CHECK = (
    {"shop/settings.py": SETTINGS.replace("COMMAND", "check").replace("sum([1])", "min(1, 2)")},
    "min",
    "max",
    "check: ?: (models.E001)",
)
MIGRATE = ({"shop/settings.py": SETTINGS.replace("COMMAND", "migrate").replace("sum([1])", "min(1, 2)")}, "min", "max", "migrate")


@pytest.mark.parametrize(
    ("files", "old", "new", "problem", "path", "works_from"),
    [(*IMPORTS, "2.0"), (*CHECK, "shop/settings.py", "3.2"), (*MIGRATE, "shop/settings.py", "2.0")],
    ids=["imports", "check", "migrate"],
)
def test_what_makes_a_check_worse_is_parked(
    tmp_path: Path, environments: dict[str, Path], files: dict[str, str], old: str, new: str, problem: str, path: str, works_from: str
) -> None:
    """All tests pass with it, so only the check can tell."""
    repo = project(tmp_path / "shop", environments, files)

    found = verified(repo, wrong_pack(tmp_path / "pack", old, new, works_from))

    (parked,) = found["parked"]
    assert (parked["codemod"], parked["files"], parked["tests"]) == ("wrong", [path], [problem])
    assert found["gave_up"] == ""
    assert {one["verdict"] for one in found["checks"]} == {"same"}
    assert f"{old}(" in git(repo, "show", f"django-hop/3.2:{path}")
    assert problem in git(repo, "log", "-1", "--format=%B", "django-hop/3.2-parked")


def test_missing_migrations_are_no_reason_to_park(tmp_path: Path, environments: dict[str, Path]) -> None:
    """The codemod brings them to light; it is said what makes them, and the branch stays."""
    settings = "INSTALLED_APPS = ['shop']\nSECRET_KEY = 'x'\nif max(1, 2) == 1:\n    MISSING = True\n"
    repo = project(tmp_path / "shop", environments, {"shop/settings.py": settings})

    found = verified(repo, wrong_pack(tmp_path / "pack", "max", "min", "3.2"))

    assert found["parked"] == [] and found["gave_up"] == ""
    assert verdicts(found)["makemigrations --check"] == "worse"
    assert any("1 operation: `--migrations` makes" in note for note in found["notes"])


def test_what_a_prepare_branch_lacks_is_worse_unless_it_is_known_to_change_nothing(tmp_path: Path, environments: dict[str, Path]) -> None:
    """This release cannot even write the migration, so nobody knows what it does."""
    settings = "INSTALLED_APPS = ['shop']\nSECRET_KEY = 'x'\nif max(1, 2) == 1:\n    MISSING = True\n"
    repo = project(tmp_path / "shop", environments, {"shop/settings.py": settings})

    found = verified(repo, wrong_pack(tmp_path / "pack", "max", "min", "2.0"))

    assert verdicts(found, "prepare")["makemigrations --check"] == verdicts(found)["makemigrations --check"] == "worse"
    assert any(note == "django-hop/3.2-prepare lacks migrations, 1 operation." for note in found["notes"])


def test_a_check_that_no_codemod_explains_stays_red_and_is_said(tmp_path: Path, environments: dict[str, Path]) -> None:
    """The module needs a name that the new release has not, and nothing rewrites it."""
    repo = project(tmp_path / "shop", environments, {"shop/old.py": "from django.utils.translation import ugettext\n"})
    assert run("hop", "3.2", "--repo", repo, "--only", "django-requirement").code == 0

    found = run("verify", "3.2", "--repo", repo, "--json").json

    assert found["parked"] == []
    assert "problem" in found["gave_up"] and "none" in found["gave_up"]


def test_the_cleanup_branch_goes_with_the_branch(tmp_path: Path, environments: dict[str, Path]) -> None:
    """What may follow later stands on the branch as it was: it is written again on what is left."""
    cleanup = "import sys\n\n\ndef old():\n    return sys.version_info\n"
    repo = project(
        tmp_path / "shop",
        environments,
        {"shop/compat.py": f"import django\n\nif django.VERSION >= (3, 2):\n    A = 1\nelse:\n    A = 2\n{cleanup}"},
    )
    pack = wrong_pack(tmp_path / "pack", "sum", "max")

    found = verified(repo, pack)

    assert [one["codemod"] for one in found["parked"]] == ["wrong"]
    branch = git(repo, "rev-parse", "django-hop/3.2")
    assert git(repo, "merge-base", "django-hop/3.2", "django-hop/3.2-cleanup") == branch
    assert any("written again" in note for note in found["notes"])
    assert run("undo", "3.2", "--repo", repo).code == 0
    assert git(repo, "branch", "--list", "django-hop/*") == ""


def test_ctrl_c_behind_a_back_out_names_the_branches_that_moved(tmp_path: Path, environments: dict[str, Path]) -> None:
    """The second look hangs: what was taken out stays out, and the message says so."""
    hang = (
        "import pathlib, time\n\nfrom shop import texts\n\n\ndef test_hang():\n"
        "    if 'rebuilt' in MARK.read_text():\n        (MARK.parent / 'started').touch()\n        time.sleep(600)\n"
    ).replace("MARK", f"pathlib.Path({str(tmp_path / 'mark')!r})")
    repo = project(tmp_path / "shop", environments, {"tests/test_hang.py": hang})
    (tmp_path / "mark").write_text("")
    pack = wrong_pack(tmp_path / "pack", "sum", "max")
    assert run("hop", "3.2", "--repo", repo, "--pack", pack).code == 0
    process = start("verify", "3.2", "--repo", repo, "--pack", pack, cwd=tmp_path, session=True)
    while "django-hop/3.2-parked" not in git(repo, "branch", "--list", "--format=%(refname:short)"):
        assert process.poll() is None
        time.sleep(0.05)
    (tmp_path / "mark").write_text("rebuilt")
    while not (tmp_path / "started").exists():
        assert process.poll() is None
        time.sleep(0.05)

    process.send_signal(signal.SIGINT)

    done = finish(process)
    assert done.code == 130
    assert "interrupted. Made or changed before that" in done.err and "django-hop/3.2-parked" in done.err
