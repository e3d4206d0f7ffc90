"""The requirement of pip-tools."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Codemod, Unseen

CODEMODS: list[Codemod] = []

UNSEEN = [
    Unseen("pip-tools-any-hashes", "Compiled files are made again by the project's own tool, never edited.", shown_by=DEPENDENCIES),
]
