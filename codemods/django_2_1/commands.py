"""Command lines: options of Django's commands in scripts, Makefiles, tox, continuous integration and Docker files."""

from django_hop.model import REVIEW, Codemod
from django_hop.ops.text import CommandOption, FindCommandOption

_SHORT = "Django no longer takes this for `--settings` or `--pythonpath`: write it out, or the command runs with the default settings"

CODEMODS = [
    Codemod(
        "settings-option-abbreviations",
        "the options --settings and --pythonpath are written out",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-command-option-abbreviations",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            CommandOption("", {short: "--settings" for short in ("--setting", "--settin", "--setti", "--sett")}),
            CommandOption(
                "", {short: "--pythonpath" for short in ("--pythonpat", "--pythonpa", "--pythonp", "--python", "--pytho", "--pyth")}
            ),
            FindCommandOption("", _SHORT, r"--(?:s|se|set|p|py|pyt)=[\w.]+\.[\w.]*settings[\w.]*", ("manage", "settings")),
            FindCommandOption("", _SHORT, r"--(?:s|se|set|p|py|pyt)=[\w.]+\.[\w.]*settings[\w.]*", ("django", "admin", "settings")),
        ),
    ),
]
