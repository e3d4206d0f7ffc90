"""Modules and names that moved or went, and templates that were rebuilt."""

from __future__ import annotations

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.attributes import FindUse
from django_hop.ops.names import FindName, MoveModule
from django_hop.ops.template_finds import FindText

PACKAGE = "django-allauth"
_ADAPTER = "providers come from the adapter now: `get_adapter().get_provider(request, id)` and `list_providers(request)`"

CODEMODS = [
    Codemod(
        "allauth-core-modules",
        "allauth.exceptions and allauth.ratelimit are found under allauth.core",
        package=PACKAGE,
        deprecated="0.56",
        removed=None,
        works_from="0.56",
        safety=SAFE,
        covers=("allauth-0.56-core-modules",),
        docs="django-allauth 0.56 release notes: allauth.core",
        ops=(
            MoveModule("allauth.exceptions", "allauth.core.exceptions"),
            MoveModule("allauth.ratelimit", "allauth.core.ratelimit"),
        ),
    ),
    Codemod(
        "allauth-provider-api",
        "providers and their apps are looked up through the adapter",
        package=PACKAGE,
        removed="0.55",
        works_from="0.55",
        safety=DETECT,
        covers=("allauth-0.55-provider-api",),
        docs="django-allauth 0.55 release notes: Backwards incompatible changes",
        ops=(
            FindName("allauth.socialaccount.providers.registry.by_id", _ADAPTER),
            FindName("allauth.socialaccount.providers.registry.get_list", _ADAPTER),
            FindName("allauth.utils.email_address_exists", "`email_address_exists()` is gone: look at `EmailAddress.objects`"),
            FindName("allauth.socialaccount.models.SocialApp.objects.get_current", _ADAPTER),
            FindUse(("get_app",), _ADAPTER, receiver=r"(?i)(.*_)?provider"),
        ),
    ),
    Codemod(
        "allauth-templates",
        "allauth's own templates stand on other base templates and elements",
        package=PACKAGE,
        removed="0.58",
        works_from="0.58",
        safety=DETECT,
        covers=("allauth-0.58-templates",),
        docs="django-allauth 0.58 release notes: templates",
        ops=(
            FindText(
                r"\{%\s*(?:extends|include)\s+['\"](?:account|socialaccount)/[^'\"]+['\"]",
                ("account",),
                "allauth's templates were rebuilt in 0.58 around `allauth/layouts` and elements: compare this copy with the new one",
                paths=r"(^|/)(account|socialaccount)/[^/]+\.html$",
            ),
        ),
        from_before=True,
    ),
]
