"""The requirement of django-fsm, which is continued under other names; django-fsm-2 has the same import name."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("fsm-3.0-viewflow", "The requirement says it where no release is for the target; imports stay.", shown_by=DEPENDENCIES),
]
