"""Scopes in place of hubs, and names of options."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.rewrite.site import Site

PACKAGE = "sentry-sdk"
_CAPTURES = ("capture_exception", "capture_message", "capture_event", "add_breadcrumb", "flush")


@dataclass(frozen=True)
class Hubs(PythonOp):
    """`Hub.current.capture_exception(e)` -> `sentry_sdk.capture_exception(e)`."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"sentry_sdk", "Hub"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for what functions of the module capture; findings for other uses of hubs."""
        message = "hubs are gone from sentry-sdk 2.0: scopes and functions of the module take their place"
        for name in ("sentry_sdk.Hub", "sentry_sdk.hub.Hub"):
            for node in site.references(name):
                current = site.parent(node)
                method = site.parent(current) if isinstance(current, ast.Attribute) and current.attr == "current" else None
                captures = isinstance(method, ast.Attribute) and method.attr in _CAPTURES
                spoken = site.imports.need(f"sentry_sdk.{method.attr}", node) if isinstance(method, ast.Attribute) and captures else None
                if spoken is None or method is None:
                    yield site.finding(node, message)
                    continue
                yield site.edit(method, spoken)
                release_root(site, node, spoken)
                yield site.finding(node, message, fixed=True)


CODEMODS = [
    Codemod(
        "sentry-scopes",
        "scopes of sentry-sdk take the place of hubs",
        package=PACKAGE,
        deprecated="2.0",
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        covers=("sentry-2.0-scopes",),
        docs="sentry-sdk: Migrating from 1.x to 2.x",
        ops=(
            Rename("sentry_sdk", {"push_scope": "new_scope"}),
            Hubs(),
            FindName(
                "sentry_sdk.configure_scope",
                "`get_isolation_scope()` is the scope of the request or task, `get_current_scope()` that of a part of it: which is meant?",
            ),
        ),
    ),
    Codemod(
        "sentry-options",
        "options of sentry_sdk.init() take their names of today",
        package=PACKAGE,
        deprecated="1.40",
        removed="2.0",
        works_from="1.40",
        safety=SAFE,
        covers=("sentry-2.0-options",),
        docs="sentry-sdk: Migrating from 1.x to 2.x",
        silent=True,
        ops=(
            Call(
                "sentry_sdk.init",
                "`with_locals` and `request_bodies` have other names",
                rename={"with_locals": "include_local_variables", "request_bodies": "max_request_body_size"},
            ),
        ),
    ),
]
