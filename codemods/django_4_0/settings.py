"""Settings: trusted origins, the XSS filter, formats and time zones by default."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.dicts import without_item
from django_hop.ops.settings import DropSetting, FindSetting, SetDefault
from django_hop.ops.settings_uses import Use, literal, own_assignments, settings_of, uses
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindText
from django_hop.ops.where import tests
from django_hop.releases import order
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

COOKIE = "4.0 checks the Origin header of every unsafe request"
PROXY = (
    f"{COOKIE}: behind a proxy that ends TLS, every POST is refused unless Django knows that it was https; set `SECURE_PROXY_SSL_HEADER` "
    "if your proxy sets that header itself, or name the site in `CSRF_TRUSTED_ORIGINS`"
)
SUBDOMAINS = f"{COOKIE}: POSTs between subdomains that share this cookie need `CSRF_TRUSTED_ORIGINS`, as `https://*.example.com`"
SECURITY = "django.middleware.security.SecurityMiddleware"
OWN_SCRIPTS = re.compile(r"^(?!.*(?:\.min\.|/vendor|/libs?/|/contrib/admin/)).*$")
OPENER_USE = r"\bwindow\.opener\b(?!(?:\.\w+)*\.dismiss\w*Popup\b)"
"""The opener, but for pop-ups after the admin's, `opener.dismissAddRelatedObjectPopup()`, which never leave the site."""
_USED = re.compile(OPENER_USE.encode())
OPENER = (
    "`SecurityMiddleware` sends Cross-Origin-Opener-Policy: same-origin from 4.0 on, which cuts windows off that scripts here use; "
    "None is what was, for the time being: take it out when they do without, or try `same-origin-allow-popups`"
)
XSS = "`SECURE_BROWSER_XSS_FILTER` is gone: no X-XSS-Protection header is sent"
SERIALIZE = "`SERIALIZE` of test databases is deprecated: only databases of `serialized_rollback` tests are serialised"


@dataclass(frozen=True)
class OriginHeader(PythonOp):
    """Settings that tell of subdomains or a proxy where no trusted origins, or no proxy header, are set."""

    @property
    def words(self) -> Words:
        """One of the telling settings."""
        names = ("CSRF_COOKIE_DOMAIN", "SESSION_COOKIE_DOMAIN", "USE_X_FORWARDED_HOST", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_SECURE")
        return tuple(frozenset({name}) for name in names)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the setting; of the settings for a secure site only at the first there is in the group."""
        chain = settings_of(site)
        if not chain.is_settings(site.path) or chain.defined_in_unit(site.path, "CSRF_TRUSTED_ORIGINS"):
            return
        domain = "SESSION_COOKIE_DOMAIN" if chain.defined_in_unit(site.path, "CSRF_USE_SESSIONS") else "CSRF_COOKIE_DOMAIN"
        for one in own_assignments(site, domain):
            value = literal(one.value)
            if isinstance(value, str) and value.startswith("."):
                yield site.finding(one.target, SUBDOMAINS)
        if chain.defined_in_unit(site.path, "SECURE_PROXY_SSL_HEADER"):
            return
        for name in ("USE_X_FORWARDED_HOST", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_SECURE"):
            if any(literal(one.value) is not False for one in chain.in_unit(site.path, name)):
                for one in own_assignments(site, name):
                    if literal(one.value) is not False:
                        yield site.finding(one.target, PROXY)
                return


@dataclass(frozen=True)
class DropSerialize(PythonOp):
    """The `SERIALIZE` key goes from `TEST` dicts of DATABASES where it is False; True is a finding."""

    @property
    def words(self) -> Words:
        """The key."""
        return (frozenset({"SERIALIZE", "DATABASES"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for dict literals, findings for assignments to the key and other values."""
        spans = {one.statement for one in own_assignments(site, "DATABASES")} | {one.node for one in uses(site, "DATABASES")}
        for node in site.names.strings:
            if node.value != "SERIALIZE" or not any(one in spans for one in site.ancestors(node)):
                continue
            holder = site.parent(node)
            try:
                if not isinstance(holder, ast.Dict) or node not in holder.keys:
                    raise Refused("it is assigned to later")
                value = holder.values[holder.keys.index(node)]
                if literal(value) is not False:
                    raise Refused("leave it out, and mark the tests that need it with `serialized_rollback = True`")
                yield without_item(site, holder, holder.keys.index(node))
            except Refused as error:
                yield site.finding(node, f"{SERIALIZE}; {error}")
                continue
            yield site.finding(node, SERIALIZE, fixed=True)


@dataclass(frozen=True)
class DropL10n(DropSetting):
    """`USE_L10N = True` goes; where it overrides, or builds on, a module that has it nowhere and gets it pinned to False, it stays."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """As for any setting, but that the line stays in hops that come from before 4.0 and end before 5.0: until then it does what it
        is for, and without it a second run of the hop would take the project for one that had the old default, and pin that.
        """
        if order(site.hop.source) >= order("4.0") or order(site.hop.target) >= order("5.0"):
            yield from super().apply(site)
            return
        for use in uses(site, self.name):
            yield from self._use(site, use)

    def _obstacle(self, site: Site) -> str | None:
        why = super()._obstacle(site)
        chain = settings_of(site)
        below = [one for path in chain.chain(site.path) for one in chain.assignments_of(path)]
        rooted = any(one.name == "INSTALLED_APPS" and one.defines for one in below)
        if why or order(site.hop.source) >= order("4.0") or not rooted or any(one.name == "USE_L10N" for one in below):
            return why
        return "the module it builds on starts from False, as it was by default"

    def _use(self, site: Site, use: Use) -> Iterator[Edit | Finding]:
        chain = settings_of(site)
        roots = {one.path for one in chain.assignments("INSTALLED_APPS")}
        pinned = order(site.hop.source) < order("4.0") and not all(chain.defined_in_unit(path, "USE_L10N") for path in roots)
        other = pinned or any(self._refusal(one) for one in chain.assignments(self.name))
        if use.kind == "override" and literal(use.value) is True and other and order(site.hop.target) >= order("5.0"):
            return  # nobody reads it any more, and it says what is always so
        if use.kind == "override" and pinned:
            yield site.finding(use.node, f"{self.message}; here it overrides the False that the project starts from")
            return
        yield from super()._use(site, use)


def opens_windows(site: Site) -> bool:
    """True if scripts of the project use the window that opened theirs, or its log-in does, and SecurityMiddleware would cut that off."""
    chain = settings_of(site)
    if not any(SECURITY in ast.unparse(one.value) for one in chain.in_unit(site.path, "MIDDLEWARE") if one.value is not None):
        return False
    if chain.defined_in_unit(site.path, "SOCIAL_AUTH_LOGIN_POPUP"):
        return True
    tree = site.project.tree
    return any(
        b"window.opener" in data and OWN_SCRIPTS.match(path) and _USED.search(data)
        for path, data in tree.items()
        if path.endswith((".js", ".html", ".htm"))
    )


CODEMODS = [
    Codemod(
        "csrf-origin-header",
        "settings are found that may need trusted origins for the Origin header",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-csrf-origin-header-check",),
        docs="releases/4.0: CSRF_TRUSTED_ORIGINS changes / Configuring it may now be required",
        ops=crossing("4.0", OriginHeader()),
    ),
    Codemod(
        "secure-browser-xss-filter",
        "SECURE_BROWSER_XSS_FILTER goes, for it has no effect any more",
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-secure-browser-xss-filter-removed",),
        docs="releases/4.0: SecurityMiddleware no longer sets the X-XSS-Protection header",
        silent=True,
        ops=(
            DropSetting("SECURE_BROWSER_XSS_FILTER", XSS),
            FindInStrings(r"(?i)x-xss-protection", ("Protection",), "`SecurityMiddleware` no longer sends this header", where=tests),
        ),
    ),
    Codemod(
        "use-l10n-default",
        "USE_L10N is set to False where its default of True would change numbers and dates",
        removed="4.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.0-use-l10n-default-true",),
        docs="releases/4.0: Localization",
        silent=True,
        ops=crossing(
            "4.0",
            SetDefault(
                "USE_L10N",
                "False",
                "`USE_L10N` was False by default and is True from 4.0 on; False keeps numbers and dates as they were until 5.0 "
                "takes the setting away",
                beside=("USE_I18N", "LANGUAGE_CODE", "TIME_ZONE"),
            ),
        ),
    ),
    Codemod(
        "use-l10n",
        "USE_L10N = True goes, for it is the default",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-use-l10n-setting",),
        docs="releases/4.0: Localization",
        after=("use-l10n-default",),
        silent=True,
        ops=(
            DropL10n(
                "USE_L10N",
                "`USE_L10N` is deprecated: from 5.0 on formats are always localised",
                value=True,
            ),
        ),
    ),
    Codemod(
        "use-tz-default",
        "USE_TZ is set to False where its default of True would change date times",
        deprecated="4.0",
        removed="5.0",
        works_from="1.11",
        safety=SAFE,
        covers=("4.0-use-tz-default",),
        docs="releases/4.0: Time zone support",
        silent=True,
        ops=crossing(
            "5.0",
            SetDefault(
                "USE_TZ",
                "False",
                "`USE_TZ` is False by default and True from 5.0 on; moving to True is a change of its own",
                beside=("USE_L10N", "USE_I18N", "LANGUAGE_CODE", "TIME_ZONE"),
            ),
        ),
    ),
    Codemod(
        "use-deprecated-pytz",
        "USE_DEPRECATED_PYTZ goes or is found",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-use-deprecated-pytz-setting",),
        docs="releases/4.0: zoneinfo default timezone implementation",
        silent=True,
        ops=(
            DropSetting(
                "USE_DEPRECATED_PYTZ",
                "`USE_DEPRECATED_PYTZ` has no effect from 5.0 on, where all zones are of zoneinfo",
                value=False,
            ),
        ),
    ),
    Codemod(
        "test-database-serialize",
        "test databases are not told to leave out serialising",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-test-serialize-setting",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(DropSerialize(),),
    ),
    Codemod(
        "cross-origin-opener-policy",
        "windows keep their tie to the one that opened them where scripts use it",
        removed="4.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.0-cross-origin-opener-policy-default",),
        docs="releases/4.0: Requests and Responses",
        silent=True,
        ops=crossing(
            "4.0",
            SetDefault(
                "SECURE_CROSS_ORIGIN_OPENER_POLICY",
                "None",
                OPENER,
                beside=("SECURE_REFERRER_POLICY", "SECURE_CONTENT_TYPE_NOSNIFF", "MIDDLEWARE"),
                when=opens_windows,
            ),
            FindText(
                OPENER_USE,
                ("window", "opener"),
                "`SecurityMiddleware` sends Cross-Origin-Opener-Policy: same-origin, which cuts this off where the other page is of "
                "another origin: "
                "`SECURE_CROSS_ORIGIN_OPENER_POLICY` may have to be None or `same-origin-allow-popups`",
                paths=OWN_SCRIPTS.pattern,
                any_file=True,
            ),
            FindSetting(
                "SOCIAL_AUTH_LOGIN_POPUP",
                'a log-in in a pop-up window of another origin needs `SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"`',
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("4.0-startproject-static-url", "Only new projects are written differently."),
    Unseen("4.0-staticfiles-dirs-must-exist", "Whether a folder exists is seen where the project runs, by `manage.py check`.", "checks"),
]
