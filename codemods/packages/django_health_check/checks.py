"""Checks: one view with a list, no app for each."""

from __future__ import annotations

from django_hop.model import DETECT, Codemod
from django_hop.ops.find import FindModule

_PARTS = ("db", "cache", "storage", "contrib", "backends", "plugins", "urls")

CODEMODS = [
    Codemod(
        "health-check-views",
        "checks of health are listed in their view",
        package="django-health-check",
        deprecated="3.21",
        removed="4.0",
        works_from="3.21",
        safety=DETECT,
        covers=("health-check-4.0-views",),
        docs="django-health-check: Migrating to v4",
        ops=tuple(
            FindModule(
                f"health_check.{part}", "django-health-check 4.0 has `HealthCheckView.as_view(checks=[...])` in place of apps and URLs"
            )
            for part in _PARTS
        ),
    ),
]
