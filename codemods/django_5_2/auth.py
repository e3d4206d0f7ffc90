"""Authentication: login() of nobody, users of another server under ASGI."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import FindMethod
from django_hop.ops.nodes import argument, is_value
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

NOBODY = "`login()` no longer takes the user of the request where it gets None: from 6.1 on it fails"
UNCHECKED = f"{NOBODY}; here nothing checks what `authenticate()` gave"
SKIPPED = "under ASGI 6.1 calls `aprocess_request()` only, so this override is skipped without a word: add one that does the same"


@dataclass(frozen=True)
class LoginNobody(PythonOp):
    """`login(request, None)`, and the user of an authenticate() that nothing checks."""

    @property
    def words(self) -> Words:
        """One of the functions with what may give None."""
        return tuple(frozenset({name, other}) for name in ("login", "alogin") for other in ("None", "authenticate", "aauthenticate"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such call."""
        for call in [*site.calls("django.contrib.auth.login"), *site.calls("django.contrib.auth.alogin")]:
            user = argument(call, 1, "user")
            if is_value(user, None):
                yield site.finding(call, f"{NOBODY}: say `request.user`")
            elif self._authenticates(site, user) or (isinstance(user, ast.Name) and self._is_unchecked(site, user)):
                yield site.finding(call, UNCHECKED)

    @staticmethod
    def _authenticates(site: Site, node: ast.expr | None) -> bool:
        node = node.value if isinstance(node, ast.Await) else node
        return isinstance(node, ast.Call) and site.qualified(node.func) in (
            "django.contrib.auth.authenticate",
            "django.contrib.auth.aauthenticate",
        )

    def _is_unchecked(self, site: Site, user: ast.Name) -> bool:
        scope = site.names.uses.get(user, site.names.module)
        bindings = scope.lookup(user.id)
        if not bindings or not all(self._authenticates(site, one.value) for one in bindings):
            return False
        for other, where in site.names.uses.items():
            if other.id == user.id and where is scope and isinstance(other.ctx, ast.Load) and self._is_test(site, other):
                return False
        return True

    @staticmethod
    def _is_test(site: Site, node: ast.expr) -> bool:
        """True if a use of the name decides something, or hands it to an assertion."""
        current: ast.AST = node
        for around in site.ancestors(node):
            if isinstance(around, (ast.If, ast.IfExp, ast.While, ast.Assert)) and around.test is current:
                return True
            if isinstance(around, ast.BoolOp) or (isinstance(around, ast.Call) and ast.unparse(around.func).startswith("self.assert")):
                return True
            if isinstance(around, ast.stmt):
                return False
            current = around
        return False


def _sync_only(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if the project has an ASGI application and the class no asynchronous method beside."""
    return not defines(node, "aprocess_request") and any(path.rpartition("/")[2] == "asgi.py" for path in site.project.tree)


CODEMODS = [
    Codemod(
        "login-nobody",
        "calls of login() are found that may get no user",
        deprecated="5.2",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("5.2-login-user-none-fallback",),
        docs="releases/5.2: Features deprecated in 5.2 / Miscellaneous",
        ops=(LoginNobody(),),
    ),
    Codemod(
        "remote-user-async",
        "middleware for users of another server is found that ASGI would skip",
        deprecated="5.2",
        removed="6.1",
        works_from="5.2",
        safety=DETECT,
        covers=("5.2-remoteusermiddleware-async",),
        docs="releases/5.2: Features deprecated in 5.2 / Miscellaneous",
        silent=True,
        ops=(FindMethod(("django.contrib.auth.middleware.RemoteUserMiddleware",), ("process_request",), SKIPPED, _sync_only),),
    ),
]

UNSEEN = [
    Unseen(
        "5.2-signed-cookie-salt",
        "Which cookies browsers hold is no matter of the source; go through the latest 5.2 patch, which reads both.",
        "responses",
    ),
    Unseen("5.2-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
