"""What the releases of django-celery-beat changed is in its tables and its requirements."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, Unseen

UNSEEN = [
    Unseen(
        "django-celery-beat-2.0-migrate", "New columns come with migrations of the app, to be run before the new beat.", shown_by="migrate"
    ),
    Unseen("django-celery-beat-2.9-django-cap", "The plan sets a floor, so that no resolver walks back.", shown_by=DEPENDENCIES),
]
