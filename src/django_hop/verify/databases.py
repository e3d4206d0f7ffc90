"""A database given by its address, as Django's settings have it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import HopError

_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "postgis": "django.contrib.gis.db.backends.postgis",
    "mysql": "django.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
}


def from_url(address: str) -> dict[str, Any] | None:
    """The entry of DATABASES for `postgres://user:password@host:port/name`; None for an empty address. Raises HopError."""
    if not address:
        return None
    parts = urlsplit(address)
    engine = _ENGINES.get(parts.scheme)
    if engine is None or not parts.path.strip("/"):
        raise HopError("--database-url is not an address of a database.", "Give it as postgres://user:password@host:5432/name.")
    name = unquote(parts.path if parts.scheme == "sqlite" else parts.path.lstrip("/"))
    options = dict(parse_qsl(parts.query))
    values = {
        "ENGINE": engine,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
    }
    return values | ({"OPTIONS": options} if options else {})
