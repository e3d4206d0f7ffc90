"""What the releases of django-celery-results changed is in its tables."""

from __future__ import annotations

from django_hop.model import Unseen

UNSEEN = [
    Unseen(
        "django-celery-results-2.0-taskresult",
        "Columns and indexes come with migrations of the app, which rewrite a table that may be large.",
        shown_by="migrate",
    )
]
