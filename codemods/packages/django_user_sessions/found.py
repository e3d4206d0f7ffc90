"""django-user-sessions, in the place of Django's sessions."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

MESSAGE = "django-user-sessions has had no release since 2022: compare with allauth.usersessions; another engine logs everybody out"

CODEMODS = [
    Codemod(
        "django-user-sessions",
        "django-user-sessions has had no release since 2022",
        package="django-user-sessions",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("user-sessions-2.0-engine",),
        docs="django-user-sessions 2.0: the last release, of 2022",
        ops=(FindModule("user_sessions", MESSAGE),),
    ),
]
