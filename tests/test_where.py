"""Paths say what a file is, as far as paths can; the repository's own place on the machine never counts."""

from __future__ import annotations

import pytest

from django_hop.ops import where

YES = [
    ("settings_files", "proj/settings.py"),
    ("settings_files", "proj/settings/production.py"),
    ("settings_files", "proj/settings/__init__.py"),
    ("settings_files", "local_settings.py"),
    ("settings_files", "mysettings.py"),
    ("settings_files", "config/base.py"),
    ("settings_files", "conf/production.py"),
    ("settings_files", "tests/settings.py"),
    ("settings_files", "settings_test.py"),
    ("tests", "app/tests/factories.py"),
    ("tests", "app/test_views.py"),
    ("tests", "app/tests.py"),
    ("tests", "app/testing.py"),
    ("tests", "conftest.py"),
    ("tests", "functional_tests/login.py"),
    ("migrations", "app/migrations/0001_initial.py"),
    ("not_migrations", "app/models.py"),
    ("not_migrations", "app/migrations/__init__.py"),
    ("models", "app/models.py"),
    ("models", "app/models/user.py"),
    ("models", "app/abstract_models.py"),
    ("models", "app/models_old.py"),
    ("models", "app/mixins.py"),
    ("models", "app/db.py"),
    ("admin", "app/admin.py"),
    ("admin", "app/admin/user.py"),
    ("apps", "app/apps.py"),
    ("commands", "app/management/commands/load.py"),
    ("urls", "app/urls.py"),
    ("urls", "app/api_urls.py"),
    ("init_files", "app/__init__.py"),
]
NO = [
    ("settings_files", "accounts/settings/views.py"),
    ("settings_files", "user_settings/views.py"),
    ("settings_files", "app/migrations/0002_settings.py"),
    ("settings_files", "app/test_settings.py"),
    ("settings_files", "config/urls.py"),
    ("settings_files", "config/wsgi.py"),
    ("tests", "contest/views.py"),
    ("tests", "latest/views.py"),
    ("tests", "protests.py"),
    ("tests", "test_results/models.py"),
    ("migrations", "app/migrations/__init__.py"),
    ("migrations", "app/migrations/helpers/sql.py"),
    ("migrations", "migrations.py"),
    ("not_migrations", "app/migrations/0001_initial.py"),
    ("models", "app/migrations/0001_models.py"),
    ("models", "app/supermodels.py"),
    ("admin", "administration/views.py"),
    ("commands", "app/commands/load.py"),
    ("commands", "app/management/__init__.py"),
    ("urls", "app/curls.py"),
    ("init_files", "app/init.py"),
]


@pytest.mark.parametrize(("name", "path"), YES)
def test_concerned(name: str, path: str) -> None:
    assert getattr(where, name)(path)


@pytest.mark.parametrize(("name", "path"), NO)
def test_not_concerned(name: str, path: str) -> None:
    assert not getattr(where, name)(path)


def test_predicates_combine() -> None:
    combined = where.models & ~where.tests
    assert combined("app/models.py")
    assert not combined("app/tests/models.py")
    assert (where.urls | where.admin)("app/admin.py")
    assert not (~(where.urls | where.admin))("app/admin.py")
    assert ~~where.tests and (~~where.tests)("tests.py")
