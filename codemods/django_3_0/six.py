"""django.utils.six: plain Python 3 where that is certain."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.six.plain import PlainPython

_MESSAGE = "Django brings no copy of six any more"

CODEMODS = [
    Codemod(
        "django-utils-six",
        "plain Python 3 takes the place of django.utils.six",
        removed="3.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("3.0-django-utils-six",),
        docs="releases/3.0: Removed private Python 2 compatibility APIs",
        ops=(PlainPython("django.utils.six", _MESSAGE, f"{_MESSAGE}; write what Python 3 has, or depend on the package `six`"),),
    ),
]
