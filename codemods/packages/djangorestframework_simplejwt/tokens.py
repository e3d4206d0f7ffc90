"""Settings and names of djangorestframework-simplejwt, and what its tokens say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DEPENDENCIES, DETECT, SAFE, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import Rename
from django_hop.ops.nodes import name_of
from django_hop.ops.settings_dicts import DictKey
from django_hop.rewrite.site import Site

PACKAGE = "djangorestframework-simplejwt"
_TOKEN = ("token", "validated_token", "payload", "auth", "refresh", "access", "access_token", "refresh_token")


@dataclass(frozen=True)
class UserIdClaim(PythonOp):
    """Report comparisons of the claim `user_id` of a token with something that is certainly no text."""

    message: str = "the claim `user_id` is always a string from 5.5.1 on: compare with `str(...)`, and read both while old tokens live"

    @property
    def words(self) -> Words:
        """The claim."""
        return (frozenset({"user_id"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each comparison."""
        for node in site.nodes(ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_claim(one) for one in sides) and not any(_is_text(one) for one in sides):
                yield site.finding(node, self.message)


def _is_claim(node: ast.expr) -> bool:
    """True for `token["user_id"]` and `request.auth.get("user_id")`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        holder, key = node.func.value, node.args[0]
    elif isinstance(node, ast.Subscript):
        holder, key = node.value, node.slice
    else:
        return False
    name = name_of(holder)
    return isinstance(key, ast.Constant) and key.value == "user_id" and name in _TOKEN


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "str"
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and (isinstance(node.value, str) or node.value is None))


CODEMODS = [
    Codemod(
        "simplejwt-removed-settings",
        "settings of simplejwt that make it refuse to start take their new names",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=SAFE,
        covers=("simplejwt-3.0-removed-settings",),
        docs="djangorestframework-simplejwt changelog: 3.0",
        ops=(
            DictKey(
                "SIMPLE_JWT",
                {
                    "AUTH_HEADER_TYPE": "AUTH_HEADER_TYPES",
                    "AUTH_TOKEN_CLASS": "AUTH_TOKEN_CLASSES",
                    "SECRET_KEY": "SIGNING_KEY",
                },
                "`{old}` in SIMPLE_JWT is now `{new}`",
                wrap={"AUTH_HEADER_TYPE": "({},)", "AUTH_TOKEN_CLASS": "({},)"},
            ),
        ),
    ),
    Codemod(
        "simplejwt-stateless-user",
        "JWTTokenUserAuthentication is called JWTStatelessUserAuthentication",
        package=PACKAGE,
        deprecated="5.2",
        removed=None,
        works_from="5.2",
        safety=SAFE,
        covers=("simplejwt-5.2-stateless-auth",),
        docs="djangorestframework-simplejwt changelog: 5.2",
        ops=(
            Rename(
                "rest_framework_simplejwt.authentication",
                {"JWTTokenUserAuthentication": "JWTStatelessUserAuthentication"},
            ),
        ),
    ),
    Codemod(
        "simplejwt-user-id-string",
        "tokens name the user as a string",
        package=PACKAGE,
        removed="5.5.1",
        works_from="4.0",
        safety=DETECT,
        silent=True,
        covers=("simplejwt-5.5.1-user-id-string",),
        docs="djangorestframework-simplejwt changelog: 5.5.1",
        ops=(UserIdClaim(),),
    ),
]

UNSEEN = [
    Unseen("simplejwt-5.0-pyjwt2", "The commit that moves the requirement moves PyJWT with it.", shown_by=DEPENDENCIES),
    Unseen("simplejwt-4.6-auth-rule", "Only a login by an inactive user is answered otherwise.", shown_by="responses"),
    Unseen("simplejwt-5.0-blacklist-migrations", "Migrations of the package change its own tables.", shown_by="migrate"),
]
