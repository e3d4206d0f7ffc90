"""The requirement of freezegun."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("freezegun-1.0-floor", "The commit that moves the requirement goes to a release for the hop's Python.", shown_by=DEPENDENCIES),
]
