"""The parts of verify that need no environment: what is installed, on which Python, what two runs say, a branch without a step."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from repos import git, make_repo, make_step

from django_hop.commit import BranchPlan, write_branches
from django_hop.config import Settings
from django_hop.errors import HopError
from django_hop.model import Stage
from django_hop.project.repository import open_repository
from django_hop.project.tree import tree_of_commit
from django_hop.verify.chains import chains
from django_hop.verify.checkouts import check_out, copy_ignored
from django_hop.verify.checks import compared, compared_tests, operations_of
from django_hop.verify.databases import from_url
from django_hop.verify.model import BROKEN, NOT_RUN, OK, TIMEOUT, Result, Verdict
from django_hop.verify.process import run
from django_hop.verify.project import PYTEST, UNITTEST, layout
from django_hop.verify.pythons import pythons
from django_hop.verify.requirements import wanted
from django_hop.verify.settings import VerifySettings, verify_settings
from django_hop.verify.subject import subject
from django_hop.verify.testing import TestRun as Run
from django_hop.verify.testing import changes

# -- what is installed --------------------------------------------------------------------------------------------------


def needs(files: dict[str, str], release: str = "3.2", **options: object) -> tuple[str, ...]:
    """The requirements that are wanted, without what is always there."""
    found = wanted({path: text.encode() for path, text in files.items()}, release, **options)  # type: ignore[arg-type]
    return tuple(line for line in found.lines if not line.startswith(("setuptools", f"Django=={release}.*")))


def test_the_files_for_tests_come_on_top_of_the_main_ones() -> None:
    files = {
        "requirements/base.txt": "Django==3.2\n",
        "requirements/test.txt": "-r base.txt\npytest==7.1\n",
        "requirements/production.txt": "-r base.txt\ngunicorn\n",
        "requirements/docs.txt": "sphinx\n",
    }
    assert needs(files) == ("django==3.2", "pytest==7.1")


def test_those_for_development_stand_in_where_there_are_none_for_tests() -> None:
    assert set(needs({"requirements.txt": "Django\n", "requirements-dev.txt": "pytest\nflake8\n"})) == {"django", "pytest", "flake8"}


def test_extras_and_groups_for_tests_of_pyproject() -> None:
    pyproject = """
[project]
name = "shop"
dependencies = ["Django>=2.2"]
[project.optional-dependencies]
test = ["pytest"]
docs = ["sphinx"]
[dependency-groups]
testing = ["factory-boy"]
"""
    assert set(needs({"pyproject.toml": pyproject})) == {"django>=2.2", "pytest", "factory-boy"}


def test_poetry_and_pipfile_in_pips_notation() -> None:
    poetry = '[tool.poetry.dependencies]\npython = "^3.8"\nDjango = "^3.2"\n[tool.poetry.dev-dependencies]\npytest = "~7.1"\n'
    assert set(needs({"pyproject.toml": poetry})) == {"django<4,>=3.2", "pytest<7.2,>=7.1"}
    assert set(needs({"Pipfile": '[packages]\ndjango = "~=3.2"\n[dev-packages]\npytest = "*"\n'})) == {"django~=3.2", "pytest"}


def test_the_tests_require_of_a_setup_py() -> None:
    setup = "from setuptools import setup\nsetup(install_requires=['Django>=2.2'], tests_require=['mock'], setup_requires=['wheel'])\n"
    assert needs({"setup.py": setup}) == ("django>=2.2", "mock")


def test_what_the_demo_of_a_package_needs_stands_beside_its_manage_py() -> None:
    package = {"setup.py": 'setup(install_requires=["six"])', "demo/manage.py": "", "demo/requirements.txt": "mock\nDjango\n"}
    assert {"six", "mock"} <= {*needs(package)}
    assert "mock" not in needs({**package, "requirements.txt": "pytz\n"}), "the package's own file says it all"
    assert "mock" not in needs({"setup.py": package["setup.py"], "docs/requirements.txt": "mock\n"})


def test_requirements_of_the_settings_stand_in_for_the_projects() -> None:
    assert needs({"requirements.txt": "Django==4.2\nredis==3.5\ncelery==5\n"}, instead=("redis==4.6",)) == (
        "django==4.2",
        "celery==5",
        "redis==4.6",
    )


def test_the_driver_of_a_given_database_comes_from_the_requirements_for_production() -> None:
    files = {"requirements/base.txt": "Django==2.2.28\n", "requirements/production.txt": "-r base.txt\ngunicorn\npsycopg2-binary==2.8.6\n"}
    assert needs(files) == ("django==2.2.28",)
    assert needs(files, drivers=("psycopg2-binary", "psycopg2")) == ("django==2.2.28", "psycopg2-binary==2.8.6")


def test_setuptools_are_those_that_a_pytest_of_the_time_can_stand() -> None:
    """From 71 on a plugin for pytest comes to light among what setuptools brings, with which pytest 4.5 does not start."""
    lines = wanted({"requirements.txt": b"Django\npytest==4.5.0\n"}, "2.2").lines
    assert next(line for line in lines if line.startswith("setuptools")).startswith("setuptools<71;")


def test_a_lock_file_constrains() -> None:
    files = {"Pipfile": '[packages]\ndjango = "*"\n', "Pipfile.lock": '{"_meta": {}, "default": {"pytz": {"version": "==2021.3"}}}'}
    found = wanted({path: text.encode() for path, text in files.items()}, "3.2")
    assert found.constraints == ("pytz==2021.3",)


def test_the_index_that_a_requirement_file_names_is_kept() -> None:
    assert "--extra-index-url https://example.com/simple" in needs(
        {"requirements.txt": "--extra-index-url https://example.com/simple\nDjango\n"}
    )


def test_a_path_is_not_installed_and_said_so() -> None:
    found = wanted({"Pipfile": b'[packages]\ndjango = "*"\nshop = {path = "../shop"}\n'}, "3.2")
    assert len(found.notes) == 1 and "shop" in found.notes[0]


def test_nothing_is_declared() -> None:
    assert wanted({"Dockerfile": b"RUN pip install Django"}, "3.2").empty


def test_the_project_in_a_folder_of_the_repository() -> None:
    files = {"backend/requirements.txt": "Django\nmine\n", "other/requirements.txt": "theirs\n"}
    assert needs(files, inside="backend") == ("django", "mine")


# -- on which Python ----------------------------------------------------------------------------------------------------


def test_both_sides_run_on_the_same_python_where_they_can() -> None:
    assert pythons({}, "2.2", "3.2").versions[0] == pythons({}, "3.2", "2.2").versions[0] == "3.8"
    assert set(pythons({}, "2.2", "5.2").versions) <= {"3.6", "3.7", "3.8", "3.9"}


def test_a_python_that_cannot_be_is_passed_by_with_a_word() -> None:
    found = pythons({".python-version": b"3.4\n"}, "2.2", "3.2")
    assert (found.versions[0], found.passed_by[:30]) == ("3.8", ".python-version says Python 3.")
    assert pythons({".python-version": b"3.7\n"}, "2.2", "3.2").passed_by == ""


def test_a_side_keeps_its_own_python_though_both_releases_run_on_a_newer() -> None:
    """A hop moves Python with a commit of its own: the pins of the base are for the Python that the base names."""
    assert pythons({"Dockerfile": b"FROM python:3.8-slim\n"}, "4.2", "5.2").versions[0] == "3.8"


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        (".python-version", "3.7.9\n", "3.7"),
        ("runtime.txt", "python-3.6.15\n", "3.6"),
        ("Pipfile", '[requires]\npython_version = "3.9"\n', "3.9"),
        ("Dockerfile", "FROM python:3.7-slim\n", "3.7"),
        ("setup.py", "setup(python_requires='>=3.9')\n", "3.9"),
        ("Dockerfile", "FROM python:2.7\n", "3.8"),
    ],
)
def test_what_the_project_declares(name: str, text: str, first: str) -> None:
    """Python 2.7 runs neither: then the releases decide."""
    assert pythons({name: text.encode()}, "2.2", "3.2").versions[0] == first


# -- how it is run ------------------------------------------------------------------------------------------------------


def look(files: dict[str, str], **settings: str) -> object:
    return layout({path: text.encode() for path, text in files.items()}, VerifySettings(**settings))  # type: ignore[arg-type]


MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')\n"
BASE = {
    "manage.py": MANAGE,
    "shop/__init__.py": "",
    "shop/settings/__init__.py": "",
    "shop/settings/dev.py": "",
    "shop/settings/test.py": "",
}
TEST = {"shop/tests.py": "def test_it():\n    pass\n"}


def test_the_test_configuration_names_the_settings_that_run_anywhere() -> None:
    found = layout_of({**BASE, **TEST, "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings.test\n"})
    assert (found.settings, found.runner.kind, found.test_settings) == ("shop.settings.test", PYTEST, "")


def test_a_conftest_that_configures_django_itself_gets_no_settings_module() -> None:
    # `settings.configure()` fails where DJANGO_SETTINGS_MODULE has been read.
    conftest = "def pytest_configure():\n    settings.configure(DEBUG=True)\n"
    found = layout_of({**BASE, **TEST, "pytest.ini": "[pytest]\n", "conftest.py": conftest})
    assert (found.settings, found.test_settings) == ("shop.settings.dev", "")
    assert layout_of({**BASE, **TEST, "pytest.ini": "[pytest]\n"}).test_settings == "shop.settings.dev"


def test_without_pytest_manage_py_runs_the_tests() -> None:
    found = layout_of({**BASE, **TEST})
    assert (found.settings, found.runner.command) == ("shop.settings.dev", ("python", "manage.py", "test", "--noinput"))


def test_a_given_command_runs_in_the_environments_python() -> None:
    assert layout_of({**BASE, **TEST}, test="python runtests.py --fast").runner.command == ("python", "runtests.py", "--fast")
    assert layout_of({**BASE, **TEST}, test="pytest tests").runner.command == ("python", "-m", "pytest", "tests")
    assert layout_of({**BASE, **TEST}, test="python runtests.py").runner.kind == UNITTEST
    assert layout_of({**BASE, **TEST}, test="make test").runner.kind == "other"


def test_modules_of_packages_are_imported_and_scripts_are_not() -> None:
    files = {
        **BASE,
        "fill.py": "",
        "scripts/run.py": "",
        "shop/views.py": "",
        "setup.py": "",
        "shop/__main__.py": "",
        "shop/not-a-name.py": "",
    }
    assert layout_of(files).modules == ("shop", "shop.settings", "shop.settings.dev", "shop.settings.test", "shop.views")


def test_modules_below_src() -> None:
    assert layout_of({"src/shop/__init__.py": "", "src/shop/views.py": ""}).modules == ("shop", "shop.views")


def layout_of(files: dict[str, str], **settings: str):  # type: ignore[no-untyped-def]
    return look(files, **settings)


# -- settings -----------------------------------------------------------------------------------------------------------


def test_all_mistakes_of_the_table_are_told_together() -> None:
    text = b'[tool.django-hop.verify]\ntime-limit = "long"\ncolour = 1\n[tool.django-hop.verify.environments]\n"9.9" = "x"\n'
    with pytest.raises(HopError) as raised:
        verify_settings(text)
    for words in ("`time-limit` must be a number", "`colour` is not a setting", "`environments.9.9` is not a Django release"):
        assert words in raised.value.message


def test_differences_are_accepted_by_their_kind() -> None:
    assert verify_settings(b'[tool.django-hop.verify]\naccept-differences = ["sql", "mails"]\n').accept == ("sql", "mails")
    with pytest.raises(HopError, match="'uses', which is none of sql, responses, mails, schema"):
        verify_settings(b'[tool.django-hop.verify]\naccept-differences = ["uses"]\n')


def test_the_table_of_verify_does_not_disturb_the_other_settings() -> None:
    from django_hop.config import from_pyproject

    assert from_pyproject(b"[tool.django-hop.verify]\nparallel = 4\n").branch == "django-hop/{target}"
    assert verify_settings(b"[tool.django-hop.verify]\nparallel = 4\n").parallel == 4


def test_a_database_by_its_address() -> None:
    found = from_url("postgres://me:p%40ss@db:5433/shop")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "5433",
    }
    with pytest.raises(HopError):
        from_url("oracle://x")


# -- two results together -----------------------------------------------------------------------------------------------


def test_another_operation_that_is_missing_is_worse() -> None:
    """Also where the app lacks others on both sides; and so is another problem of the same object."""
    old, new = Result(BROKEN, "", ("shop: Alter field a on b",)), Result(BROKEN, "", ("shop: Alter field a on b", "shop: Rename index c"))
    assert compared("makemigrations --check", old, new).verdict is Verdict.WORSE
    assert compared("makemigrations --check", new, new).verdict is Verdict.RED
    old, new = Result(BROKEN, "", ("?: (models.E001) a",)), Result(BROKEN, "", ("?: (models.E002) b",))
    assert compared("check", old, new).verdict is Verdict.WORSE
    assert compared("check", old, Result(BROKEN, "", ("?: (models.E001) in other words",))).verdict is Verdict.RED


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        (Result(OK), Result(OK), Verdict.SAME),
        (Result(OK), Result(BROKEN), Verdict.WORSE),
        (Result(BROKEN), Result(OK), Verdict.BETTER),
        (Result(BROKEN, details=("a: x",)), Result(BROKEN, details=("a: y",)), Verdict.RED),
        (Result(BROKEN, details=("a: x",)), Result(BROKEN, details=("a: x", "b: y")), Verdict.WORSE),
        (Result(BROKEN, details=("a: x", "b: y")), Result(BROKEN, details=("a: x",)), Verdict.BETTER),
        (Result(NOT_RUN), Result(NOT_RUN), Verdict.SAME),
    ],
)
def test_the_verdict_on_a_check(old: Result, new: Result, verdict: Verdict) -> None:
    assert compared("imports", old, new).verdict is verdict


def ran(broken: dict[str, str] | None = None, **outcomes: str) -> Run:
    return Run(outcomes, {}, broken or {}, Result(OK))


def test_every_test_is_compared() -> None:
    old = ran(a="passed", b="passed", c="failed", d="failed", e="passed")
    new = ran(a="passed", b="failed", c="passed", d="error", f="passed")
    found = {one.id: one.kind for one in changes(old, new)}
    assert found == {"b": "newly failing", "c": "newly passing", "d": "still failing", "e": "gone", "f": "new"}


def test_a_test_whose_module_does_not_load_any_more_fails() -> None:
    """For pytest the module is a file, for unittest a dotted name, a class counts as well."""
    old = Run({"t/a.py::one": "passed", "shop.tests.Cart.test_one": "passed"}, {}, {}, Result(OK))
    new = Run({}, {}, {"t/a.py": "ImportError", "shop.tests.Cart": "setUpClass"}, Result(BROKEN))
    assert {one.kind for one in changes(old, new)} == {"newly failing"}


def test_a_test_that_the_run_did_not_come_to_fails_and_is_not_gone() -> None:
    old = ran(a="passed")
    assert [one.kind for one in changes(old, Run({}, {}, {}, Result(TIMEOUT)))] == ["newly failing"]


def test_a_skipped_test_that_fails_now_is_newly_failing() -> None:
    assert [one.kind for one in changes(ran(a="skipped"), ran(a="failed"))] == ["newly failing"]


def test_a_flaky_test_is_not_held_against_the_branch() -> None:
    found = changes(ran(a="passed"), ran(a="failed"), flaky={"a"})
    assert [one.kind for one in found] == ["flaky"]
    assert compared_tests(Result(OK), Result(BROKEN), found).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("old", "new", "verdict"), [(OK, BROKEN, Verdict.WORSE), (BROKEN, BROKEN, Verdict.RED), (BROKEN, OK, Verdict.SAME)]
)
def test_a_run_that_ends_before_its_first_test_is_not_green(old: str, new: str, verdict: Verdict) -> None:
    assert compared_tests(Result(old), Result(new), []).verdict is verdict


def test_the_operations_that_are_missing() -> None:
    """On releases up to 4.x with a dash, later with a sign of its own for each kind."""
    output = (
        "Migrations for 'shop':\n  shop/migrations/0002.py\n    - Alter field a on b\nMigrations for 'x':\n  x/0001.py\n    ~ Rename c\n"
    )
    assert list(operations_of(output)) == ["shop: Alter field a on b", "x: Rename c"]


# -- processes and checkouts --------------------------------------------------------------------------------------------


def test_a_program_that_takes_too_long_goes_with_all_it_started(tmp_path: Path) -> None:
    """Also what ignores the polite request."""
    program = "import subprocess, sys, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    program += "child = subprocess.Popen(['sleep', '600']); print(child.pid, flush=True); child.wait()"
    ended = run([sys.executable, "-c", program], cwd=tmp_path, environment={"PATH": "/usr/bin:/bin"}, log=tmp_path / "log", limit=2)

    assert ended.code is None
    child = int(ended.output.split()[0])
    for _ in range(100):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True).stdout.strip()
        if not state or state.startswith("Z"):
            break
        time.sleep(0.05)
    assert not state or state.startswith("Z")


def test_a_checkout_leaves_no_trace_in_the_repository(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", {"a.py": "x = 1\n", ".gitignore": ".env\n"})
    git(repo, "tag", "v1.2")
    (repo / ".env").write_text("SECRET=1\n")
    before = sorted(str(path) for path in (repo / ".git").rglob("*"))

    with open_repository(repo) as repository:
        folder = tmp_path / "out"
        assert check_out(repository, repository.resolve(), folder) == ()
        copy_ignored(repository, "", [".env"], folder)
        with pytest.raises(HopError, match=r"There is no .*\.missing"):
            copy_ignored(repository, "", [".missing"], folder)

    assert (folder / "a.py").read_text() == "x = 1\n"
    assert (folder / ".env").read_text() == "SECRET=1\n"
    assert git(folder, "describe", "--tags") == "v1.2"
    assert git(folder, "status", "--porcelain") == ""
    assert sorted(str(path) for path in (repo / ".git").rglob("*")) == before
    assert git(repo, "worktree", "list").count("\n") == 0


# -- a branch without some of its steps ---------------------------------------------------------------------------------


def test_a_branch_without_a_step_keeps_what_came_after(tmp_path: Path) -> None:
    """Where later steps changed other lines of the file, and other files, they stay as they are."""
    repo = make_repo(tmp_path / "shop", {"requirements.txt": "Django==2.2\n", "a.py": "one\n\n\n\ntwo\n", "b.py": "b\n"})
    steps = (
        make_step("first", {"a.py": b"ONE\n\n\n\ntwo\n", "b.py": b"B\n"}),
        make_step("second", {"a.py": b"ONE\n\n\n\nTWO\n"}, stage=Stage.BUMP),
    )
    with open_repository(repo) as repository:
        write_branches(repository, BranchPlan("django-hop/3.2", "main", steps, "django-hop/3.2-prepare"))
        found = subject(repository, "3.2", "HEAD", Settings())
        made = chains(repository, found, tree_of_commit(repository, found.base), [])

    contents, left, out = made.without({"a.py": frozenset({"first"})})

    assert contents == {"a.py": b"one\n\n\n\nTWO\n", "b.py": b"B\n"}
    assert [(step.codemod, sorted(step.files)) for step in left] == [("first", ["b.py"]), ("second", ["a.py"])]
    assert out == {"a.py": frozenset({"first"})}


def test_a_later_step_that_conflicts_goes_out_as_well(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", {"requirements.txt": "Django==2.2\n", "a.py": "one\n"})
    steps = (make_step("first", {"a.py": b"two\n"}), make_step("second", {"a.py": b"three\n"}))
    with open_repository(repo) as repository:
        write_branches(repository, BranchPlan("django-hop/3.2", "main", steps, "django-hop/3.2-prepare"))
        found = subject(repository, "3.2", "HEAD", Settings())
        made = chains(repository, found, tree_of_commit(repository, found.base), [])

    contents, left, out = made.without({"a.py": frozenset({"first"})})

    assert (contents, left) == ({"a.py": b"one\n"}, [])
    assert out == {"a.py": frozenset({"first", "second"})}


def test_the_base_of_a_branch_in_a_stack_is_the_branch_below(tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "shop", {"requirements.txt": "Django==2.2\n", "a.py": "one\n"})
    with open_repository(repo) as repository:
        below = make_step("first", {"a.py": b"two\n", "requirements.txt": b"Django==3.2\n"}, stage=Stage.BUMP)
        written = write_branches(repository, BranchPlan("django-hop/3.2", "main", (below,), "django-hop/3.2-prepare"))
        above = make_step("second", {"a.py": b"three\n"})
        write_branches(repository, BranchPlan("django-hop/4.2", written.head, (above,), "django-hop/4.2-prepare"))
        found = subject(repository, "4.2", "HEAD", Settings())

    assert found.base == written.head
    assert (found.hop.source, [step.codemod for step in found.steps]) == ("3.2", ["second"])
