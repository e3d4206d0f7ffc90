"""The Django requirement in conda environments, lock files and install commands; bad input; and the inventory of all packages."""

from __future__ import annotations

import json

import pytest
from pins import messages

from django_hop.dependencies.inventory import declared
from django_hop.dependencies.pins import PinsResult, move_django
from django_hop.model import Hop

HOP = Hop("2.2", "3.2")
POETRY_LOCK = b'[[package]]\nname = "django"\nversion = "2.2.28"\ndescription = "x"\n\n[package.dependencies]\npytz = "*"\n\n[metadata]\n'
UV_LOCK = b'version = 1\n\n[[package]]\nname = "django"\nversion = "2.2.28"\nsource = { registry = "https://example.org/simple" }\n'
PIPFILE_LOCK = json.dumps(
    {"_meta": {"hash": {}}, "default": {"django": {"hashes": ["sha256:a"], "version": "==2.2.28"}}}, indent=4
).encode()


def test_a_conda_environment_and_its_pip_list() -> None:
    before = (
        "name: x\ndependencies:\n  - python=3.8\n  # Django==2.2\n  - django=2.2  # LTS\n"
        "  - pip:\n    - 'Django==2.2.28'\n    - -r requirements.txt\n    - a\n  - django-filter=2.2\n"
    )
    result = move_django({"environment.yml": before.encode()}, HOP)
    assert result.files["environment.yml"].decode() == before.replace("- django=2.2 ", "- django=3.2 ").replace("2.2.28", "3.2.25")
    assert (result.places, messages(result), result.skipped) == (2, [], ())


def test_a_conda_patch_release_is_for_a_person() -> None:
    result = move_django({"environment.yml": b"dependencies:\n- django=2.2.5\n"}, HOP)
    assert not result.files
    assert "patch release of a conda channel" in messages(result)[0]


@pytest.mark.parametrize(
    "text",
    [b"channels:\n- django==2.2.28\n", b"dependencies:\n- django-x=2.2\n", b"variables:\n  dependencies:\n  - django=2.2\n", b"- x\n"],
)
def test_environments_that_must_not_change(text: bytes) -> None:
    assert move_django({"environment.yml": text}, HOP) == PinsResult()


@pytest.mark.parametrize(
    ("path", "data", "command", "line"),
    [
        ("poetry.lock", POETRY_LOCK, "poetry update django", 3),
        ("uv.lock", UV_LOCK, "uv lock --upgrade-package django", 5),
        ("pdm.lock", UV_LOCK, "pdm update django", 5),
        ("Pipfile.lock", PIPFILE_LOCK, "pipenv update django", 10),
    ],
)
def test_locks_are_not_edited_but_the_command_is_said(path: str, data: bytes, command: str, line: int) -> None:
    result = move_django({path: data}, HOP)
    assert not result.files
    assert [(one.message, one.line) for one in result.findings] == [(f"This file locks `django==2.2.28`. Make it again: {command}", line)]


def test_a_lock_of_the_target_is_done() -> None:
    assert (
        move_django(
            {"poetry.lock": POETRY_LOCK.replace(b"2.2.28", b"3.2.25"), "Pipfile.lock": PIPFILE_LOCK.replace(b"2.2.28", b"3.2.1")}, HOP
        )
        == PinsResult()
    )


@pytest.mark.parametrize("path", ["Dockerfile", ".github/workflows/test.yml", "scripts/setup.sh", "Makefile"])
def test_install_commands_are_findings(path: str) -> None:
    result = move_django({path: b"FROM x\nRUN pip install 'Django==2.2.28' celery\n"}, HOP)
    assert not result.files
    assert [(one.line, one.message) for one in result.findings] == [(2, "This command installs Django 2.2. Move it to 3.2 by hand.")]


@pytest.mark.parametrize(
    "line",
    [b"RUN pip install django-filter==2.2.0", b"RUN pip install Django==3.2.25", b"RUN pip install -r requirements.txt", b"# Django==2.2"],
)
def test_commands_that_say_nothing(line: bytes) -> None:
    assert move_django({"Dockerfile": line}, HOP) == PinsResult()


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("requirements.txt", b"Django==2.2.28 # \xff\xfe\n", "cannot be decoded"),
        ("requirements.txt", b"# coding: klingon\nDjango==2.2.28\n", "cannot be decoded"),
        ("requirements.txt", b"Django==2.2.28\0\n", "holds NUL bytes"),
        ("requirements.txt", b"Django=2.2\n", "line 1: not a requirement: Django=2.2"),
        ("requirements.txt", b"a\nDjango==\n", "line 2: not a requirement: Django=="),
        ("setup.cfg", b"[options\ninstall_requires = Django==2.2\n", "not a valid ini file"),
        ("pyproject.toml", b'[project]\ndependencies = ["Django=2.2"]\n', "line 2: not a requirement: Django=2.2"),
        ("Pipfile.lock", b"{", "not valid JSON"),
        ("environment.yml", b"dependencies:\n- pip:\n  - Django=2.2\n", "line 3: not a requirement: Django=2.2"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays(path: str, data: bytes, reason: str) -> None:
    result = move_django({path: data}, HOP)
    assert not result.files
    assert [(one.path, one.reason[: len(reason)]) for one in result.skipped] == [(path, reason)]


@pytest.mark.parametrize(
    "path",
    ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "Pipfile", "Pipfile.lock", "poetry.lock", "requirements.txt", "environment.yml"],
)
@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\xff\xfe", b"\xef\xbb\xbf", b"[[[[", b"]" * 50, b"\\", b'"""', b"a = [[" * 2000, b"(" * 5000, b"-\n - \n", b"=" * 100],
)
def test_nonsense_raises_nothing_and_changes_nothing(path: str, data: bytes) -> None:
    assert not move_django({path: data}, HOP).files


@pytest.mark.parametrize("reference", [b"-r ../\n", b"-r .\n", b"-r\n", b"-c /\n", b"--requirement=\n"])
def test_references_to_nothing(reference: bytes) -> None:
    """Folders and empty names are no files; the rest of the file still counts."""
    result = move_django({"requirements/dev.txt": reference + b"Django==2.2.28\n"}, HOP)
    assert result.files == {"requirements/dev.txt": reference + b"Django==3.2.25\n"}


def test_a_tox_ini_with_keys_without_values_is_skipped() -> None:
    result = move_django({"tox.ini": b"[testenv]\ndeps =\n    a\n<3.1\n    b\n"}, HOP)
    assert [one.reason.split(":")[0] for one in result.skipped] == ["not a valid ini file"]


def test_the_tree_is_not_touched() -> None:
    tree = {"requirements.txt": b"Django==2.2.28\n"}
    move_django(tree, HOP)
    assert tree == {"requirements.txt": b"Django==2.2.28\n"}


INVENTORY = {
    "requirements/base.txt": (
        b"Celery[redis]==4.4.7 ; python_version > '3'  # x\ndjango_filter>=2,<3\n-c ../constraints.txt\nboto3==1.0 --hash=sha256:aa\n"
    ),
    "constraints.txt": b"urllib3<2\n",
    "setup.py": b"setup(install_requires=['a>=1'], extras_require={'s3': ['boto3~=1.9']})\n",
    "setup.cfg": b"[options]\ninstall_requires =\n  b==2\n",
    "pyproject.toml": (
        b'[tool.poetry.dependencies]\nc = {version = "^1.2", extras = ["x"]}\nd = {path = "../d"}\n[build-system]\nrequires = ["e>=1"]\n'
    ),
    "Pipfile": b'[packages]\nf = "*"\n',
    "environment.yml": b"dependencies:\n- conda-forge::g >=1\n- pip:\n  - h==1\n",
    "tox.ini": b"[testenv]\ndeps =\n  i==1\n  dj22: j==1\n",
    "poetry.lock": POETRY_LOCK,
}


def test_the_inventory_holds_every_package_with_its_place() -> None:
    found, skipped = declared(INVENTORY)
    assert skipped == ()
    told = {(one.name, one.specifier, one.kind, one.format, one.extras, one.group) for one in found}
    assert told == {
        ("celery", "==4.4.7", "requirement", "requirements", ("redis",), ""),
        ("django-filter", ">=2,<3", "requirement", "requirements", (), ""),
        ("boto3", "==1.0", "requirement", "requirements", (), ""),
        ("urllib3", "<2", "constraint", "requirements", (), ""),
        ("a", ">=1", "requirement", "setup.py", (), ""),
        ("boto3", "~=1.9", "requirement", "setup.py", (), "s3"),
        ("b", "==2", "requirement", "setup.cfg", (), ""),
        ("c", "^1.2", "requirement", "poetry", ("x",), ""),
        ("d", "", "requirement", "poetry", (), ""),
        ("e", ">=1", "requirement", "build-system", (), ""),
        ("f", "*", "requirement", "pipfile", (), ""),
        ("g", ">=1", "requirement", "conda", (), ""),
        ("h", "==1", "requirement", "environment.yml", (), ""),
        ("i", "==1", "requirement", "tox", (), ""),
        ("j", "==1", "matrix", "tox", (), "dj22"),
        ("django", "2.2.28", "lock", "poetry.lock", (), ""),
    }


def test_every_span_holds_the_specifier_it_is_said_to_hold() -> None:
    for one in declared(INVENTORY)[0]:
        text = INVENTORY[one.path].decode()
        assert text[one.start : one.end] == one.specifier
        assert text.count("\n", 0, one.start) + 1 == one.line


def test_markers_and_hashes_are_known() -> None:
    found = {one.name: one for one in declared(INVENTORY)[0] if one.path == "requirements/base.txt"}
    assert found["celery"].marker == 'python_version > "3"'
    assert (found["celery"].hashes, found["boto3"].hashes) == (False, True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".pre-commit-config.yaml", "repos:\n  - hooks:\n      - id: mypy\n        additional_dependencies: [{}]\n"),
        ("noxfile.py", 'def tests(session):\n\n\n    session.install("{}")\n'),
    ],
)
def test_django_beside_the_project_is_for_a_person(path: str, text: str) -> None:
    result = move_django({path: text.format("django==2.2.28").encode()}, HOP)
    assert not result.files and [one.line for one in result.findings] == [4]
    assert "Move it to 3.2 by hand" in messages(result)[0]
    assert not move_django({path: text.format("django==3.2.25").encode()}, HOP).findings
