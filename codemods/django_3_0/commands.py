"""Command lines: options of Django's commands in scripts, Makefiles, tox, continuous integration and Docker files."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.python_commands import CallCommand
from django_hop.ops.text import CommandOption, FindCommandOption

_KEEPDB = "From 3.0 on `-k` takes a pattern of test names and keeps no database: write `--keepdb`"

CODEMODS = [
    Codemod(
        "test-k-option",
        "the short option -k of the test command is written --keepdb",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-test-k-option",),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            CommandOption("test", {"-k": "--keepdb"}),
            CallCommand("test", _KEEPDB, {"-k": "--keepdb"}),
            FindCommandOption("test", _KEEPDB, r"-(?!k$)[a-ux-z]*k[a-z]*"),
        ),
    ),
]
