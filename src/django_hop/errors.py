"""How django-hop fails: three kinds of failure, their exit codes, in one place."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    LOOK = 1
    """Something for a person: check found changes, verify is red, a file could not be processed."""
    SITUATION = 2
    """The user's situation: bad arguments, no repository, a branch that is not ours."""
    BUG = 3
    """Our bug; a report file is written."""


class HopError(Exception):
    """The user's situation, in one sentence, with a hint that says what to do. Leads to exit code 2."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
