"""Old forms of other packages that must not come back: which are guarded, at which declared release, and at what cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import ROOT, run
from packaging.version import Version
from repos import make_repo, write_files

from django_hop.dependencies.near import near
from django_hop.guard import NEEDLESS, index
from django_hop.packs import shipped

TASKS = "from celery.task import task\n\n\n@task\ndef send(order):\n    return order\n"
NEW_TASKS = "from celery import shared_task\n\n\n@shared_task\ndef send(order):\n    return order\n"
SIX = "import six\n\n\ndef text(value):\n    return six.text_type(value)\n"


def project(folder: Path, requirements: str, **files: str) -> Path:
    named = {name.replace("__", "/"): text for name, text in files.items()}
    write_files(folder, {"manage.py": "", "requirements.txt": requirements, **named})
    return folder


def found(folder: Path, *paths: str, to: str = "4.2") -> set[str]:
    answer = run("check", "--to", to, "--json", *paths, cwd=folder).json
    return {name for one in answer["changed"] for name in one["codemods"]} | {one["codemod"] for one in answer["findings"]}


# Which releases


@pytest.mark.parametrize("django", ["4.2.11", "3.2.25"])
@pytest.mark.parametrize("celery", ["==5.2.7", ">=5.0", "~=5.1", "==5.*", ">=5.2,<6"])
def test_a_form_that_the_declared_release_no_longer_has_is_found_and_fixed(tmp_path: Path, django: str, celery: str) -> None:
    folder = project(tmp_path, f"Django=={django}\ncelery{celery}\n")
    write_files(folder, {"shop/tasks.py": TASKS})
    assert found(folder, "shop/tasks.py") == {"celery-task-decorator"}
    done = run("fix", "--to", "4.2", "shop/tasks.py", cwd=folder)
    assert (done.code, done.out) == (1, "fixed shop/tasks.py: celery-task-decorator\n")
    assert (folder / "shop/tasks.py").read_text() == NEW_TASKS
    assert run("fix", "--to", "4.2", "shop/tasks.py", cwd=folder).code == 0


@pytest.mark.parametrize(
    "requirements",
    [
        "celery==4.4.7\n",
        "celery>=4.4\n",
        "celery\n",
        "celery<6\n",
        "celery>=5.2\n-r old.txt\n",
        "celery @ git+https://example.org/celery.git\n",
        "celery==five\n",
        "",
    ],
    ids=["has it", "may have it", "any", "ceiling", "two files", "address", "malformed", "not declared"],
)
def test_a_form_that_a_declared_release_may_have_is_left_alone(tmp_path: Path, requirements: str) -> None:
    folder = project(tmp_path, f"Django==4.2.11\n{requirements}", **{"old.txt": "celery==4.4.7\n", "shop__tasks.py": TASKS})
    assert found(folder, "shop/tasks.py") == set()


def test_a_lock_says_what_a_requirement_without_a_version_installs(tmp_path: Path) -> None:
    pyproject = '[tool.poetry.dependencies]\npython = "^3.9"\nDjango = "^4.2"\ncelery = "*"\n'
    files = {"pyproject.toml": pyproject, "shop/tasks.py": TASKS, "poetry.lock": '[[package]]\nname = "celery"\nversion = "5.2.7"\n'}
    write_files(tmp_path, files)
    assert found(tmp_path, "shop/tasks.py") == {"celery-task-decorator"}
    write_files(tmp_path, {"poetry.lock": '[[package]]\nname = "celery"\nversion = "4.4.7"\n'})
    assert found(tmp_path, "shop/tasks.py") == set()


def test_the_floor_is_the_lowest_that_some_file_admits(tmp_path: Path) -> None:
    requirements = "Django==4.2\nredis==5.0\ncelery>=5.2 ; python_version >= '3.8'\ncelery==4.4 ; python_version < '3.8'\nkombu\n"
    project(tmp_path, requirements, **{"constraints.txt": "kombu==5.3.1\n"})
    floors = near(tmp_path).floors()
    assert {name: floors[name] for name in ("redis", "celery", "kombu")} == {
        "redis": Version("5.0"),
        "celery": Version("4.4"),
        "kombu": Version("5.3.1"),
    }


# Where requirements are found


def test_requirements_beside_the_repository_around_the_project_count(tmp_path: Path) -> None:
    files = {"requirements/base.txt": "Django==4.2.11\ncelery==5.2.7\n", "backend/manage.py": "", "backend/shop/tasks.py": TASKS}
    folder = make_repo(tmp_path / "repository", files)
    assert found(folder / "backend", "shop/tasks.py") == {"celery-task-decorator"}


def test_the_closest_requirements_that_name_django_decide(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "Django==3.2.25\ncelery==4.4.7\n",
        "backend/manage.py": "",
        "backend/requirements.txt": "Django==4.2.11\ncelery==5.2.7\n",
        "backend/tasks.py": TASKS,
    }
    folder = make_repo(tmp_path / "repository", files)
    assert found(folder / "backend", "tasks.py") == {"celery-task-decorator"}


def test_nothing_outside_the_repository_counts(tmp_path: Path) -> None:
    write_files(tmp_path, {"requirements.txt": "Django==4.2.11\ncelery==5.2.7\n"})
    folder = make_repo(tmp_path / "repository", {"tasks.py": TASKS})
    assert found(folder, "tasks.py") == set()


def test_no_dependencies_in_the_settings_means_none_here_either(tmp_path: Path) -> None:
    folder = project(tmp_path, "Django==4.2.11\ncelery==5.2.7\n", **{"tasks.py": TASKS})
    write_files(folder, {"pyproject.toml": "[tool.django-hop]\ndependencies = false\n"})
    assert found(folder, "tasks.py") == set()


def test_a_codemod_can_be_skipped_or_named_alone(tmp_path: Path) -> None:
    folder = project(tmp_path, "Django==4.2.11\ncelery==5.2.7\n", **{"tasks.py": TASKS})
    assert run("check", "--to", "4.2", "--skip", "celery-task-decorator", "tasks.py", cwd=folder).code == 0
    assert run("check", "--to", "4.2", "--only", "force-text", "tasks.py", cwd=folder).code == 0
    assert run("check", "--to", "4.2", "--only", "celery-task-decorator", "tasks.py", cwd=folder).code == 1


# What is the same text in the new release


def test_arguments_in_the_order_of_the_new_release_are_not_turned_around(tmp_path: Path) -> None:
    """`setex(name, value, time)` of redis-py 2 looks like `setex(name, time, value)` of redis-py 3."""
    code = "import redis\n\nclient = redis.Redis()\nclient.setex('a', 60, 'b')\nclient.lrem('a', 1, 'b')\nclient.zincrby('a', 1, 'b')\n"
    folder = project(tmp_path, "Django==4.2.11\nredis==5.0.8\n", **{"shop.py": code})
    assert found(folder, "shop.py") == set()
    write_files(folder, {"shop.py": code + "client.mset(a=1)\n"})
    assert found(folder, "shop.py") == {"redis-mset"}


def test_a_default_that_changed_is_not_pinned_in_code_that_was_written_for_the_new_one(tmp_path: Path) -> None:
    code = "from django_ratelimit.decorators import ratelimit\n\n\n@ratelimit(key='ip', rate='5/m')\ndef view(request):\n    return None\n"
    folder = project(tmp_path, "Django==4.2.11\ndjango-ratelimit==4.1.0\n", **{"views.py": code})
    assert found(folder, "views.py") == set()


# What nothing needs any more


def test_six_comes_back_after_its_requirement_went(tmp_path: Path) -> None:
    folder = project(tmp_path, "Django==4.2.11\n", **{"text.py": SIX})
    assert found(folder, "text.py") == {"six-package"}
    write_files(folder, {"test_shop.py": "import mock\n\nthing = mock.Mock()\n"})
    assert found(folder, "test_shop.py") == {"mock-package"}


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "Django==4.2.11\nsix==1.16.0\n"},
        {"requirements.txt": "Django==3.2.25\n"},
        {"requirements.txt": "celery==5.2.7\n"},
        {"tests/requirements.txt": "six\n"},
        {"Dockerfile": "FROM python:3.10\nRUN pip install six\n"},
        {"shop/six.py": "text_type = str\n"},
        {"six/__init__.py": "text_type = str\n"},
    ],
    ids=["declared", "on the way", "no Django", "declared elsewhere", "installed", "a module of its own", "a folder of its own"],
)
def test_six_is_left_alone_where_it_may_be_meant(tmp_path: Path, files: dict[str, str]) -> None:
    folder = project(tmp_path, "Django==4.2.11\n", **{"text.py": SIX})
    write_files(folder, files)
    assert "six-package" not in found(folder, "text.py")


def test_a_package_that_was_given_up_is_not_told_of_on_every_commit(tmp_path: Path) -> None:
    code = "import raven\n\nclient = raven.Client()\n"
    folder = project(tmp_path, "Django==4.2.11\nraven==6.10.0\n", **{"errors.py": code})
    assert found(folder, "errors.py") == set()


# The words by which a hook knows what it need not load


def test_no_codemod_has_words_that_the_file_does_not_know() -> None:
    """Words too many cost a pack that is loaded for nothing; words that are missing, an old form that comes back."""
    data = json.loads((ROOT / "src/django_hop/data/guard.json").read_text("utf-8"))
    lacking = []
    for name, entry in index(shipped()).items():
        known = data.get(name, {"from": "9999", "words": {}})
        for kind, alternatives in entry["words"].items():
            told = [set(one.split()) for one in known["words"].get(kind, ())]
            lacking += [f"{name}: {one}" for one in alternatives if not any(words <= set(one.split()) for words in told)]
        if Version(entry["from"]) < Version(known["from"]):
            lacking.append(f"{name} from {entry['from']}")
    assert lacking == [], "a pack of a package has changed: python tools/guard.py writes the file again"


def test_what_is_needless_is_known_to_the_packs() -> None:
    standing = {one.package for pack in shipped() for one in pack.codemods if one.package and not (one.deprecated or one.removed)}
    assert standing >= set(NEEDLESS)


def test_what_only_code_from_before_a_release_has_belongs_to_a_package_and_a_release() -> None:
    """A codemod for Django asks the hop (ops/crossing.py)."""
    for one in (codemod for pack in shipped() for codemod in pack.codemods):
        assert not one.from_before or (one.package and one.removed), one.id
