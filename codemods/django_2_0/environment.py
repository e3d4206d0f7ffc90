"""What Django runs on: Python, databases, as far as the repository says."""

from __future__ import annotations

import ast

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.text import FindImage, FindInText
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

UNICODE = (
    "Python 3 never calls `__unicode__()`, `str()` gives the text of a base class: call it `__str__()`, which changes `str()` where the "
    "project runs on Python 3 already"
)


def _without_str(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return not defines(node, "__str__")


CODEMODS = [
    Codemod(
        "python-2",
        "containers of Python before 3.4 and text methods of Python 2 are found",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-python-2-dropped",),
        docs="releases/2.0: Python compatibility",
        ops=(
            FindImage(("python", "library/python"), (3, 4), "Django 2.0 needs Python 3.4 or later"),
            FindInText(r"(?m)^python-(?:2|3\.[0-3])\b", ("python",), ("runtime.txt",), "Django 2.0 needs Python 3.4 or later"),
            *crossing("2.0", FindMethod((), ("__unicode__",), UNICODE, _without_str)),
        ),
    ),
]
UNSEEN = [
    Unseen("2.0-bytestring-coercion", "whether bytes reach `reverse()` and its kin shows when the code runs.", "tests"),
    Unseen("2.0-urlquote-no-coercion", "whether a number or None is quoted shows when the code runs.", "tests"),
]
