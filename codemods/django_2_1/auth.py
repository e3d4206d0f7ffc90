"""Authentication: backends, views of logging in and out, passwords."""

from __future__ import annotations

import ast

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.calls import Call
from django_hop.ops.leading import LeadingParameter
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.names import FindName
from django_hop.ops.where import tests
from django_hop.rewrite.site import Site

BACKENDS = tuple(f"django.contrib.auth.backends.{name}" for name in ("ModelBackend", "RemoteUserBackend", "BaseBackend"))
USABLE = "an empty, missing or unreadable password counts as usable now: only what `set_unusable_password()` wrote does not"


def is_backend(site: Site, node: ast.ClassDef) -> bool:
    """True for a class without known bases that has both methods of an authentication backend."""
    plain = all(isinstance(base, ast.Name) and base.id == "object" for base in node.bases)
    return plain and any(True for _ in site.methods(node, "authenticate")) and any(True for _ in site.methods(node, "get_user"))


CODEMODS = [
    Codemod(
        "authenticate-request",
        "authenticate() of authentication backends takes the request first",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-authenticate-request",),
        docs="releases/2.1: Features removed in 2.1",
        silent=True,
        ops=(
            LeadingParameter(
                BACKENDS,
                "authenticate",
                "request",
                "`authenticate()` of a backend gets the request first; a backend with another signature is skipped without an error",
                also=is_backend,
            ),
        ),
    ),
    Codemod(
        "logout-then-login-extra-context",
        "logout_then_login() is called without extra_context",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-logout-then-login-extra-context",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(
            Call(
                "django.contrib.auth.views.logout_then_login",
                "`logout_then_login()` has no `extra_context`, which never had an effect",
                drop=("extra_context",),
                positional=("request", "login_url", "extra_context"),
            ),
        ),
    ),
    Codemod(
        "has-usable-password",
        "passwords that are empty, missing or unreadable count as usable",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-has-usable-password",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(
            FindMethodCall("has_usable_password", USABLE, where=~tests),
            FindName("django.contrib.auth.hashers.is_password_usable", USABLE, where=~tests),
        ),
    ),
]
