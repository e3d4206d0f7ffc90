"""drf-spectacular: what it writes differs from release to release."""

from __future__ import annotations

from django_hop.model import Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("spectacular-0.27-settings", "Only the schema tells: compare what `spectacular` writes.", shown_by="tests"),
]
