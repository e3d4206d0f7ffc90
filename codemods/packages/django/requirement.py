"""The requirement of django."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("django-2.2-pin", "The commit that moves Django's pin does it.", shown_by=DEPENDENCIES),
]
