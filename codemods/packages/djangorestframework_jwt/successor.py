"""djangorestframework-jwt, given up in 2017: what uses it, and how the same is said with djangorestframework-simplejwt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindMethod
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.replace import Becomes
from django_hop.ops.settings import ListItem, SetDefault
from django_hop.ops.settings_dicts import dict_values
from django_hop.ops.settings_text import string_edit
from django_hop.ops.settings_uses import own_assignments, settings_of, uses
from django_hop.project.settings_module import Assignment
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "djangorestframework-jwt"
OLD, NEW = "rest_framework_jwt", "rest_framework_simplejwt"
THEN = (
    "Put djangorestframework-simplejwt in the place of djangorestframework-jwt in the requirements, in the same deployment. "
    "Tokens that are out become invalid: users log in again. "
    "Clients get `access` and `refresh` in place of `token`, and send the refresh token to refresh."
)
VIEWS = {
    "obtain_jwt_token": "TokenObtainPairView",
    "refresh_jwt_token": "TokenRefreshView",
    "verify_jwt_token": "TokenVerifyView",
}
CLASSES = {
    "ObtainJSONWebToken": "TokenObtainPairView",
    "RefreshJSONWebToken": "TokenRefreshView",
    "VerifyJSONWebToken": "TokenVerifyView",
}
KEYS = {
    "JWT_EXPIRATION_DELTA": "ACCESS_TOKEN_LIFETIME",
    "JWT_REFRESH_EXPIRATION_DELTA": "REFRESH_TOKEN_LIFETIME",
    "JWT_AUTH_HEADER_PREFIX": "AUTH_HEADER_TYPES",
    "JWT_SECRET_KEY": "SIGNING_KEY",
    "JWT_PRIVATE_KEY": "SIGNING_KEY",
    "JWT_PUBLIC_KEY": "VERIFYING_KEY",
    "JWT_ALGORITHM": "ALGORITHM",
    "JWT_AUDIENCE": "AUDIENCE",
    "JWT_ISSUER": "ISSUER",
    "JWT_LEEWAY": "LEEWAY",
}
_HEADER = "JWT_AUTH_HEADER_PREFIX"


@dataclass(frozen=True)
class TokenSettings(PythonOp):
    """`JWT_AUTH` -> `SIMPLE_JWT`, key by key; the type of the header stays `JWT`, so that clients need not change it."""

    message: str = "`JWT_AUTH` is now `SIMPLE_JWT`"

    @property
    def words(self) -> Words:
        """The old setting, or an old key."""
        return (frozenset({"JWT_AUTH"}), frozenset({"SIMPLE_JWT"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a dictionary in one settings module; findings for keys without a like, and for other uses."""
        for one in own_assignments(site, "JWT_AUTH"):
            yield from site.change(one.target, self.message, self._edits, site, one)
        for value in dict_values(site, "SIMPLE_JWT"):
            for key in value.keys:
                if isinstance(key, ast.Constant) and str(key.value).startswith("JWT_"):
                    yield site.finding(key, f"`{key.value!s}` has no like in `SIMPLE_JWT`: a serializer or a view does that")
        for use in uses(site, "JWT_AUTH"):
            yield site.finding(use.node, self.message)

    def _edits(self, site: Site, one: Assignment) -> list[Edit]:
        chain, value = settings_of(site), one.value
        if chain.in_unit(site.path, "SIMPLE_JWT") or len(chain.in_unit(site.path, "JWT_AUTH")) > 1:
            raise Refused("it is set in several places")
        if one.kind not in ("assign", "annotate") or not isinstance(value, ast.Dict) or not all(_is_text(key) for key in value.keys):
            raise Refused("it is put together in a way that cannot be seen")
        keys = {str(key.value): key for key in value.keys if isinstance(key, ast.Constant)}
        if {"JWT_SECRET_KEY", "JWT_PRIVATE_KEY"} <= keys.keys():
            raise Refused("there is a secret key beside a private one")
        edits = [site.edit(one.target, "SIMPLE_JWT")]
        edits += [string_edit(site, key, old, KEYS[old]) for old, key in keys.items() if old in KEYS]
        if _HEADER in keys:
            held = value.values[value.keys.index(keys[_HEADER])]
            edits.append(site.edit(held, f"({site.module.segment(held)},)"))
        elif keys:
            edits.append(_first_item(site, value, '"AUTH_HEADER_TYPES": ("JWT",)'))
        else:
            raise Refused("it is empty")
        return edits


def _is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _first_item(site: Site, node: ast.Dict, item: str) -> Edit:
    """Put an item before the first of a dict, on a line of its own if that has one."""
    assert node.keys[0] is not None
    start = site.module.start(node.keys[0])
    gap = site.text[site.module.start(node) + 1 : start]
    between = gap[gap.rindex("\n") :] if "\n" in gap else " "
    quoted = item.replace('"', "'") if site.text[start] == "'" else item
    return Edit(start, start, f"{quoted},{between}")


@dataclass(frozen=True)
class TokenOfUser(PythonOp):
    """`payload = JWT_PAYLOAD_HANDLER(user)` and `JWT_ENCODE_HANDLER(payload)` -> `str(AccessToken.for_user(user))`."""

    message: str = "a token is made by `AccessToken.for_user(user)`"

    @property
    def words(self) -> Words:
        """The handlers, by setting or by name."""
        return (frozenset({"JWT_PAYLOAD_HANDLER"}), frozenset({"JWT_ENCODE_HANDLER"}), frozenset({OLD, "jwt_payload_handler"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the payload goes straight into the encoder; findings for other calls."""
        for call in site.nodes(ast.Call):
            if not _calls(site, call, "encode"):
                continue
            made = call.args[0] if len(call.args) == 1 and not call.keywords else None
            statement = self._payload(site, made) if isinstance(made, ast.Name) else None
            inner = statement.value if isinstance(statement, ast.Assign) else made
            if not isinstance(inner, ast.Call) or not _calls(site, inner, "payload") or len(inner.args) != 1:
                yield site.finding(call, f"{self.message}; what is encoded here cannot be seen")
                continue
            spoken = site.imports.need(f"{NEW}.tokens.AccessToken", call)
            if spoken is None:
                yield site.finding(call, f"{self.message}; the name `AccessToken` is taken in this file")
                continue
            yield site.edit(call, f"str({spoken}.for_user({site.module.segment(inner.args[0])}))")
            if statement is not None:
                start = site.text.rindex("\n", 0, site.module.start(statement)) + 1
                yield Edit(start, site.text.index("\n", site.module.end(statement)) + 1, "")
            for gone in (call.func, inner.func):
                release_root(site, gone)
            yield site.finding(call, self.message, fixed=True)

    @staticmethod
    def _payload(site: Site, name: ast.Name) -> ast.stmt | None:
        """The statement that makes the payload, if it does nothing else and nothing else uses it."""
        found = site.names.uses[name].lookup(name.id)
        statement = site.parent(found[0].node) if len(found) == 1 else None
        statement = statement if isinstance(statement, ast.Assign) else found[0].node if len(found) == 1 else None
        used = [node for node in site.names.uses if node.id == name.id and site.names.uses[node] is site.names.uses[name]]
        return statement if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and len(used) == 2 else None


def _calls(site: Site, call: ast.Call, which: str) -> bool:
    """True for a call of the handler that makes the payload, or encodes it: by the settings, or a name that was taken from them."""
    func = call.func
    if isinstance(func, ast.Name):
        bound = site.names.uses[func].lookup(func.id)
        parent = site.parent(bound[0].node) if len(bound) == 1 else None
        statement = parent if isinstance(parent, ast.Assign) else bound[0].node if len(bound) == 1 else None
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Attribute):
            func = statement.value
    name = site.qualified(func)
    return name in (f"{OLD}.settings.api_settings.JWT_{which.upper()}_HANDLER", f"{OLD}.utils.jwt_{which}_handler")


def names_the_app(site: Site) -> bool:
    """True for a project that uses djangorestframework-jwt."""
    return bool(site.project.holding(OLD.encode()))


def _codemod(id: str, title: str, record: str, *ops: PythonOp) -> Codemod:
    return Codemod(
        id,
        title,
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        modernise=True,
        covers=(record,),
        docs="djangorestframework-simplejwt documentation: Getting started",
        then=THEN,
        ops=ops,
    )


CODEMODS = [
    Codemod(
        "drf-jwt",
        "djangorestframework-jwt has been given up; simplejwt takes its place",
        package=PACKAGE,
        removed=None,
        works_from=ANY,
        safety=DETECT,
        covers=("drf-jwt-1.11-auth-class", "drf-jwt-1.11-urls", "drf-jwt-1.11-settings", "drf-jwt-1.11-handlers"),
        docs="djangorestframework-jwt: the last release, of 2017",
        ops=(
            FindModule(
                OLD,
                "djangorestframework-jwt fails with PyJWT 2 and Django 4: the codemods drf-jwt-... say it with simplejwt (--modernise)",
            ),
        ),
    ),
    _codemod(
        "drf-jwt-authentication",
        "JSONWebTokenAuthentication becomes JWTAuthentication of simplejwt",
        "drf-jwt-1.11-auth-class",
        Rename(f"{OLD}.authentication", {"JSONWebTokenAuthentication": "JWTAuthentication"}, to=f"{NEW}.authentication"),
        ListItem(("INSTALLED_APPS",), f"the app is `{NEW}`", replace={OLD: NEW}),
        FindName(f"{OLD}.authentication.BaseJSONWebTokenAuthentication", "derive from `JWTAuthentication` of simplejwt"),
        FindMethod(
            (f"{OLD}.authentication.JSONWebTokenAuthentication", f"{NEW}.authentication.JWTAuthentication"),
            ("authenticate_credentials", "get_jwt_value"),
            "simplejwt does not call this method: it has `get_user(validated_token)`, and `get_raw_token(header)`",
        ),
    ),
    _codemod(
        "drf-jwt-views",
        "views for tokens come from simplejwt",
        "drf-jwt-1.11-urls",
        *(
            Becomes(f"{OLD}.views.{old}", f"{NEW}.views.{new}", "{}.as_view()", f"`{old}` is `{new}` of simplejwt")
            for old, new in VIEWS.items()
        ),
        *(Rename(f"{OLD}.views", {old: new}, to=f"{NEW}.views") for old, new in CLASSES.items()),
    ),
    _codemod(
        "drf-jwt-settings",
        "JWT_AUTH becomes SIMPLE_JWT, with the header of before",
        "drf-jwt-1.11-settings",
        TokenSettings(),
        SetDefault(
            "SIMPLE_JWT",
            '{"AUTH_HEADER_TYPES": ("JWT",)}',
            "simplejwt expects `Bearer` in the header, where djangorestframework-jwt expected `JWT`",
            beside=("REST_FRAMEWORK",),
            unless=("JWT_AUTH",),
            when=names_the_app,
        ),
    ),
    _codemod(
        "drf-jwt-tokens",
        "tokens for a user are made by AccessToken.for_user()",
        "drf-jwt-1.11-handlers",
        TokenOfUser(),
    ),
]
