"""The suite on real servers: Redis for caches and Celery, and PostgreSQL where LEDGER_TEST_DB_HOST names one; see README.md."""
from .base import CACHES as SERVERS
from .base import env
from .test import *  # noqa: F401,F403

REDIS_URL = env("LEDGER_TEST_REDIS_URL", "redis://localhost:6379/15")
CACHES = {"default": dict(SERVERS["default"], LOCATION=REDIS_URL, KEY_PREFIX="ledger-test")}

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = "ledger-test"

if env("LEDGER_TEST_DB_HOST"):
    DATABASES = {
        alias: {
            "ENGINE": "django.db.backends.postgresql_psycopg2",
            "NAME": name,
            "USER": env("LEDGER_TEST_DB_USER", "ledger"),
            "PASSWORD": env("LEDGER_TEST_DB_PASSWORD", ""),
            "HOST": env("LEDGER_TEST_DB_HOST"),
            "PORT": env("LEDGER_TEST_DB_PORT", ""),
        }
        for alias, name in [("default", "ledger"), ("archive", "ledger_archive")]
    }
