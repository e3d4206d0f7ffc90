"""Models: what Python 2 left behind."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.decorators import DropDecorator

MESSAGE = "Python 3 needs no `python_2_unicode_compatible`"

CODEMODS = [
    Codemod(
        "python-2-unicode-compatible",
        "The decorator python_2_unicode_compatible goes",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-python-2-unicode-compatible", "drf-3.10-python2"),
        docs="releases/3.0: Removed private Python 2 compatibility APIs",
        ops=(
            DropDecorator("django.utils.encoding.python_2_unicode_compatible", MESSAGE),
            DropDecorator("django.utils.six.python_2_unicode_compatible", MESSAGE),
        ),
    ),
]
