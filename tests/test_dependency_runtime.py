"""The Python that a project names in its files moves with the hop; what is uncertain is a finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import run
from pins import messages
from repos import make_repo

from django_hop.dependencies.interpreters import interpreters
from django_hop.dependencies.packages import move_packages
from django_hop.dependencies.pins import PinsResult
from django_hop.model import Hop, Move, Stage

HOP = Hop("4.2", "5.2")


def moved(path: str, text: str, target: str = "3.12") -> PinsResult:
    return move_packages({path: text.encode()}, (Move("python", "3.8", target, Stage.PREPARE),), HOP)


CHANGES = [
    ("Dockerfile", "FROM python:3.8-slim AS base\n", "FROM python:3.12-slim AS base\n"),
    (
        "Dockerfile",
        "FROM --platform=linux/amd64 docker.io/library/python:3.8\n",
        "FROM --platform=linux/amd64 docker.io/library/python:3.12\n",
    ),
    ("docker/web.Dockerfile", "FROM python:3.8-slim-bookworm\r\n", "FROM python:3.12-slim-bookworm\r\n"),
    ("Dockerfile", "FROM python:3.8-alpine\n", "FROM python:3.12-alpine\n"),
    (
        "Dockerfile",
        "ARG PYTHON_VERSION=3.8\nFROM python:${PYTHON_VERSION}-slim\n",
        "ARG PYTHON_VERSION=3.12\nFROM python:${PYTHON_VERSION}-slim\n",
    ),
    ("Dockerfile", "FROM python:3.8.12-slim\n", "FROM python:3.12-slim\n"),
    ("docker-compose.yml", "services:\n  web:\n    image: python:3.8\n", "services:\n  web:\n    image: python:3.12\n"),
    (".gitlab-ci.yml", 'image: "python:3.8-slim"\n', 'image: "python:3.12-slim"\n'),
    (
        ".circleci/config.yml",
        "jobs:\n  a:\n    docker:\n      - image: cimg/python:3.8\n",
        "jobs:\n  a:\n    docker:\n      - image: cimg/python:3.12\n",
    ),
    (".python-version", "3.8.12\n", "3.12\n"),
    ("runtime.txt", "python-3.8.12\n", "python-3.12\n"),
    (".github/workflows/ci.yml", "      - with:\n          python-version: '3.8'\n", "      - with:\n          python-version: '3.12'\n"),
    (".github/workflows/ci.yml", "          python-version: 3.8\n", "          python-version: 3.12\n"),
    (".github/workflows/ci.yml", "        python-version: [3.8, 3.9]\n", "        python-version: [3.12]\n"),
    (".github/workflows/ci.yml", '        python-version: ["3.8", "3.9", "3.10", "3.11"]\n', '        python-version: ["3.10", "3.11"]\n'),
    (".github/workflows/ci.yml", "        python: [3.10, 3.9]\n", "        python: [3.10]\n"),
    (".travis.yml", "python:\n  - 3.8\n  - 3.10\n", "python:\n  - 3.10\n"),
    ("tox.ini", "[tox]\nenvlist = py38-django42, lint\n", "[tox]\nenvlist = py312-django42, lint\n"),
    ("tox.ini", "[tox]\nenvlist = py{38,39,310}-django42\n", "[tox]\nenvlist = py{310}-django42\n"),
    ("tox.ini", "[testenv]\nbasepython = python3.8\n", "[testenv]\nbasepython = python3.12\n"),
    ("pyproject.toml", '[project]\nrequires-python = ">=3.8"\n', '[project]\nrequires-python = ">=3.10"\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.8"\n', '[tool.poetry.dependencies]\npython = "^3.10"\n'),
    (
        "pyproject.toml",
        '[tool.poetry]\n\n  [tool.poetry.dependencies]\n  python = "~3.9"\n',
        '[tool.poetry]\n\n  [tool.poetry.dependencies]\n  python = "~3.12"\n',
    ),
    (
        "tox.ini",
        "[tox]\nenvlist = py{38,39,310,py3}-dj{32,42}\n[testenv:py{38,39,310,py3}-djmain]\nignore_outcome = true\n",
        "[tox]\nenvlist = py{310,py3}-dj{32,42}\n[testenv:py{310,py3}-djmain]\nignore_outcome = true\n",
    ),
    ("pyproject.toml", '[project]\nrequires-python = "~=3.8.0"\n', '[project]\nrequires-python = "~=3.12.0"\n'),
    ("pyproject.toml", '[project]\nrequires-python = ">=3.8,<3.10"\n', '[project]\nrequires-python = ">=3.12,<3.13"\n'),
    ("setup.cfg", "[options]\npython_requires = >=3.8\n", "[options]\npython_requires = >=3.10\n"),
    ("setup.py", "setup(\n    python_requires='>=3.8',\n)\n", "setup(\n    python_requires='>=3.10',\n)\n"),
    ("Pipfile", '[requires]\npython_version = "3.8"\n', '[requires]\npython_version = "3.12"\n'),
    (
        "setup.cfg",
        "c =\n    Programming Language :: Python :: 3\n    Programming Language :: Python :: 3.8\n"
        "    Programming Language :: Python :: 3.12\n",
        "c =\n    Programming Language :: Python :: 3\n    Programming Language :: Python :: 3.12\n",
    ),
]


@pytest.mark.parametrize(("path", "before", "after"), CHANGES)
def test_the_version_moves_and_nothing_else(path: str, before: str, after: str) -> None:
    result = moved(path, before)
    assert {name: data.decode() for name, data in result.files.items()} == {path: after}
    assert messages(result) == []


@pytest.mark.parametrize(("path", "before", "after"), CHANGES)
def test_a_second_run_changes_nothing(path: str, before: str, after: str) -> None:
    assert moved(path, after).files == {}


def test_a_version_that_yaml_would_shorten_is_quoted() -> None:
    result = moved(".github/workflows/ci.yml", "python-version: 3.8\n", "3.10")
    assert result.files[".github/workflows/ci.yml"] == b'python-version: "3.10"\n'


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("Dockerfile", "FROM python:3.8-slim-buster\n", "no image of Python 3.12 on buster"),
        ("Dockerfile", "FROM python:3.8-alpine3.12\n", "names a release of Alpine"),
        ("Dockerfile", "FROM python:3.8-slim@sha256:abcd\n", "pinned by its digest"),
        ("Dockerfile", "FROM python:3.8-windowsfoo-1809\n", "make this the tag of an image"),
        ("tox.ini", "[tox]\nenvlist = py38-django42, py39-django42\n", "Drop Python 3.8 and 3.9 from the environments"),
        ("tox.ini", "[tox]\nenvlist = py{38,39}-django32\n", "These releases of Django do not run on Python 3.12"),
        (
            "setup.py",
            "c = [\n    'Programming Language :: Python :: 3.8',\n]\n",
            "Add `Programming Language :: Python :: 3.12` when it is tested",
        ),
        (
            ".github/workflows/ci.yml",
            "        include:\n          - os: x\n            python-version: 3.8\n          - os: y\n",
            "Drop Python 3.8",
        ),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "~2.7 || ^3.6"\n', "cannot be moved by rule"),
    ],
)
def test_what_is_uncertain_is_a_finding(path: str, text: str, said: str) -> None:
    result = moved(path, text)
    assert result.files == {}
    assert said in " ".join(messages(result))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", "FROM python:3.12-slim\n"),
        ("Dockerfile", "FROM python:3\nFROM mypython:3.8\n# FROM python:3.8\n"),
        ("Dockerfile", "FROM python:latest\n"),
        (".github/workflows/ci.yml", "python-version: ${{ matrix.python }}\n"),
        (".github/workflows/ci.yml", "# python-version: 3.8\n"),
        ("pyproject.toml", '[project]\nrequires-python = ">=3.10"\n'),
        ("pyproject.toml", '[tool.black]\ntarget-version = ["py38"]\n'),
        ("README.md", "Python 3.8\n"),
        ("shop/fixtures/courses.yaml", "- python: 3.8\n"),
        ("node_modules/x/Dockerfile", "FROM python:3.8\n"),
        ("setup.py", "print('python 3.8')\n"),
    ],
)
def test_what_stays(path: str, text: str) -> None:
    result = moved(path, text)
    assert (result.files, result.findings) == ({}, ())


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("Makefile", "PYTHON ?= python3.8\n", 1),
        ("scripts/start.sh", "set -e\nexec python3.8 manage.py\n", 2),
        ("Dockerfile", "FROM python:3.12\nCOPY x /usr/local/lib/python3.8/site-packages/\n", 2),
    ],
)
def test_a_python_named_in_a_command_is_a_finding(path: str, text: str, line: int) -> None:
    result = moved(path, text)
    assert result.files == {}
    assert [(one.line, one.message, one.fixed) for one in result.findings] == [(line, "Python 3.8 is named here. Make it 3.12.", False)]


def test_every_place_is_found_with_its_line() -> None:
    tree = {
        "Dockerfile": b"# x\nFROM python:3.8-slim\n",
        ".python-version": b"3.8.12\n",
        "tox.ini": b"[tox]\nenvlist = py38\n",
        "setup.py": b"setup(python_requires='>=3.6')\n",
        ".github/workflows/a.yml": b"x:\n  python-version: [3.7, '3.8']\n",
    }
    found = [(one.path, one.line, one.text, one.python, one.kind) for one in interpreters(tree)]
    assert found == [
        (".github/workflows/a.yml", 2, "3.7", "3.7", "matrix"),
        (".github/workflows/a.yml", 2, "3.8", "3.8", "matrix"),
        (".python-version", 1, "3.8.12", "3.8", "runtime"),
        ("Dockerfile", 2, "3.8", "3.8", "runtime"),
        ("setup.py", 1, ">=3.6", "3.6", "range"),
        ("tox.ini", 2, "38", "3.8", "single"),
    ]


def test_what_the_name_of_an_environment_means_is_no_environment() -> None:
    result = moved("tox.ini", "[testenv]\nbasepython =\n    py38: python3.8\n    py39: python3.9\n")
    assert result.files == {} and messages(result) == []


def test_a_python_that_was_moved_is_not_reported_as_well(tmp_path: Path) -> None:
    files = {"requirements.txt": "Django==3.2.25\n", "Dockerfile": "FROM python:3.7\n", "shop/models.py": "from django.db import models\n"}
    done = run("hop", "--to", "4.2", "--dry-run", "--json", cwd=make_repo(tmp_path / "project", files))
    found = [one for hop in done.json["hops"] for one in hop["findings"] if one["path"] == "Dockerfile"]
    assert [one["codemod"] for one in found if one["fixed"]] == ["python-requirement"]
    assert not [one for one in found if not one["fixed"]]


@pytest.mark.parametrize("line", ["py38,py39", "py38, py39,lint", "lint,py38,py39"])
def test_a_list_of_tox_environments_is_a_matrix_with_blanks_or_without(line: str) -> None:
    """One of them is not another Python's place: `py312,py39` would test on a Python that the new Django does not run on."""
    result = moved("tox.ini", f"[tox]\nenvlist = {line}\n")
    assert not result.files
    assert [message.split(" from ")[0] for message in messages(result)] == ["Drop Python 3.8 and 3.9"]


@pytest.mark.parametrize(
    ("envlist", "said"),
    [
        ("\n    py37-a\n    py38-a\n    py39-a\n    py38-b\n", "Drop Python 3.7, 3.8 and 3.9 from the environments"),
        ("\n    py{38,39}-django32\n    py{38,39}-django31\n", "These releases of Django do not run on Python 3.12"),
    ],
)
def test_the_environments_of_a_file_are_one_finding(envlist: str, said: str) -> None:
    result = moved("tox.ini", f"[tox]\nenvlist ={envlist}")
    assert not result.files
    assert [said in message for message in messages(result)] == [True]
    assert [one.line for one in result.findings] == [3]


def test_environments_that_run_on_the_target_are_no_finding() -> None:
    assert moved("tox.ini", "[tox]\nenvlist =\n    py310-a\n    py311-a\n") == PinsResult()
