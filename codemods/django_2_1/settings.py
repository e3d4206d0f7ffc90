"""Settings: cookies and SameSite, behaviours of pylibmc, ETags."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.settings import DropSetting, SetDefault
from django_hop.ops.settings_changes import lists
from django_hop.ops.settings_uses import own_assignments, uses
from django_hop.rewrite.site import Site

SAMESITE = "from 2.1 on the {} cookie is SameSite=Lax by default: cross-site POSTs (payments, SAML) and iframes come without it"
KEPT = "As before Django 2.1. Drop it for SameSite=Lax, once no other site needs the cookie."
BACKEND = "django.core.cache.backends.memcached.PyLibMCCache"
PYLIBMC = "behaviours of pylibmc stand in OPTIONS under `behaviors`"
OWN = frozenset({"behaviors", "binary", "username", "password"})


@dataclass(frozen=True)
class PylibmcBehaviors(PythonOp):
    """OPTIONS of PyLibMCCache that are behaviours move into a dictionary of their own."""

    @property
    def words(self) -> Words:
        """The setting and the backend."""
        return (frozenset({"CACHES", "PyLibMCCache", "OPTIONS"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for dictionaries written out, findings for others."""
        values = [one.value for one in own_assignments(site, "CACHES")] + [use.value for use in uses(site, "CACHES")]
        for node in [inner for value in values if value is not None for inner in ast.walk(value) if isinstance(inner, ast.Dict)]:
            options = _item(node, "OPTIONS")
            backend = _item(node, "BACKEND")
            if options is None or not isinstance(backend, ast.Constant) or backend.value != BACKEND:
                continue
            edit = self._edit(site, options)
            if edit is not None or not isinstance(options, ast.Dict) or _moving(options):
                yield from [edit] if edit else []
                yield site.finding(options, PYLIBMC, fixed=edit is not None)

    @staticmethod
    def _edit(site: Site, options: ast.expr) -> Edit | None:
        moving = _moving(options) if isinstance(options, ast.Dict) else []
        if not isinstance(options, ast.Dict) or not moving or "#" in site.module.segment(options) or None in options.keys:
            return None
        if _item(options, "behaviors") is not None:
            return None
        text = [
            (key, f"{site.module.segment(key)}: {site.module.segment(value)}")
            for key, value in zip(options.keys, options.values, strict=True)
            if key
        ]
        kept = [said for key, said in text if key not in moving]
        inner = ", ".join(said for key, said in text if key in moving)
        quote = site.module.segment(moving[0])[0]
        return site.edit(options, "{" + ", ".join([*kept, f"{quote}behaviors{quote}: {{{inner}}}"]) + "}")


def _item(node: ast.Dict, name: str) -> ast.expr | None:
    return next(
        (value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant) and key.value == name), None
    )


def _moving(options: ast.Dict) -> list[ast.expr]:
    """Keys that 1.11 took for behaviours."""
    return [key for key in options.keys if isinstance(key, ast.Constant) and key.value not in OWN]


CODEMODS = [
    Codemod(
        "samesite-cookies",
        "cookies of sessions and the CSRF check stay without SameSite",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-samesite-cookies",),
        docs="releases/2.1: SameSite cookies",
        silent=True,
        then="the pins are for the time of the hop, in which old and new processes set the same cookies. Most sites should drop them "
        "afterwards, for the defence that SameSite=Lax is. Browsers of today take a missing attribute for Lax; a cookie that has to "
        "come from other sites needs the text 'None' and Secure, which Django takes from 3.1 on.",
        ops=crossing(
            "2.1",
            SetDefault(
                "SESSION_COOKIE_SAMESITE",
                "None",
                SAMESITE.format("session"),
                beside=("MIDDLEWARE", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_AGE"),
                comment=KEPT,
                when=lists("django.contrib.sessions.middleware.SessionMiddleware"),
            ),
            SetDefault(
                "CSRF_COOKIE_SAMESITE",
                "None",
                SAMESITE.format("CSRF"),
                beside=("MIDDLEWARE", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"),
                comment=KEPT,
                when=lists("django.middleware.csrf.CsrfViewMiddleware"),
            ),
        ),
    ),
    Codemod(
        "pylibmc-behaviors",
        "behaviours of pylibmc stand in a dictionary of their own",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-pylibmc-behaviors",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(PylibmcBehaviors(),),
    ),
    Codemod(
        "use-etags",
        "the setting USE_ETAGS goes",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-use-etags",),
        docs="releases/2.1: Features removed in 2.1",
        silent=True,
        ops=(DropSetting("USE_ETAGS", "`USE_ETAGS` is not read from 2.1 on; ConditionalGetMiddleware sends ETags", value=False),),
    ),
]
