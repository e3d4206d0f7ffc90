"""Settings shared by every environment; see dev.py, production.py and test.py."""
import datetime
import os

from django.utils._os import upath
from django.utils.translation import ugettext_lazy as _

BASE_DIR = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(upath(__file__)))))


def env(name, default=None):
    return os.environ.get(name, default)


SECRET_KEY = env("LEDGER_SECRET_KEY", "insecure-development-key")
DEBUG = False
ALLOWED_HOSTS = []
SITE_ID = "1"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Third party
    "rest_framework",
    "django_filters",
    # Ours
    "ledger.core",
    "ledger.users",
    "ledger.accounts",
    "ledger.portfolios",
    "ledger.banking",
    "ledger.audit",
    "ledger.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ledger.core.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ledger.users.middleware.UserTimezoneMiddleware",
    "ledger.audit.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ledger.core.middleware.NoStoreMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        # Printable statements; the finance team edits these without knowing Django.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [os.path.join(BASE_DIR, "ledger", "jinja2")],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "ledger.core.jinja2env.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [os.path.join(BASE_DIR, "ledger", "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ledger.core.context_processors.branding",
            ],
        },
    },
]
FILE_CHARSET = "utf-8"
DEFAULT_CONTENT_TYPE = "text/html"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql_psycopg2",
        "NAME": env("LEDGER_DB_NAME", "ledger"),
        "USER": env("LEDGER_DB_USER", "ledger"),
        "PASSWORD": env("LEDGER_DB_PASSWORD", ""),
        "HOST": env("LEDGER_DB_HOST", "localhost"),
        "ATOMIC_REQUESTS": True,
    },
    # Audit events older than AUDIT_RETENTION_DAYS live here.
    "archive": {
        "ENGINE": "django.db.backends.postgresql_psycopg2",
        "NAME": env("LEDGER_ARCHIVE_DB_NAME", "ledger_archive"),
        "USER": env("LEDGER_DB_USER", "ledger"),
        "PASSWORD": env("LEDGER_DB_PASSWORD", ""),
        "HOST": env("LEDGER_ARCHIVE_DB_HOST", "localhost"),
    },
}
DATABASE_ROUTERS = ["ledger.audit.routers.ArchiveRouter"]

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env("LEDGER_REDIS_URL", "redis://localhost:6379/0"),
        "OPTIONS": {"CLIENT_CLASS": "django_redis.client.DefaultClient"},
        "KEY_PREFIX": "ledger",
    },
}

# Users
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "ledger.users.backends.EmailBackend",
    "ledger.users.backends.GatewayUserBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "users:login"
LOGIN_REDIRECT_URL = "accounts:dashboard"
LOGOUT_REDIRECT_URL = "users:login"
PASSWORD_RESET_TIMEOUT_DAYS = 2

# Internationalisation
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("fr", _("French"))]
LOCALE_PATHS = [os.path.join(BASE_DIR, "ledger", "locale")]
TIME_ZONE = "UTC"
USE_I18N = True
USE_L10N = True
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = os.path.join(BASE_DIR, "var", "static")
STATICFILES_DIRS = [os.path.join(BASE_DIR, "ledger", "static")]
MEDIA_URL = "/media/"
MEDIA_ROOT = os.path.join(BASE_DIR, "var", "media")

# Mail
DEFAULT_FROM_EMAIL = "Ledger <no-reply@ledger.example>"
EMAIL_SUBJECT_PREFIX = "[Ledger] "

# Celery
CELERY_BROKER_URL = env("LEDGER_REDIS_URL", "redis://localhost:6379/1")
CELERY_RESULT_BACKEND = CELERY_BROKER_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "import-bank-statements": {
        "task": "ledger.banking.tasks.import_all_statements",
        "schedule": datetime.timedelta(minutes=30),
    },
    "refresh-balances": {
        "task": "ledger.accounts.tasks.refresh_balances",
        "schedule": datetime.timedelta(hours=1),
    },
}

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "ledger.api.pagination.LedgerPagination",
    "EXCEPTION_HANDLER": "ledger.api.exceptions.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": datetime.timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": datetime.timedelta(days=14),
    "USER_ID_CLAIM": "sub",
}

# Ledger
LEDGER_BRAND = _("Ledger")
LEDGER_CURRENCIES = ["EUR", "USD", "CHF"]
LEDGER_CLEARING_ACCOUNT = "CLEARING-{currency}"
LEDGER_STATEMENT_DROP = env("LEDGER_STATEMENT_DROP", os.path.join(BASE_DIR, "var", "drop"))
NORTHBANK_URL = env("NORTHBANK_URL", "https://api.northbank.example/v2")
NORTHBANK_WEBHOOK_SECRET = env("NORTHBANK_WEBHOOK_SECRET", "not-a-secret")
AUDIT_RETENTION_DAYS = 400
