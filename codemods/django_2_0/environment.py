"""What Django runs on: Python, databases, as far as the repository says."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.text import FindImage, FindInText

CODEMODS = [
    Codemod(
        "python-2",
        "containers of Python before 3.4 are found",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-python-2-dropped",),
        docs="releases/2.0: Python compatibility",
        ops=(
            FindImage(("python", "library/python"), (3, 4), "Django 2.0 needs Python 3.4 or later"),
            FindInText(r"(?m)^python-(?:2|3\.[0-3])\b", ("python",), ("runtime.txt",), "Django 2.0 needs Python 3.4 or later"),
        ),
    ),
]
UNSEEN = [
    Unseen("2.0-bytestring-coercion", "whether bytes reach `reverse()` and its kin shows when the code runs.", "tests"),
    Unseen("2.0-urlquote-no-coercion", "whether a number or None is quoted shows when the code runs.", "tests"),
]
