"""SQL of every connection, and the schema that migrations leave."""

import functools
import sys
from typing import Any

from . import schema, state

LONGEST = 20000


def patch_cursor(module: Any) -> None:
    """Look at every statement on its way to the database driver."""
    for name in ("_execute", "_executemany"):
        _patch(module.CursorWrapper, name)


def _patch(wrapper: Any, name: str) -> None:
    original = getattr(wrapper, name)

    @functools.wraps(original)
    def execute(self: Any, sql: Any, *arguments: Any) -> Any:
        if state.now.test:
            _statement(self, sql)
        return original(self, sql, *arguments)

    setattr(wrapper, name, execute)


@state.quietly
def _statement(cursor: Any, sql: Any) -> None:
    text = str(sql)[:LONGEST]
    if state.now.setup and text.split(None, 1)[0].upper() in ("SAVEPOINT", "BEGIN", "RELEASE", "ROLLBACK", "SET"):
        return
    alias = getattr(getattr(cursor, "db", None), "alias", "default")
    state.count("sql", text if alias == "default" else f"/* {alias} */ {text}")


def patch_creation(module: Any) -> None:
    """What makes the database of the tests belongs to no test; what came out is told."""
    original = module.BaseDatabaseCreation.create_test_db

    @functools.wraps(original)
    def create_test_db(self: Any, *arguments: Any, **named: Any) -> Any:
        state.now.held += 1
        try:
            made = original(self, *arguments, **named)
            schema.tell(self.connection, "tests")
            return made
        finally:
            state.now.held -= 1

    module.BaseDatabaseCreation.create_test_db = create_test_db


def patch_migrate(module: Any) -> None:
    """Tell the schema after `manage.py migrate`."""
    original = module.Command.handle

    @functools.wraps(original)
    def handle(self: Any, *arguments: Any, **options: Any) -> Any:
        made = original(self, *arguments, **options)
        if "migrate" in sys.argv[1:3] and not state.now.test:
            _tell(options.get("database") or "default")
        return made

    module.Command.handle = handle


@state.quietly
def _tell(alias: str) -> None:
    from django.db import connections  # type: ignore[import-not-found,unused-ignore]

    schema.tell(connections[alias], "migrate")
