"""Routers of drf-extensions, and the releases of Django it knows."""

from __future__ import annotations

from django_hop.model import DEPENDENCIES, SAFE, Codemod, Unseen
from django_hop.ops.rest_framework import EXTENDED_ROUTERS, NESTED_ROUTERS, ROUTERS, BaseName

CODEMODS = [
    Codemod(
        "extended-base-name",
        "register() of extended routers takes basename in place of base_name",
        package="drf-extensions",
        removed="0.5",
        works_from="0.5",
        safety=SAFE,
        covers=("drf-extensions-0.5-basename",),
        docs="drf-extensions 0.5.0 release notes: basename",
        ops=(BaseName(EXTENDED_ROUTERS, (*ROUTERS, *NESTED_ROUTERS)),),
    ),
]

UNSEEN = [
    Unseen(
        "drf-extensions-0.8-caps",
        "The plan of the requirements names it as what stands in the way of Django 6.",
        shown_by=DEPENDENCIES,
    ),
]
