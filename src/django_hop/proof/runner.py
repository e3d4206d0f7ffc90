"""Runs programs under one Django release: one process that has imported Django, and forks for each program.

Started by path with the environment's own interpreter, Python 3.6 or later; imports nothing of django-hop. Jobs come as JSON, one
a line, on standard input; for each, one line of JSON goes to standard output:
{"error": "" or "ImportError: ...", "kinds": [class, its bases ...], "detail": traceback, "warnings": ["file:line: ..."]}
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
import unittest
import warnings
from typing import Any

LIMIT = 120
"""Seconds after which a program is ended."""
# Shared by nearly all programs, and importable before there are settings. What warns or needs settings is imported by each program anew.
PRELOADED = [
    "django.conf.global_settings",
    "django.conf.urls",
    "django.core.checks",
    "django.core.files.storage",
    "django.core.handlers.wsgi",
    "django.core.mail",
    "django.core.management",
    "django.core.management.commands.migrate",
    "django.core.serializers.json",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.db.models.functions",
    "django.db.models.sql.compiler",
    "django.forms",
    "django.http",
    "django.shortcuts",
    "django.template.defaulttags",
    "django.template.loader_tags",
    "django.template.backends.django",
    "django.templatetags.i18n",
    "django.templatetags.static",
    "django.urls",
    "django.utils.autoreload",
    "django.utils.timezone",
    "django.utils.translation.trans_real",
    "django.views.debug",
    "django.views.generic",
    "django.contrib.admin.widgets",
    "django.contrib.auth.backends",
    "django.contrib.messages.middleware",
    "django.contrib.staticfiles.finders",
    "urllib.request",
    "sqlite3",
    "doctest",
    "unittest.mock",
]


def main() -> None:
    """Serve jobs until standard input ends."""
    preload()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(in_child(json.loads(line))) + "\n")
        answers.flush()


def preload() -> None:
    """Import what is shared. What cannot be imported before the settings is left to the programs."""
    warnings.simplefilter("ignore")
    for name in PRELOADED:
        try:
            importlib.import_module(name)
        except Exception:
            continue


def in_child(job: Any) -> Any:
    """Run one job in a process of its own; what it answers, or how it ended."""
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as output:
        process = os.fork()
        if process == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            signal.alarm(LIMIT)
            answer.write(json.dumps(run(job)).encode())
            answer.flush()
            os._exit(0)
        status = os.waitpid(process, 0)[1]
        answer.seek(0)
        output.seek(0)
        said = answer.read()
        if not said:
            return {"error": f"Killed: status {status}", "kinds": [], "detail": output.read().decode("utf-8", "replace"), "warnings": []}
        result = json.loads(said.decode())
        result["detail"] += output.read().decode("utf-8", "replace")[-4000:]
        return result


def run(job: Any) -> Any:
    """Import the program with Django set up, call its `check`, run its test cases and the page's check block."""
    folder = job["folder"]
    seen = []  # type: Any

    def show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
        own = filename.startswith(folder + os.sep)
        # Python's own deprecations count where the program causes them; what an old Django does on a newer Python does not.
        # Nor does, where another package is on trial, what that package does on a newer Django.
        origin = category.__module__.partition(".")[0]
        counted = origin not in ("builtins", "django", "setuptools", "pkg_resources") if job["package"] else origin == "django"
        if issubclass(category, (DeprecationWarning, PendingDeprecationWarning)) and (own or counted):
            place = os.path.relpath(filename, folder) if own else filename.rpartition("site-packages/")[2]
            seen.append(f"{place}:{lineno}: {category.__name__}: {message}")

    warnings.resetwarnings()
    warnings.simplefilter("always")
    warnings.showwarning = show
    try:
        program(job, folder)
    except BaseException as error:
        text = traceback.format_exception_only(type(error), error)[-1].strip()
        kinds = [kind.__name__ for kind in type(error).__mro__]
        return {"error": text, "kinds": kinds, "detail": "".join(traceback.format_tb(own_part(error, folder))), "warnings": seen}
    return {"error": "", "kinds": [], "detail": "", "warnings": seen}


def own_part(error: Any, folder: str) -> Any:
    """The traceback from the program's first line on; all of it if the program is not in it."""
    part = error.__traceback__
    while part is not None and not part.tb_frame.f_code.co_filename.startswith(folder):
        part = part.tb_next
    return part or error.__traceback__


def program(job: Any, folder: str) -> None:
    """The program itself. Whatever it raises is its answer."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hop_settings"
    importlib.import_module("django").setup()
    if job["script"]:
        script(job["script"], folder)
    modules = [importlib.import_module(name) for name in job["modules"]]
    if job["tables"]:
        importlib.import_module("django.core.management").call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    for module in modules:
        getattr(module, "check", lambda: None)()
        test(module)


def script(path: str, folder: str) -> None:
    """A shell script, with this environment's programs first on PATH."""
    programs = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
    environment = dict(os.environ, PATH=programs, PYTHONPATH=folder)
    done = subprocess.run(["sh", "-e", path], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stdout.write(done.stdout.decode("utf-8", "replace"))
        raise SystemExit(done.returncode)


def test(module: Any) -> None:
    """The test cases that the module itself defines."""
    suite = unittest.TestSuite()
    for case in list(vars(module).values()):
        if isinstance(case, type) and issubclass(case, unittest.TestCase) and case.__module__ == module.__name__:
            suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    if not suite.countTestCases():
        return
    importlib.import_module("django.test.utils").setup_test_environment()
    suite.run(Raising())


class Raising(unittest.TestResult):
    """A result that lets the first failure through, as what it is."""

    def addError(self, test: Any, err: Any) -> None:
        raise err[1]

    addFailure = addError


if __name__ == "__main__":
    main()
