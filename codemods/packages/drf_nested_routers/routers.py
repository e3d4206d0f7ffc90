"""Nested routers."""

from __future__ import annotations

from django_hop.model import SAFE, Codemod
from django_hop.ops.rest_framework import EXTENDED_ROUTERS, NESTED_ROUTERS, ROUTERS, BaseName

CODEMODS = [
    Codemod(
        "nested-base-name",
        "register() of nested routers takes basename in place of base_name",
        package="drf-nested-routers",
        removed="0.92",
        works_from="0.91",
        safety=SAFE,
        covers=("drf-nested-routers-0.91-basename",),
        docs="drf-nested-routers 0.91 release notes: basename",
        ops=(BaseName(NESTED_ROUTERS, (*ROUTERS, *EXTENDED_ROUTERS)),),
    ),
]
