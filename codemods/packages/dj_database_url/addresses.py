"""Addresses of databases: their schemes, and arguments by position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import FindName
from django_hop.rewrite.site import Site


@dataclass(frozen=True)
class ByPosition(PythonOp):
    """Report calls with more than one argument by position."""

    @property
    def words(self) -> Words:
        """The functions."""
        return (frozenset({"dj_database_url", "parse"}), frozenset({"dj_database_url", "config"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in [*site.calls("dj_database_url.parse"), *site.calls("dj_database_url.config")]:
            if len(call.args) > 1:
                yield site.finding(call, "say the names of the arguments: their places changed with releases of dj-database-url")


CODEMODS = [
    Codemod(
        "database-url-schemes",
        "addresses of databases are parsed anew",
        package="dj-database-url",
        deprecated="1.0",
        removed=None,
        works_from="1.0",
        safety=DETECT,
        covers=("dj-database-url-1.0-signature",),
        docs="dj-database-url 1.0 changes",
        ops=(
            FindName("dj_database_url.SCHEMES", "from dj-database-url 3.0 on `@dj_database_url.register` adds a scheme"),
            ByPosition(),
        ),
    ),
]
