"""Settings: the middleware, login methods, sign-up fields, rate limits, and what became otherwise by default."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.model import DEPENDENCIES, DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.names import FindName
from django_hop.ops.settings import FindSetting, ListItem, RenameSetting
from django_hop.ops.settings_combine import CombineSettings
from django_hop.ops.template_finds import FindTag
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused
from django_hop.rewrite.template import TemplateSite

PACKAGE = "django-allauth"
_METHODS = {
    "username": '{"username"}',
    "email": '{"email"}',
    "username_email": '{"username", "email"}',
}


def login_methods(value: ast.expr, text: str) -> str | None:
    """`"username_email"` -> `{"username", "email"}`; None for what is no literal."""
    new = _METHODS.get(str(value.value)) if isinstance(value, ast.Constant) else None
    return new.replace('"', "'") if new and text.startswith("'") else new


def signup_fields(values: Mapping[str, object], sources: Mapping[str, str]) -> str:
    """The list of fields that allauth itself makes of the old settings."""
    if any(not isinstance(value, bool) for value in values.values()):
        raise Refused("a value is no plain True or False")
    email = bool(values.get("ACCOUNT_EMAIL_REQUIRED", False))
    twice = values.get("ACCOUNT_SIGNUP_PASSWORD_ENTER_TWICE", values.get("ACCOUNT_SIGNUP_PASSWORD_VERIFICATION", True))
    fields = ["email*" if email else "email"]
    if values.get("ACCOUNT_SIGNUP_EMAIL_ENTER_TWICE", False):
        fields.append("email2*" if email else "email2")
    if values.get("ACCOUNT_USERNAME_REQUIRED", True):
        fields.append("username*")
    fields += ["password1*", *(["password2*"] if twice else [])]
    return "[" + ", ".join(f'"{one}"' for one in fields) + "]"


def rate_limits(values: Mapping[str, object], sources: Mapping[str, str]) -> str:
    """The rates that allauth itself makes of the old settings."""
    if any(not isinstance(value, int) or isinstance(value, bool) or value <= 0 for value in values.values()):
        raise Refused("a value is no plain number")
    lines = []
    if values.keys() - {"ACCOUNT_EMAIL_CONFIRMATION_COOLDOWN"}:
        amount = values.get("ACCOUNT_LOGIN_ATTEMPTS_LIMIT", 5)
        lines.append(f'    "login_failed": "10/m/ip,{amount}/{values.get("ACCOUNT_LOGIN_ATTEMPTS_TIMEOUT", 300)}s/key",\n')
    if "ACCOUNT_EMAIL_CONFIRMATION_COOLDOWN" in values:
        lines.append(f'    "confirm_email": "1/{values["ACCOUNT_EMAIL_CONFIRMATION_COOLDOWN"]}s/key",\n')
    return "{\n" + "".join(lines) + "}"


def has_rate_without_subject(value: object) -> bool:
    """True if a rate of the dictionary says neither /ip nor /user nor /key."""
    rates = [str(rate) for rate in value.values() if rate] if isinstance(value, dict) else []
    return any(not part.endswith(("/ip", "/user", "/key")) for rate in rates for part in rate.split(","))


@dataclass(frozen=True)
class LoginLink(FindTag):
    """Links that start a social login, where the project says nothing about GET."""

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """The links of a project without the setting."""
        if not site.project.holding(b"SOCIALACCOUNT_LOGIN_ON_GET"):
            yield from super().apply(site)


@dataclass(frozen=True)
class StoredToken(FindName):
    """Uses of stored tokens, where the project does not say that they are stored."""

    def apply(self, site: Site) -> Iterator[Finding]:
        """The uses in a project without the setting."""
        if not site.project.holding(b"SOCIALACCOUNT_STORE_TOKENS"):
            yield from super().apply(site)


_SIGNUP = (
    *("ACCOUNT_EMAIL_REQUIRED", "ACCOUNT_USERNAME_REQUIRED", "ACCOUNT_SIGNUP_EMAIL_ENTER_TWICE"),
    *("ACCOUNT_SIGNUP_PASSWORD_ENTER_TWICE", "ACCOUNT_SIGNUP_PASSWORD_VERIFICATION"),
)
_RATES = ("ACCOUNT_LOGIN_ATTEMPTS_LIMIT", "ACCOUNT_LOGIN_ATTEMPTS_TIMEOUT", "ACCOUNT_EMAIL_CONFIRMATION_COOLDOWN")

CODEMODS = [
    Codemod(
        "allauth-account-middleware",
        "MIDDLEWARE has allauth's AccountMiddleware",
        package=PACKAGE,
        removed="0.56",
        works_from="0.56",
        safety=SAFE,
        covers=("allauth-0.56-account-middleware",),
        docs="django-allauth 0.56 release notes: AccountMiddleware",
        ops=(
            *(
                ListItem(
                    ("MIDDLEWARE",),
                    "allauth does not start without its AccountMiddleware",
                    append="allauth.account.middleware.AccountMiddleware",
                    when=app,
                )
                for app in ("allauth.account", "allauth.account.apps.AccountConfig")
            ),
        ),
    ),
    Codemod(
        "allauth-login-methods",
        "ACCOUNT_AUTHENTICATION_METHOD becomes the set ACCOUNT_LOGIN_METHODS",
        package=PACKAGE,
        deprecated="65.4",
        removed=None,
        works_from="65.4",
        safety=SAFE,
        covers=("allauth-65.4-login-methods",),
        docs="django-allauth 65.4 release notes: ACCOUNT_LOGIN_METHODS",
        ops=(
            RenameSetting("ACCOUNT_AUTHENTICATION_METHOD", "ACCOUNT_LOGIN_METHODS", login_methods),
            FindName("allauth.account.app_settings.AUTHENTICATION_METHOD", "`AUTHENTICATION_METHOD` is now the set `LOGIN_METHODS`"),
        ),
    ),
    Codemod(
        "allauth-signup-fields",
        "the settings for sign-up become ACCOUNT_SIGNUP_FIELDS",
        package=PACKAGE,
        deprecated="65.5",
        removed=None,
        works_from="65.5",
        safety=SAFE,
        covers=("allauth-65.5-signup-fields",),
        docs="django-allauth 65.5 release notes: ACCOUNT_SIGNUP_FIELDS",
        ops=(CombineSettings(_SIGNUP, "ACCOUNT_SIGNUP_FIELDS", signup_fields, "the fields for sign-up are now `ACCOUNT_SIGNUP_FIELDS`"),),
    ),
    Codemod(
        "allauth-rate-limits",
        "limits of login attempts and mails become ACCOUNT_RATE_LIMITS",
        package=PACKAGE,
        deprecated="0.61",
        removed=None,
        works_from="0.61",
        safety=REVIEW,
        covers=("allauth-0.61-rate-limits",),
        docs="django-allauth 0.61 release notes: Rate limits",
        then="Rates are counted in the cache: with several processes it has to be a shared one.",
        ops=(
            CombineSettings(_RATES, "ACCOUNT_RATE_LIMITS", rate_limits, "these limits are now rates in `ACCOUNT_RATE_LIMITS`"),
            FindSetting(
                "ACCOUNT_RATE_LIMITS",
                "each rate of `ACCOUNT_RATE_LIMITS` says what it counts by: /ip, /user or /key",
                value=has_rate_without_subject,
            ),
        ),
    ),
    Codemod(
        "allauth-login-on-get",
        "social logins start by POST; a link shows a page that asks",
        package=PACKAGE,
        removed="0.47",
        works_from="0.47",
        safety=DETECT,
        covers=("allauth-0.47-login-on-get",),
        docs="django-allauth 0.47 release notes: SOCIALACCOUNT_LOGIN_ON_GET",
        ops=(
            LoginLink(
                ("provider_login_url",),
                "a link to this address now shows a page that asks; make it a form with POST, or set `SOCIALACCOUNT_LOGIN_ON_GET`",
            ),
        ),
        from_before=True,
    ),
    Codemod(
        "allauth-store-tokens",
        "tokens of social accounts are stored only if SOCIALACCOUNT_STORE_TOKENS says so",
        package=PACKAGE,
        removed="0.48",
        works_from="0.48",
        safety=DETECT,
        silent=True,
        covers=("allauth-0.48-store-tokens",),
        docs="django-allauth 0.48 release notes: SOCIALACCOUNT_STORE_TOKENS",
        ops=(
            StoredToken(
                "allauth.socialaccount.models.SocialToken",
                "tokens are no longer stored by default: set `SOCIALACCOUNT_STORE_TOKENS = True` to keep them",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("allauth-0.62-extras", "The commit that moves the requirement names its extras.", shown_by=DEPENDENCIES),
    Unseen("allauth-64.0-django-floor", "The commit that moves the requirement goes to a release for the hop.", shown_by=DEPENDENCIES),
    Unseen("allauth-0.60-emails-lowercase", "A migration of the package changes data.", shown_by="migrate"),
]
