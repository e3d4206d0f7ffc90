"""six: Python 3 says it without help."""

from __future__ import annotations

from django_hop.model import ANY, REVIEW, Codemod
from django_hop.ops.decorators import DropDecorator
from django_hop.ops.six.plain import PlainPython

CODEMODS = [
    Codemod(
        "six-package",
        "plain Python 3 takes the place of six",
        package="six",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("six-any-django-utils",),
        docs="Django 3.0 release notes: Removed private Python 2 compatibility APIs",
        then="The requirement six goes, unless another package needs it.",
        after=("django-utils-six",),
        ops=(
            DropDecorator("six.python_2_unicode_compatible", "`__str__` is all that Python 3 needs"),
            PlainPython(),
        ),
    ),
]
