"""Which files are settings modules, how they build on one another, what they say."""

from __future__ import annotations

import ast

import pytest

from django_hop.project.index import Project
from django_hop.project.settings import SettingsChain

BASE = "INSTALLED_APPS = ['app']\nUSE_TZ = True\n"
MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}")\n'


def of(files: dict[str, str]) -> SettingsChain:
    return SettingsChain(Project({name: text.encode() for name, text in files.items()}))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("manage.py", MANAGE.format("conf.main")),
        ("site/wsgi.py", "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'conf.main'\n"),
        ("pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = conf.main\n"),
        ("setup.cfg", "[tool:pytest]\nDJANGO_SETTINGS_MODULE=conf.main\n"),
        ("tox.ini", "[testenv]\nsetenv =\n    DJANGO_SETTINGS_MODULE = conf.main\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "conf.main"\n'),
        ("pyproject.toml", '[tool.django-stubs]\ndjango_settings_module = "conf.main"\n'),
        ("Dockerfile", "FROM python\nENV DJANGO_SETTINGS_MODULE conf.main\n"),
        ("Dockerfile.dev", "FROM python\nENV DJANGO_SETTINGS_MODULE=conf.main\n"),
        ("docker-compose.yml", "services:\n  web:\n    environment:\n      - DJANGO_SETTINGS_MODULE=conf.main\n"),
        ("docker-compose.yml", "services:\n  web:\n    environment:\n      DJANGO_SETTINGS_MODULE: ${SETTINGS:-conf.main}\n"),
        ("k8s/web.yaml", "env:\n- name: DJANGO_SETTINGS_MODULE\n  value: conf.main\n"),
        (".env", "DJANGO_SETTINGS_MODULE=conf.main\n"),
        (".env.example", 'DJANGO_SETTINGS_MODULE="conf.main"\n'),
        ("Makefile", "test:\n\tpython manage.py test --settings=conf.main\n"),
        ("Procfile", "web: gunicorn --settings conf.main\n"),
    ],
)
def test_a_module_that_is_named_somewhere_is_found(path: str, text: str) -> None:
    assert of({path: text, "conf/main.py": "DEBUG = True\n", "app/views.py": "DEBUG = True\n"}).modules == ("conf/main.py",)


@pytest.mark.parametrize(
    "files",
    [
        {"manage.py": MANAGE.format("elsewhere.settings"), "app/settings.py": "PAGE_SIZE = 3\n"},
        {"manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)\n', "app/settings.py": "PAGE_SIZE = 3\n"},
        {"app/settings.py": "from django.conf import settings\nPAGE = getattr(settings, 'PAGE', 3)\nUSE_L10N = settings.USE_L10N\n"},
        {"app/models.py": "class A:\n    INSTALLED_APPS = []\n", "app/views.py": "DATABASES = {}\n"},
        {"app/settings/views.py": "INSTALLED_APPS = []\n"},
        {"app/settings.py": "def f():\n    INSTALLED_APPS = []\n"},
        {"app/settings.py": "class Options:\n    INSTALLED_APPS = []\n"},
        {"proj/settings.py": "INSTALLED_APPS = [\n"},  # does not parse
        {},
    ],
)
def test_nothing_else_is_a_settings_module(files: dict[str, str]) -> None:
    assert of(files).modules == ()


def test_without_any_declaration_the_content_decides() -> None:
    found = of({"proj/settings.py": BASE, "app/settings.py": "LIMIT = 3\n", "app/urls.py": "ROOT_URLCONF = 'x'\n"})
    assert found.modules == ("proj/settings.py",)
    assert found.is_settings("proj/settings.py")
    assert not found.is_settings("app/settings.py")


def test_star_imports_are_followed_both_ways() -> None:
    found = of(
        {
            "manage.py": MANAGE.format("config.settings.local"),
            "config/settings/__init__.py": "",
            "config/settings/base.py": BASE + "from .apps import *\n",
            "config/settings/apps.py": "LOCAL_APPS = []\n",
            "config/settings/local.py": "from .base import *\nDEBUG = True\n",
            "config/settings/production.py": "from config.settings.base import *\nDEBUG = False\n",
            "config/settings/staging.py": "from .production import *\n",
            "config/settings/views.py": "LIMIT = 1\n",
            "app/views.py": "from config.settings.base import *\nVIEW = 1\n",
            "app/tests/test_x.py": "from config.settings.base import *\nDEBUG = 1\n",
        }
    )
    names = ("apps", "base", "local", "production", "staging")
    assert found.modules == tuple(f"config/settings/{name}.py" for name in names)
    assert found.chain("config/settings/staging.py") == (
        "config/settings/apps.py",
        "config/settings/base.py",
        "config/settings/production.py",
    )
    assert found.chain("config/settings/apps.py") == ()
    assert found.units == (found.modules,)


def test_local_settings_at_the_end_belong_to_the_unit() -> None:
    found = of(
        {
            "proj/settings.py": BASE + "try:\n    from .local_settings import *\nexcept ImportError:\n    pass\n",
            "proj/local_settings.py": "DEBUG = True\n",
        }
    )
    assert found.units == (("proj/local_settings.py", "proj/settings.py"),)
    assert found.defined_in_unit("proj/local_settings.py", "USE_TZ")
    assert not found.defined_in_unit("proj/local_settings.py", "USE_L10N")


def test_modules_that_import_each_other_end() -> None:
    found = of(
        {"a_settings.py": "from b_settings import *\nINSTALLED_APPS = []\n", "b_settings.py": "from a_settings import *\nDEBUG = 1\n"}
    )
    assert found.modules == ("a_settings.py", "b_settings.py")
    assert found.chain("a_settings.py") == ("b_settings.py",)


def test_two_projects_in_one_repository_are_two_units() -> None:
    found = of(
        {
            "one/manage.py": MANAGE.format("settings"),
            "one/settings.py": BASE,
            "two/manage.py": MANAGE.format("settings"),
            "two/settings.py": "INSTALLED_APPS = []\n",
        }
    )
    assert found.units == (("one/settings.py",), ("two/settings.py",))
    assert found.defined_in_unit("one/settings.py", "USE_TZ")
    assert not found.defined_in_unit("two/settings.py", "USE_TZ")


def test_a_computed_name_stands_for_the_package() -> None:
    found = of(
        {
            "manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf.envs." + env)\n',
            "conf/envs/__init__.py": "",
            "conf/envs/a.py": "DEBUG = True\n",
            "conf/envs/helpers.py": "def f(): pass\n",
        }
    )
    assert found.modules == ("conf/envs/a.py",)


def test_split_settings_include() -> None:
    found = of(
        {
            "manage.py": MANAGE.format("server.settings"),
            "server/settings/__init__.py": "from split_settings.tools import include, optional\n"
            "include('components/*.py', optional('local.py'))\n",
            "server/settings/components/common.py": BASE,
            "server/settings/components/log.py": "LOGGING = {}\n",
            "server/settings/other.py": "def f(): pass\n",
        }
    )
    assert found.modules == (
        "server/settings/__init__.py",
        "server/settings/components/common.py",
        "server/settings/components/log.py",
    )


def test_classes_of_django_configurations_hold_settings() -> None:
    text = (
        "from configurations import Configuration\n"
        "class Common(Configuration):\n    INSTALLED_APPS = []\n    USE_L10N = True\n"
        "    @property\n    def DATABASES(self):\n        return {}\n"
        "class Dev(Common):\n    USE_L10N = False\n"
        "class Other:\n    USE_L10N = 3\n"
    )
    found = of({"proj/settings.py": text})
    assert found.modules == ("proj/settings.py",)
    assert [(one.owner and one.owner.name, one.kind) for one in found.assignments("USE_L10N")] == [("Common", "assign"), ("Dev", "assign")]
    assert [one.kind for one in found.assignments("DATABASES")] == ["function"]


def test_every_form_of_assignment() -> None:
    text = """\
INSTALLED_APPS = []
X = 1
X: int = 2
X: int
X += 3
X, Y = 4, 5
X["a"]["b"] = 6
X.append(7)
X[0]["y"].update(a=8)
X.index(9)
if Y:
    X = 10
    try:
        del X
    except NameError:
        X = 11
for X in ():
    pass
with y as z:
    X = 12
A = X = 13
print(X)
def f():
    X = 14
from .x import X
from .x import Z as X
x = 15
"""
    found = of({"settings.py": text})
    assert [(one.kind, one.statement.lineno, one.conditional) for one in found.assignments("X")] == [
        ("assign", 2, False),
        ("annotate", 3, False),
        ("augment", 5, False),
        ("unpack", 6, False),
        ("item", 7, False),
        ("method", 8, False),
        ("method", 9, False),
        ("assign", 12, True),
        ("delete", 14, True),
        ("assign", 16, True),
        ("unpack", 17, False),
        ("assign", 20, False),
        ("assign", 21, False),
        ("import", 25, False),
        ("import", 26, False),
    ]
    assert [ast.unparse(one) for one in found.values("settings.py", "X")] == ["1", "2", "10", "11", "12", "13"]


def test_values_come_from_the_chain_in_order_and_not_from_siblings() -> None:
    found = of(
        {
            "settings/base.py": BASE + "CACHE = 1\n",
            "settings/dev.py": "from .base import *\nCACHE = 2\nINSTALLED_APPS = []\n",
            "settings/prod.py": "from .base import *\nCACHE = 3\nDEBUG = False\n",
        }
    )
    assert [ast.unparse(one) for one in found.values("settings/dev.py", "CACHE")] == ["1", "2"]
    assert len(found.in_unit("settings/dev.py", "CACHE")) == 3


def test_reads_in_the_unit() -> None:
    found = of(
        {
            "settings/base.py": BASE + "FLAG = True\nFLAG_TOO = FLAG\nINSTALLED_APPS.append('x')\n",
            "settings/dev.py": "from .base import *\nfrom .base import FLAG\nif DEBUG: pass\n",
            "app/views.py": "FLAG = 1\nprint(FLAG)\n",
        }
    )
    assert [path for path, _ in found.read_in_unit("settings/base.py", "FLAG")] == ["settings/base.py", "settings/dev.py"]
    assert found.read_in_unit("settings/base.py", "INSTALLED_APPS") == []


@pytest.mark.parametrize(
    ("text", "dynamic"), [("globals().update(x)\n", True), ("exec(open('l').read())\n", True), ("A = dict(x)\n", False)]
)
def test_settings_that_cannot_be_seen(text: str, dynamic: bool) -> None:
    assert of({"settings.py": BASE + text}).is_dynamic("settings.py") is dynamic


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("django.conf.settings", True),
        ("proj.settings", True),
        ("settings", True),
        ("app.settings", False),
        ("proj.urls", False),
        (None, False),
    ],
)
def test_what_counts_as_the_settings_object(name: str | None, known: bool) -> None:
    found = of({"proj/settings.py": BASE, "app/settings.py": "LIMIT = 1\n", "proj/urls.py": ""})
    assert found.is_settings_object(name, "proj/urls.py") is known
