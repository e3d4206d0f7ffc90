"""Packages other than Django move in the files that declare them: the smallest change, and nothing by guess."""

from __future__ import annotations

import pytest
from pins import messages

from django_hop.dependencies.inventory import inventory
from django_hop.dependencies.packages import move_packages
from django_hop.dependencies.pins import PinsResult
from django_hop.model import Hop, Move, Stage

HOP = Hop("4.2", "5.2")
CELERY = Move("celery", "5.1.2", "5.3.6", Stage.PREPARE, ("kombu",), "It runs on Python 3.12.")
KOMBU = Move("kombu", "5.1.0", "5.3.7", Stage.PREPARE, ("celery",))


def moved(text: str | bytes, path: str = "requirements.txt", moves: tuple[Move, ...] = (CELERY,)) -> PinsResult:
    return move_packages({path: text if isinstance(text, bytes) else text.encode()}, moves, HOP)


DOTTED = ("==5.1.2", "==5.3.6")
PLACES = [
    pytest.param("requirements.txt", "celery{}  # tasks\r\n", DOTTED, id="a comment and line ends stay"),
    pytest.param("requirements.in", "\ufeffcelery[redis]{}", (">=5.1,<5.2", ">=5.3,<5.4"), id="extras, a BOM, no final newline"),
    pytest.param("requirements/base.txt", 'celery \\\n  {} ; python_version >= "3.8"\n', DOTTED, id="continued, with a marker"),
    pytest.param("constraints.txt", "celery{}\n", DOTTED, id="a constraint"),
    pytest.param("pyproject.toml", "[project]\ndependencies = [\n  'celery {}',  # x\n]\n", ("~= 5.1.2", "~= 5.3.6"), id="PEP 621"),
    pytest.param("pyproject.toml", '[dependency-groups]\ndev = ["celery{}", {{include-group = "x"}}]\nx = []\n', DOTTED, id="PEP 735"),
    pytest.param(
        "pyproject.toml", '[tool.poetry.dependencies]\ncelery = {{version = "{}", extras = ["redis"]}}\n', ("~5.1", "~5.3"), id="Poetry"
    ),
    pytest.param("Pipfile", '[packages]\ncelery = "{}"\n', DOTTED, id="Pipfile"),
    pytest.param("setup.cfg", "[options]\ninstall_requires =\n    celery{}\n", DOTTED, id="setup.cfg"),
    pytest.param(
        "setup.py",
        "from setuptools import setup\nREQ = ['celery{}']\nREQ += ['x']\nsetup(install_requires=REQ)\n",
        DOTTED,
        id="a list in setup.py that is built from a variable",
    ),
    pytest.param(
        "setup.py",
        'from setuptools import setup\nREQ = """\nx==1\ncelery{}\n""".split()\nsetup(install_requires=sorted(REQ))\n',
        DOTTED,
        id="a text in setup.py that is split",
    ),
    pytest.param("environment.yml", "dependencies:\n  - celery{}\n", ("=5.1", "=5.3"), id="conda"),
    pytest.param("tox.ini", "[testenv]\ndeps =\n    celery{}\n", DOTTED, id="tox"),
    pytest.param("Dockerfile", "FROM x\nRUN pip install celery{} \\\n    'gunicorn>=20'\n", DOTTED, id="Dockerfile"),
    pytest.param("noxfile.py", "def tests(session):\n    session.install('-e', '.', 'celery{}')\n", DOTTED, id="nox"),
    pytest.param(
        ".pre-commit-config.yaml",
        'repos:\n- repo: x\n  hooks:\n  - id: mypy\n    additional_dependencies: ["celery{}", types-x]\n',
        DOTTED,
        id="pre-commit, in brackets",
    ),
    pytest.param(
        ".pre-commit-config.yaml",
        "repos:\n- repo: x\n  hooks:\n  - id: mypy\n    additional_dependencies:\n    - celery{}  # x\n    - types-x\n  - id: y\n",
        DOTTED,
        id="pre-commit, a line each",
    ),
    pytest.param(".github/workflows/ci.yml", "    - run: pip install celery{}\n", DOTTED, id="CI"),
]


@pytest.mark.parametrize(("path", "template", "specifiers"), PLACES)
def test_only_the_version_changes(path: str, template: str, specifiers: tuple[str, str]) -> None:
    before, after = (template.format(one) for one in specifiers)
    result = moved(before, path)
    assert {name: data.decode() for name, data in result.files.items()} == {path: after}
    assert (result.places, messages(result)) == (1, [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("requirements.txt", "celery\n", id="no specifier"),
        pytest.param("requirements.txt", "celery>=5.1\n", id="a floor"),
        pytest.param("requirements.txt", "celery>=5.1,<6\n", id="a range that admits the release"),
        pytest.param("requirements.txt", "celery==5.3.6\n", id="the release itself"),
        pytest.param("requirements.txt", "# celery==5.1.2\n", id="a comment"),
        pytest.param("requirements.txt", "django-celery-beat==2.2.1\n", id="another package"),
        pytest.param("pyproject.toml", '[tool.poetry.dependencies]\ncelery = "^5.1"\n', id="a caret that admits it"),
        pytest.param("Dockerfile", "# RUN pip install celery==5.1.2\n", id="a command in a comment"),
        pytest.param("Dockerfile", 'RUN echo pip install "celery==5.1.2"\n', id="a command that is only printed"),
        pytest.param("Dockerfile", "RUN pip install celery==$CELERY\n", id="a variable"),
        pytest.param(
            "tox.ini", "[testenv]\ndeps =\n    djmain: https://example.org/celery.zip\n    example: .\n", id="an address, a folder"
        ),
        pytest.param("docs/intro.txt", "celery==5.1.2\n", id="a text"),
    ],
)
def test_what_stays_without_a_word(path: str, text: str) -> None:
    result = moved(text, path)
    assert (result.files, messages(result)) == ({}, [])


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("requirements.txt", "celery==5.1.2 --hash=sha256:aa\n", "make the hashes again"),
        ("requirements.txt", "celery @ https://example.org/celery-5.1.2.tar.gz\n", "by hand"),
        ("requirements.txt", "-e git+https://example.org/celery.git@v5.1.2#egg=celery\n", "by hand"),
        ("requirements.txt", "celery==5.1.2,!=5.3.6\n", "cannot be moved by rule"),
        ("requirements.txt", "celery==5.1.2 ; python_version < '3.8'\n", "only for Pythons that Django 5.2 does not run on"),
        ("requirements.txt", "celery==5.5.3\n", "a later release"),
        ("pyproject.toml", '[project]\ndependencies = ["celery=\\u003d5.1.2"]\n', "written with escapes"),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["celery==5.1.2"]\n[tool.uv.sources]\nCelery = {git = "https://example.org/celery"}\n',
            "comes from https://example.org/celery",
        ),
        ("uv.lock", '[[package]]\nname = "celery"\nversion = "5.1.2"\n', "uv lock --upgrade-package celery"),
        ("poetry.lock", '[[package]]\nname = "celery"\nversion = "5.1.2"\n', "poetry update celery"),
        ("tox.ini", "[testenv]\ndeps =\n    django32: celery==5.1.2\n", "one of several alternatives"),
    ],
)
def test_what_is_left_to_a_person(path: str, text: str, said: str) -> None:
    result = moved(text, path)
    assert result.files == {}
    assert len(messages(result)) == 1 and said in messages(result)[0]


def test_a_compiled_file_moves_and_says_how_it_is_made_again() -> None:
    header = "#\n# This file is autogenerated by pip-compile with Python 3.8\n#    pip-compile requirements.in\n#\n"
    result = moved(f"{header}celery==5.1.2\n    # via -r requirements.in\n")
    assert b"celery==5.3.6" in result.files["requirements.txt"]
    assert messages(result) == [
        "The pin is moved, but what celery itself requires may have changed. Compile this file again: pip-compile requirements.in"
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("celery==5.1     # via x\nkombu==5.1.0    # via celery\n", "celery==5.3.6   # via x\nkombu==5.1.0    # via celery\n"),
        ("celery==5.1   # via x\n", "celery==5.3.6  # via x\n"),
        ("celery==5.1  # via x\n", "celery==5.3.6  # via x\n"),
    ],
)
def test_a_comment_in_a_column_stays_in_it(before: str, after: str) -> None:
    assert moved(before).files["requirements.txt"].decode() == after


def test_what_moves_together_is_one_result() -> None:
    result = moved("kombu==5.1.0\ncelery==5.1.2\n", moves=(CELERY, KOMBU))
    assert result.files == {"requirements.txt": b"kombu==5.3.7\ncelery==5.3.6\n"}
    assert {one.codemod for one in result.findings} == {"celery-requirement"}


def test_a_file_with_malformed_lines_keeps_them() -> None:
    result = moved("celery==5.1.2\n==broken\n<<<<<<< HEAD\n")
    assert result.files == {"requirements.txt": b"celery==5.3.6\n==broken\n<<<<<<< HEAD\n"}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00celery", b"celery\x00==5.1.2", b"\xe9celery==5.1.2\n"])
def test_a_file_that_cannot_be_read_stays(data: bytes) -> None:
    assert moved(data).files == {}


def test_a_second_run_changes_nothing() -> None:
    first = moved("celery>=5.1,<5.2\nkombu~=5.1.0\n", moves=(CELERY, KOMBU))
    assert moved(first.files["requirements.txt"], moves=(CELERY, KOMBU)).files == {}


def test_the_inventory_names_every_format_once() -> None:
    tree = {
        "requirements.txt": b"a==1\n-r more.txt\n",
        "more.txt": b"b==1\n",
        "tox.ini": b"[testenv]\ndeps = c==1\ncommands_pre = pip install d==1\n",
        "Dockerfile": b"RUN pip install -r requirements.txt e==1 && pip3 install --upgrade pip 'f[x]==1'\n",
        "noxfile.py": b"def x(s):\n    s.install('g==1')\n",
        ".gitlab-ci.yml": b"test:\n  script:\n    - uv pip install h==1 | tee log\n",
        ".pre-commit-config.yaml": b"repos:\n- hooks:\n  - additional_dependencies: ['i[x]==1', j]\n",
        "node_modules/requirements.txt": b"k==1\n",
    }
    found, skipped = inventory(tree)
    assert skipped == ()
    assert sorted((one.name, one.specifier, one.path) for one in found) == [
        ("a", "==1", "requirements.txt"),
        ("b", "==1", "more.txt"),
        ("c", "==1", "tox.ini"),
        ("d", "==1", "tox.ini"),
        ("e", "==1", "Dockerfile"),
        ("f", "==1", "Dockerfile"),
        ("g", "==1", "noxfile.py"),
        ("h", "==1", ".gitlab-ci.yml"),
        ("i", "==1", ".pre-commit-config.yaml"),
        ("j", "", ".pre-commit-config.yaml"),
        ("pip", "", "Dockerfile"),
    ]
    for one in found:
        text = tree[one.path].decode()
        assert text[one.start : one.end] == one.specifier and text.count("\n", 0, one.start) + 1 == one.line
