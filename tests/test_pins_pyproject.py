"""The Django requirement in pyproject.toml and Pipfile."""

from __future__ import annotations

import pytest
from pins import messages

from django_hop.dependencies.pins import PinsResult, move_django
from django_hop.model import Hop

HOP = Hop("2.2", "3.2")


def moved(text: str, path: str = "pyproject.toml") -> PinsResult:
    return move_django({path: text.encode()}, HOP)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[project]\nname = "x"\ndependencies = ["Django>=2.2,<3.0"]\n', '[project]\nname = "x"\ndependencies = ["Django>=3.2,<4.0"]\n'),
        (
            "[project]\ndependencies = [\n    # the framework\n    'a', 'Django==2.2.28',  # LTS\n]\n",
            "[project]\ndependencies = [\n    # the framework\n    'a', 'Django==3.2.25',  # LTS\n]\n",
        ),
        ('[project]\ndependencies = ["django (>=2.2,<2.3)"]\n', '[project]\ndependencies = ["django (>=3.2,<3.3)"]\n'),
        ('project.dependencies = ["""Django~=2.2.0"""]\n', 'project.dependencies = ["""Django~=3.2.0"""]\n'),
        ('[project.optional-dependencies]\nweb = ["Django<3"]\n', '[project.optional-dependencies]\nweb = ["Django<4"]\n'),
        ('[project]\noptional-dependencies = {web = ["Django<3"]}\n', '[project]\noptional-dependencies = {web = ["Django<4"]}\n'),
        (
            '[dependency-groups]\ndev = [{include-group = "test"}, "Django==2.2.*"]\n',
            '[dependency-groups]\ndev = [{include-group = "test"}, "Django==3.2.*"]\n',
        ),
        (
            '[tool.poetry.dependencies]\npython = "^3.6"\ndjango   = "^2.2"  # LTS\n',
            '[tool.poetry.dependencies]\npython = "^3.6"\ndjango   = "^3.2"  # LTS\n',
        ),
        ("[tool.poetry.dependencies]\nDjango = '~2.2'\n", "[tool.poetry.dependencies]\nDjango = '~3.2'\n"),
        ('[tool.poetry.dependencies]\n"django" = "2.2.28"\n', '[tool.poetry.dependencies]\n"django" = "3.2.25"\n'),
        (
            '[tool.poetry.dependencies]\ndjango = { extras = ["argon2"], version = "^2.2" }\n',
            '[tool.poetry.dependencies]\ndjango = { extras = ["argon2"], version = "^3.2" }\n',
        ),
        (
            '[tool.poetry.dependencies.django]\nversion = "2.2.*"\nextras = ["bcrypt"]\n',
            '[tool.poetry.dependencies.django]\nversion = "3.2.*"\nextras = ["bcrypt"]\n',
        ),
        ('[tool.poetry.dev-dependencies]\nDjango = ">=2.2,<3.0"\n', '[tool.poetry.dev-dependencies]\nDjango = ">=3.2,<4.0"\n'),
        ('[tool.poetry.group.docs.dependencies]\nDjango = "^2.2"\n', '[tool.poetry.group.docs.dependencies]\nDjango = "^3.2"\n'),
        (
            '[tool.pdm.dev-dependencies]\ntest = ["Django==2.2.28", "-e file:///x#egg=y"]\n',
            '[tool.pdm.dev-dependencies]\ntest = ["Django==3.2.25", "-e file:///x#egg=y"]\n',
        ),
        ('[tool.uv]\ndev-dependencies = ["Django>=2.2,<3"]\n', '[tool.uv]\ndev-dependencies = ["Django>=3.2,<4"]\n'),
        ('[tool.uv]\nconstraint-dependencies = ["Django<3"]\n', '[tool.uv]\nconstraint-dependencies = ["Django<4"]\n'),
        ('[tool.hatch.envs.test]\ndependencies = ["Django~=2.2.0"]\n', '[tool.hatch.envs.test]\ndependencies = ["Django~=3.2.0"]\n'),
        ('[tool.flit.metadata]\nrequires = ["Django >=2.2,<3"]\n', '[tool.flit.metadata]\nrequires = ["Django >=3.2,<4"]\n'),
        ('[project]\r\ndependencies = ["Django<3"]\r\n', '[project]\r\ndependencies = ["Django<4"]\r\n'),
        ('\ufeff[project]\ndependencies = ["Django<3"]', '\ufeff[project]\ndependencies = ["Django<4"]'),
    ],
)
def test_only_the_version_changes(before: str, after: str) -> None:
    result = moved(before)
    assert result.files["pyproject.toml"].decode() == after
    assert (result.places, messages(result), result.skipped) == (1, [], ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[packages]\ndjango = "~=2.2"\n', '[packages]\ndjango = "~=3.2"\n'),
        (
            '[packages]\nDjango = "==2.2.28"  # LTS\n"django-filter" = "==2.2.0"\n',
            '[packages]\nDjango = "==3.2.25"  # LTS\n"django-filter" = "==2.2.0"\n',
        ),
        (
            "[dev-packages]\ndjango = {version = '<3', extras = ['argon2']}\n",
            "[dev-packages]\ndjango = {version = '<4', extras = ['argon2']}\n",
        ),
        ('[web]\ndjango = "==2.2.*"\n', '[web]\ndjango = "==3.2.*"\n'),
        (
            '[packages.django]\nversion = "==2.2.*"\nmarkers = "python_version > \'3\'"\n',
            '[packages.django]\nversion = "==3.2.*"\nmarkers = "python_version > \'3\'"\n',
        ),
    ],
)
def test_pipfile(before: str, after: str) -> None:
    result = moved(before, "Pipfile")
    assert result.files["Pipfile"].decode() == after
    assert (result.places, messages(result)) == (1, [])


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "django"\nversion = "2.2.28"\ndescription = "Django==2.2.28"\ndependencies = ["django-filter==2.2"]\n',
        '# dependencies = ["Django==2.2.28"]\n[project]\nname = "x"\n',
        '[tool.black]\ndependencies = ["Django==2.2.28"]\n',
        '[tool.poetry]\nname = "django"\nversion = "2.2.28"\n[tool.poetry.dependencies]\npython = "2.2.28"\n',
        '[tool.poetry.dependencies]\ndjango = "^3.2"\ndjango-filter = "^2.2"\n',
        '[tool.poetry.dependencies]\ndjango = {version = "~3.2"}\n',
        '[project]\ndependencies = ["Django==3.2.25"]\n[project.urls]\nDjango = "==2.2.28"\n',
        '[tool.x]\ntext = """\n[project]\ndependencies = ["Django==2.2.28"]\n"""\n',
        "",
    ],
)
def test_what_must_not_change(text: str) -> None:
    assert moved(text) == PinsResult()


@pytest.mark.parametrize(
    "text",
    [
        '[packages]\ndjango = "~=3.2"\n',
        '[scripts]\ndjango = "==2.2.28"\n',
        '[requires]\ndjango = "==2.2"\n',
        '[packages]\ndjango-x = "==2.2"\n# django = "==2.2"\n',
    ],
)
def test_what_must_not_change_in_a_pipfile(text: str) -> None:
    result = moved(text, "Pipfile")
    assert not result.files
    assert not any(one.fixed for one in result.findings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[project]\ndependencies = ["Django\\u003E=2.2,<3"]\n', "written with escapes"),
        (
            '[tool.poetry.dependencies]\ndjango = {git = "https://github.com/django/django.git", branch = "stable/2.2.x"}\n',
            "Django comes from https",
        ),
        ('[tool.poetry.dependencies]\ndjango = "^2.2 || ^1.11"\n', "cannot be moved by rule"),
        ('[tool.poetry.dependencies]\ndjango = "*"\n', "admits Django 3.2 already"),
        ('[dependency-groups]\ndjango22 = ["Django==2.2.*"]\n', "one of several alternatives"),
        ('[project.optional-dependencies]\ndj22 = ["Django==2.2.*"]\ndj30 = ["Django==3.0.*"]\n', "one of several alternatives"),
        ('[project]\ndependencies = ["Django==2.2.28", "django==2.1"]\n', "contradicts another"),
        ('[project]\nclassifiers = [\n  "Framework :: Django",\n  "Framework :: Django :: 2.2",\n]\n', "Add `Framework :: Django :: 3.2`"),
    ],
)
def test_what_a_person_decides(text: str, said: str) -> None:
    result = moved(text)
    assert not result.files
    assert messages(result)
    assert all(said in message for message in messages(result))


def test_classifiers_that_name_the_target_are_done() -> None:
    assert moved('[project]\nclassifiers = ["Framework :: Django :: 2.2", "Framework :: Django :: 3.2"]\n') == PinsResult()


def test_poetry_requirements_for_several_pythons() -> None:
    """The one for Pythons that Django 4.2 does not run on stays, and is said."""
    text = '[tool.poetry.dependencies]\ndjango = [\n  {version = "3.2.*", python = "<3.8"},\n  {version = "~3.2", python = ">=3.8"},\n]\n'
    result = move_django({"pyproject.toml": text.encode()}, Hop("3.2", "4.2"))
    assert result.files["pyproject.toml"].decode() == text.replace('"~3.2"', '"~4.2"')
    assert ["(python <3.8)" in message for message in messages(result)] == [True]


def test_several_places_in_one_file() -> None:
    text = '[project]\ndependencies = ["Django~=2.2"]\n[[tool.x]]\na = "b"\n[[tool.x]]\n[dependency-groups]\ndev = ["a", "Django~=2.2"]\n'
    result = moved(text)
    assert result.files["pyproject.toml"].decode() == text.replace("2.2", "3.2")
    assert result.places == 2


def test_broken_toml_is_skipped() -> None:
    result = move_django(
        {"pyproject.toml": b'[project\ndependencies = ["Django==2.2.28"]\n', "Pipfile": b"=", "requirements.txt": b"Django==2.2.28\n"}, HOP
    )
    assert list(result.files) == ["requirements.txt"]
    assert [(one.path, one.reason.split(":")[0]) for one in result.skipped] == [
        ("Pipfile", "not valid TOML"),
        ("pyproject.toml", "not valid TOML"),
    ]
