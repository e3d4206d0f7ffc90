"""What Django runs on: Python and libraries, as far as the repository says."""

from django_hop.model import DETECT, REVIEW, Codemod
from django_hop.ops.raise_requirement import RenameRequirement
from django_hop.ops.text import FindImage

CODEMODS = [
    Codemod(
        "python-3-4",
        "containers of Python before 3.5 are found",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-python-3.4-dropped",),
        docs="releases/2.1: Python compatibility",
        ops=(FindImage(("python", "library/python"), (3, 5), "Django 2.1 needs Python 3.5 or later"),),
    ),
    Codemod(
        "py-bcrypt",
        "py-bcrypt gives way to bcrypt",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-py-bcrypt",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        then="uninstall py-bcrypt where it is installed, or make the environment anew: both packages are imported as `bcrypt`. The "
        "hashes in the database stay as they are. Lock files are made anew by their own tools.",
        ops=(
            RenameRequirement("py-bcrypt", "bcrypt", "", "Django 2.1 does not use py-bcrypt but `bcrypt`; both are imported by that name"),
        ),
    ),
]
