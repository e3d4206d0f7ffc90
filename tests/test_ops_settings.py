"""Settings ops: what they change, and above all what they leave alone."""

from __future__ import annotations

import pytest

from django_hop.model import SAFE, Codemod, Hop, Rewritten
from django_hop.ops.base import PythonOp
from django_hop.ops.settings import (
    DropSetting,
    FindSetting,
    ListItem,
    RenameSetting,
    SetDefault,
    SettingValue,
    times,
)
from django_hop.project.index import Project
from django_hop.rewrite.files import rewrite_file
from django_hop.words import WordFilter

SETTINGS = "proj/settings.py"
MARK = "INSTALLED_APPS = []\n"


def run(op: PythonOp, files: dict[str, str]) -> dict[str, Rewritten]:
    """Every file through the word filter and the engine."""
    codemod = Codemod("the-op", "Title", "5.0", (op,), SAFE, "4.0")
    data = {path: text.encode() for path, text in files.items()}
    project = Project(data)
    results = {}
    for path, text in data.items():
        candidates = WordFilter([codemod], PythonOp).candidates(text)
        results[path] = rewrite_file(path, text, candidates, Hop("4.2", "5.0"), project) if candidates else Rewritten(path)
        assert not results[path].failures
    return results


def after(op: PythonOp, files: dict[str, str], path: str = SETTINGS) -> str:
    """One file's text after the op."""
    result = run(op, files)[path]
    return result.steps[-1][1].decode() if result.steps else files[path]


def unfixed(op: PythonOp, files: dict[str, str]) -> list[tuple[str, int]]:
    """(path, line) of the findings that are left to a person."""
    return [(path, finding.line) for path, result in run(op, files).items() for finding in result.findings if not finding.fixed]


def untouched(op: PythonOp, files: dict[str, str]) -> bool:
    """True if no file changes."""
    return not any(result.steps for result in run(op, files).values())


def remaining(ops: tuple[PythonOp, ...], text: str) -> list[str]:
    """The messages that are left for one settings module after all the ops."""
    codemods = [Codemod(f"op-{place}", "Title", "5.0", (op,), SAFE, "4.0") for place, op in enumerate(ops)]
    data = {SETTINGS: text.encode()}
    return [finding.message for finding in rewrite_file(SETTINGS, data[SETTINGS], codemods, Hop("4.2", "5.0"), Project(data)).remaining]


# -- DropSetting ------------------------------------------------------------------------------------------------------

DROP = DropSetting("USE_L10N", "`USE_L10N` is gone", value=True)
DROP_ANY = DropSetting("USE_L10N", "`USE_L10N` is gone")


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (MARK + "USE_L10N = True\nUSE_TZ = True\n", MARK + "USE_TZ = True\n"),
        (MARK + "USE_L10N = True  # dates\nX = 1\n", MARK + "X = 1\n"),
        (MARK + "USE_L10N: bool = True\n", MARK),
        (MARK + "# a comment above stays\nUSE_L10N = True\n", MARK + "# a comment above stays\n"),
        (MARK + "X = 1\n\nUSE_L10N = True\n\nY = 2\n", MARK + "X = 1\n\nY = 2\n"),
        (MARK + "X = 1\nUSE_L10N = True\n\nY = 2\n", MARK + "X = 1\n\nY = 2\n"),
        (MARK + "USE_L10N = (\n    True\n)\nX = 1\n", MARK + "X = 1\n"),
        (MARK + "if DEBUG:\n    USE_L10N = True\n", MARK + "if DEBUG:\n    pass\n"),
        (MARK + "if DEBUG:\n    A = 1\n    USE_L10N = True\n", MARK + "if DEBUG:\n    A = 1\n"),
        ("INSTALLED_APPS = []\r\nUSE_L10N = True\r\nX = 1\r\n", "INSTALLED_APPS = []\r\nX = 1\r\n"),
        (MARK + "USE_L10N = True", MARK),
    ],
)
def test_a_setting_is_dropped_with_its_line(before: str, wanted: str) -> None:
    assert after(DROP, {SETTINGS: before}) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "USE_L10N = False\n",
        "USE_L10N = 1\n",
        "USE_L10N = env.bool('USE_L10N', True)\n",
        "USE_L10N = USE_I18N = True\n",
        "USE_L10N, USE_TZ = True, True\n",
        "USE_L10N = True; USE_TZ = True\n",
        "USE_L10N = True\nOPTIONS = {'l10n': USE_L10N}\n",
        "from .other import USE_L10N\n",
    ],
)
def test_a_setting_that_means_something_is_reported(text: str) -> None:
    assert untouched(DROP, {SETTINGS: MARK + text})
    assert (SETTINGS, 2) in unfixed(DROP, {SETTINGS: MARK + text})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("app/views.py", "USE_L10N = True\n"),
        ("app/settings.py", "USE_L10N = True\n"),
        ("app/models.py", "class A:\n    USE_L10N = True\n"),
        ("app/views.py", "from app import settings\nprint(settings.USE_L10N)\n"),
        ("app/views.py", "def view(settings):\n    return settings.USE_L10N\n"),
        ("app/views.py", "call(USE_L10N=True)\n"),
        ("app/views.py", "form.settings(USE_L10N=True)\n"),
        ("app/views.py", "getattr(form, 'USE_L10N', None)\n"),
        ("app/views.py", "KEYS = ['USE_L10N']\n"),
    ],
)
def test_code_that_only_looks_like_settings_is_left_alone(path: str, text: str) -> None:
    files = {SETTINGS: MARK, path: text}
    assert untouched(DROP, files) and untouched(DROP_ANY, files)
    assert unfixed(DROP, files) == []


def test_a_value_of_its_own_is_told_as_what_it_is() -> None:
    (message,) = remaining((DROP,), MARK + "USE_L10N = False\n")
    assert message.endswith("its value is `False`")


def test_a_setting_that_goes_in_the_same_hop_is_not_missed() -> None:
    pin = SetDefault("USE_L10N", "False", "m")
    assert remaining((pin, DROP), MARK + "USE_L10N = True\n") == []


def test_a_setting_that_other_code_reads_stays() -> None:
    for reader in (
        "from django.conf import settings\nprint(settings.USE_L10N)\n",
        "from proj.settings import USE_L10N\n",
        "from proj.settings import (\n    DEBUG,\n    USE_L10N,\n)\n",
    ):
        files = {SETTINGS: MARK + "USE_L10N = True\n", "app/views.py": reader}
        assert untouched(DROP, files)
        assert (SETTINGS, 2) in unfixed(DROP, files)
        assert any(path == "app/views.py" for path, _ in unfixed(DROP, files))


def test_a_setting_that_a_derived_module_reads_stays() -> None:
    files = {"proj/settings/base.py": MARK + "USE_L10N = True\n", "proj/settings/dev.py": "from .base import *\nX_APPS = USE_L10N\n"}
    assert untouched(DROP, files)


def test_a_value_that_is_changed_elsewhere_stays() -> None:
    files = {"proj/settings/base.py": MARK + "USE_L10N = True\n", "proj/settings/dev.py": "from .base import *\ndel USE_L10N\n"}
    assert untouched(DROP, files)
    assert after(DROP_ANY, files, "proj/settings/dev.py") == "from .base import *\n"
    assert after(DROP_ANY, files, "proj/settings/base.py") == MARK


def test_every_form_goes_when_any_value_may_go() -> None:
    op = DropSetting("OLD_LIST", "`OLD_LIST` is gone")
    text = MARK + "OLD_LIST = ['a']\nOLD_LIST += ['b']\nOLD_LIST.append('c')\nOLD_LIST[0] = 'd'\n"
    assert after(op, {SETTINGS: text}) == MARK


def test_settings_classes_are_settings() -> None:
    head = "from configurations import Configuration\n\n\nclass Base(Configuration):\n    INSTALLED_APPS = []\n"
    text = head + "    USE_L10N = True\n\n\nclass Dev(Base):\n    USE_L10N = True\n\n\nclass Other:\n    USE_L10N = True\n"
    assert after(DROP, {SETTINGS: text}) == head + "\n\nclass Dev(Base):\n    pass\n\n\nclass Other:\n    USE_L10N = True\n"


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (
            "from django.test import override_settings\n\n@override_settings(USE_L10N=True, DEBUG=True)\ndef test_x(): pass\n",
            "from django.test import override_settings\n\n@override_settings(DEBUG=True)\ndef test_x(): pass\n",
        ),
        (
            "from django.test import TestCase, override_settings\n\n\nclass A(TestCase):\n"
            "    @override_settings(USE_L10N=True)\n    def test_x(self): pass\n",
            "from django.test import TestCase\n\n\nclass A(TestCase):\n    def test_x(self): pass\n",
        ),
        (
            "class A:\n    def test_x(self):\n        with self.settings(DEBUG=True, USE_L10N=True):\n            pass\n",
            "class A:\n    def test_x(self):\n        with self.settings(DEBUG=True):\n            pass\n",
        ),
        (
            "from django.conf import settings\nsettings.configure(USE_L10N=True, DEBUG=True)\n",
            "from django.conf import settings\nsettings.configure(DEBUG=True)\n",
        ),
    ],
)
def test_overrides_go_too(before: str, wanted: str) -> None:
    assert after(DROP, {"app/tests/test_x.py": before}, "app/tests/test_x.py") == wanted


def test_an_override_of_another_value_of_the_project_stays() -> None:
    text = "from django.test import override_settings\n@override_settings(USE_L10N=True, DEBUG=True)\ndef test_x(): pass\n"
    files = {SETTINGS: MARK + "USE_L10N = False\n", "tests/test_x.py": text}
    assert untouched(DROP, files)
    assert unfixed(DROP, files) == [(SETTINGS, 2), ("tests/test_x.py", 2)]


@pytest.mark.parametrize(
    "text",
    [
        "from django.test import override_settings\n@override_settings(USE_L10N=False)\ndef test_x(): pass\n",
        "class A:\n    def test_x(self):\n        with self.settings(USE_L10N=True):\n            pass\n",
        "def test_x(settings):\n    settings.USE_L10N = True\n",
        "from django.conf import settings\ndef test_x():\n    assert getattr(settings, 'USE_L10N', True)\n",
        "def test_x(monkeypatch, settings):\n    monkeypatch.setattr(settings, 'USE_L10N', True)\n",
        "from unittest import mock\n@mock.patch('django.conf.settings.USE_L10N', True)\ndef test_x(m): pass\n",
    ],
)
def test_overrides_that_cannot_go_alone_are_reported(text: str) -> None:
    files = {"app/tests/test_x.py": text}
    assert untouched(DROP, files)
    assert len(unfixed(DROP, files)) == 1


# -- RenameSetting ----------------------------------------------------------------------------------------------------

RENAME = RenameSetting("OLD_NAME", "NEW_NAME")
DAYS = RenameSetting("RESET_DAYS", "RESET_SECONDS", times(86400), "{} // 86400")


def test_a_setting_is_renamed_in_all_its_forms() -> None:
    text = (
        MARK
        + "OLD_NAME = []\nOLD_NAME: list = []\nOLD_NAME += [1]\nOLD_NAME.append(2)\nif OLD_NAME:\n    COPY = list(OLD_NAME)\ndel OLD_NAME\n"
    )
    assert after(RENAME, {SETTINGS: text}) == text.replace("OLD_NAME", "NEW_NAME")


def test_a_local_name_of_a_function_in_settings_stays() -> None:
    text = MARK + "OLD_NAME = 1\ndef f(OLD_NAME):\n    return OLD_NAME\n"
    assert after(RENAME, {SETTINGS: text}) == MARK + "NEW_NAME = 1\ndef f(OLD_NAME):\n    return OLD_NAME\n"


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("from django.conf import settings\nx = settings.OLD_NAME\n", "from django.conf import settings\nx = settings.NEW_NAME\n"),
        ("from django import conf\nx = conf.settings.OLD_NAME\n", "from django import conf\nx = conf.settings.NEW_NAME\n"),
        (
            "from django.conf import settings as s\nx = getattr(s, 'OLD_NAME', 1)\n",
            "from django.conf import settings as s\nx = getattr(s, 'NEW_NAME', 1)\n",
        ),
        (
            "from django.test import override_settings\n@override_settings(OLD_NAME=1)\ndef test(): pass\n",
            "from django.test import override_settings\n@override_settings(NEW_NAME=1)\ndef test(): pass\n",
        ),
        (
            "from django.test.utils import override_settings\n@override_settings(**{'OLD_NAME': 1})\ndef test(): pass\n",
            "from django.test.utils import override_settings\n@override_settings(**{'NEW_NAME': 1})\ndef test(): pass\n",
        ),
        ("def test_x(settings):\n    settings.OLD_NAME = 1\n", "def test_x(settings):\n    settings.NEW_NAME = 1\n"),
        (
            "from unittest.mock import patch\npatch('django.conf.settings.OLD_NAME', 1)\n",
            "from unittest.mock import patch\npatch('django.conf.settings.NEW_NAME', 1)\n",
        ),
    ],
)
def test_uses_follow_a_rename(before: str, wanted: str) -> None:
    path = "app/tests/test_x.py"
    assert after(RENAME, {SETTINGS: MARK + "OLD_NAME = 1\n", path: before}, path) == wanted


@pytest.mark.parametrize(
    "files",
    [
        {SETTINGS: MARK + "OLD_NAME = 1\nNEW_NAME = 2\n"},
        {"proj/settings/base.py": MARK + "OLD_NAME = 1\n", "proj/settings/dev.py": "from .base import *\nNEW_NAME = 2\nDEBUG = 1\n"},
        {SETTINGS: MARK + "OLD_NAME = 1\n", "app/views.py": "from proj.settings import OLD_NAME\nprint(OLD_NAME)\n"},
    ],
)
def test_a_rename_that_could_clash_is_reported(files: dict[str, str]) -> None:
    assert untouched(RENAME, files)
    assert unfixed(RENAME, files)


def test_a_name_that_is_no_setting_stays() -> None:
    files = {SETTINGS: MARK, "app/views.py": "OLD_NAME = 1\nprint(form.OLD_NAME, call(OLD_NAME=1), 'OLD_NAME')\n"}
    assert untouched(RENAME, files)
    assert unfixed(RENAME, files) == []


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("RESET_DAYS = 3", "RESET_SECONDS = 3 * 86400"),
        ("RESET_DAYS: int = 3", "RESET_SECONDS: int = 3 * 86400"),
        ("RESET_DAYS = 1 + 2", "RESET_SECONDS = (1 + 2) * 86400"),
        ("RESET_DAYS = env.int('RESET_DAYS', 3)", "RESET_SECONDS = env.int('RESET_DAYS', 3) * 86400"),
    ],
)
def test_the_value_changes_with_the_name(before: str, wanted: str) -> None:
    assert after(DAYS, {SETTINGS: MARK + before + "\n"}) == MARK + wanted + "\n"


@pytest.mark.parametrize(
    "text", ["RESET_DAYS = os.environ['X']", "RESET_DAYS = N", "RESET_DAYS = A = 3", "RESET_DAYS = 3\nRESET_DAYS += 1"]
)
def test_a_value_that_cannot_be_changed_is_reported(text: str) -> None:
    files = {SETTINGS: MARK + text + "\n", "app/views.py": "from django.conf import settings\nx = settings.RESET_DAYS\n"}
    assert untouched(DAYS, files)
    assert {path for path, _ in unfixed(DAYS, files)} == {SETTINGS, "app/views.py"}


def test_readers_of_a_changed_value() -> None:
    head = "from django.conf import settings\n"
    text = head + "x = settings.RESET_DAYS\ny = 2 * settings.RESET_DAYS\nz = getattr(settings, 'RESET_DAYS', 3)\n"
    wanted = (
        head + "x = settings.RESET_SECONDS // 86400\ny = 2 * (settings.RESET_SECONDS // 86400)\nz = getattr(settings, 'RESET_DAYS', 3)\n"
    )
    files = {SETTINGS: MARK + "RESET_DAYS = 3\n", "app/views.py": text}
    assert after(DAYS, files, "app/views.py") == wanted
    assert unfixed(DAYS, files) == [("app/views.py", 4)]


def test_overrides_of_a_changed_value() -> None:
    text = (
        "from django.test import override_settings\n@override_settings(RESET_DAYS=2)\ndef test_x(settings):\n    settings.RESET_DAYS = 1\n"
    )
    wanted = text.replace("RESET_DAYS=2", "RESET_SECONDS=2 * 86400").replace("RESET_DAYS = 1", "RESET_SECONDS = 1 * 86400")
    assert after(DAYS, {"tests/test_x.py": text}, "tests/test_x.py") == wanted
    unknown = text.replace("=2", "=days").replace("= 1", "= days")
    assert untouched(DAYS, {"tests/test_x.py": unknown})
    assert len(unfixed(DAYS, {"tests/test_x.py": unknown})) == 2


# -- SetDefault -------------------------------------------------------------------------------------------------------

DEFAULT = SetDefault("USE_TZ", "False", "`USE_TZ` is True by default", beside=("USE_I18N", "TIME_ZONE"))


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (MARK, MARK + "\nUSE_TZ = False\n"),
        (MARK.rstrip(), MARK + "\nUSE_TZ = False"),
        (MARK + "USE_I18N = True  # yes\n\nX = 1\n", MARK + "USE_I18N = True  # yes\nUSE_TZ = False\n\nX = 1\n"),
        (MARK + "USE_I18N = (\n    True\n)\nX = 1\n", MARK + "USE_I18N = (\n    True\n)\n\nUSE_TZ = False\nX = 1\n"),
        (MARK + "TIME_ZONE = 'UTC'\nUSE_I18N = True\n", MARK + "TIME_ZONE = 'UTC'\nUSE_I18N = True\nUSE_TZ = False\n"),
        ("INSTALLED_APPS = [\n    'a',\n]\n\nX = 1\n", "INSTALLED_APPS = [\n    'a',\n]\n\nUSE_TZ = False\n\nX = 1\n"),
        ("INSTALLED_APPS = []\r\nX = 1\r\n", "INSTALLED_APPS = []\r\n\r\nUSE_TZ = False\r\nX = 1\r\n"),
        (
            "from configurations import Configuration\nclass A(Configuration):\n    INSTALLED_APPS = []\n"
            "class B(A):\n    INSTALLED_APPS = ['x']\n",
            "from configurations import Configuration\nclass A(Configuration):\n    INSTALLED_APPS = []\n"
            "\n    USE_TZ = False\nclass B(A):\n    INSTALLED_APPS = ['x']\n",
        ),
    ],
)
def test_a_default_is_written_down(before: str, wanted: str) -> None:
    assert after(DEFAULT, {SETTINGS: before}) == wanted


def test_a_comment_says_why() -> None:
    op = SetDefault("USE_TZ", "False", "m", beside=("USE_I18N",), comment="as before Django 5.0")
    assert after(op, {SETTINGS: MARK + "USE_I18N = True\n"}) == MARK + "USE_I18N = True\n# as before Django 5.0\nUSE_TZ = False\n"


def test_only_the_root_of_a_chain_gets_it() -> None:
    files = {
        "proj/settings/base.py": MARK,
        "proj/settings/dev.py": "from .base import *\nINSTALLED_APPS = ['debug_toolbar']\n",
        "proj/settings/prod.py": "from .base import *\nINSTALLED_APPS += ['raven']\n",
    }
    assert {path for path, result in run(DEFAULT, files).items() if result.steps} == {"proj/settings/base.py"}


def test_a_module_that_overrides_keeps_its_word() -> None:
    files = {"proj/settings/base.py": MARK, "proj/settings/dev.py": "from .base import *\nUSE_TZ = True\n"}
    assert after(DEFAULT, files, "proj/settings/base.py") == MARK + "\nUSE_TZ = False\n"
    assert after(DEFAULT, files, "proj/settings/dev.py") == files["proj/settings/dev.py"]


@pytest.mark.parametrize(
    "files",
    [
        {SETTINGS: MARK + "USE_TZ = True\n"},
        {SETTINGS: MARK + "USE_TZ: bool = env('x')\n"},
        {SETTINGS: MARK + "from .tz import USE_TZ\n"},
        {SETTINGS: "from .more import *\n" + MARK, "proj/more.py": "USE_TZ = True\n"},
        {SETTINGS: "from .more import *\n" + MARK, "proj/more.py": "from .again import *\nDEBUG = 1\n", "proj/again.py": "USE_TZ = True\n"},
        {"app/views.py": MARK},
        {"app/settings.py": "from django.conf import settings\nX = settings.INSTALLED_APPS\n"},
        {SETTINGS: "MIDDLEWARE = []\nINSTALLED_APPS += ['x']\n"},
    ],
)
def test_a_default_that_is_known_or_no_settings_at_all(files: dict[str, str]) -> None:
    assert untouched(DEFAULT, files)
    assert unfixed(DEFAULT, files) == []


@pytest.mark.parametrize(
    "text", ["if DEBUG:\n    USE_TZ = True\n", "globals().update(load())\n", "try:\n    USE_TZ = f()\nexcept Exception:\n    pass\n"]
)
def test_a_default_that_may_be_known_is_reported(text: str) -> None:
    assert untouched(DEFAULT, {SETTINGS: MARK + text})
    assert unfixed(DEFAULT, {SETTINGS: MARK + text}) == [(SETTINGS, 1)]


def test_configure_gets_it_too() -> None:
    text = "from django.conf import settings\nsettings.configure(\n    INSTALLED_APPS=[],\n)\n"
    wanted = "from django.conf import settings\nsettings.configure(\n    INSTALLED_APPS=[],\n    USE_TZ=False,\n)\n"
    assert after(DEFAULT, {"runtests.py": text}, "runtests.py") == wanted
    assert untouched(DEFAULT, {"runtests.py": wanted})
    assert untouched(DEFAULT, {"runtests.py": "from django.conf import settings\nsettings.configure(INSTALLED_APPS=[], **MORE)\n"})


# -- ListItem ---------------------------------------------------------------------------------------------------------

NAMES = ("MIDDLEWARE", "INSTALLED_APPS")
REMOVE = ListItem(NAMES, "`gone.X` is gone", remove=("gone.X", "gone.Y"))


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("MIDDLEWARE = [\n    'a',\n    'gone.X',\n    'b',\n]\n", "MIDDLEWARE = [\n    'a',\n    'b',\n]\n"),
        ("MIDDLEWARE = [\n    'a',\n    'gone.X',  # why\n]\n", "MIDDLEWARE = [\n    'a',\n]\n"),
        ("MIDDLEWARE = [\n    'a',\n    # about it\n    'gone.X'\n]\n", "MIDDLEWARE = [\n    'a',\n    # about it\n]\n"),
        ("MIDDLEWARE = ['a', 'gone.X', 'b']\n", "MIDDLEWARE = ['a', 'b']\n"),
        ("MIDDLEWARE = ['gone.X', 'b']\n", "MIDDLEWARE = ['b']\n"),
        ("MIDDLEWARE = ['a', 'gone.X']\n", "MIDDLEWARE = ['a']\n"),
        ("MIDDLEWARE = ['a', 'gone.X',]\n", "MIDDLEWARE = ['a',]\n"),
        ("MIDDLEWARE = ['gone.X']\n", "MIDDLEWARE = []\n"),
        ("MIDDLEWARE = ('a', 'gone.X')\n", "MIDDLEWARE = ('a',)\n"),
        ("MIDDLEWARE = ('a', 'gone.X',)\n", "MIDDLEWARE = ('a',)\n"),
        ("MIDDLEWARE = ('gone.X', 'b')\n", "MIDDLEWARE = ('b',)\n"),
        ("MIDDLEWARE = ('gone.X',)\n", "MIDDLEWARE = ()\n"),
        ("MIDDLEWARE = ('a', 'gone.X', 'gone.Y')\n", "MIDDLEWARE = ('a',)\n"),
        ("MIDDLEWARE = [\n    'gone.X',\n    'gone.Y',\n]\n", "MIDDLEWARE = [\n]\n"),
        ("MIDDLEWARE += ['gone.X']\n", ""),
        ("MIDDLEWARE += ['gone.X', 'b']\n", "MIDDLEWARE += ['b']\n"),
        ("MIDDLEWARE.append('gone.X')\n", ""),
        ("MIDDLEWARE.insert(0, 'gone.X')\n", ""),
        ("MIDDLEWARE = ['a'] + (['gone.X'] if DEBUG else [])\n", "MIDDLEWARE = ['a'] + ([] if DEBUG else [])\n"),
        ("if DEBUG:\n    MIDDLEWARE += ['gone.X']\n", "if DEBUG:\n    pass\n"),
        ("THEIR_APPS = ['gone.X', 'c']\nMIDDLEWARE = THEIR_APPS + ['d']\n", "THEIR_APPS = ['c']\nMIDDLEWARE = THEIR_APPS + ['d']\n"),
        ("MIDDLEWARE = [\r\n    'a',\r\n    'gone.X',\r\n]\r\n", "MIDDLEWARE = [\r\n    'a',\r\n]\r\n"),
    ],
)
def test_an_item_is_removed(before: str, wanted: str) -> None:
    mark = "ROOT_URLCONF = 'x'\r\n" if "\r" in before else "ROOT_URLCONF = 'x'\n"
    assert after(REMOVE, {SETTINGS: mark + before}) == mark + wanted


@pytest.mark.parametrize(
    "text",
    [
        "MIDDLEWARE = 'a', 'gone.X'\n",
        "MIDDLEWARE = ['gone.X', 'b']\nMIDDLEWARE.insert(MIDDLEWARE.index('gone.X'), 'c')\n",
        "MIDDLEWARE = [('gone.X'), 'b']\n",
        "MIDDLEWARE = {'gone.X': 1}\n",
        "MIDDLEWARE = ['a',\n 'gone.X']\n",
    ],
)
def test_an_item_in_an_unusual_place_is_reported(text: str) -> None:
    files = {SETTINGS: "ROOT_URLCONF = 'x'\n" + text}
    assert untouched(REMOVE, files)
    assert unfixed(REMOVE, files)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (SETTINGS, "OTHER = ['gone.X']\n"),
        (SETTINGS, "# 'gone.X'\n"),
        (SETTINGS, "MIDDLEWARE = ['gone.X.Sub', 'not.gone.X']\n"),
        ("app/middleware.py", "MIDDLEWARE = ['gone.X']\n"),
        ("app/tests/test_x.py", "assert 'gone.X' in settings.MIDDLEWARE\n"),
    ],
)
def test_an_item_of_something_else_stays(path: str, text: str) -> None:
    files = {SETTINGS: "ROOT_URLCONF = 'x'\n", path: ("ROOT_URLCONF = 'x'\n" if path == SETTINGS else "") + text}
    assert untouched(REMOVE, files)
    assert unfixed(REMOVE, files) == []


def test_an_item_goes_from_overrides() -> None:
    text = "from django.test import override_settings\n@override_settings(MIDDLEWARE=['a', 'gone.X'])\ndef test(): pass\n"
    assert after(REMOVE, {"tests/test_x.py": text}, "tests/test_x.py") == text.replace(", 'gone.X'", "")
    text = "from django.test import modify_settings\n@modify_settings(MIDDLEWARE={'remove': 'gone.X'})\ndef test(): pass\n"
    assert untouched(REMOVE, {"tests/test_x.py": text})
    assert unfixed(REMOVE, {"tests/test_x.py": text}) == [("tests/test_x.py", 2)]


def test_an_item_is_replaced() -> None:
    op = ListItem(("TEMPLATES",), "moved", replace={"old.ctx": "new.ctx"})
    text = MARK + "TEMPLATES = [{'OPTIONS': {'context_processors': [\"old.ctx\", 'x.old.ctx']}}]\nOTHER = ['old.ctx']\n"
    assert after(op, {SETTINGS: text}) == text.replace('"old.ctx"', '"new.ctx"')


@pytest.mark.parametrize(
    ("op", "before", "wanted"),
    [
        ({}, "MIDDLEWARE = ['a', 'b']\n", "MIDDLEWARE = ['a', 'b', 'new.X']\n"),
        ({}, "MIDDLEWARE = []\n", 'MIDDLEWARE = ["new.X"]\n'),
        ({}, "MIDDLEWARE = ()\n", 'MIDDLEWARE = ("new.X",)\n'),
        ({}, "MIDDLEWARE = [\n    'a',\n    'b',  # two\n]\n", "MIDDLEWARE = [\n    'a',\n    'b',  # two\n    'new.X',\n]\n"),
        ({}, "MIDDLEWARE = [\n    'a',\n    'b'\n]\n", "MIDDLEWARE = [\n    'a',\n    'b',\n    'new.X'\n]\n"),
        ({"after": "a"}, "MIDDLEWARE = [\n    'a',\n    'b',\n]\n", "MIDDLEWARE = [\n    'a',\n    'new.X',\n    'b',\n]\n"),
        ({"before": "b"}, 'MIDDLEWARE = [\n    "a",\n    "b",\n]\n', 'MIDDLEWARE = [\n    "a",\n    "new.X",\n    "b",\n]\n'),
        ({"before": "b"}, "MIDDLEWARE = ['a', 'b']\n", "MIDDLEWARE = ['a', 'new.X', 'b']\n"),
        ({"when": "a"}, "MIDDLEWARE = ['a']\n", "MIDDLEWARE = ['a', 'new.X']\n"),
        ({"after": "a"}, "OUR = ['a']\nMIDDLEWARE = OUR + ['b']\n", "OUR = ['a', 'new.X']\nMIDDLEWARE = OUR + ['b']\n"),
    ],
)
def test_an_item_is_added(op: dict[str, str], before: str, wanted: str) -> None:
    assert after(ListItem(("MIDDLEWARE",), "needed", append="new.X", **op), {SETTINGS: MARK + before}) == MARK + wanted  # type: ignore[arg-type]


def test_an_item_is_added_once_to_a_group() -> None:
    op = ListItem(("MIDDLEWARE",), "needed", append="new.X", when="a")
    base, dev = "proj/settings/base.py", "proj/settings/dev.py"
    assert untouched(op, {SETTINGS: MARK + "MIDDLEWARE = ['a', 'new.X']\n"})
    assert untouched(op, {SETTINGS: MARK + "MIDDLEWARE = ['b']\n"})
    assert untouched(op, {"app/x.py": "MIDDLEWARE = ['a']\n"})
    assert untouched(op, {base: MARK + "MIDDLEWARE = ['a']\n", dev: "from .base import *\nMIDDLEWARE += ['new.X']\n"})
    files = {base: MARK + "MIDDLEWARE = ['a']\n", dev: "from .base import *\nMIDDLEWARE = ['b', *MIDDLEWARE]\n"}
    assert {path for path, result in run(op, files).items() if result.steps} == {base}


# -- SettingValue -----------------------------------------------------------------------------------------------------

VALUE = SettingValue(("CACHES",), {"old.Cache": "new.Cache"})


@pytest.mark.parametrize(
    "text",
    [
        "CACHES = {'default': {'BACKEND': 'old.Cache'}}\n",
        'CACHES = {"default": {"BACKEND": env("CACHE", default="old.Cache")}}\n',
        "CACHES['default']['BACKEND'] = 'old.Cache'\n",
        "CACHES.update(x={'BACKEND': 'old.Cache'})\n",
        "CACHES: dict = {'default': {'BACKEND': r'old.Cache'}}\n",
        "BACKEND_NAME = 'old.Cache'\nCACHES = {'default': {'BACKEND': BACKEND_NAME}}\n",
    ],
)
def test_a_value_is_replaced_wherever_it_flows_in(text: str) -> None:
    assert after(VALUE, {SETTINGS: MARK + text}) == MARK + text.replace("old.Cache", "new.Cache")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (SETTINGS, "OTHER = 'old.Cache'\n"),
        (SETTINGS, "CACHES = {'old.Cache': 1}\n"),
        (SETTINGS, "CACHES = {'default': 'old.Cache.Sub'}\n"),
        (SETTINGS, "if CACHES == 'old.Cache':\n    pass\n"),
        ("app/x.py", "CACHES = {'default': {'BACKEND': 'old.Cache'}}\n"),
    ],
)
def test_a_string_that_is_no_such_value_stays(path: str, text: str) -> None:
    assert untouched(VALUE, {SETTINGS: MARK, path: (MARK if path == SETTINGS else "") + text})


def test_a_value_that_is_pieced_together_is_reported() -> None:
    files = {SETTINGS: MARK + "CACHES = {'default': {'BACKEND': 'old' '.Cache'}}\n# old Cache\n"}
    assert untouched(VALUE, files)
    assert unfixed(VALUE, files) == [(SETTINGS, 2)]


def test_without_names_any_setting_counts_and_overrides_too() -> None:
    op = SettingValue((), {"old.Cache": "new.Cache", "lost.Cache": None})
    assert after(op, {SETTINGS: MARK + "ANY_THING = ['old.Cache']\n"}) == MARK + "ANY_THING = ['new.Cache']\n"
    text = "from django.test import override_settings\n@override_settings(CACHES={'a': 'old.Cache'})\ndef test(x='old.Cache'): pass\n"
    assert after(op, {"tests/test_x.py": text}, "tests/test_x.py") == text.replace("{'a': 'old", "{'a': 'new")
    assert unfixed(op, {SETTINGS: MARK + "X = 'lost.Cache'\n"}) == [(SETTINGS, 2)]


# -- FindSetting ------------------------------------------------------------------------------------------------------


def test_a_setting_is_found_where_its_value_matters() -> None:
    op = FindSetting("ORIGINS", "needs a scheme", value=lambda value: any("://" not in one for one in value))  # type: ignore[attr-defined]
    assert unfixed(op, {SETTINGS: MARK + "ORIGINS = ['a.b']\nORIGINS = ['https://a.b']\nORIGINS = env('x')\nORIGINS += ['c.d']\n"}) == [
        (SETTINGS, 2),
        (SETTINGS, 5),
    ]
    assert unfixed(op, {"app/x.py": "ORIGINS = ['a.b']\n"}) == []
    unsure = FindSetting("ORIGINS", "m", value=lambda value: False, unsure=True)
    assert unfixed(unsure, {SETTINGS: MARK + "ORIGINS = env('x')\nORIGINS = []\n"}) == [(SETTINGS, 2)]


def test_reads_are_found_when_asked_for() -> None:
    files = {"app/x.py": "from django.conf import settings\nprint(settings.ORIGINS)\n"}
    assert unfixed(FindSetting("ORIGINS", "m"), files) == []
    assert unfixed(FindSetting("ORIGINS", "m", reads=True), files) == [("app/x.py", 2)]
