"""django-fernet-fields, which cannot be imported with Django 4."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

MESSAGE = (
    "django-fernet-fields cannot be imported with Django 4.0: "
    "django-fernet-fields-v2 keeps the module and the keys; others need the data encrypted anew"
)

CODEMODS = [
    Codemod(
        "django-fernet-fields",
        "django-fernet-fields ends with Django 3.2",
        package="django-fernet-fields",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-fernet-fields-any-dead",),
        docs="django-fernet-fields: the last release, of 2019",
        ops=(FindModule("fernet_fields", MESSAGE),),
    ),
]
