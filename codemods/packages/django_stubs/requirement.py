"""The requirement of django-stubs."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("django-stubs-4.2-lockstep", "The requirement moves in step with Django's.", shown_by=DEPENDENCIES),
]
