"""
Names that moved between the Django releases we have lived through.

The rest of the code imports them from here; old entries go when nobody needs them any more.
"""
try:
    from django.core.exceptions import EmptyResultSet
except ImportError:  # Django 1.10
    from django.db.models.sql.datastructures import EmptyResultSet

try:
    from django.utils.lru_cache import lru_cache
except ImportError:
    from functools import lru_cache

from django.utils import six
from django.utils.encoding import force_text, smart_text
from django.utils.http import urlquote, urlunquote

__all__ = [
    "EmptyResultSet",
    "force_text",
    "lru_cache",
    "smart_text",
    "string_types",
    "urlquote",
    "urlunquote",
]

string_types = six.string_types
