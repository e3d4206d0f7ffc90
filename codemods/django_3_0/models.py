"""Models: what Python 2 left behind."""

from __future__ import annotations

import ast

from django_hop.model import SAFE, Codemod
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import FindMethod
from django_hop.ops.decorators import DropDecorator
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

MESSAGE = "Python 3 needs no `python_2_unicode_compatible`"


def _without_str(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return not defines(node, "__str__")


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
            FindMethod((), ("__unicode__",), "Python 3 never calls `__unicode__()`; call it `__str__()`", _without_str),
        ),
    ),
]
