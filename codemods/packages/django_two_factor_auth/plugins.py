"""django-two-factor-auth: methods that became apps of their own, and the routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import Rename
from django_hop.ops.settings import ListItem
from django_hop.ops.templates import LoadLibrary
from django_hop.rewrite.site import Site

PACKAGE = "django-two-factor-auth"
PHONE = "two_factor.plugins.phonenumber"
_TRACES = (b"TWO_FACTOR_SMS_GATEWAY", b"TWO_FACTOR_CALL_GATEWAY", b"PhoneDevice")


@dataclass(frozen=True)
class PhoneApp(ListItem):
    """The app for telephones, where the project sends messages or calls."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """The item, in such a project."""
        if any(site.project.holding(word) for word in _TRACES):
            yield from super().apply(site)


@dataclass(frozen=True)
class IncludedRoutes(PythonOp):
    """`include("two_factor.urls", "two_factor")` -> `include(tf_urls)`: the list of routes brings its namespace along."""

    message: str = "the routes of two_factor are a pair of patterns and a name: `include(tf_urls)`"

    @property
    def words(self) -> Words:
        """The module, included."""
        return (frozenset({"include", "two_factor", "urls"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of include() with the module's name."""
        for function in ("django.urls.include", "django.conf.urls.include"):
            for call in site.calls(function):
                module = call.args[0] if call.args else None
                if not isinstance(module, ast.Constant) or module.value != "two_factor.urls":
                    continue
                spoken = site.imports.need_as("two_factor.urls.urlpatterns", "tf_urls", call)
                if spoken is None:
                    yield site.finding(call, f"{self.message}; the names for it are taken in this file")
                    continue
                end = site.module.end(call) - 1
                yield Edit(site.module.start(module), end, spoken)
                yield site.finding(call, self.message, fixed=True)


CODEMODS = [
    Codemod(
        "two-factor-phone-app",
        "INSTALLED_APPS has two_factor.plugins.phonenumber where telephones are a second factor",
        package=PACKAGE,
        removed="1.14",
        works_from="1.14",
        safety=SAFE,
        silent=True,
        covers=("two-factor-1.14-phone-plugin",),
        docs="django-two-factor-auth changelog 1.14.0: Phone, email and yubikey plugins",
        then="Go to 1.15.3 or later, and look at what makemigrations and migrate say: the table of telephones moves to the new app.",
        ops=(
            PhoneApp(
                ("INSTALLED_APPS",),
                f"telephones as a second factor need the app `{PHONE}`",
                append=PHONE,
                after="two_factor",
                when="two_factor",
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "two-factor-phone-imports",
        "telephones of two_factor come from its plugin",
        package=PACKAGE,
        removed="1.14",
        works_from="1.14",
        safety=SAFE,
        covers=("two-factor-1.14-phone-imports",),
        docs="django-two-factor-auth changelog 1.14.0: Phone, email and yubikey plugins",
        ops=(
            Rename("two_factor.models", {"PhoneDevice": "PhoneDevice"}, to=f"{PHONE}.models"),
            Rename("two_factor.models", {"get_available_phone_methods": "get_available_phone_methods"}, to=f"{PHONE}.utils"),
            Rename("two_factor.models", {"get_available_methods": "get_available_methods"}, to="two_factor.utils"),
            Rename("two_factor.utils", {"backup_phones": "backup_phones"}, to=f"{PHONE}.utils"),
        ),
    ),
    Codemod(
        "two-factor-template-library",
        "templates load phonenumber in place of two_factor",
        package=PACKAGE,
        removed="1.14",
        works_from="1.14",
        safety=SAFE,
        covers=("two-factor-1.14-templatetags",),
        docs="django-two-factor-auth changelog 1.14.0: Template library renamed",
        ops=(LoadLibrary({"two_factor": "phonenumber"}),),
    ),
    Codemod(
        "two-factor-urls",
        "the routes of two_factor are included as what they are",
        package=PACKAGE,
        removed="1.10",
        works_from="1.10",
        safety=SAFE,
        covers=("two-factor-1.13-urls",),
        docs="django-two-factor-auth documentation: Installation, URLs",
        ops=(IncludedRoutes(),),
    ),
]
