"""Users, sessions and CSRF."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.class_bodies import is_super
from django_hop.ops.classes import KEYWORD, AddParameter, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.names import FindName
from django_hop.ops.settings import DropSetting
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

CONFIGURE = (
    "`configure_user()` is told whether the user was created, and then called at every log-in: for others it returns at once, as before"
)
PICKLE = (
    "`PickleSerializer` goes with 5.0: `JSONSerializer` cannot write datetimes, Decimals, sets and objects into a session, "
    "and no session written by one can be read by the other: "
    "look at what `request.session[...]` is given, and change it in a step of its own"
)
CRYPT = "`CryptPasswordHasher` goes with 5.0: users whose passwords begin with `crypt$` must have logged in, or reset them, before"
MASKED = "`CSRF_COOKIE_MASKED` was for the move to 4.1: 5.0 ignores it; take it out once no release before 4.1 serves"
SECRET = (
    '`request.META["CSRF_COOKIE"]` is the bare secret from 4.1 on: what goes into a page is `django.middleware.csrf.get_token(request)`'
)
LENGTH = "the CSRF cookie holds a secret of 32 characters from 4.1 on, where it held a token of 64; forms still hold 64"
MIXIN = (
    "`SuccessURLAllowedHostsMixin` is gone: `RedirectURLMixin` of 4.1 has its methods, and `get_success_url()` as well, "
    "which then stands before that of an edit view: "
    "a copy of the old one is five lines"
)


@dataclass(frozen=True)
class ConfigureUser(AddParameter):
    """`created=True`, and a return for users that were there, which is what the method did not see before."""

    def _add(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        names = [one.arg for one in function.args.args]
        body = function.body
        documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1
        first = body[1] if documented else body[0]
        start = site.module.start(first)
        indent = site.text[site.module.source.starts[first.lineno - 1] : start]
        if "user" not in names or indent.strip() or first.lineno == function.lineno:
            yield site.finding(function, f"{self.message}; what should it return?")
            return
        if any(isinstance(one, ast.Call) and is_super(one) for one in ast.walk(function)):
            yield site.finding(function, f"{self.message}; it asks the base class, which must be told, too")
            return
        answers = list(super()._add(site, node, function))
        yield from answers
        if any(isinstance(one, Edit) for one in answers):
            newline = site.module.source.newline
            unit = "\t" if indent.startswith("\t") else "    "
            yield Edit(start, start, f"if not created:{newline}{indent}{unit}return user{newline}{indent}")


def _asks_length(site: Site, node: ast.Constant) -> bool:
    """True for the cookie's name in a statement that speaks of 64 or of a length."""
    return bool(re.search(r"\b64\b|assertEqual\(\s*len\(", site.module.segment(site.statement(node))))


def _reads_meta(site: Site, node: ast.Constant) -> bool:
    """True for `request.META["CSRF_COOKIE"]` that is read, and `request.META.get("CSRF_COOKIE")`."""
    parent = site.parent(node)
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Load) and ast.unparse(parent.value).endswith("META")
    return isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("META.get")


CODEMODS = [
    Codemod(
        "configure-user-created",
        "configure_user() is told whether the user is new",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-remoteuserbackend-configure-user-created",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            ConfigureUser(
                ("django.contrib.auth.backends.RemoteUserBackend",),
                "configure_user",
                "created=True",
                CONFIGURE,
                passed=KEYWORD,
                pass_on=False,
            ),
        ),
    ),
    Codemod(
        "success-url-allowed-hosts",
        "uses of SuccessURLAllowedHostsMixin are found",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-success-url-allowed-hosts-mixin",),
        docs="releases/4.1: Miscellaneous",
        ops=(FindName("django.contrib.auth.views.SuccessURLAllowedHostsMixin", MIXIN),),
    ),
    Codemod(
        "pickle-serializer",
        "uses of PickleSerializer are found",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-pickleserializer",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            *(
                FindName(f"django.{module}.PickleSerializer", PICKLE)
                for module in ("contrib.sessions.serializers", "core.serializers.base")
            ),
            FindInStrings(
                r"^django\.(?:contrib\.sessions\.serializers|core\.serializers\.base)\.PickleSerializer$", ("PickleSerializer",), PICKLE
            ),
        ),
    ),
    Codemod(
        "crypt-password-hasher",
        "uses of CryptPasswordHasher are found",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-cryptpasswordhasher",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(
            FindName("django.contrib.auth.hashers.CryptPasswordHasher", CRYPT),
            FindInStrings(r"^django\.contrib\.auth\.hashers\.CryptPasswordHasher$", ("CryptPasswordHasher",), CRYPT),
        ),
    ),
    Codemod(
        "csrf-cookie-masked",
        "CSRF_COOKIE_MASKED goes, for it was for the move to 4.1",
        deprecated="4.1",
        removed="5.0",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-csrf-cookie-masked-setting",),
        docs="releases/4.1: CSRF_COOKIE_MASKED setting",
        ops=(DropSetting("CSRF_COOKIE_MASKED", MASKED),),
    ),
    Codemod(
        "csrf-cookie-secret",
        "code is found that takes the CSRF cookie for a token",
        removed="4.1",
        works_from="4.1",
        safety=DETECT,
        covers=("4.1-csrf-cookie-not-masked", "4.1-csrf-meta-cookie-unmasked"),
        docs="releases/4.1: Miscellaneous",
        silent=True,
        ops=(
            *crossing(
                "4.1",
                FindInStrings(r"^csrftoken$", ("csrftoken",), LENGTH, _asks_length),
                FindInStrings(r"^CSRF_COOKIE$", ("CSRF_COOKIE", "META"), SECRET, _reads_meta),
            ),
            FindName("django.middleware.csrf._sanitize_token", "this private function is gone in 4.1"),
            FindMethod(
                ("django.middleware.csrf.CsrfViewMiddleware",), ("_get_token",), "this method is called `_get_secret()` from 4.1 on"
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("4.1-pbkdf2-iterations-390000", "Only the cost of hashing rises; both releases read each other's passwords."),
]
