"""`python -m django_hop_migrate`: migrates fresh databases on the server that the settings name, and drops them again.

With `--drop` it only drops what earlier runs left there.

The databases are those of Django's own test runner, under a name of ours: what the server holds otherwise is not touched.
"""

import os
import sys
from typing import Any

OURS = "django_hop_verify_"
"""How the names of our databases start."""


def drop(connection: Any) -> None:
    """Drop the test databases of a connection, those of parallel workers (`name_gw0`, `name_1`) and of other aliases too."""
    name = connection.creation._get_test_db_name()
    listed = {"postgresql": "SELECT datname FROM pg_database", "mysql": "SHOW DATABASES"}.get(connection.vendor)
    if not listed or not name.startswith(OURS):
        return
    plain = getattr(connection, "_nodb_cursor", None)  # since Django 3.1
    with plain() if plain else connection._nodb_connection.cursor() as cursor:
        cursor.execute(listed)
        for (found,) in cursor.fetchall():
            if found == name or found.startswith(name + "_"):
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [found])
                cursor.execute("DROP DATABASE IF EXISTS " + connection.ops.quote_name(found))


def main() -> None:
    """Make, migrate and drop the database of every alias."""
    sys.path.insert(0, os.getcwd())
    import django  # type: ignore[import-not-found,unused-ignore]

    django.setup()
    from django.db import connections  # type: ignore[import-not-found,unused-ignore]

    if "--drop" in sys.argv:
        for alias in connections:
            drop(connections[alias])
        return
    made = []
    try:
        for alias in connections:
            name = connections[alias].settings_dict["NAME"]
            connections[alias].creation.create_test_db(verbosity=2, autoclobber=True, serialize=False)
            made.append((alias, name))
    finally:
        for alias, name in made:
            connections[alias].creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
