"""django-oauth-toolkit: modules that moved, names of routes, validators, settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.names import FindName, MoveModule
from django_hop.ops.settings import FindSetting
from django_hop.ops.settings_dicts import dict_values
from django_hop.ops.settings_text import string_edit
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

PACKAGE = "django-oauth-toolkit"
ROUTES = ("authorize", "token", "revoke-token", "introspect", "authorized-token-list", "authorized-token-delete")
"""Routes of the package whose names are hardly anybody else's; `list`, `detail` and the like are left to a person."""
REVERSE = (
    *("django.urls.reverse", "django.urls.reverse_lazy", "django.core.urlresolvers.reverse", "django.core.urlresolvers.reverse_lazy"),
    *("django.shortcuts.redirect", "django.shortcuts.resolve_url", "rest_framework.reverse.reverse"),
)


@dataclass(frozen=True)
class RouteName(PythonOp):
    """`reverse("token")` -> `reverse("oauth2_provider:token")`, where the project has no route of that name itself."""

    message: str = "routes of django-oauth-toolkit have a namespace: `oauth2_provider:{}`"

    @property
    def words(self) -> Words:
        """A route with a way to look it up."""
        return tuple(
            frozenset({*re.findall(r"\w+", route), function}) for route in ROUTES for function in ("reverse", "reverse_lazy", "redirect")
        )

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal names in a project that includes the package's routes; findings for those that it may have itself."""
        if not site.project.holding(b"oauth2_provider"):
            return
        for function in REVERSE:
            for call in site.calls(function):
                name = call.args[0] if call.args else None
                if not isinstance(name, ast.Constant) or name.value not in ROUTES:
                    continue
                message = self.message.format(name.value)
                if _is_own(site.project, str(name.value)):
                    yield site.finding(name, f"{message}; the project has a route of this name, too")
                    continue
                yield from site.change(name, message, string_edit, site, name, str(name.value), f"oauth2_provider:{name.value}")


def _is_own(project: Project, route: str) -> bool:
    """True if a URL pattern of the project may have this name."""
    pattern = re.compile(rb"name\s*=\s*['\"]%s['\"]" % re.escape(route.encode()))
    return any(pattern.search(project.tree[path]) for path in project.holding(route.encode().split(b"-")[0]))


@dataclass(frozen=True)
class OptionInDict(PythonOp):
    """Report an option of OAUTH2_PROVIDER."""

    option: str
    message: str

    @property
    def words(self) -> Words:
        """The setting with the option."""
        return (frozenset({"OAUTH2_PROVIDER", self.option}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the key."""
        for value in dict_values(site, "OAUTH2_PROVIDER"):
            for key in value.keys:
                if isinstance(key, ast.Constant) and key.value == self.option:
                    yield site.finding(key, self.message)


@dataclass(frozen=True)
class LooseRedirect(PythonOp):
    """Report redirect addresses that do not say exactly where to go."""

    message: str = "redirect addresses must match exactly from 3.4.1 on: no fragments, wildcards or further parameters"

    @property
    def words(self) -> Words:
        """The field."""
        return (frozenset({"redirect_uris"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such text."""
        for keyword in site.nodes(ast.keyword):
            value = keyword.value
            if keyword.arg == "redirect_uris" and isinstance(value, ast.Constant) and re.search(r"[*#?]", str(value.value)):
                yield site.finding(value, self.message)


def lacks_pkce(value: object) -> bool:
    """True for a dictionary that says nothing about PKCE."""
    return isinstance(value, dict) and "PKCE_REQUIRED" not in value


CODEMODS = [
    Codemod(
        "oauth2-contrib",
        "oauth2_provider.ext is found as oauth2_provider.contrib",
        package=PACKAGE,
        removed="1.0",
        works_from="1.0",
        safety=SAFE,
        covers=("dot-1.0-contrib",),
        docs="django-oauth-toolkit changelog 1.0.0: ext package has been deprecated",
        ops=(
            MoveModule("oauth2_provider.ext.rest_framework", "oauth2_provider.contrib.rest_framework"),
            MoveModule("oauth2_provider.ext", "oauth2_provider.contrib"),
        ),
    ),
    Codemod(
        "oauth2-namespace",
        "routes of django-oauth-toolkit are looked up in its namespace",
        package=PACKAGE,
        removed="0.12",
        works_from="0.12",
        safety=REVIEW,
        covers=("dot-0.12-urls-namespace",),
        docs="django-oauth-toolkit changelog 0.12.0: app_name",
        then="Look for these names in templates, too: `{% url 'authorize' %}` is `{% url 'oauth2_provider:authorize' %}`.",
        ops=(RouteName(),),
    ),
    Codemod(
        "oauth2-redirect-validator",
        "RedirectURIValidator becomes AllowedURIValidator, which says what an address may have",
        package=PACKAGE,
        deprecated="2.4",
        removed="3.0",
        works_from="2.4",
        safety=REVIEW,
        covers=("dot-3.0-removed-validators",),
        docs="django-oauth-toolkit changelog 3.0.0: Removed",
        ops=(
            Call(
                "oauth2_provider.validators.RedirectURIValidator",
                "`RedirectURIValidator` is now `AllowedURIValidator`",
                becomes="oauth2_provider.validators.AllowedURIValidator",
                rename={"allowed_schemes": "schemes"},
                add={"name": '"redirect URI"', "allow_path": "True", "allow_query": "True"},
                positional=("schemes",),
            ),
            FindName("oauth2_provider.validators.WildcardSet", "`WildcardSet` is gone: name the schemes that are allowed"),
            FindName(
                "oauth2_provider.views.oidc.validate_logout_request",
                "`validate_logout_request()` is gone: override the method of RPInitiatedLogoutView",
            ),
        ),
    ),
    Codemod(
        "oauth2-pkce",
        "clients with authorization codes have to use PKCE",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("dot-2.0-pkce",),
        docs="django-oauth-toolkit changelog 2.0.0: PKCE_REQUIRED",
        ops=(
            FindSetting(
                "OAUTH2_PROVIDER",
                "PKCE is required from 2.0 on; `PKCE_REQUIRED` set to False lets clients without it go on, as a debt",
                value=lacks_pkce,
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "oauth2-exact-redirects",
        "redirect addresses match exactly, refresh tokens expire when they say",
        package=PACKAGE,
        removed="3.4.1",
        works_from="2.0",
        safety=DETECT,
        silent=True,
        covers=("dot-3.4-exact-redirects",),
        docs="django-oauth-toolkit changelog 3.4.1: Security",
        ops=(
            OptionInDict("REFRESH_TOKEN_EXPIRE_SECONDS", "refresh tokens that are older than this are refused from 3.4.1 on"),
            LooseRedirect(),
        ),
    ),
]

UNSEEN = [
    Unseen("dot-2.0-hashed-client-secret", "A migration of the package hashes the secrets, for good.", shown_by="migrate"),
    Unseen("dot-3.0-token-checksum", "A migration of the package fills a column of its tables.", shown_by="migrate"),
]
