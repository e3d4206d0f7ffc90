"""Options of Django's commands: in scripts, Makefiles, tox, continuous integration and Docker files, and in call_command()."""

from django_hop.model import REVIEW, SAFE, Codemod
from django_hop.ops.python_commands import CallCommand
from django_hop.ops.text import CommandOption

_EXIT = "The exit status is turned round: `--exit` failed when nothing was to be migrated, `--check` fails when something is"

CODEMODS = [
    Codemod(
        "makemigrations-exit",
        "makemigrations takes --check in place of --exit",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-makemigrations-exit",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            CommandOption("makemigrations", {"--exit": "--check", "-e": "--check"}, judged=_EXIT),
            CallCommand("makemigrations", _EXIT, {"--exit": None, "-e": None}, {"exit_code": None}),
        ),
    ),
    Codemod(
        "shell-plain",
        "the shell command takes -i python in place of --plain",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-shell-plain",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            CommandOption("shell", {"--plain": "-i python"}),
            CallCommand(
                "shell",
                'The option `plain` is now `interface="python"`',
                {"--plain": "--interface=python"},
                {"plain": ("interface", '"python"')},
            ),
        ),
    ),
]
