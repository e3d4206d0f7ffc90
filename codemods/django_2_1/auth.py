"""Authentication: backends, views of logging in and out, passwords."""

from __future__ import annotations

import ast

from django_hop.dependencies.inventory import parse_file, parser_for
from django_hop.model import DETECT, REVIEW, SAFE, Codemod
from django_hop.ops.calls import Call
from django_hop.ops.crossing import crossing
from django_hop.ops.leading import LeadingParameter
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.names import FindName
from django_hop.ops.settings import SetDefault
from django_hop.ops.settings_changes import lists
from django_hop.ops.where import tests
from django_hop.rewrite.site import Site

BACKENDS = tuple(f"django.contrib.auth.backends.{name}" for name in ("ModelBackend", "RemoteUserBackend", "BaseBackend"))
USABLE = "an empty, missing or unreadable password counts as usable now: only what `set_unusable_password()` wrote does not"


def is_backend(site: Site, node: ast.ClassDef) -> bool:
    """True for a class without known bases that has both methods of an authentication backend."""
    plain = all(isinstance(base, ast.Name) and base.id == "object" for base in node.bases)
    return plain and any(True for _ in site.methods(node, "authenticate")) and any(True for _ in site.methods(node, "get_user"))


_KINDS = ("PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt")
HASHERS = "\n".join(("[", *(f'    "django.contrib.auth.hashers.{kind}PasswordHasher",' for kind in _KINDS), "]"))
"""The default of 1.11 and 2.0."""


def _may_hold_bcrypt(site: Site) -> bool:
    """True if the project has users and requires the library without which the hasher that left never worked."""
    if not lists("django.contrib.auth")(site):
        return False
    for path, data in site.project.tree.items():
        if b"bcrypt" not in data or parser_for(path) is None:
            continue
        for one in parse_file(path, data.decode("utf-8", "replace")).declared:
            if one.name in ("bcrypt", "py-bcrypt") or (one.name == "django" and "bcrypt" in one.extras):
                return True
    return False


CODEMODS = [
    Codemod(
        "bcrypt-hasher-default",
        "PASSWORD_HASHERS keeps the hasher for passwords that were stored with plain bcrypt",
        removed="2.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.1-bcrypt-hasher-default",),
        docs="releases/2.1: Removed BCryptPasswordHasher from the default PASSWORD_HASHERS setting",
        silent=True,
        then="look into the data: `User.objects.filter(password__startswith='bcrypt$$')`. Without such rows drop the list again, as it "
        "keeps out what later releases add to the default, such as scrypt in 4.0. With them, drop it when those people have logged in "
        "once.",
        ops=crossing(
            "2.1",
            SetDefault(
                "PASSWORD_HASHERS",
                HASHERS,
                "BCryptPasswordHasher is no default from 2.1 on: people whose password is stored as `bcrypt$$...` cannot log in",
                beside=("AUTH_USER_MODEL", "AUTH_PASSWORD_VALIDATORS", "AUTHENTICATION_BACKENDS"),
                comment="As before Django 2.1. Drop it once no stored password begins with bcrypt$$.",
                when=_may_hold_bcrypt,
            ),
        ),
    ),
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
