"""The proofs in a page: small programs in the old form, with assertions, that show on real releases what the page says.

    ```python proof                       the program in the old form; the codemod makes the new form from it
    ```python proof app/models.py         the same, at a path (default: app/program.py); any surface: config/settings.py, run.sh
    ```python with app/signals.py         before the proof: another file of its project, not rewritten
    ```text unproved                      why a page has no proof, in a sentence
    ```python check                       after the proof: what is asserted of it, not rewritten; needed where the proof is not Python

A program asserts at module level, in a function `check()`, or in test cases. Options behind the path:

- `fails=ImportError`: how the old form fails where it is removed
- `unshown`: its failure there needs what proofs do not have
- `quiet`: its deprecation does not show in this program
- `tables`: make the tables of all models
- `apps=django.contrib.gis,...`: more installed apps
- `from=2.1`, `until=4.1`: the program runs on these releases only, for other reasons
- `python=3.8`, `hop=2.2-3.2`

The releases of which a codemod for another package speaks are that package's, and so are those of `from` and `until`. It has three more
options:

- `django=2.2,3.15:4.2`: the release of Django it runs on, and another one from a release of the package on (default: 3.2)
- `with=celery<5`: a further requirement; may be repeated
- `newest=3.16`: a release of the package, later than those the entry names, on which the new form works as well
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ..model import Hop
from ..rewrite.module import dotted
from ..testing import FENCE, PageError

DEFAULT_PATHS = {"python": "app/program.py", "html": "templates/page.html", "sh": "run.sh", "bash": "run.sh"}
SETTINGS = "config/settings.py"
FLAGS = frozenset({"unshown", "quiet", "tables"})
"""Options of a proof without a value."""
_VALUES = frozenset({"fails", "apps", "python", "from", "until", "hop", "django", "with", "newest"})

_SETTINGS = """\
import os

SECRET_KEY = "proof"
ALLOWED_HOSTS = ["*"]
BASE_DIR = os.path.dirname(os.path.abspath(__file__))
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = {apps!r}
MIGRATION_MODULES = {{name: None for name in ["admin", "auth", "contenttypes", "sessions", "sites", "flatpages", "redirects"]}}
ROOT_URLCONF = {urls!r}
SITE_ID = 1
STATIC_URL = "/static/"
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [os.path.join(BASE_DIR, "templates")],
    "APP_DIRS": True,
    "OPTIONS": {{"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]}},
}}]
{own}
"""
_USUAL = """\
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
USE_TZ = True
"""
"""What a project with settings of its own says itself, because releases changed it."""
_MANAGE = """\
#!/usr/bin/env python
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hop_settings")
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""
_APPS = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles", "sites")


@dataclass(frozen=True)
class Proof:
    """One proof of a page: a program in the old form at a path, the files around it, and what deviates from the usual claims."""

    path: str
    program: str
    line: int
    check: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    fails: str = ""
    unshown: bool = False
    quiet: bool = False
    tables: bool = False
    apps: tuple[str, ...] = ()
    python: str = ""
    since: str = ""
    until: str = ""
    hop: Hop | None = None
    django: tuple[tuple[str, str], ...] = ()
    """(release of the package, release of Django to run it on from there), oldest first."""
    requirements: tuple[str, ...] = ()
    """What must be installed besides."""
    newest: str = ""

    def project(self, program: str) -> dict[str, str]:
        """All files of the project, with the program in the given form."""
        files = {**self.files, self.path: program}
        if self.check:
            files["app/hop_check.py"] = self.check
        own = f"from {dotted(SETTINGS)} import *" if SETTINGS in files else _USUAL
        apps = [*(f"django.contrib.{app}" for app in _APPS), *self.apps, "app"]
        urls = dotted(self.path) if self.path.endswith(".py") and self.path != SETTINGS else "app.urls"
        files["hop_settings.py"] = _SETTINGS.format(apps=apps, urls=urls, own=own)
        files.setdefault("manage.py", _MANAGE)
        files.setdefault("app/urls.py", "urlpatterns = []\n")
        # Without a module of models, migrate makes no tables for an app.
        files.setdefault("app/models.py", "")
        packages = {str(folder) for path in files if path.endswith(".py") for folder in PurePosixPath(path).parents if str(folder) != "."}
        return {**{f"{folder}/__init__.py": "" for folder in sorted(packages)}, **files}

    def modules(self) -> list[str]:
        """The modules that are imported after Django's setup, in order."""
        own = [dotted(self.path)] if self.path.endswith(".py") and self.path != SETTINGS else []
        return [*own, *(["app.hop_check"] if self.check else [])]

    def script(self) -> str:
        """The shell script to run, if the proof is one."""
        return self.path if self.path.endswith(".sh") else ""


def unproved(text: str) -> str:
    """Why a page has no proof; empty if it does not say."""
    return next((match["body"].strip() for match in FENCE.finditer(text) if match["info"].split()[1:2] == ["unproved"]), "")


def read_proofs(text: str) -> list[Proof]:
    """All proofs of a page, in order. Raises PageError."""
    proofs: list[Proof] = []
    files: dict[str, str] = {}
    open_for_check = False
    for match in FENCE.finditer(text):
        words = match["info"].split()
        role = words[1] if len(words) > 1 else ""
        line = text.count("\n", 0, match.start()) + 1
        if role == "with":
            if len(words) != 3:
                raise PageError(f"line {line}: a `with` block needs a path, and nothing else")
            files[words[2]] = match["body"]
        elif role == "check":
            if not open_for_check:
                raise PageError(f"line {line}: a `check` block without its `proof`")
            proofs[-1] = replace(proofs[-1], check=match["body"])
        elif role == "proof":
            proofs.append(_proof(words[0], words[2:], match["body"], line, files))
            files = {}
        open_for_check = role == "proof"
    if files:
        raise PageError(f"the `with` block {next(iter(files))} belongs to no proof")
    for proof in proofs:
        if not proof.modules() and not proof.script():
            raise PageError(f"line {proof.line}: a proof that is not Python needs a `check` block")
    return proofs


def _proof(language: str, words: list[str], body: str, line: int, files: Mapping[str, str]) -> Proof:
    options = dict(word.split("=", 1) for word in words if "=" in word)
    requirements = tuple(word.removeprefix("with=") for word in words if word.startswith("with="))
    flags = {word for word in words if word in FLAGS}
    paths = [word for word in words if "=" not in word and word not in FLAGS]
    if set(options) - _VALUES or len(paths) > 1:
        unknown = sorted(set(options) - _VALUES) or paths[1:]
        raise PageError(f"line {line}: unknown options of a proof: {', '.join(unknown)}")
    path = paths[0] if paths else DEFAULT_PATHS.get(language, "")
    if not path:
        raise PageError(f"line {line}: a proof in {language} needs a path")
    return Proof(
        path,
        body,
        line,
        files=dict(files),
        fails=options.get("fails", ""),
        unshown="unshown" in flags,
        quiet="quiet" in flags,
        tables="tables" in flags,
        apps=tuple(options["apps"].split(",")) if "apps" in options else (),
        python=options.get("python", ""),
        since=options.get("from", ""),
        until=options.get("until", ""),
        hop=_hop(options["hop"]) if "hop" in options else None,
        django=_djangos(options.get("django", "")),
        requirements=requirements,
        newest=options.get("newest", ""),
    )


def _hop(text: str) -> Hop:
    source, _, target = text.partition("-")
    return Hop(source, target)


def _djangos(text: str) -> tuple[tuple[str, str], ...]:
    """`2.2,3.15:4.2` as pairs; what has no release of the package before it holds from the first one on."""
    pairs = (part.rpartition(":") for part in text.split(",") if part)
    return tuple((release or "0", django) for release, _, django in pairs)
