"""Celery in the logs of django-structlog, which is a setting."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.settings import ListItem, SetDefault
from django_hop.ops.settings_changes import lists

OLD = "django_structlog.middlewares.CeleryMiddleware"

CODEMODS = [
    Codemod(
        "structlog-celery",
        "a setting binds Celery's tasks to the logs of requests",
        package="django-structlog",
        deprecated="5.3",
        removed="6.0",
        works_from="5.3",
        safety=REVIEW,
        covers=("structlog-6.0-celery",),
        docs="django-structlog 6.0 upgrade guide: DJANGO_STRUCTLOG_CELERY_ENABLED",
        then="Require django-structlog[celery]. Some events have other names from 6.0 on.",
        ops=(
            ListItem(("MIDDLEWARE",), "`CeleryMiddleware` is now `DJANGO_STRUCTLOG_CELERY_ENABLED`", remove=(OLD,)),
            SetDefault(
                "DJANGO_STRUCTLOG_CELERY_ENABLED",
                "True",
                "`CeleryMiddleware` is now `DJANGO_STRUCTLOG_CELERY_ENABLED`",
                beside=("MIDDLEWARE",),
                when=lists(OLD),
            ),
        ),
    ),
]
