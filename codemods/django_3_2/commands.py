"""Command lines: options of Django's commands in scripts, Makefiles, tox, continuous integration and Docker files."""

import re

from django_hop.model import REVIEW, Codemod
from django_hop.ops.text import CommandValue


def locale_name(value: str) -> str:
    """The name of a locale's folder: `pt-BR` -> `pt_BR`, `zh-hans` -> `zh_Hans`; what is no such name stays."""
    match = re.fullmatch(r"([A-Za-z]{2,3})-([A-Za-z]{2,4})", value)
    if match is None:
        return value
    language, rest = match.groups()
    return f"{language}_{rest.title() if len(rest) > 2 else rest.upper()}"


CODEMODS = [
    Codemod(
        "makemessages-locale",
        "makemessages gets locale names with an underscore",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.2-makemessages-hyphen-locale",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(CommandValue("makemessages", ("-l", "--locale"), locale_name),),
    ),
]
