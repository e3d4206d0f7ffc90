"""django-allauth-2fa: allauth has a second factor of its own."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule

CODEMODS = [
    Codemod(
        "allauth-2fa",
        "allauth.mfa takes the place of django-allauth-2fa",
        package="django-allauth-2fa",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-allauth-2fa-any-to-allauth-mfa",),
        docs="django-allauth documentation: MFA, migrating from django-allauth-2fa",
        ops=(
            FindModule(
                "allauth_2fa",
                "allauth.mfa takes its place: secrets have to be copied from django-otp's tables, recovery codes made anew",
            ),
        ),
    ),
]
