"""The hosts of channel layers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.rewrite.site import Site


@dataclass(frozen=True)
class Hosts(PythonOp):
    """Report hosts of channel layers that are tuples, or dictionaries with more than an address."""

    @property
    def words(self) -> Words:
        """The backend and the option."""
        return (frozenset({"channels_redis", "hosts"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each host."""
        if "channels_redis" not in site.text:
            return
        for node in site.nodes(ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if (
                    isinstance(key, ast.Constant)
                    and key.value == "hosts"
                    and isinstance(value, (ast.List, ast.Tuple))
                ):
                    for host in value.elts:
                        if _is_particular(host):
                            yield site.finding(
                                host,
                                "channels-redis 4.0 gives this to redis.asyncio: no `ssl` context, no tuple (until 4.3); "
                                "an address, `rediss://h:6379?ssl_cert_reqs=...`, is understood by all releases",
                            )


def _is_particular(node: ast.expr) -> bool:
    if isinstance(node, ast.Dict):
        return any(
            not isinstance(key, ast.Constant) or key.value != "address"
            for key in node.keys
        )
    return isinstance(node, ast.Tuple)


CODEMODS = [
    Codemod(
        "channels-redis-hosts",
        "hosts of channel layers are what redis-py takes",
        package="channels-redis",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("channels-redis-4.0-hosts",),
        docs="channels-redis 4.0 changes: redis-py in place of aioredis",
        ops=(Hosts(),),
        from_before=True,
    ),
]
