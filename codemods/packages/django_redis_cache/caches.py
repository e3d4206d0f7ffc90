"""The backend, which has no releases any more."""

from __future__ import annotations

from django_hop.model import DETECT, Codemod
from django_hop.ops.find import FindModule

CODEMODS = [
    Codemod(
        "redis-cache-backend",
        "django-redis-cache gives way to a backend that is maintained",
        package="django-redis-cache",
        deprecated=None,
        removed=None,
        works_from="3.0",
        safety=DETECT,
        covers=("django-redis-cache-3.0-dead",),
        docs="Django 4.0 release notes: RedisCache",
        then="The requirement django-redis-cache becomes redis, or django-redis below Django 4.0.",
        ops=(
            FindModule(
                "redis_cache",
                "django-redis-cache is not maintained: `django.core.cache.backends.redis.RedisCache` (Django 4.0) or django-redis; "
                "OPTIONS like DB and PASSWORD go into LOCATION",
            ),
        ),
    ),
]
