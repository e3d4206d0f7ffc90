"""Looks at a test run from inside: SQL, responses, mails, templates, cache, signals, deprecation warnings, schema.

Plain Python for 3.6 and newer and for every Django from 2.0 to 6.1. What it sees goes to the folder that DJANGO_HOP_RECORDING names. It
changes nothing of what the project sees, and what goes wrong in it is written down, not raised.
"""

import os


def start() -> None:
    """Look at this process: patch warnings now, and Django's modules when they are imported."""
    from . import hooks, state, warned

    if state.started:
        return
    state.started = True
    os.environ.setdefault("DJANGO_HOP_ROOT", state.checkout(os.getcwd()))
    warned.patch()
    hooks.install()
