"""Authentication and sessions: formats and hashes that change between releases."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding, Unseen
from django_hop.ops.base import Look, PythonOp, Words, any_of
from django_hop.ops.classes import FindMethod
from django_hop.ops.methods import method_calls
from django_hop.ops.names import FindName
from django_hop.ops.nodes import argument, value_of
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

SESSIONS = "sessions are written in another format; 4.0 reads only the new one, 3.0 and older cannot read it"
PASSWORD = "a password must be str or bytes: TypeError for anything else"


def _own_hash(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if an override of get_session_auth_hash() leans on the old, private one."""
    return "_legacy_get_session_auth_hash" in ast.unparse(function)


@dataclass(frozen=True)
class FindDecodedSessions(PythonOp):
    """`base64.b64decode(session.session_data)`: code that reads the table of sessions itself."""

    @property
    def words(self) -> Words:
        """The column and a decoder."""
        return (frozenset({"session_data", "b64decode"}), frozenset({"session_data", "base64"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each decoding of the column."""
        for func in site.nodes(ast.Attribute):
            call = site.parent(func)
            if func.attr == "session_data" and isinstance(call, ast.Call) and func in call.args and "b64decode" in ast.unparse(call.func):
                yield site.finding(func, f"{SESSIONS}; use `get_decoded()`")


@dataclass(frozen=True)
class FindPasswords(PythonOp):
    """`set_password(12345)`, `make_password(uuid4())`."""

    @property
    def words(self) -> Words:
        """The functions that take a password."""
        return tuple(frozenset({name}) for name in ("set_password", "make_password", "create_user", "create_superuser"))

    @property
    def second_look(self) -> Look:
        """A number or constant where a password stands, or what makes them, be it under another name."""
        made = rb"[\s\\]*(?:\w+[\s\\]*\.[\s\\]*)*(?:uuid|rand)"
        return any_of(
            rb"password(?:(?<=set_password)|(?<=make_password))[\s\\]*\([\s\\(]*(?:[\d.TF]|%b)" % made,
            rb"password[\s\\]*=[\s\\(]*(?:[\d.TF]|%b)" % made,
            rb"password(?<=make_password)[\s\\]+as\b",
            rb"uuid\w*[\s\\]+as\b",
            rb"rand\w*[\s\\]+as\b",
        )

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where a number or the like is given."""
        calls = [(call, argument(call, 0, "raw_password")) for call, _ in method_calls(site, "set_password")]
        calls += [(call, argument(call, 0, "password")) for call in site.calls("django.contrib.auth.hashers.make_password")]
        for call, _ in method_calls(site, "create_user", "create_superuser"):
            calls.append((call, value_of(call, "password")))
        for call, password in calls:
            number = isinstance(password, ast.Constant) and not isinstance(password.value, (str, bytes, type(None)))
            made = isinstance(password, ast.Call) and (site.qualified(password.func) or "").startswith(("uuid.uuid", "random.rand"))
            if number or made:
                yield site.finding(call, PASSWORD)


CODEMODS = [
    Codemod(
        "session-format",
        "sessions are written in another format",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-session-encoding-format",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(
            FindMethod(
                ("django.contrib.sessions.backends.base.SessionBase",),
                ("encode", "decode", "_hash"),
                f"{SESSIONS}; a store that encodes by itself must read both",
            ),
            FindDecodedSessions(),
        ),
    ),
    Codemod(
        "password-reset-token-internals",
        "the token generator counts seconds and hashes with SHA-256",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-password-reset-token-sha1",),
        docs="releases/3.1: django.contrib.auth; internals/deprecation: 4.0",
        ops=(
            FindMethod(
                ("django.contrib.auth.tokens.PasswordResetTokenGenerator",),
                ("_make_token_with_timestamp", "_today", "_num_days", "check_token"),
                "private parts of the token generator changed: `_now()` and `_num_seconds()` replace `_today()` and `_num_days()`, "
                "and a timestamp counts seconds",
            ),
        ),
    ),
    Codemod(
        "session-auth-hash",
        "the session's hash of the password is SHA-256",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-session-auth-hash-sha1",),
        docs="internals/deprecation: 4.0; releases/3.1: django.contrib.auth",
        ops=(
            FindMethod(
                ("django.contrib.auth.base_user.AbstractBaseUser",),
                ("get_session_auth_hash",),
                "`_legacy_get_session_auth_hash()` goes in 4.0",
                when=_own_hash,
            ),
            FindName("django.contrib.auth.HASH_SESSION_KEY", "the hash under this key changes with 3.1: leave the comparison to Django"),
        ),
    ),
    Codemod(
        "make-password-type",
        "passwords must be texts",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-make-password-type-check",),
        docs="releases/3.1: Miscellaneous",
        ops=(FindPasswords(),),
    ),
]

UNSEEN = [
    Unseen("3.1-pbkdf2-iterations-216000", "Only the cost of hashing rises; both releases read each other's passwords."),
]
