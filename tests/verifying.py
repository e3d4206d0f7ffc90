"""What the tests of verify run on: stand-ins for two releases of Django, so that no network and no old interpreter is needed.

A stand-in is an interpreter (this one, behind a script) that finds a small package `django` with what the project below uses.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repos import make_repo, write_files

MAIN = """\
import os
import sys

from django.conf import settings

command, failing = sys.argv[1], getattr(settings, "FAILING", ())
if command in failing:
    print("?: (models.E001) " + command + " fails")
    sys.exit(1)
if command == "makemigrations" and "MISSING" in dir(settings):
    print("Migrations for 'shop':\\n  shop/migrations/0002.py\\n    - Alter field price on item")
    sys.exit(1)
print("  Applying shop.0001_initial... OK" if command == "migrate" else "System check identified no issues (0 silenced).")
"""
CONF = """\
import importlib
import os

settings = importlib.import_module(os.environ.get("DJANGO_SETTINGS_MODULE", "shop.settings"))
"""
COMMON = {
    "django/__main__.py": MAIN,
    "django/conf/__init__.py": CONF,
    "django/utils/__init__.py": "",
    "django/urls.py": "def path(route, view):\n    return route, view\n",
}


def release(folder: Path, version: str, files: Mapping[str, str]) -> Path:
    """Make a stand-in for a release of Django in `folder`, and give its environment's folder."""
    numbers = tuple(int(part) for part in version.split("."))
    start = f"VERSION = {numbers}\n\n\ndef get_version():\n    return {version!r}\n\n\ndef setup():\n    pass\n"
    write_files(folder / "site", {"django/__init__.py": start, **COMMON, **files})
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{folder / "site"}" exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return folder


def releases(folder: Path) -> dict[str, Path]:
    """Stand-ins for 2.2, which has `ugettext` and `gettext`, and 3.2, which has only `gettext` (in truth 4.0 took the other away)."""
    both = "def gettext(text):\n    return text\n\n\nugettext = gettext\n"
    new = "def gettext(text):\n    return text\n"
    http = "def urlquote(text):\n    return text\n\n\ndef force_text(text):\n    return str(text)\n"
    return {
        "2.2": release(folder / "2.2", "2.2.28", {"django/utils/translation.py": both, "django/utils/encoding.py": http}),
        "3.2": release(folder / "3.2", "3.2.25", {"django/utils/translation.py": new, "django/utils/encoding.py": "force_str = str\n"}),
    }


TEXTS = """\
from django.utils.translation import ugettext as _


def title():
    return _("Shop")


def total(prices):
    return sum(prices)


def count(prices):
    return len(prices)
"""
TESTS = """\
from shop import texts


def test_title():
    assert texts.title() == "Shop"


def test_total():
    assert texts.total([1, 2]) == 3


def test_count():
    assert texts.count([1, 2]) == 2
"""
PROJECT = {
    "requirements.txt": "Django==2.2.28\n",
    "pytest.ini": "[pytest]\naddopts = -p no:cacheprovider\n",
    "shop/__init__.py": "",
    "shop/settings.py": "INSTALLED_APPS = ['shop']\nSECRET_KEY = 'x'\n",
    "shop/texts.py": TEXTS,
    "tests/test_texts.py": TESTS,
}


def project(folder: Path, environments: Mapping[str, Path], files: Mapping[str, str] | None = None, further: str = "") -> Path:
    """A repository with the project; its pyproject.toml names the environments, and holds `further`."""
    named = "".join(f'"{name}" = "{path}"\n' for name, path in environments.items())
    start = '[tool.django-hop.verify]\nsettings = "shop.settings"\nevidence = false\n'
    pyproject = f"{start}{further}\n[tool.django-hop.verify.environments]\n{named}"
    made = {**PROJECT, "pyproject.toml": pyproject, **(files or {})}
    return make_repo(folder, {path: text for path, text in made.items() if text is not None})


WRONG = """\
import ast

from django_hop.model import SAFE, Codemod, Edit
from django_hop.ops.base import PythonOp


class Wrong(PythonOp):
    words = (frozenset({"WORD"}),)

    def apply(self, site):
        for node in site.nodes(ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "OLD":
                yield site.edit(node.func, "NEW")
                yield site.finding(node, "changed", fixed=True)


CODEMODS = [Codemod("wrong", "A wrong one", deprecated="3.0", removed="3.1", works_from="WORKS", safety=SAFE, ops=(Wrong(),))]
"""


def wrong_pack(folder: Path, old: str, new: str, works_from: str = "2.0") -> Path:
    """A pack with one codemod, `wrong`, that puts the name `new` in place of `old`."""
    source = WRONG.replace("WORD", old).replace("OLD", old).replace("NEW", new).replace("WORKS", works_from)
    write_files(folder, {"__init__.py": source, "wrong.md": "# Wrong\n\nOn purpose.\n"})
    return folder


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The stand-ins for the releases. A module that wants a fixture of this one imports it under its own name."""
    return releases(tmp_path_factory.mktemp("releases"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tool's cache, in a folder of the test's own."""
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def verdicts(found: Any, side: str = "branch") -> dict[str, str]:
    """Name of a check -> its verdict, out of verify's JSON."""
    return {one["name"]: one["verdict"] for one in found["checks"] if one["side"] == side}
