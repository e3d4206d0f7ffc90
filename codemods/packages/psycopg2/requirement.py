"""The driver's successor; what of its API the code uses, the pack of Django 4.2 looks at, which supports both."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Unseen

UNSEEN = [
    Unseen(
        "psycopg-3.1-requirement",
        "The requirement is a person's to change: psycopg2 goes on working, and other packages may need it.",
        shown_by=DEPENDENCIES,
    )
]
