"""social-auth-core: the alias of the access token."""

from __future__ import annotations

from django_hop.model import REVIEW, Codemod
from django_hop.ops.attributes import RenameUse

CODEMODS = [
    Codemod(
        "social-auth-tokens",
        "tokens of a social account is called access_token",
        package="social-auth-core",
        deprecated="4.0",
        removed="4.5.5",
        works_from="1.0",
        safety=REVIEW,
        covers=("social-auth-core-4.5-tokens-alias",),
        docs="social-auth-core changelog 4.5.5: Removed",
        ops=(
            RenameUse(
                {"tokens": "access_token"},
                "`{old}` of a social account is now `{new}`",
                receiver=r"(user_)?social(_auth|_user|_account)?",
            ),
        ),
    ),
]
