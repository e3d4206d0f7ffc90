"""social-auth-app-django: JSON columns."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, SAFE, Codemod, Unseen
from django_hop.ops.settings import RenameSetting

PACKAGE = "social-auth-app-django"


CODEMODS = [
    Codemod(
        "social-auth-jsonfield",
        "SOCIAL_AUTH_POSTGRES_JSONFIELD becomes SOCIAL_AUTH_JSONFIELD_ENABLED",
        package=PACKAGE,
        deprecated="5.0",
        removed="5.5",
        works_from="5.0",
        safety=SAFE,
        covers=("social-auth-5.0-jsonfield-setting",),
        docs="social-auth-app-django changelog 5.0.0: SOCIAL_AUTH_JSONFIELD_ENABLED",
        then="The setting decides about the type of a column: apply the migrations of 5.3 to 5.4 in order, they copy the data.",
        ops=(RenameSetting("SOCIAL_AUTH_POSTGRES_JSONFIELD", "SOCIAL_AUTH_JSONFIELD_ENABLED"),),
    ),
]

UNSEEN = [
    Unseen("social-auth-5.8-old-migrations", "Only a database tells which migrations it has seen.", shown_by="migrate"),
    Unseen("social-auth-8.0-floors", "The commit that moves the requirement moves social-auth-core with it.", shown_by=DEPENDENCIES),
]
