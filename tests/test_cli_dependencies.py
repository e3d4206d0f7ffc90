"""`django-hop dependencies`, and what a hop commits of the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import run
from repos import git, make_repo

from django_hop.dependencies import resolve as resolving
from django_hop.dependencies.matrix import load

FILES = {
    "requirements.txt": "Django==4.2.30\ndjangorestframework==3.15.1\ncelery==5.1.2\nkombu==5.1.0\ndjango-nose==1.4.7\nours==1\n",
    "Dockerfile": "FROM python:3.8-slim\nRUN pip install -r requirements.txt\n",
    "docker-compose.yml": "services:\n  db:\n    image: postgres:12\n",
    "shop/models.py": "from django.db import models\n",
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path / "cache"))
    load.cache_clear()
    return make_repo(tmp_path / "project", FILES)


def test_the_plan_as_json(repo: Path) -> None:
    done = run("dependencies", "--to", "5.2", "--json", cwd=repo)
    assert (done.code, done.err) == (0, "")
    answer = done.json
    assert answer["schema"] == "django-hop/dependencies/1"
    assert answer["hop"] == {"from": "4.2", "to": "5.2"}
    packages = {one["name"]: one for one in answer["packages"]}
    assert {name: one["verdict"] for name, one in packages.items()} == {
        "celery": "move",
        "django": "moves-with-django",
        "django-nose": "blocked",
        "djangorestframework": "move",
        "kombu": "move",
        "ours": "unknown",
    }
    rest = packages["djangorestframework"]
    place = rest["declared"][0]
    assert (place["file"], place["line"], place["specifier"], place["kind"]) == ("requirements.txt", 2, "==3.15.1", "requirement")
    assert rest["move_to"] == "3.16.0" and rest["reason"] and len(rest["evidence"]) == 2
    assert packages["django"]["move_to"].startswith("5.2.")
    assert [one["name"] for one in answer["blockers"]] == ["django-nose"]
    assert answer["blockers"][0]["successor"] == "pytest-django"
    assert answer["interpreters"]["hops"][0]["move_to"] == "3.12"
    assert [(one["file"], one["line"], one["python"]) for one in answer["interpreters"]["declared"]] == [("Dockerfile", 1, "3.8")]
    database = answer["databases"][0]
    assert (database["engine"], database["version"], database["needs"]) == (
        "PostgreSQL",
        "12",
        [{"django": "5.2", "minimum": "14", "enough": False}],
    )
    assert [[move["package"] for move in node["moves"]] for node in answer["path"]] == [
        ["celery", "kombu"],
        ["python"],
        ["djangorestframework"],
        ["django"],
    ]
    assert answer["resolved"] is None and "matrix alone" in answer["notes"][0]


def test_the_plan_as_a_table(repo: Path) -> None:
    done = run("dependencies", "--to", "5.2", cwd=repo)
    assert done.code == 0
    for said in (
        "blocked at 4.2 -> 5.2: django-nose",
        "Python 3.8 -> 3.12",
        "postgres:12 is older than PostgreSQL 14",
        "celery 5.1.2 -> 5.3.6, kombu",
    ):
        assert said in done.out


def test_a_hop_commits_each_move_before_django(repo: Path) -> None:
    assert run("hop", "5.2", cwd=repo).code == 0
    subjects = git(repo, "log", "--reverse", "--format=%s", "main..django-hop/5.2").splitlines()
    assert subjects == [
        "dependencies: the requirements move to celery 5.3.6 and kombu 5.3.7",
        "dependencies: Python moves to 3.12",
        "dependencies: the requirements move to djangorestframework 3.16.0",
        "dependencies: the Django requirement moves to 5.2",
    ]
    prepared = git(repo, "show", "django-hop/5.2-prepare:requirements.txt")
    assert "Django==4.2.30" in prepared and "djangorestframework==3.16.0" in prepared and "django-nose==1.4.7" in prepared
    assert git(repo, "show", "django-hop/5.2:Dockerfile").startswith("FROM python:3.12-slim")
    assert git(repo, "status", "--porcelain") == ""


def test_a_finding_that_a_move_settles_is_none(tmp_path: Path) -> None:
    files = {"requirements.txt": "Django==5.2\nredis==5.0.8\nselenium==4.0\n", "Dockerfile": "FROM python:3.12\n"}
    project = make_repo(tmp_path / "p", files)
    left = [one["message"] for one in run("hop", "6.1", "--json", cwd=project).json["findings"] if not one["fixed"]]
    assert not [one for one in left if "raise the pin" in one]
    alone = [one["message"] for one in run("hop", "6.1", "--no-dependencies", "--json", cwd=project).json["findings"] if not one["fixed"]]
    assert len([one for one in alone if "raise the pin" in one]) == 2


@pytest.mark.parametrize("how", ["option", "setting"])
def test_without_dependencies_only_django_moves(repo: Path, how: str) -> None:
    if how == "setting":
        (repo / "pyproject.toml").write_text("[tool.django-hop]\ndependencies = false\n")
        git(repo, "add", "pyproject.toml")
        git(repo, "commit", "-qm", "Settings")
    assert run("hop", "5.2", *(["--no-dependencies"] if how == "option" else []), cwd=repo).code == 0
    assert git(repo, "log", "--format=%s", "main..django-hop/5.2") == "dependencies: the Django requirement moves to 5.2"


def test_one_move_can_be_skipped(repo: Path) -> None:
    assert run("hop", "5.2", "--skip", "celery-requirement", "--skip", "python-requirement", cwd=repo).code == 0
    text = git(repo, "show", "django-hop/5.2:requirements.txt")
    assert "celery==5.1.2" in text and "djangorestframework==3.16.0" in text


def test_without_uv_the_matrix_decides_and_the_answer_says_so(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "find_uv", lambda: None)
    answer = run("dependencies", "--to", "5.2", "--resolve", "--json", cwd=repo).json
    assert {one["installable"] for one in answer["resolved"]} == {None}
    assert "uv is not installed" in answer["notes"][0]


def pretend_uv(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A uv that writes down what it was asked, and answers as the script says."""
    asked = folder / "asked"
    tool = folder / "uv"
    tool.write_text(f'#!/bin/sh\n{{ echo "$@"; cat requirements.in constraints.txt; }} >> {asked}\n{script}\n')
    tool.chmod(0o755)
    monkeypatch.setattr(resolving, "find_uv", lambda: str(tool))
    return asked


@pytest.mark.parametrize(
    ("script", "installable", "said"),
    [
        ("exit 0", {True}, ""),
        ("echo 'error: No solution found when resolving' >&2; exit 1", {False}, "No solution found"),
        ("echo 'error: Failed to fetch: dns error' >&2; exit 2", {None}, "index cannot be reached"),
        ("echo \"error: Failed to build x==1 [stderr] /tmp/$$/setup.py fails\" >&2; exit 1", {None}, "does: Failed to build x==1"),
    ],
)
def test_what_uv_says(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, installable: set[bool | None], said: str
) -> None:
    asked = pretend_uv(tmp_path, monkeypatch, script)
    answer = run("dependencies", "--to", "5.2", "--resolve", "--json", cwd=repo).json
    assert len(answer["resolved"]) == len(answer["path"])
    assert {one["installable"] for one in answer["resolved"]} == installable
    assert all(said in one["message"] for one in answer["resolved"])
    first = asked.read_text()
    assert "django==4.2.*" in first
    assert "--python-version 3.8.20" in first and "celery==5.3.6" in first and "--constraint" in first


def test_where_nothing_installs_uv_may_choose_packages_that_the_matrix_does_not_know(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "grep -q '^ours>=1$' requirements.in && echo ours==3.0 && exit 0; echo 'No solution found: ours' >&2; exit 1"
    pretend_uv(tmp_path, monkeypatch, script)
    answer = run("dependencies", "--to", "5.2", "--resolve", "--json", cwd=repo).json
    assert {one["installable"] for one in answer["resolved"]} == {False}
    assert all(one["message"].startswith("Installs with ours 3.0. As declared: No solution found") for one in answer["resolved"])


BAD = {
    "requirements.txt": "--extra-index-url https://me:secret@packages.example.org/simple\n"
    "Django==4.2.30\ncelery=5.1.2\n-r lost.txt\nours==1\n",
    "requirements-dev.txt": "redis==3.5.3\nredis==4.0.0\n",
    "requirements/binary.txt": b"Django==4.2\0\n",
    "pyproject.toml": '[project]\ndependencies = ["not one at all"]\n\n[[tool.uv.index]]\nurl = "https://uv.example.org/simple"\n',
    "Dockerfile": "FROM python:3.12\n",
}


def test_what_is_not_understood_is_told_with_its_place(tmp_path: Path) -> None:
    project = make_repo(tmp_path / "p", BAD)
    skipped = {one["path"]: one["reason"] for one in run("dependencies", "--to", "5.2", "--json", cwd=project).json["skipped"]}
    assert "line 3: not a requirement: celery=5.1.2" in skipped["requirements.txt"]
    assert "line 4: names lost.txt, which is not among the files that were read" in skipped["requirements.txt"]
    assert "line 2: not a requirement: not one at all" in skipped["pyproject.toml"]
    assert "NUL bytes" in skipped["requirements/binary.txt"]
    said = run("dependencies", "--to", "5.2", cwd=project).out
    assert all(f"not understood: {path}" in said for path in skipped)


def test_what_uv_cannot_be_asked_about_is_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pins that contradict each other, and packages of another index: the rest of the set can be had or not all the same."""
    project = make_repo(tmp_path / "p", BAD)
    said = "error: No solution found: Because ours was not found in the package registry and you require ours==1, it is unsatisfiable"
    asked = pretend_uv(tmp_path, monkeypatch, f"grep -q ours requirements.in && echo '{said}' >&2 && exit 1; exit 0")
    answer = run("dependencies", "--to", "5.2", "--resolve", "--json", cwd=project).json
    left_out = "without redis, whose pins contradict each other; without ours, which the index does not have"
    assert {(one["installable"], one["message"]) for one in answer["resolved"]} == {(True, left_out)}
    assert "redis" not in asked.read_text()
    places = [note.partition(" names ")[0] + " " + note.split()[4].rstrip(".") for note in answer["notes"]]
    assert places == ["pyproject.toml:5 uv.example.org", "requirements.txt:1 packages.example.org"]
    assert "secret" not in str(answer["notes"])


def test_without_a_network_no_set_is_said_not_to_install(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "error: No solution found: Because ours was not found in the cache. hint: unavailable because the network was disabled."
    pretend_uv(tmp_path, monkeypatch, f"echo '{said}' >&2; exit 1")
    answer = run("dependencies", "--to", "5.2", "--resolve", "--json", cwd=repo).json
    assert {one["installable"] for one in answer["resolved"]} == {None} and "cannot be reached" in answer["notes"][0]


def test_a_requirement_without_a_version_gets_a_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one a resolver that finds no fit walks back to releases of long ago."""
    project = make_repo(tmp_path / "p", {"requirements.txt": "Django==4.2.30\ndjangorestframework\n", "Dockerfile": "FROM python:3.12\n"})
    asked = pretend_uv(tmp_path, monkeypatch, "exit 0")
    run("dependencies", "--to", "5.2", "--resolve", cwd=project)
    assert "djangorestframework>=3.16.0" in asked.read_text()


def test_nothing_is_written(repo: Path) -> None:
    before = git(repo, "for-each-ref")
    run("dependencies", cwd=repo)
    assert git(repo, "for-each-ref") == before and git(repo, "status", "--porcelain") == ""


def test_a_project_without_django_is_told_what_to_do(tmp_path: Path) -> None:
    empty = make_repo(tmp_path / "empty", {"README": "x"})
    done = run("dependencies", cwd=empty)
    assert done.code == 2 and "--from" in done.err
    assert run("dependencies", "--from", "4.2", "--to", "5.2", cwd=empty).code == 0


def test_a_refresh_without_an_index_says_so(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    done = run("dependencies", "refresh", cwd=repo)
    assert done.code == 2 and "cannot be asked" in done.err
