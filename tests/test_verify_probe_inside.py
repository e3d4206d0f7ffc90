"""The probe inside a process: it sees tests, warnings and responses, changes nothing, and says what it could not do.

A stand-in `django` has the few modules that the probe patches; the real releases are in tests/proof/test_verify_probe_real.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from repos import write_files

from django_hop.verify.recording import NOWHERE, Recording, probe_environment, read

UTILS = """\
class CursorWrapper:
    def _execute(self, sql, params, *ignored):
        return sql
    def _executemany(self, sql, params, *ignored):
        return sql
"""
CLIENT = """\
class Response(dict):
    status_code, charset, streaming, cookies = 200, "utf-8", False, {}
    content = b'{"a": [1, 2, null], "b": {"c": "x"}}'
class Client:
    def request(self, **environ):
        if environ["PATH_INFO"] == "/broken/":
            raise KeyError("x")
        return Response({"Content-Type": "application/json", "Date": "today"})
"""
STAND_IN = {
    "django/__init__.py": "",
    "django/db/__init__.py": "",
    "django/db/backends/__init__.py": "",
    "django/db/backends/utils.py": UTILS,
    "django/test/__init__.py": "",
    "django/test/client.py": CLIENT,
}


def run_inside(folder: Path, *command: str, plugin: bool = False, code: int = 0, **files: str) -> Recording:
    write_files(folder / "project", {".git/HEAD": "x", **{name.replace("__", "/") + ".py": text for name, text in files.items()}})
    write_files(folder / "stand_in", STAND_IN)
    out = folder / "out"
    out.mkdir()
    values = probe_environment(out)
    values["PYTHONPATH"] = os.pathsep.join([values["PYTHONPATH"], str(folder / "stand_in")])
    if not plugin:
        del values["PYTEST_PLUGINS"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run([sys.executable, *command], cwd=folder / "project", env={**environment, **values}, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return read(out)


WORK = """\
import warnings
from django.db.backends.utils import CursorWrapper
from django.test.client import Client

def work():
    CursorWrapper()._execute('SELECT "a"."b" FROM "a" WHERE "a"."c" = %s', [1])
    Client().request(REQUEST_METHOD="GET", PATH_INFO="/orders/17/")

def old():
    warnings.warn("old() is deprecated", DeprecationWarning, stacklevel=2)
"""
TESTS = """\
import unittest
import work

class T(unittest.TestCase):
    def test_one(self):
        work.work()
    def test_two(self):
        work.old()
        work.old()
"""


@pytest.mark.parametrize(
    ("command", "one"),
    [(("-m", "unittest", "-q", "test_it"), "test_it.T.test_one"), (("-m", "pytest", "-q", "test_it.py"), "test_it.py::T::test_one")],
    ids=["unittest", "pytest"],
)
def test_what_a_test_does_is_recorded_under_its_name(tmp_path: Path, command: tuple[str, ...], one: str) -> None:
    """The names are those of the results, and both runners see the same."""
    found = run_inside(tmp_path, *command, plugin="pytest" in command, work=WORK, test_it=TESTS)
    assert found.problems == () and len(found.tests) == 2
    seen = found.tests[one]
    assert seen.sql == {"SELECT a.b FROM a WHERE a.c = ?": 1}
    (answer,) = seen.responses
    assert answer["request"] == "GET /orders/N/" and answer["headers"] == {"content-type": "application/json"}
    assert answer["json"] == {"a": ["int", "null"], "b": {"c": "str"}}
    warned = {(one.path, one.line, one.test_file, number) for one, number in found.warnings.items() if "old()" in one.message}
    assert warned == {("test_it.py", 8, "test_it.py", 1), ("test_it.py", 9, "test_it.py", 1)}


@pytest.mark.parametrize("filters", ["ignore", "error", "default", "once"])
def test_warnings_count_whatever_the_filter(tmp_path: Path, filters: str) -> None:
    """And the filter does what it did: a project that turns warnings into errors still gets the error."""
    script = f"""\
import warnings
warnings.simplefilter("{filters}")
failed = 0
for number in range(3):
    try:
        warnings.warn("gone soon", DeprecationWarning)
    except DeprecationWarning:
        failed += 1
assert failed == (3 if "{filters}" == "error" else 0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("caught", PendingDeprecationWarning)
    warnings.warn("no matter", UserWarning)
assert [one.lineno for one in caught] == [12, 13], [one.lineno for one in caught]
"""
    found = run_inside(tmp_path, "script.py", script=script)
    assert {(one.message, one.path, one.line, number) for one, number in found.warnings.items()} == {
        ("gone soon", "script.py", 6, 3),
        ("caught", "script.py", 12, 1),
    }


def test_the_place_is_the_one_python_names(tmp_path: Path) -> None:
    """Through any stacklevel the warning keeps file and line: our frame does not count."""
    script = """\
import sys, warnings
def inner(level):
    warnings.warn("here", DeprecationWarning, stacklevel=level)
def outer(level):
    inner(level)
lines = []
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for level in (1, 2, 3):
        outer(level)
    if sys.version_info >= (3, 12):
        warnings.warn("skipped", DeprecationWarning, skip_file_prefixes=("/nowhere",))
assert [one.lineno for one in caught][:3] == [3, 5, 10], caught
"""
    found = run_inside(tmp_path, "script.py", script=script)
    assert sorted(one.line for one in found.warnings if one.message == "here") == [3, 5, 10]


def test_django_that_names_itself_counts_once(tmp_path: Path) -> None:
    """Two places of the project come to the same warning inside Django: nobody knows which object it means, so it is one."""
    write_files(
        tmp_path,
        {
            "site-packages/django/__init__.py": "",
            "site-packages/django/old.py": "import warnings\ndef old():\n    warnings.warn('Model.x', DeprecationWarning)\n",
        },
    )
    script = f"import sys\nsys.path.insert(0, {str(tmp_path / 'site-packages')!r})\nimport django.old\ndjango.old.old()\ndjango.old.old()\n"
    found = run_inside(tmp_path, "script.py", script=script)
    assert {(one.path, one.line, one.through) for one in found.warnings} == {(NOWHERE, 0, "script.py:4"), (NOWHERE, 0, "script.py:5")}


def test_an_exception_of_a_view_is_an_answer(tmp_path: Path) -> None:
    tests = """\
import unittest
from django.test.client import Client
class T(unittest.TestCase):
    def test_it(self):
        with self.assertRaises(KeyError):
            Client().request(REQUEST_METHOD="POST", PATH_INFO="/broken/")
"""
    found = run_inside(tmp_path, "-m", "unittest", "-q", "test_it", test_it=tests)
    assert found.tests["test_it.T.test_it"].responses == ({"request": "POST /broken/", "raised": "KeyError"},)


def test_another_sitecustomize_still_runs(tmp_path: Path) -> None:
    write_files(tmp_path, {"stand_in/sitecustomize.py": "import builtins\nbuiltins.theirs = 1\n"})
    run_inside(tmp_path, "script.py", script="assert theirs == 1\n")


def test_what_the_probe_cannot_do_is_told_and_harms_nothing(tmp_path: Path) -> None:
    """A stand-in whose cursor has another shape: the project goes on, the recording says so."""
    write_files(
        tmp_path,
        {
            "stand_in/django/core/__init__.py": "",
            "stand_in/django/core/mail/__init__.py": "",
            "stand_in/django/core/mail/message.py": "x = 1\n",
        },
    )
    found = run_inside(tmp_path, "script.py", script="import django.core.mail.message as one\nassert one.x == 1\n")
    assert len(found.problems) == 1 and "patch_mail" in found.problems[0]


def test_without_the_variable_the_probe_sleeps(tmp_path: Path) -> None:
    probe = probe_environment(tmp_path)["PYTHONPATH"]
    script = "import sys; assert 'django_hop_probe' not in sys.modules"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    subprocess.run([sys.executable, "-c", script], env={**environment, "PYTHONPATH": probe}, check=True)


def test_a_recording_that_was_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    (tmp_path / "1.jsonl").write_text('{"test": "t", "file": "", "seen": {}}\n{"test": "u", "fi', "utf-8")
    assert list(read(tmp_path).tests) == ["t"]
    assert read(tmp_path / "nothing") == Recording()
