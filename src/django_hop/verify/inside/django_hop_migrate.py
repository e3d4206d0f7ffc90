"""`python -m django_hop_migrate`: migrates fresh databases on the server that the settings name, and drops them again.

The databases are those of Django's own test runner, under a name of ours: what the server holds otherwise is not touched.
"""

import os
import sys


def main() -> None:
    """Make, migrate and drop the database of every alias."""
    sys.path.insert(0, os.getcwd())
    import django  # type: ignore[import-not-found,unused-ignore]

    django.setup()
    from django.db import connections  # type: ignore[import-not-found,unused-ignore]

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
