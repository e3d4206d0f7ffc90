"""Which files an op concerns, by path alone: named predicates that combine with `&`, `|` and `~`.

Paths are relative to the repository root, so a folder above the repository never counts. The predicates are cheap guesses
that lean towards yes where an op confirms by content; whether a file is a settings module `project.settings` knows better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .base import Where


class _Composable(Where):
    """A predicate that combines with others."""

    def __and__(self, other: Where) -> _Composable:
        return Every((self, other))

    def __or__(self, other: Where) -> _Composable:
        return Some((self, other))

    def __invert__(self) -> _Composable:
        return Not(self)


@dataclass(frozen=True)
class Named(_Composable):
    """A predicate with a name, over the folders and the stem of a Python file's path."""

    name: str
    test: Callable[[tuple[str, ...], str], bool]

    def __call__(self, path: str) -> bool:
        """True if a file of this name is concerned."""
        *folders, file = path.split("/")
        return self.test(tuple(folders), file.removesuffix(".py"))


@dataclass(frozen=True)
class Every(_Composable):
    """True where all parts are."""

    parts: tuple[Where, ...]

    def __call__(self, path: str) -> bool:
        """True if a file of this name is concerned."""
        return all(part(path) for part in self.parts)


@dataclass(frozen=True)
class Some(_Composable):
    """True where one of the parts is."""

    parts: tuple[Where, ...]

    def __call__(self, path: str) -> bool:
        """True if a file of this name is concerned."""
        return any(part(path) for part in self.parts)


@dataclass(frozen=True)
class Not(_Composable):
    """True where the part is not."""

    part: Where

    def __call__(self, path: str) -> bool:
        """True if a file of this name is concerned."""
        return not self.part(path)


_APP_MODULES = frozenset(
    (
        "admin",
        "api",
        "apps",
        "choices",
        "constants",
        "context_processors",
        "decorators",
        "fields",
        "filters",
        "forms",
        "managers",
        "middleware",
        "mixins",
        "models",
        "permissions",
        "serializers",
        "signals",
        "tasks",
        "tests",
        "urls",
        "utils",
        "views",
        "viewsets",
        "widgets",
    )
)
_ENVIRONMENTS = frozenset(
    (
        "base",
        "ci",
        "common",
        "default",
        "defaults",
        "dev",
        "devel",
        "development",
        "docker",
        "global",
        "live",
        "local",
        "prod",
        "production",
        "qa",
        "stage",
        "staging",
        "test",
        "testing",
        "uat",
    )
)


def _is_settings(folders: tuple[str, ...], stem: str) -> bool:
    if "migrations" in folders or "management" in folders or "templatetags" in folders:
        return False
    if stem.startswith(("settings", "conf_")) or stem.endswith("settings"):
        return not stem.startswith(("test_", "tests_"))
    if "settings" in folders:
        return stem not in _APP_MODULES and not stem.startswith("test_")
    return bool(folders) and folders[-1] in ("config", "conf", "configs", "configuration") and stem in _ENVIRONMENTS


def _is_test(folders: tuple[str, ...], stem: str) -> bool:
    if any(folder in ("test", "tests", "testing") or folder.endswith("_tests") or folder.startswith("tests_") for folder in folders):
        return True
    return stem in ("test", "tests", "testing", "conftest") or stem.startswith(("test_", "tests_")) or stem.endswith(("_test", "_tests"))


def _is_models(folders: tuple[str, ...], stem: str) -> bool:
    if "migrations" in folders:
        return False
    if any(name == "models" or name.endswith("_models") or name.startswith("models_") for name in (*folders, stem)):
        return True
    return stem in ("abstract", "db", "mixins", "model")


def _is_command(folders: tuple[str, ...], stem: str) -> bool:
    return "commands" in folders and folders[folders.index("commands") - 1] == "management"


def _is_admin(folders: tuple[str, ...], stem: str) -> bool:
    return stem == "admin" or stem.endswith(("_admin", "admin_site")) or stem.startswith("admin_") or "admin" in folders


def _is_urls(folders: tuple[str, ...], stem: str) -> bool:
    return stem in ("urls", "url", "urlconf", "routes") or stem.endswith("_urls") or stem.startswith("urls_") or "urls" in folders


settings_files = Named("settings_files", _is_settings)
"""`settings.py`, `settings/production.py`, `local_settings.py`, `config/base.py`; not `accounts/settings/views.py`."""
migrations = Named("migrations", lambda folders, stem: bool(folders) and folders[-1] == "migrations" and stem != "__init__")
"""Modules directly in a folder called `migrations`."""
not_migrations = ~migrations
"""All but migrations, whose text is history."""
tests = Named("tests", _is_test)
"""`tests/`, `test_x.py`, `x_test.py`, `tests.py`, `testing.py`, `conftest.py`."""
urls = Named("urls", _is_urls)
"""`urls.py`, `urls/api.py`, `api_urls.py`."""
models = Named("models", _is_models)
"""`models.py`, `models/`, `abstract_models.py`, `mixins.py`, `db.py`."""
admin = Named("admin", _is_admin)
"""`admin.py`, `admin/`, `user_admin.py`."""
apps = Named("apps", lambda folders, stem: stem in ("apps", "app", "config"))
"""`apps.py`, and `app.py` or `config.py`, where older projects keep their AppConfig."""
commands = Named("commands", _is_command)
"""Modules under `management/commands/`."""
init_files = Named("init_files", lambda folders, stem: stem == "__init__")
"""`__init__.py`."""
