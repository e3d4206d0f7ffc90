"""The Django requirement in setup.py, setup.cfg and tox.ini."""

from __future__ import annotations

import pytest
from pins import messages

from django_hop.dependencies.pins import PinsResult, move_django
from django_hop.model import Hop

HOP = Hop("2.2", "3.2")


def moved(text: str, path: str) -> PinsResult:
    return move_django({path: text.encode()}, HOP)


@pytest.mark.parametrize(
    "before",
    [
        "setup(install_requires=['Django>=2.2,<3.0'])\n",
        'from setuptools import setup\nsetup(\n    install_requires=[\n        "Django>=2.2,<3.0",  # LTS\n        "a",\n    ],\n)\n',
        "setuptools.setup(install_requires='Django>=2.2,<3.0')\n",
        "setup(install_requires='''\n    a\n    Django>=2.2,<3.0  # x\n''')\n",
        "REQUIRES = ('Django>=2.2,<3.0', 'a')\nsetup(install_requires=REQUIRES)\n",
        "base = ['a']\nweb = ['Django>=2.2,<3.0']\nsetup(install_requires=base + web)\n",
        "reqs = []\nreqs += ['Django>=2.2,<3.0']\nsetup(install_requires=reqs)\n",
        "reqs = []\nreqs.append('Django>=2.2,<3.0')\nsetup(install_requires=[*reqs])\n",
        "setup(extras_require={'web': ['Django>=2.2,<3.0']})\n",
        "extras = {'a': ['b']}\nextras['web'] = ['Django>=2.2,<3.0']\nsetup(extras_require=extras)\n",
        "setup(tests_require=['Django>=2.2,<3.0'])\n",
        "config = dict(install_requires=['Django>=2.2,<3.0'])\nsetup(**config)\n",
        "config = {'install_requires': ['Django>=2.2,<3.0']}\nsetup(name='x', **config)\n",
        "# -*- coding: utf-8 -*-\nsetup(author='\u00e9\u00e9\u00e9', install_requires=['\u00e9', 'Django>=2.2,<3.0'])\n".replace(
            "'\u00e9', ", ""
        ),
        "\ufeffsetup(author='\u00e9', install_requires=[u'Django>=2.2,<3.0'])",
        "setup(\r\n\tinstall_requires=[r'Django>=2.2,<3.0'],\r\n)\r\n",
        "import sys\nif sys.version_info > (3,):\n    r = ['Django>=2.2,<3.0']\nelse:\n    r = ['a']\nsetup(install_requires=r)\n",
        "def main():\n    reqs: list = ['Django>=2.2,<3.0']\n    setup(install_requires=reqs)\n",
        "\x0csetup(install_requires=['Django>=2.2,<3.0'])\n",
    ],
)
def test_setup_py(before: str) -> None:
    result = moved(before, "setup.py")
    assert result.files["setup.py"].decode() == before.replace(">=2.2,<3.0", ">=3.2,<4.0")
    assert (result.places, messages(result), result.skipped) == (1, [], ())


@pytest.mark.parametrize(
    "text",
    [
        "# Django>=2.2,<3.0\nsetup(install_requires=['django-filter>=2.2,<3.0'])\n",
        "setup(name='Django==2.2.28', description='Django==2.2.28', keywords=['Django==2.2.28'])\n",
        "other(install_requires=['Django==2.2.28'])\n",
        "UNUSED = ['Django==2.2.28']\nsetup()\n",
        "setup(install_requires=open('requirements.txt').read().splitlines())\n",
        "setup(install_requires=['Django>=3.2,<4.0'])\n",
        "a = b\nb = a\nsetup(install_requires=a, **a)\n",
    ],
)
def test_setup_py_that_must_not_change(text: str) -> None:
    assert moved(text, "setup.py") == PinsResult()


def test_setup_py_with_a_requirement_over_two_literals() -> None:
    result = moved("setup(install_requires=['Django'\n    '>=2.2,<3.0'])\n", "setup.py")
    assert not result.files
    assert ["over several strings" in message for message in messages(result)] == [True]


@pytest.mark.parametrize("value", ["'Django>=%s' % V", "'Django>={}'.format(V)", "f'Django>={V}'"])
def test_setup_py_with_a_computed_requirement_is_said(value: str) -> None:
    result = moved(f"V = '2.2'\nsetup(install_requires=[{value}])\n", "setup.py")
    assert not result.files
    assert [one.reason.partition(": ")[2] for one in result.skipped] == [f"a requirement that is computed: {value}"]


@pytest.mark.parametrize(
    "text", ["print 'x'\nsetup(install_requires=['Django==2.2.28'])\n", "setup(\n", "setup(install_requires=['Django==2.2'])\0"]
)
def test_setup_py_that_is_not_python_3_is_skipped(text: str) -> None:
    result = moved(text, "setup.py")
    assert not result.files
    assert [one.path for one in result.skipped] == ["setup.py"]


@pytest.mark.parametrize(
    "before",
    [
        "[options]\ninstall_requires =\n    Django>=2.2,<3.0\n    a\n",
        "[options]\ninstall_requires=\n\tDjango >=2.2,<3.0  # LTS\n",
        "[metadata]\nname = x\n\n[options]\ninstall_requires = Django>=2.2,<3.0; a\n",
        "[options]\ninstall_requires =\n    # the framework\n    Django>=2.2,<3.0 ; python_version > '3.5'\n\n    a\n",
        "[options.extras_require]\nweb =\n  Django[argon2]>=2.2,<3.0\n",
        "[options.extras_require]\nweb = a; Django>=2.2,<3.0\n",
        "[options]\ntests_require =\n  Django>=2.2,<3.0",
        "\ufeff[options]\r\ninstall-requires =\r\n  Django>=2.2,<3.0\r\n",
    ],
)
def test_setup_cfg(before: str) -> None:
    result = moved(before, "setup.cfg")
    assert result.files["setup.cfg"].decode() == before.replace(">=2.2,<3.0", ">=3.2,<4.0")
    assert (result.places, messages(result), result.skipped) == (1, [], ())


@pytest.mark.parametrize(
    "text",
    [
        "[metadata]\ndescription = Django==2.2.28\n",
        "[options]\ninstall_requires =\n    # Django==2.2.28\n    django-filter==2.2\n",
        "[options]\ninstall_requires = file: requirements.txt\n",
        "[tool:pytest]\naddopts =\n    Django==2.2.28\n",
        "[isort]\ninstall_requires = Django==2.2.28\n",
    ],
)
def test_setup_cfg_that_must_not_change(text: str) -> None:
    assert moved(text, "setup.cfg") == PinsResult()


def test_setup_cfg_classifier() -> None:
    result = moved("[metadata]\nclassifiers =\n    Framework :: Django :: 2.1\n    Framework :: Django :: 2.2\n", "setup.cfg")
    assert [(one.line, one.column) for one in result.findings] == [(4, 5)]


def test_setup_cfg_that_is_broken_is_skipped() -> None:
    result = moved("install_requires = Django==2.2.28\n", "setup.cfg")
    assert not result.files
    assert result.skipped[0].reason.startswith("not a valid ini file")


@pytest.mark.parametrize(
    "before",
    [
        "[testenv]\ndeps =\n    -r requirements.txt\n    Django>=2.2,<3.0\n    pytest\n",
        "[testenv]\ndeps = Django>=2.2,<3.0\n",
        "[testenv:docs]\ndeps =\n    Django>=2.2,<3.0  # for autodoc\n",
    ],
)
def test_tox(before: str) -> None:
    result = moved(before, "tox.ini")
    assert result.files["tox.ini"].decode() == before.replace(">=2.2,<3.0", ">=3.2,<4.0")
    assert (result.places, messages(result), result.skipped) == (1, [], ())


@pytest.mark.parametrize(
    "text",
    [
        "[tox]\nenvlist = py37-django{21,22}\n[testenv]\ndeps =\n    django21: Django>=2.1,<2.2\n    django22: Django>=2.2,<2.3\n",
        "[testenv]\ndeps =\n    py36,py37: Django==2.2.28\n",
        "[testenv:django22]\ndeps = Django==2.2.*\n",
    ],
)
def test_a_tox_matrix_is_extended_by_a_person(text: str) -> None:
    result = moved(text, "tox.ini")
    assert not result.files
    assert ["Add one for Django 3.2" in message for message in messages(result)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "[testenv]\ndeps =\n    django22: Django>=2.2,<2.3\n    django32: Django>=3.2,<3.3\n",
        "[testenv]\ncommands =\n    pip install Django==2.2.28\ndeps =\n    {env:DJANGO}\n    # Django==2.2.28\n    django-filter==2.2\n",
    ],
)
def test_tox_that_must_not_change(text: str) -> None:
    assert moved(text, "tox.ini") == PinsResult()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", "setup(install_requires=['Django>=2.2'])\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n    Django>=2.2\n"),
        ("pyproject.toml", '[project]\nclassifiers = ["Framework :: Django"]\ndependencies = ["Django>=2.2"]\n'),
    ],
)
def test_a_range_in_the_metadata_of_a_package_says_what_it_works_with(path: str, text: str) -> None:
    """What gets installed is decided where the package is deployed."""
    assert moved(text, path) == PinsResult()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["Django>=2.2"]\n'),
        ("pyproject.toml", '[project]\nclassifiers = ["Private :: Do Not Upload"]\ndependencies = ["Django>=2.2"]\n'),
        ("setup.py", "setup(install_requires=['Django>=2.2'], classifiers=['Private :: Do Not Upload'])\n"),
        ("requirements.txt", "Django>=2.2\n"),
    ],
)
def test_a_range_of_a_site_is_said_to_be_open(path: str, text: str) -> None:
    assert ["See to it that 3.2 is what gets installed" in message for message in messages(moved(text, path))] == [True]


def test_a_range_in_metadata_that_does_not_admit_the_target_still_moves() -> None:
    assert moved("setup(install_requires=['Django>=2.2,<3.0'])\n", "setup.py").files
