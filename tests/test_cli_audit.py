"""`audit` on real repositories: what the code is made of, what blocks which hop, and that nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bad_pack import write_pack
from commands import Outcome, run
from repos import ENVIRONMENT, git, make_repo, write_files
from shop import SHOP

MIGRATION = """\
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    pass


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel("Item", [("seen", models.NullBooleanField()), ("owner", models.ForeignKey("auth.User", models.CASCADE))]),
        migrations.RunPython(fill),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(fill, reverse_code=fill),
        migrations.RunPython(*steps()),
        migrations.RunSQL("select 1"),
        migrations.AlterField("item", "owner", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)),
    ]
"""
SQUASHED = """\
from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("shop", "0001_initial"), ("shop", "0002_gone")]
"""

PLATFORM: dict[str, str | bytes] = {
    "requirements.txt": "Django==3.2.25\ndjango-nose==1.4.7\nours==1\n",
    "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings.prod')\n",
    "pytest.ini": "[pytest]\n",
    "conf/__init__.py": "",
    "conf/settings/__init__.py": "",
    "conf/settings/base.py": (
        "DJANGO_APPS = ['django.contrib.auth']\nOUR_APPS = ['shop.apps.ShopConfig', 'people']\nROOT_URLCONF = 'conf.urls'\n"
        "INSTALLED_APPS = DJANGO_APPS + ['rest_framework', env('NOT_AN_APP')] + OUR_APPS\nAUTH_USER_MODEL = 'people.Person'\n"
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'OPTIONS': {'charset': 'utf8'}}}\n"
        "CELERY_BROKER_URL = 'redis://:hush@cache:6379/0'\n"
    ),
    "conf/settings/prod.py": "from .base import *\n\nDATABASES['default']['ENGINE'] = 'django.db.backends.mysql'\nDEBUG = False\n",
    "conf/celery.py": "from celery import Celery\n\napp = Celery('conf')\n",
    "shop/__init__.py": "",
    "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n",
    "shop/models/__init__.py": "from .items import *\n",
    "shop/models/base.py": (
        "from django.db import models\nfrom elsewhere import Node\n\n\n"
        "class Timed(models.Model):\n    class Meta:\n        abstract = True\n\n\n"
        "class Branch(Node):\n    name = models.CharField(max_length=3)\n"
    ),
    "shop/models/items.py": (
        "from .base import *\n\n\nclass Item(Timed):\n    pass\n\n\nclass Twig(Branch):\n    pass\n\n\nclass Plain:\n    pass\n"
    ),
    "shop/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef one():\n    pass\n",
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": MIGRATION,
    "shop/migrations/0003_squashed.py": SQUASHED,
    "shop/migrations/0004_broken.py": "class Migration(:\n",
    "shop/templates/shop/a.html": "{% load static %}\n",
    "people/__init__.py": "",
    "people/models.py": "from django.contrib.auth.models import AbstractUser\n\n\nclass Person(AbstractUser):\n    pass\n",
    "tests/stubs/__init__.py": "",
    "tests/__init__.py": "",
    "tests/stubs/rest_framework/__init__.py": "",
    "tests/test_shop.py": "def test_one():\n    pass\n\n\nclass TestShop:\n    async def test_two(self):\n        pass\n",
    "Dockerfile": "FROM python:3.8-slim AS base\nFROM base\nRUN pip install gunicorn celery\nCMD gunicorn conf.wsgi\n",
    "docker-compose.yml": (
        "services:\n  db:\n    image: postgres:12\n  cache:\n    image: redis:7\n  worker:\n    command: celery -A conf worker\n"
        "  shell:\n    command: sleep 1\n"
    ),
    ".github/workflows/ci.yml": "jobs:\n  test:\n    strategy:\n      matrix:\n        python-version: ['3.8', '3.9']\n",
    "tox.ini": "[tox]\nenvlist = py38-django32\n\n[testenv]\ndeps =\n    django32: Django>=3.2,<3.3\n",
    "Procfile": "web: ./serve\n",
    "logo.png": b"\x89PNG\0",
}


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_HOP_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repo(tmp_path_factory.mktemp("platform") / "repo", PLATFORM)


@pytest.fixture(scope="module")
def printed(platform: Path) -> Outcome:
    return run("audit", "--to", "5.2", cwd=platform)


@pytest.fixture(scope="module")
def found(platform: Path) -> Any:
    return run("audit", "--to", "5.2", "--json", cwd=platform).json


# -- the hops ----------------------------------------------------------------------------------------------------------


def test_blockers_end_with_1_and_stand_at_the_hop_that_they_block(printed: Outcome, found: Any) -> None:
    assert (printed.code, found["blocked"]) == (1, True)
    assert [(hop["from"], hop["to"], [one["name"] for one in hop["blockers"]]) for hop in found["hops"]] == [
        ("3.2", "4.2", ["django-nose"]),
        ("4.2", "5.2", ["postgres:12"]),
    ]
    package, server = found["hops"][0]["blockers"][0], found["hops"][1]["blockers"][0]
    assert (package["kind"], package["place"], package["remedy"]) == (
        "package",
        "requirements.txt:2",
        "pytest-django takes its place.",
    )
    assert server["reason"] == "Django 5.2 needs PostgreSQL 14 or later." and server["place"] == "docker-compose.yml:3"
    assert "  4.2 -> 5.2  docker-compose.yml:3 postgres:12: Django 5.2 needs PostgreSQL 14 or later. Move the server" in printed.out


def test_without_blockers_it_ends_with_0(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", SHOP)
    done = run("audit", "--to", "3.2", cwd=repo)
    assert (done.code, done.err) == (0, "")
    assert "In the way" not in done.out and " nothing" in done.out


def test_each_hop_counts_what_a_hop_would_do(tmp_path: Path) -> None:
    """The numbers are those of `plan`: both compute the same hop."""
    repo = make_repo(tmp_path / "shop", SHOP)
    (hop,) = run("audit", "--to", "3.2", "--json", cwd=repo).json["hops"]
    (plan,) = run("plan", "--to", "3.2", "--json", cwd=repo).json["hops"]
    assert hop["codemods"] == plan["codemods"]
    assert hop["places"] == {kind: sum(one["places"] for one in plan["codemods"] if one["safety"] == kind) for kind in ("safe", "review")}
    assert hop["commits"] == {"prepare": 4, "bump": 2, "cleanup": 0}
    assert [(one["codemod"], one["path"], one["silent"]) for one in hop["findings"]] == [("gettext-aliases", "shop/compat.py", False)]


def test_each_hop_says_python_databases_and_the_end_of_support(found: Any) -> None:
    first, last = found["hops"]
    assert (first["python"]["has"], first["python"]["move_to"], last["python"]["move_to"]) == ("3.8", None, "3.12")
    assert last["databases"] == [{"engine": "MySQL", "minimum": "8.0.11"}, {"engine": "PostgreSQL", "minimum": "14"}]
    assert last["supported_until"] == "2028-04"


def test_silent_traps_are_counted_apart_and_stand_first(tmp_path: Path) -> None:
    taken = "from django.contrib.auth.tokens import default_token_generator\n\n\n"
    call = f"{taken}def link(user):\n    return default_token_generator.make_token(user)\n"
    repo = make_repo(tmp_path / "shop", {**SHOP, "shop/zz.py": call})
    done = run("audit", "--to", "3.2", cwd=repo)
    assert 0 < done.out.index("  password-reset-token-email ") < done.out.index("  gettext-aliases ")
    (hop,) = run("audit", "--to", "3.2", "--json", cwd=repo).json["hops"]
    assert [one["codemod"] for one in hop["findings"] if one["silent"]] == ["password-reset-token-email"]
    assert hop["findings"][0]["docs"] == "releases/3.2: Miscellaneous"


# -- the code ----------------------------------------------------------------------------------------------------------


def test_apps_come_from_settings_configs_models_and_migrations(found: Any) -> None:
    apps = {one["name"]: one for one in found["apps"]}
    assert list(apps) == ["people", "shop"]
    assert apps["shop"] == {
        "name": "shop",
        "path": "shop",
        "config": "ShopConfig",
        "installed": True,
        "models": 3,
        "abstract": 1,
        "migrations": 3,
        "templates": 1,
    }
    assert (apps["people"]["models"], apps["people"]["installed"], apps["people"]["config"]) == (1, True, "")


def test_an_app_of_the_same_name_inside_another_package_is_not_taken_for_it(found: Any) -> None:
    """tests/stubs/rest_framework is imported as tests.stubs.rest_framework; a string in a call is no app."""
    assert found["packages_installed"] == ["rest_framework"]


def test_files_are_counted_by_kind(found: Any) -> None:
    kinds = {one["name"]: (one["files"], one["lines"]) for one in found["code"]["kinds"]}
    assert kinds["settings"] == (2, 11) and kinds["migrations"][0] == 3
    assert kinds["tests"] == (4, 7) and kinds["Django templates"] == (1, 1)
    assert found["code"]["not_read"] == 1, "the picture"


def test_settings_are_told_with_what_they_build_on(found: Any) -> None:
    assert found["settings"]["run_with"] == "conf.settings.prod"
    assert [(one["path"], one["builds_on"]) for one in found["settings"]["modules"]] == [
        ("conf/settings/base.py", []),
        ("conf/settings/prod.py", ["conf/settings/base.py"]),
    ]


def test_the_runner_of_the_tests_is_the_one_that_verify_uses(found: Any) -> None:
    assert found["tests"] == {"runner": "pytest", "command": ["python", "-m", "pytest"], "why": "pytest.ini", "files": 4, "functions": 2}


# -- migrations --------------------------------------------------------------------------------------------------------


def test_migrations_say_what_cannot_be_taken_back_and_what_only_history_may_use(found: Any) -> None:
    (shop,) = found["migrations"]
    place = "shop/migrations/0001_initial.py"
    assert (shop["app"], shop["count"]) == ("shop", 3)
    assert [(one["line"], one["text"]) for one in shop["one_way"]] == [
        (13, "RunPython without reverse_code"),
        (17, "RunSQL without reverse_sql"),
    ]
    assert shop["historical"] == [{"path": place, "line": 12, "text": "NullBooleanField, for migrations only since Django 4.0"}]
    assert shop["barriers"] == 4, "all but the elidable one"
    assert (shop["squashed"], shop["replaced"]) == (["shop/migrations/0003_squashed.py"], 1)
    assert shop["unread"] == ["shop/migrations/0004_broken.py"]


def test_a_literal_auth_user_counts_only_against_another_user_model(found: Any, tmp_path: Path) -> None:
    assert [one["line"] for one in found["migrations"][0]["fixed_user"]] == [12]
    files = {**PLATFORM, "conf/settings/base.py": str(PLATFORM["conf/settings/base.py"]).replace("'people.Person'", "env('USER_MODEL')")}
    repo = make_repo(tmp_path / "unknown", files)
    assert run("audit", "--to", "4.2", "--json", cwd=repo).json["migrations"][0]["fixed_user"] == []


# -- infrastructure ----------------------------------------------------------------------------------------------------


def test_databases_are_those_of_settings_and_servers(found: Any) -> None:
    told = found["databases"]
    assert [(one["value"], one["path"], one["line"]) for one in told["settings"]] == [
        ("django.db.backends.postgresql", "conf/settings/base.py", 6),
        ("django.db.backends.mysql", "conf/settings/prod.py", 3),
    ]
    assert told["engines"] == ["MySQL", "PostgreSQL"]
    assert [(one["image"], one["enough"]) for one in told["servers"]] == [("postgres:12", {"4.2": True, "5.2": False})]


def test_an_engine_that_is_not_written_out_is_told_as_such(tmp_path: Path) -> None:
    settings = "import environ\n\nROOT_URLCONF = 'shop.urls'\nINSTALLED_APPS = ['shop']\nDATABASES = {'default': environ.Env().db()}\n"
    repo = make_repo(tmp_path / "shop", {**SHOP, "shop/settings.py": settings})
    assert "  shop/settings.py:5 the engine is not written out here\n" in run("audit", "--to", "3.2", cwd=repo).out


def test_files_that_codemods_fail_on_are_one_blocker(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", {**SHOP, "shop/bad.py": "# trouble: raise\n", "shop/worse.py": "# trouble: raise\n"})
    done = run("audit", "--to", "3.2", "--pack", write_pack(tmp_path / "packs"), "--json", cwd=repo)
    assert done.code == 1, done.err
    ((blocker,),) = [hop["blockers"] for hop in done.json["hops"]]
    assert (blocker["kind"], blocker["name"], blocker["place"]) == ("file", "2 files", "shop/bad.py")
    assert [one["path"] for one in done.json["errors"]] == ["shop/bad.py", "shop/worse.py"]


def test_images_ci_and_processes(found: Any) -> None:
    told = found["infrastructure"]
    assert [one["text"] for one in told["images"]] == ["python:3.8-slim", "postgres:12", "redis:7"]
    assert told["ci"] == [{"path": ".github/workflows/ci.yml", "system": "GitHub Actions"}, {"path": "tox.ini", "system": "tox"}]
    assert [(one["file"], one["python"]) for one in told["pythons"]] == [
        (".github/workflows/ci.yml", "3.8"),
        (".github/workflows/ci.yml", "3.9"),
        ("Dockerfile", "3.8"),
        ("tox.ini", "3.8"),
    ]
    assert [one["text"] for one in told["django_matrix"]] == ["Django>=3.2,<3.3"]
    assert [(one["path"], one["text"]) for one in told["processes"]] == [
        ("Dockerfile", "gunicorn conf.wsgi"),
        ("Procfile", "./serve"),
        ("docker-compose.yml", "celery -A conf worker"),
    ]
    assert told["celery"] == {"apps": [{"path": "conf/celery.py", "line": 3, "text": "celery.Celery"}], "shared_tasks": 1}


def test_of_an_address_only_the_scheme_is_told(found: Any, printed: Outcome) -> None:
    assert [(one["setting"], one["value"]) for one in found["infrastructure"]["backends"]] == [("CELERY_BROKER_URL", "redis://")]
    assert "hush" not in printed.out and "hush" not in str(found)


# -- the command -------------------------------------------------------------------------------------------------------


def test_all_sections_are_printed(printed: Outcome) -> None:
    lines = printed.out.splitlines()
    for section in ("Hops", "In the way", "Code", "Apps", "Settings", "Tests", "Dependencies", "Databases", "Migrations", "Infrastructure"):
        assert section in lines
    assert lines[0].startswith("Django 3.2 -> 5.2  at ") and "  requirements.txt:1: Django==3.2.25" in lines
    assert "  conf/settings/prod.py on conf/settings/base.py" in lines
    assert "  stay, for nothing is known of them: ours" in lines
    assert "\x1b[" not in printed.out


def test_nothing_is_written_and_uncommitted_work_does_not_count(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", SHOP)
    write_files(repo, {"shop/later.py": "from django.utils.translation import ugettext\n"})

    def state() -> list[object]:
        return [git(repo, "for-each-ref"), git(repo, "status", "--porcelain"), sorted(str(one) for one in (repo / ".git").rglob("*"))]

    before = state()
    done = run("audit", "--to", "3.2", cwd=repo)
    assert state() == before
    assert "note: 1 untracked file or folder is not part of the hop: shop/later.py." in done.out


def test_a_project_in_a_folder_has_its_paths_from_the_top(tmp_path: Path) -> None:
    backend = {f"backend/{path}": data for path, data in SHOP.items()}
    repo = make_repo(tmp_path / "mono", {**backend, "other/requirements.txt": "Django==4.2\n"})
    told = run("audit", "--to", "3.2", "--project", "backend", "--json", cwd=repo).json
    assert [(one["name"], one["path"]) for one in told["apps"]] == [("shop", "backend/shop")]
    assert told["evidence"] == ["backend/requirements.txt:1: Django==2.2.28"]


def test_the_same_commit_gives_the_same_answer(platform: Path, found: Any) -> None:
    assert run("audit", "--to", "5.2", "--json", cwd=platform).json == found


def test_the_example_platform(tmp_path: Path) -> None:
    """What is said of examples/ledger is what stands in it."""
    run("demo", "--folder", tmp_path / "demo")
    done = run("audit", "--to", "4.2", "--json", "--repo", tmp_path / "demo/ledger")
    told = done.json
    assert done.code == 1
    assert [one["name"] for hop in told["hops"] for one in hop["blockers"]] == ["postgres:11-alpine"]
    assert {one["name"]: one["models"] for one in told["apps"]}["ledger.portfolios"] == 5
    assert told["settings"]["modules"][3] == {
        "path": "config/settings/services.py",
        "builds_on": ["config/settings/test.py", "config/settings/base.py"],
    }


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["--to", "9.9"], "'9.9' is not a Django feature release", "Give one of"),
        (["--to", "2.2"], "The project is on Django 2.2 already.", "Name a later release"),
        (["--ref", "nothing"], "There is no branch, tag or commit 'nothing'", "git branch"),
        (["--project", "nowhere"], "There is no folder 'nowhere'", "--project"),
        (["--repo", "nowhere"], "nowhere is not a folder.", "Give the folder of a git repository."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, arguments: list[str], message: str, hint: str) -> None:
    repo = make_repo(tmp_path / "shop", SHOP)
    done = run("audit", *arguments, cwd=repo)
    assert (done.code, done.out) == (2, "")
    assert message in done.err and hint in done.err


def test_a_project_of_no_known_release_asks_for_it(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", {"shop/views.py": "x = 1\n"})
    done = run("audit", cwd=repo)
    assert done.code == 2 and "--from X.Y" in done.err
    assert run("audit", "--from", "3.2", "--to", "4.2", cwd=repo).code == 0
