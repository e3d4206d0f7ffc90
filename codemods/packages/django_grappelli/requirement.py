"""The requirement of django-grappelli."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("django-grappelli-2.13-lockstep", "The requirement moves in step with Django's.", shown_by=DEPENDENCIES),
]
