"""What Django runs on: Python and libraries, as far as the repository says."""

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.requirements import FindRequirement
from django_hop.ops.text import FindImage

CODEMODS = [
    Codemod(
        "python-3-5",
        "containers of Python before 3.6 are found",
        removed="3.0",
        works_from="1.11",
        safety=DETECT,
        covers=("3.0-python-3.5-dropped",),
        docs="releases/3.0: Python compatibility",
        ops=(FindImage(("python", "library/python"), (3, 6), "Django 3.0 needs Python 3.6 or later"),),
    ),
    Codemod(
        "pywatchman-version",
        "versions of pywatchman that are too old are found",
        removed="3.0",
        works_from="1.11",
        safety=DETECT,
        covers=("3.0-pywatchman-1.2",),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous",
        ops=(FindRequirement("pywatchman", "1.2.0", "runserver needs pywatchman 1.2.0 or later from 3.0 on"),),
    ),
]
UNSEEN = [Unseen("3.0-vary-asterisk", "only the text of the header Vary differs, and means the same.")]
