"""Settings for the servers; everything secret comes from the environment."""
from .base import *  # noqa: F401,F403
from .base import DATABASES, INSTALLED_APPS, MIDDLEWARE, env

SECRET_KEY = env("LEDGER_SECRET_KEY")
ALLOWED_HOSTS = env("LEDGER_ALLOWED_HOSTS", "ledger.example").split(",")

INSTALLED_APPS += ["django.contrib.admindocs"]
MIDDLEWARE.insert(1, "django.middleware.gzip.GZipMiddleware")

DATABASES["default"]["ENGINE"] = "config.db.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 300
DATABASES["archive"]["CONN_MAX_AGE"] = 0

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_BROWSER_XSS_FILTER = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = ["app.ledger.example", ".partners.ledger.example"]

STATICFILES_STORAGE = "django.contrib.staticfiles.storage.CachedStaticFilesStorage"

EMAIL_HOST = env("LEDGER_EMAIL_HOST", "localhost")
EMAIL_USE_TLS = True

# The mail gateway of the head office rejects links older than a day.
PASSWORD_RESET_TIMEOUT_DAYS = int(env("LEDGER_RESET_DAYS", "1"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"ledger.banking": {"level": "DEBUG"}},
}
