"""The requirement of newrelic."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("newrelic-any-wrapper", "The agent moves with the commit that moves Python.", shown_by=DEPENDENCIES),
]
