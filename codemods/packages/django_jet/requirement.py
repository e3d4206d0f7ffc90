"""The requirement of django-jet."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("django-jet-any-fork", "The plan of the requirements names django-jet-reboot.", shown_by=DEPENDENCIES),
]
