"""`django-hop verify` from end to end, on stand-ins for two releases of Django (tests/verifying.py)."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from commands import Outcome, finish, run, start
from repos import commit_all, git
from verifying import TESTS, project, verdicts, wrong_pack
from verifying import cache as cache
from verifying import environments as environments


def hopped(repo: Path, *options: str | Path) -> Path:
    made = run("hop", "3.2", "--repo", repo, *options)
    assert made.code == 0, made.err
    return repo


def verified(repo: Path, *options: str | Path) -> tuple[Outcome, Any]:
    done = run("verify", "3.2", "--repo", repo, "--json", *options)
    return done, done.json if done.out else None


def kinds(found: Any) -> dict[str, str]:
    return {one["id"]: one["kind"] for one in found["tests"]}


def test_a_hop_that_is_right_is_green(tmp_path: Path, cache: Path, environments: dict[str, Path]) -> None:
    """The base passes on 2.2, the branch on 3.2, the prepare branch on 2.2: nothing for a person. What a killed run left is removed."""
    repo = hopped(project(tmp_path / "shop", environments))
    (cache / "verify" / "other-0123" / "checkouts" / "new").mkdir(parents=True)
    before = git(repo, "for-each-ref"), git(repo, "status", "--porcelain"), sorted(os.listdir(repo / ".git"))

    done, found = verified(repo)

    assert done.code == 0, done.err
    assert found["format"] == "django-hop/verify/1"
    assert found["hop"] == {"from": "2.2", "to": "3.2"}
    assert set(verdicts(found).values()) == {"same"}
    assert set(verdicts(found, "prepare").values()) == {"same"}
    assert found["counts"] == {"old": {"passed": 3}, "prepare": {"passed": 3}, "new": {"passed": 3}}
    assert [one["django"] for one in found["environments"]] == ["2.2.28", "2.2.28", "3.2.25"]
    assert (git(repo, "for-each-ref"), git(repo, "status", "--porcelain"), sorted(os.listdir(repo / ".git"))) == before
    assert "passed" in (Path(found["logs"]) / "new-tests.log").read_text()
    assert not list((cache / "verify").glob("*/checkouts"))


def test_the_ratchet_holds_a_run_against_the_baseline_that_is_committed(tmp_path: Path, environments: dict[str, Path]) -> None:
    """Without one it says what to commit; with that on the branch the run is green."""
    repo = hopped(project(tmp_path / "shop", environments))

    done, found = verified(repo, "--ratchet")

    assert done.code == 1
    assert "no django-hop-warnings.json" in found["ratchet"][0]
    git(repo, "switch", "--quiet", "django-hop/3.2")
    (repo / "django-hop-warnings.json").write_bytes((Path(found["logs"]) / "django-hop-warnings.json").read_bytes())
    commit_all(repo, "Live with these warnings")
    git(repo, "switch", "--quiet", "main")
    done, found = verified(repo, "--ratchet")
    assert (done.code, found["ratchet"]) == (0, [])


def test_the_terminal_shows_checks_and_where_all_lies(tmp_path: Path, cache: Path, environments: dict[str, Path]) -> None:
    done = run("verify", "3.2", "--keep", "--repo", hopped(project(tmp_path / "shop", environments)))

    assert done.code == 0, done.err
    for words in ("makemigrations --check", "3 passed", "green", "logs ", "kept "):
        assert words in done.out
    (kept,) = (cache / "verify").glob("*/checkouts")
    assert "gettext" in (kept / "new" / "shop" / "texts.py").read_text()


def test_the_base_would_not_have_passed_on_the_new_release(tmp_path: Path, environments: dict[str, Path]) -> None:
    """Without the codemod the tests fail on 3.2, and verify says so: else the test above would show nothing."""
    repo = hopped(project(tmp_path / "shop", environments), "--only", "django-requirement")

    done, found = verified(repo)

    assert done.code == 1
    assert verdicts(found)["tests"] == verdicts(found)["imports"] == "worse"
    assert set(kinds(found).values()) == {"newly failing"}
    assert "none" in found["gave_up"]


@pytest.mark.parametrize("works_from", ["2.0", "3.2"], ids=["prepare", "bump"])
def test_a_wrong_codemod_is_found_and_parked(tmp_path: Path, environments: dict[str, Path], works_from: str) -> None:
    """In the prepare stage it is found by bisection on the old release, after the bump by taking out one after another on the new one."""
    pack = wrong_pack(tmp_path / "pack", "sum", "max", works_from)
    repo = hopped(project(tmp_path / "shop", environments), "--pack", pack)
    assert "max(prices)" in git(repo, "show", "django-hop/3.2:shop/texts.py")

    done, found = verified(repo, "--pack", pack)

    assert done.code == 1
    (parked,) = found["parked"]
    assert (parked["codemod"], parked["files"], parked["tests"]) == ("wrong", ["shop/texts.py"], ["tests/test_texts.py::test_total"])
    assert found["tests"] == []
    assert set(verdicts(found).values()) == {"same"}
    texts = git(repo, "show", "django-hop/3.2:shop/texts.py")
    assert "sum(prices)" in texts and "import gettext" in texts
    message = git(repo, "log", "-1", "--format=%B", "django-hop/3.2-parked")
    assert "tests/test_texts.py::test_total" in message and "Django-Hop-Codemod: wrong" in message
    assert "max(prices)" in git(repo, "show", "django-hop/3.2-parked:shop/texts.py")
    assert git(repo, "merge-base", "django-hop/3.2", "django-hop/3.2-parked") == git(repo, "rev-parse", "django-hop/3.2")


def test_only_the_files_in_which_a_codemod_breaks_something_are_taken_out(tmp_path: Path, environments: dict[str, Path]) -> None:
    pack = wrong_pack(tmp_path / "pack", "sum", "max")
    files = {f"shop/part{number}.py": "def total(prices):\n    return sum(prices)\n" for number in range(4)}
    repo = hopped(project(tmp_path / "shop", environments, files), "--pack", pack)

    _, found = verified(repo, "--pack", pack)

    (parked,) = found["parked"]
    assert parked["files"] == ["shop/texts.py"]
    assert "4 files where no test fails" in parked["reason"]
    assert "max(prices)" in git(repo, "show", "django-hop/3.2:shop/part1.py")
    assert run("undo", "3.2", "--repo", repo).code == 0
    assert git(repo, "branch", "--list", "django-hop/*") == ""


def test_without_back_out_the_branch_stays(tmp_path: Path, environments: dict[str, Path]) -> None:
    pack = wrong_pack(tmp_path / "pack", "sum", "max")
    repo = hopped(project(tmp_path / "shop", environments), "--pack", pack)
    head = git(repo, "rev-parse", "django-hop/3.2")

    done, found = verified(repo, "--pack", pack, "--no-back-out")

    assert done.code == 1
    assert git(repo, "rev-parse", "django-hop/3.2") == head
    assert [one["kind"] for one in found["tests"]] == ["newly failing", "newly failing"]
    assert found["parked"] == []


def test_a_branch_that_people_worked_on_is_left_to_them(tmp_path: Path, environments: dict[str, Path]) -> None:
    pack = wrong_pack(tmp_path / "pack", "sum", "max")
    repo = hopped(project(tmp_path / "shop", environments), "--pack", pack)
    git(repo, "checkout", "--quiet", "django-hop/3.2")
    git(repo, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    git(repo, "checkout", "--quiet", "main")
    head = git(repo, "rev-parse", "django-hop/3.2")

    done, found = verified(repo, "--pack", pack)

    assert done.code == 1
    assert "commits by people" in found["gave_up"]
    assert git(repo, "rev-parse", "django-hop/3.2") == head


def test_a_red_base_is_what_the_branch_is_compared_with(tmp_path: Path, environments: dict[str, Path]) -> None:
    red = TESTS + "\n\ndef test_red():\n    assert False\n"
    done, found = verified(hopped(project(tmp_path / "shop", environments, {"tests/test_texts.py": red})))

    assert done.code == 1
    assert verdicts(found)["tests"] == "red on both"
    assert kinds(found) == {"tests/test_texts.py::test_red": "still failing"}
    assert any("base is red" in note for note in found["notes"])


def test_a_flaky_test_is_run_again_and_marked(tmp_path: Path, environments: dict[str, Path]) -> None:
    """It fails the first time on 3.2, and passes when it is run again."""
    flaky = f"""

def test_flaky():
    import django, pathlib
    mark = pathlib.Path({str(tmp_path / "mark")!r})
    seen = mark.exists()
    if django.VERSION[0] == 3:
        mark.touch()
        assert seen
"""
    _, found = verified(hopped(project(tmp_path / "shop", environments, {"tests/test_texts.py": TESTS + flaky})))

    assert kinds(found) == {"tests/test_texts.py::test_flaky": "flaky"}
    assert verdicts(found)["tests"] == "same"
    assert found["parked"] == []


def test_a_project_without_tests_says_what_was_checked(tmp_path: Path, environments: dict[str, Path]) -> None:
    done, found = verified(hopped(project(tmp_path / "shop", environments, {"tests/test_texts.py": "", "pytest.ini": ""})))

    assert done.code == 1
    assert any("no tests" in note and "imports" in note for note in found["notes"])
    assert verdicts(found)["imports"] == "same"


def test_what_the_tests_write_into_the_work_tree_is_told(tmp_path: Path, environments: dict[str, Path]) -> None:
    """They cannot be kept from it; ignored files count, too. The work of the user is not lost, and the checkouts are elsewhere."""
    repo = tmp_path / "shop"
    writes = f"import pathlib\n\n\ndef test_write():\n    pathlib.Path({str(repo)!r}, 'left.log').write_text('x')\n"
    project(repo, environments, {"tests/test_write.py": writes, ".gitignore": "*.log\n"})
    (repo / "mine.txt").write_text("mine\n")

    done, found = verified(hopped(repo))

    assert [note for note in found["notes"] if "left.log" in note and "mine.txt" not in note], done.err
    assert (repo / "mine.txt").read_text() == "mine\n"


def test_tests_that_break_before_the_first_are_red_on_both_sides(tmp_path: Path, environments: dict[str, Path]) -> None:
    """What the tests need is not there: that is no green, and no run without tests either."""
    repo = project(tmp_path / "shop", environments, {"conftest.py": "raise OSError('no server')\n"})

    done, found = verified(hopped(repo))

    tests = next(one for one in found["checks"] if one["name"] == "tests" and one["side"] == "branch")
    assert (done.code, tests["verdict"], tests["new"]["state"]) == (1, "red on both", "failed")
    assert "the run ended before its first test" in tests["new"]["text"] and "no server" in tests["new"]["text"]


def test_an_import_that_hangs_is_ended_and_named(tmp_path: Path, environments: dict[str, Path]) -> None:
    repo = project(tmp_path / "shop", environments, {"shop/wait.py": "import time\n\ntime.sleep(600)\n"}, "time-limit = 4")

    done, found = verified(hopped(repo), "--no-back-out")

    imports = next(one for one in found["checks"] if one["name"] == "imports" and one["side"] == "branch")
    assert (done.code, imports["verdict"], imports["new"]["details"]) == (1, "red on both", ["shop.wait: its import did not end"])


def test_tests_that_hang_are_ended(tmp_path: Path, environments: dict[str, Path]) -> None:
    """With what they started: the process group goes."""
    hang = "import subprocess\n\n\ndef test_hang():\n    subprocess.run(['sleep', '600'])\n"
    repo = hopped(project(tmp_path / "shop", environments, {"tests/test_hang.py": hang}, "time-limit = 4"))

    done, found = verified(repo)

    tests = next(one for one in found["checks"] if one["name"] == "tests" and one["side"] == "branch")
    assert tests["old"]["state"] == tests["new"]["state"] == "timed out"
    assert done.code == 1
    assert any("time limit" in note for note in found["notes"])


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, cache: Path, environments: dict[str, Path]) -> None:
    hang = "import pathlib, time\n\n\ndef test_hang():\n    pathlib.Path('started').touch()\n    time.sleep(600)\n"
    repo = hopped(project(tmp_path / "shop", environments, {"tests/test_hang.py": hang}))
    process = start("verify", "3.2", "--repo", repo, cwd=tmp_path, session=True)
    while not list((cache / "verify").glob("*/checkouts/*/started")):
        assert process.poll() is None
        time.sleep(0.05)

    process.send_signal(signal.SIGINT)

    assert finish(process).code == 130
    assert not list((cache / "verify").glob("*/checkouts"))


def test_there_is_no_branch_yet(tmp_path: Path, environments: dict[str, Path]) -> None:
    done = run("verify", "3.2", "--repo", project(tmp_path / "shop", environments))

    assert done.code == 2
    assert "no branch django-hop/3.2" in done.err and "hop 3.2" in done.err


def test_an_environment_of_another_release_is_refused(tmp_path: Path, environments: dict[str, Path]) -> None:
    repo = hopped(project(tmp_path / "shop", {"2.2": environments["2.2"], "3.2": environments["2.2"]}))
    done, _ = verified(repo)

    assert done.code == 2
    assert "holds Django 2.2.28" in done.err


def test_a_command_makes_the_environments(tmp_path: Path, environments: dict[str, Path]) -> None:
    """It runs in the checkout, knows the release, and prints the environment's folder last."""
    repo = hopped(project(tmp_path / "shop", {}))
    command = f"ls shop/settings.py && echo {environments['2.2'].parent}/$DJANGO_RELEASE"

    done, found = verified(repo, "--env-cmd", command)

    assert done.code == 0, done.err
    assert [one["django"] for one in found["environments"]] == ["2.2.28", "2.2.28", "3.2.25"]
    done, _ = verified(repo, "--env-cmd", "echo no such tool; exit 3")
    assert done.code == 2 and "no such tool" in done.err


def test_a_project_that_has_only_a_dockerfile(tmp_path: Path) -> None:
    repo = project(tmp_path / "shop", {}, {"requirements.txt": "", "Dockerfile": "FROM python:3.8\nRUN pip install Django==2.2.28\n"})
    hopped(repo, "--from", "2.2")
    done = run("verify", "3.2", "--repo", repo, "--from", "2.2")

    assert done.code == 2
    assert "Dockerfile" in done.err and "environments" in done.err


def test_hop_and_verify_in_one(tmp_path: Path, environments: dict[str, Path]) -> None:
    report = tmp_path / "hop.md"
    done = run("hop", "3.2", "--verify", "--json", "--report", report, "--repo", project(tmp_path / "shop", environments))

    assert done.code == 0, done.err
    assert done.json["verify"]["green"] is True
    assert done.json["branch"] == "django-hop/3.2"
    assert "## Verified on Django 2.2 and 3.2" in report.read_text()
