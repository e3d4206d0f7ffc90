"""dj-rest-auth: its settings are one dictionary."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from django_hop.model import SAFE, Codemod
from django_hop.ops.settings_combine import CombineSettings
from django_hop.rewrite.source import Refused

KEYS = {
    "REST_USE_JWT": "USE_JWT",
    "REST_SESSION_LOGIN": "SESSION_LOGIN",
    "OLD_PASSWORD_FIELD_ENABLED": "OLD_PASSWORD_FIELD_ENABLED",
    "LOGOUT_ON_PASSWORD_CHANGE": "LOGOUT_ON_PASSWORD_CHANGE",
    "REST_AUTH_TOKEN_MODEL": "TOKEN_MODEL",
    "REST_AUTH_TOKEN_CREATOR": "TOKEN_CREATOR",
    "REST_AUTH_REGISTER_PERMISSION_CLASSES": "REGISTER_PERMISSION_CLASSES",
    "JWT_AUTH_COOKIE": "JWT_AUTH_COOKIE",
    "JWT_AUTH_REFRESH_COOKIE": "JWT_AUTH_REFRESH_COOKIE",
    "JWT_AUTH_REFRESH_COOKIE_PATH": "JWT_AUTH_REFRESH_COOKIE_PATH",
    "JWT_AUTH_SECURE": "JWT_AUTH_SECURE",
    "JWT_AUTH_HTTPONLY": "JWT_AUTH_HTTPONLY",
    "JWT_AUTH_SAMESITE": "JWT_AUTH_SAMESITE",
    "JWT_AUTH_RETURN_EXPIRATION": "JWT_AUTH_RETURN_EXPIRATION",
    "JWT_AUTH_COOKIE_USE_CSRF": "JWT_AUTH_COOKIE_USE_CSRF",
    "JWT_AUTH_COOKIE_ENFORCE_CSRF_ON_UNAUTHENTICATED": "JWT_AUTH_COOKIE_ENFORCE_CSRF_ON_UNAUTHENTICATED",
}
"""Old settings and the keys of `REST_AUTH`."""
DICTS = ("REST_AUTH_SERIALIZERS", "REST_AUTH_REGISTER_SERIALIZERS")
"""Settings that were dictionaries themselves: their items go into the new one."""


def rest_auth(values: Mapping[str, object], sources: Mapping[str, str]) -> str:
    """The dictionary `REST_AUTH` with the values as they were written. Raises Refused."""
    items = []
    for name, source in sources.items():
        items += _items(source) if name in DICTS else [f'"{KEYS[name]}": {source}']
    return "{\n" + "".join(f"    {item},\n" for item in items) + "}"


def _items(source: str) -> list[str]:
    node = ast.parse(source, mode="eval").body
    if not isinstance(node, ast.Dict) or None in node.keys:
        raise Refused("the serializers are put together in a way that cannot be seen")
    pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
    return [f"{ast.get_source_segment(source, key)}: {ast.get_source_segment(source, value)}" for key, value in pairs]


CODEMODS = [
    Codemod(
        "rest-auth-dictionary",
        "the settings of dj-rest-auth are one dictionary, REST_AUTH",
        package="dj-rest-auth",
        removed="3.0",
        works_from="3.0",
        safety=SAFE,
        silent=True,
        covers=("dj-rest-auth-3.0-settings-dict",),
        docs="dj-rest-auth 3.0.0 release notes: settings",
        ops=(
            CombineSettings(
                (*KEYS, *DICTS),
                "REST_AUTH",
                rest_auth,
                "dj-rest-auth reads this from the dictionary `REST_AUTH` only",
                literals=False,
            ),
        ),
    ),
]
