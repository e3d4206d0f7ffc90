"""Settings for a developer's machine."""
from .base import *  # noqa: F401,F403
from .base import BASE_DIR, os

DEBUG = True
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(BASE_DIR, "var", "dev.sqlite3")},
    "archive": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(BASE_DIR, "var", "archive.sqlite3")},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True

# Links from mails should stay valid over a holiday.
PASSWORD_RESET_TIMEOUT_DAYS = 30
