"""`get_ip()` and its like, which became `get_client_ip()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import FindName, release_root
from django_hop.rewrite.site import Site

MODULES = ("ipware", "ipware.ip", "ipware.ip2")


@dataclass(frozen=True)
class ClientAddress(PythonOp):
    """`get_ip(request)` -> `get_client_ip(request)[0]`."""

    message: str = "`get_ip()` is `get_client_ip()`, which gives a pair: the address, and whether it is public"

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"ipware", "get_ip"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with the request alone; findings for other uses."""
        for module in MODULES:
            for node in site.references(f"{module}.get_ip"):
                call = site.parent(node)
                plain = isinstance(call, ast.Call) and call.func is node and len(call.args) == 1 and not call.keywords
                spoken = site.imports.need("ipware.get_client_ip", node) if plain else None
                if spoken is None or call is None:
                    yield site.finding(node, self.message)
                    continue
                end = site.module.end(call)
                yield site.edit(node, spoken)
                yield Edit(end, end, "[0]")
                yield site.finding(node, self.message, fixed=True)
                release_root(site, node, spoken)
            for node in site.doubtful(f"{module}.get_ip"):
                yield site.finding(node, f"{self.message}; what this name means depends on which import worked")


CODEMODS = [
    Codemod(
        "ipware-client-ip",
        "the address of a client comes from get_client_ip()",
        package="django-ipware",
        deprecated="2.0",
        removed="3.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("ipware-3.0-get-ip",),
        docs="django-ipware 3.0.0 changelog: Removed deprecated functions",
        then="Say how many proxies there are (proxy_count), or a client may choose its own address by a header.",
        ops=(
            ClientAddress(),
            *(
                FindName(f"{module}.get_real_ip", "`get_real_ip()` is the address of `get_client_ip()` where its second value is True")
                for module in MODULES
            ),
            *(
                FindName(f"{module}.get_trusted_ip", "`get_trusted_ip()` is `get_client_ip()` with `proxy_trusted_ips`")
                for module in MODULES
            ),
        ),
    ),
]
