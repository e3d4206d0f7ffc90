"""The database backend of constance, which is no app of its own any more."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.settings import ListItem

CODEMODS = [
    Codemod(
        "constance-database-app",
        "the database backend of constance is no app of its own",
        package="django-constance",
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("constance-3.0-database-backend",),
        docs="django-constance 3.0.0 changelog: migrations of the database backend",
        then="Migrations of `constance` rename the table; one of 4.0 turns pickled values into JSON.",
        ops=(
            ListItem(
                ("INSTALLED_APPS",),
                "`constance` itself has the model of its database backend since 3.0",
                remove=("constance.backends.database",),
            ),
        ),
    ),
]
