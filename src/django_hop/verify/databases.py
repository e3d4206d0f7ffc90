"""A database given by its address, as Django's settings have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import HopError
from .running import Running

_ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "postgis": "django.contrib.gis.db.backends.postgis",
    "mysql": "django.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
}
_DRIVERS = {
    "postgres": ("psycopg2-binary", "psycopg2", "psycopg-binary", "psycopg"),
    "postgis": ("psycopg2-binary", "psycopg2", "psycopg-binary", "psycopg"),
    "mysql": ("mysqlclient", "pymysql"),
}


def drivers(database: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The packages of which one has to be installed for a database as `from_url` gives it."""
    engine = database["ENGINE"] if database else ""
    return next((names for word, names in _DRIVERS.items() if word in engine), ())


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


def drop_left(running: Running) -> None:
    """Drop the databases of ours on a server that was given, those that a killed run left too; nothing happens where it does not answer."""
    if running.on_server:
        command = [str(running.environment.python), "-m", "django_hop_migrate", "--drop"]
        running.run(command, "drop", running.variables(running.overridden()))
