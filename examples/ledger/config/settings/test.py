"""Settings for the test suite: nothing outside of this process is needed."""
from .base import *  # noqa: F401,F403
from .base import REST_FRAMEWORK

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "ledger.test"]

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "archive": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_URL = "memory://"
CELERY_RESULT_BACKEND = "cache+memory://"

REST_FRAMEWORK = dict(REST_FRAMEWORK, PAGE_SIZE=25)
NORTHBANK_WEBHOOK_SECRET = "webhook-test-secret"
