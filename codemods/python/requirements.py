"""What the requirement of Python asks of requirement files and of the files that name an interpreter."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Unseen

UNSEEN = [
    Unseen(
        "python-3.6-backports-requirements",
        "The plan of the requirements tells which backports are not needed any more.",
        shown_by=DEPENDENCIES,
    ),
    Unseen("python-3.8-runtime-files", "The commit that moves Python moves it in every file that names it.", shown_by=DEPENDENCIES),
]
