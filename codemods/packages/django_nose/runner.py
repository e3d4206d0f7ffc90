"""django-nose, which ended with nose."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, REVIEW, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.names import Rename
from django_hop.ops.projects import in_projects
from django_hop.ops.settings import DropSetting, FindSetting, ListItem, SettingValue

from .collected import same_tests

PACKAGE = "django-nose"
RECORDS = ("django-nose-1.4-runner",)
DOCS = "django-nose 1.4: the last releases, of 2018 and 2020"
_RUNNERS = ("django_nose.NoseTestSuiteRunner", "django_nose.BasicNoseRunner", "django_nose.runner.NoseTestSuiteRunner")
_CASES = {"FastFixtureTestCase": "TestCase"}


def is_nose(value: object) -> bool:
    """True for the runners of django-nose."""
    return isinstance(value, str) and value.startswith("django_nose.")


CODEMODS = [
    Codemod(
        "django-nose",
        "django-nose does not run on Python 3.10",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=RECORDS,
        docs=DOCS,
        after=("django-nose-runner",),
        ops=(
            FindModule("django_nose", "nose does not run on Python 3.10: pytest with pytest-django collects what nose collects"),
            FindSetting("NOSE_ARGS", "nose does not run on Python 3.10: the like of most options is in pytest"),
        ),
    ),
    Codemod(
        "django-nose-runner",
        "Django's own runner takes the place of nose's",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=RECORDS,
        docs=DOCS,
        then="Compare how many tests run: Django's runner should find all that nose did. The requirements django-nose and nose go.",
        ops=in_projects(
            same_tests,
            SettingValue(("TEST_RUNNER",), dict.fromkeys(_RUNNERS, "django.test.runner.DiscoverRunner")),
            ListItem(("INSTALLED_APPS",), "`django_nose` goes with its runner", remove=("django_nose",)),
            DropSetting("NOSE_ARGS", "options of nose go with its runner"),
            Rename("django_nose", _CASES, to="django.test"),
            Rename("django_nose.testcases", _CASES, to="django.test"),
        ),
    ),
]
