"""django-oauth2-provider, the predecessor in fact of django-oauth-toolkit."""

from __future__ import annotations

from django_hop.model import ANY, DETECT, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.settings import SettingValue

MESSAGE = (
    "django-oauth2-provider ended in 2014: "
    "django-oauth-toolkit takes its place, with tables of its own to which clients and tokens are moved"
)

CODEMODS = [
    Codemod(
        "django-oauth2-provider",
        "django-oauth2-provider has been given up",
        package="django-oauth2-provider",
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("django-oauth2-provider-any-dead",),
        docs="django-oauth2-provider: the last release, of 2014",
        ops=(
            SettingValue(("INSTALLED_APPS",), {"provider": None, "provider.oauth2": None}, MESSAGE),
            FindModule("provider.oauth2", MESSAGE),
        ),
    ),
]
