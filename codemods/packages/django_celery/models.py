"""The models of the app and its test runner, and what takes their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import FindName
from django_hop.ops.settings_uses import own_assignments
from django_hop.rewrite.site import Site

from .successors import Models

PACKAGE = "django-celery"
_RUNNERS = tuple(f"djcelery.contrib.test_runner.{name}" for name in ("CeleryTestSuiteRunner", "CeleryTestSuiteRunnerStoringResult"))


@dataclass(frozen=True)
class Runner(PythonOp):
    """`TEST_RUNNER = "djcelery..."` -> the settings that run tasks at once, in settings for tests."""

    @property
    def words(self) -> Words:
        """The setting and the module."""
        return (frozenset({"TEST_RUNNER", "djcelery"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for settings whose name says that they are for tests; findings else."""
        message = "tests run tasks at once by the settings for eager tasks, not by a test runner"
        for one in own_assignments(site, "TEST_RUNNER"):
            if not isinstance(one.value, ast.Constant) or one.value.value not in _RUNNERS:
                continue
            plain = isinstance(one.statement, ast.Assign) and len(one.statement.targets) == 1 and one.value.value == _RUNNERS[0]
            if not plain or not re.search(r"(?:^|_)tests?(?:_|$|ing)", PurePosixPath(site.path).stem):
                yield site.finding(one.target, f"{message}; here they would count in production, too")
                continue
            indent = " " * one.statement.col_offset
            names = ("CELERY_TASK_ALWAYS_EAGER", "CELERY_TASK_EAGER_PROPAGATES")
            if not _has_namespace(site):
                names = ("CELERY_ALWAYS_EAGER", "CELERY_EAGER_PROPAGATES_EXCEPTIONS")
            said = f"{site.module.source.newline}{indent}".join(f"{name} = True" for name in names)
            yield site.edit(one.statement, in_file_quotes(site, said))
            yield site.finding(one.target, message, fixed=True)


def _has_namespace(site: Site) -> bool:
    tree = site.project.tree
    return any(re.search(rb"namespace\s*=\s*[\"']CELERY", tree[path]) for path in site.project.holding(b"config_from_object"))


CODEMODS = [
    Codemod(
        "djcelery-models",
        "models of django-celery come from its successors that the requirements name",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("djcelery-4.0-model-imports",),
        docs="celery 4.0 what's new: Django users",
        then="The apps django_celery_beat and django_celery_results come with them; rows of the old tables are copied.",
        ops=(
            Models(declared=True),
            *(
                FindName(f"djcelery.models.{name}", "the snapshots of celerycam have no successor: flower shows what workers do")
                for name in ("TaskState", "WorkerState", "TaskSetMeta")
            ),
        ),
    ),
    Codemod(
        "djcelery-test-runner",
        "tests run tasks at once by settings, not by a test runner",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("djcelery-4.0-test-runner",),
        docs="celery 4.0 what's new: Django users",
        ops=(Runner(),),
    ),
]
