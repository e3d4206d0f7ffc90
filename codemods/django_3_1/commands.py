"""Command lines: programs, options, in scripts, Makefiles, tox, continuous integration and Docker files."""

from django_hop.model import REVIEW, SAFE, Codemod, Unseen
from django_hop.ops.python_commands import CallCommand, FindProgram
from django_hop.ops.text import CommandAppend, CommandName

_DATABASE = "Without `--database` this checks no database any more: add it, once for each alias"

CODEMODS = [
    Codemod(
        "django-admin-py",
        "the script django-admin.py is called django-admin",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-django-admin-py",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(
            CommandName({"django-admin.py": "django-admin"}, module="-m django"),
            FindProgram("django-admin.py", "The script `django-admin.py` is gone in 4.0: run `django-admin`"),
        ),
    ),
    Codemod(
        "check-database-option",
        "the check command gets --database where it checks databases",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-check-command-database-option",),
        docs="releases/3.1: Miscellaneous; Management Commands",
        silent=True,
        ops=(
            CommandAppend("check", ("--tag", "-t"), "database", "--database default", _DATABASE),
            CallCommand("check", _DATABASE, {"--tag": None, "-t": None}, {"tags": None}, given="database", unless="databases"),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "3.1-migrate-checks-only-target-database",
        "migrate itself does less; a command that overrides its private _run_checks() is the only code that could tell.",
    ),
]
