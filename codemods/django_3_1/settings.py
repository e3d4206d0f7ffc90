"""Settings: seconds in place of days, relative URLs, what the admin's sidebar needs, the referrer policy."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit
from django_hop.ops.crossing import crossing
from django_hop.ops.settings import DropSetting, FindSetting, ListItem, RenameSetting, SetDefault, times
from django_hop.ops.settings_changes import lists
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

RELATIVE = "`{}` without a slash at its front is put behind the script's prefix from 3.1 on"
AUTH = "django.contrib.auth.context_processors.auth"


def _is_relative(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.startswith("/") and "://" not in value


@dataclass(frozen=True)
class ContextProcessor(ListItem):
    """A context processor beside another one; where that is not listed nothing is added, because the list cannot be told from others."""

    def _addition(self, site: Site, one: Assignment, new: str) -> list[Edit]:
        if not any(node.value == self.before for node in site.names.strings) or b"enable_nav_sidebar" in b"".join(self._admins(site)):
            raise Refused("the list of context processors is not written out here, or the sidebar is switched off")
        if any(isinstance(node, ast.Constant) and node.value == new for node in ast.walk(one.statement)):
            return []
        return super()._addition(site, one, new)

    @staticmethod
    def _admins(site: Site) -> list[bytes]:
        return [site.project.tree[path] for path in site.project.holding(b"enable_nav_sidebar")]


CODEMODS = [
    Codemod(
        "password-reset-timeout",
        "the time that links to reset passwords live is given in seconds",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-password-reset-timeout-days",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        silent=True,
        ops=(RenameSetting("PASSWORD_RESET_TIMEOUT_DAYS", "PASSWORD_RESET_TIMEOUT", times(86400), "{} // 86400"),),
    ),
    Codemod(
        "relative-static-url",
        "relative URLs of static files and uploads get the script's prefix",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-static-media-url-script-prefix",),
        docs="releases/3.1: Miscellaneous",
        silent=True,
        ops=crossing("3.1", *(FindSetting(name, RELATIVE.format(name), value=_is_relative) for name in ("STATIC_URL", "MEDIA_URL"))),
    ),
    Codemod(
        "referrer-policy-default",
        "SECURE_REFERRER_POLICY says that browsers go on sending the referrer",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-secure-referrer-policy-default",),
        docs="releases/3.1: Security",
        silent=True,
        then="the pin is for the time of the hop. Most sites should drop the line: then other sites are no longer told which page a "
        "visitor came from (Referrer-Policy: same-origin), which payment pages, single sign-on, analytics and embedded third parties may "
        "notice.",
        ops=crossing(
            "3.1",
            SetDefault(
                "SECURE_REFERRER_POLICY",
                "None",
                "from 3.1 on responses say Referrer-Policy: same-origin by default",
                beside=("MIDDLEWARE", "SECURE_BROWSER_XSS_FILTER", "SECURE_CONTENT_TYPE_NOSNIFF", "X_FRAME_OPTIONS"),
                comment="As before Django 3.1. Drop it once no other site needs the referrer.",
                when=lists("django.middleware.security.SecurityMiddleware"),
            ),
        ),
    ),
    Codemod(
        "admin-request-context-processor",
        "templates of the admin get the request",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-admin-request-context-processor",),
        docs="releases/3.1: django.contrib.admin",
        ops=(
            ContextProcessor(
                ("TEMPLATES",),
                "the admin's sidebar needs the context processor `request` from 3.1 on (admin.W411)",
                append="django.template.context_processors.request",
                before=AUTH,
                when="django.contrib.admin",
            ),
        ),
    ),
    Codemod(
        "system-check-ids",
        "silenced checks are named by their ids of today",
        removed="3.1",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-system-check-id-renames",),
        docs="ref/checks",
        silent=True,
        ops=(
            ListItem(
                ("SILENCED_SYSTEM_CHECKS",),
                "two system checks have other ids from 3.1 on",
                replace={"mysql.E001": "mysql.W003", "postgres.E003": "fields.E010"},
            ),
        ),
    ),
    Codemod(
        "default-hashing-algorithm",
        "the bridge DEFAULT_HASHING_ALGORITHM goes",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-default-hashing-algorithm-setting",),
        docs="releases/3.1: DEFAULT_HASHING_ALGORITHM settings",
        silent=True,
        ops=(
            DropSetting(
                "DEFAULT_HASHING_ALGORITHM",
                "`DEFAULT_HASHING_ALGORITHM` bridges the switch from 3.0 and is gone in 4.0: drop it once no older process serves",
                value="sha256",
            ),
        ),
    ),
]
