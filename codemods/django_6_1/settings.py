"""Settings: transitional pins that keep what 6.1 changes by default."""

from __future__ import annotations

import re

from django_hop.model import REVIEW, Codemod
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.settings import SetDefault
from django_hop.ops.strings import FindInStrings
from django_hop.ops.template_finds import FindText
from django_hop.ops.where import tests
from django_hop.rewrite.site import Site

DASHES = "empty choices read `- Select an option -` since 6.1, no longer dashes"
EXPECTED = f"{DASHES}; `USE_BLANK_CHOICE_DASH = True` keeps the dashes on 6.x"
COOKIES = (
    "6.1 no longer reads signed cookies of 5.1 and older, nor of early patches of 5.2 and 6.0: go through the latest patch of 5.2, "
    "or set `SIGNED_COOKIE_LEGACY_SALT_FALLBACK = True` until they have expired"
)
TRANSITIONAL = "a transitional setting, deprecated from the start: take it out {}"
LINE = re.compile(rb"(?<!-)-{9}(?!-)")


def expects_dashes(site: Site) -> bool:
    """True if a test, a template or a script of the project looks for nine dashes."""
    known = site.project.__dict__.get("_expects_dashes")
    if known is None:
        known = any(_names_dashes(path, data) for path, data in site.project.tree.items())
        site.project.__dict__["_expects_dashes"] = known
    return bool(known)


def _names_dashes(path: str, data: bytes) -> bool:
    concerned = tests(path) if path.endswith(".py") else path.endswith((".html", ".js")) and b"option" in data
    return concerned and b"---------" in data and LINE.search(data) is not None


def reads_signed_cookies(site: Site) -> bool:
    """True if code of the project reads cookies that it signed."""
    return any(b".get_signed_cookie(" in site.project.tree[path] for path in site.project.holding(b"get_signed_cookie"))


CODEMODS = [
    Codemod(
        "blank-choice-label",
        "the empty choice keeps its dashes where the project looks for them",
        removed="6.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-blank-choice-label",),
        docs="releases/6.1: Forms",
        then="the setting is there for the releases 6.x only: let tests and scripts look for the empty value in place of its label, "
        "then drop it.",
        ops=crossing(
            "6.1",
            SetDefault(
                "USE_BLANK_CHOICE_DASH",
                "True",
                f"{DASHES}: what looks for them finds them with `USE_BLANK_CHOICE_DASH = True`, "
                + TRANSITIONAL.format("when nothing does any more"),
                beside=("USE_TZ", "USE_I18N", "USE_THOUSAND_SEPARATOR"),
                when=expects_dashes,
            ),
            FindInStrings(LINE.pattern.decode(), ("*---------",), EXPECTED, where=tests),
            FindText(LINE.pattern.decode(), ("option", "*---------"), EXPECTED),
        ),
    ),
    Codemod(
        "signed-cookies",
        "signed cookies of older releases stay readable",
        removed="6.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-signed-cookie-fallback-off",),
        docs="releases/6.1: Requests and Responses",
        then="the setting keeps a weakness open that 6.1 closes (CVE-2026-6873): drop it as soon as the cookies of the old release "
        "have expired. It is needless where the latest patch of 5.2 or 6.0 has been running for longer than the cookies last.",
        ops=crossing(
            "6.1",
            SetDefault(
                "SIGNED_COOKIE_LEGACY_SALT_FALLBACK",
                "True",
                "6.1 no longer reads signed cookies of 5.1 and older, nor of early patches of 5.2 and 6.0: "
                "`SIGNED_COOKIE_LEGACY_SALT_FALLBACK = True` reads them, " + TRANSITIONAL.format("when they have expired"),
                beside=("SECRET_KEY", "SECRET_KEY_FALLBACKS"),
                when=reads_signed_cookies,
            ),
            FindMethodCall("get_signed_cookie", COOKIES),
        ),
    ),
]
