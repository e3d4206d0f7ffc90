"""pyupgrade: what Python 2, and each Python that a hop leaves behind, was the only reason for."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.pyupgrade import PyUpgrade
from django_hop.ops.pyupgrade_parts import LATER, PYTHON_2

FLOORS = (("3.6", "3.0"), ("3.8", "4.0"), ("3.10", "5.0"), ("3.12", "6.0"))
"""The oldest Pythons of Django's releases, and the first release of which each is the oldest."""


def _floor(python: str, release: str) -> Codemod:
    return Codemod(
        f"pyupgrade-{python.replace('.', '-')}",
        f"what only Pythons before {python} needed goes",
        removed=None,
        works_from=release,
        safety=REVIEW,
        docs=f"faq/install: What Python version can I use with Django? ({release} needs Python {python})",
        ops=(PyUpgrade(tuple(map(int, python.split("."))), LATER, f"no Python before {python} runs this any more"),),
        after=("pyupgrade",),
    )


CODEMODS = [
    Codemod(
        "pyupgrade",
        "what only Python 2 needed goes",
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        docs="releases/2.0: Python compatibility",
        ops=(PyUpgrade((3,), PYTHON_2, "only Python 2 needed this"),),
    ),
    *(_floor(python, release) for python, release in FLOORS),
]
