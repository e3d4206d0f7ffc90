"""The settings of the other environments, each read by a Python of its own."""
import json
import os
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

PROGRAM = """
import json, sys
from django.conf import settings
json.dump({name: getattr(settings, name) for name in sys.argv[1:]}, sys.stdout, default=str)
"""


STORAGE = """
import json, sys
from django.contrib.staticfiles import storage
json.dump(isinstance(storage.staticfiles_storage, storage.HashedFilesMixin), sys.stdout)
"""


def answer(program, environment, *arguments, **variables):
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="config.settings.%s" % environment, PYTHONPATH=ROOT, **variables)
    output = subprocess.check_output([sys.executable, "-W", "ignore", "-c", program, *arguments], cwd=ROOT, env=env)
    return json.loads(output)


def settings_of(environment, *names, **variables):
    return answer(PROGRAM, environment, *names, **variables)


def test_production():
    values = settings_of(
        "production",
        *["DATABASES", "MIDDLEWARE", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG"],
        LEDGER_SECRET_KEY="from-the-environment",
        LEDGER_ALLOWED_HOSTS="a.example,b.example"
    )
    assert values["SECRET_KEY"] == "from-the-environment"
    assert values["ALLOWED_HOSTS"] == ["a.example", "b.example"]
    assert values["DEBUG"] is False
    assert values["DATABASES"]["default"]["ENGINE"] == "config.db.postgresql"
    assert values["DATABASES"]["default"]["ATOMIC_REQUESTS"] is True
    assert values["MIDDLEWARE"].index("django.middleware.gzip.GZipMiddleware") == 1


def test_names_of_static_files_have_a_hash_in_production():
    assert answer(STORAGE, "production", LEDGER_SECRET_KEY="x", LEDGER_ALLOWED_HOSTS="a.example") is True
    assert answer(STORAGE, "dev") is False


def test_development():
    values = settings_of("dev", "DATABASES", "DEBUG", "EMAIL_BACKEND")
    assert values["DEBUG"] is True
    assert {db["ENGINE"] for db in values["DATABASES"].values()} == {"django.db.backends.sqlite3"}
    assert values["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize("environment", ["dev", "production"])
def test_every_environment_has_our_apps_and_routers(environment):
    values = settings_of(environment, "INSTALLED_APPS", "DATABASE_ROUTERS", LEDGER_SECRET_KEY="x")
    assert "ledger.audit" in values["INSTALLED_APPS"]
    assert values["DATABASE_ROUTERS"] == ["ledger.audit.routers.ArchiveRouter"]
