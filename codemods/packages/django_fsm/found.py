"""django-fsm, whose 3.0 says that it ends."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

MESSAGE = "django-fsm ends with 3.0: django-fsm-2 has the same import name; viewflow.fsm of django-viewflow is another library"

CODEMODS = [
    Codemod(
        "django-fsm",
        "django-fsm is continued under other names",
        package="django-fsm",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("fsm-3.0-viewflow",),
        docs="django-fsm 3.0 release notes",
        ops=(FindModule("django_fsm", MESSAGE),),
    ),
]
