"""django-cryptography, which needs a module that Django 5.0 dropped."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

MESSAGE = (
    "django-cryptography 1.1 cannot be imported with Django 5.0: "
    "the fork django-cryptography-5 has the same API; look whether real rows can be read"
)

CODEMODS = [
    Codemod(
        "django-cryptography",
        "django-cryptography cannot be imported with Django 5",
        package="django-cryptography",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-cryptography-1.1-baseconv",),
        docs="django-cryptography: the last release, of 2022",
        ops=(FindModule("django_cryptography", MESSAGE),),
    ),
]
