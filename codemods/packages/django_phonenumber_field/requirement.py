"""The requirement of django-phonenumber-field."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("django-phonenumber-field-2.1-requirements", "The plan of the requirements names the extra.", shown_by=DEPENDENCIES),
]
