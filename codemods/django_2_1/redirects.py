"""Redirect targets: the hosts that is_safe_url() allows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.calls import change_arguments
from django_hop.ops.nodes import is_value
from django_hop.releases import order
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

NAME = "django.utils.http.is_safe_url"
MESSAGE = "`is_safe_url()` takes the hosts as `allowed_hosts`, which must be given"


@dataclass(frozen=True)
class AllowedHosts(PythonOp):
    """`is_safe_url(url, host=x)` becomes `is_safe_url(url, allowed_hosts={x})`; without a host, None is given, which was the default."""

    @property
    def words(self) -> Words:
        """Every part of the name."""
        return words_of(NAME)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the calls; findings where arguments are hidden."""
        for call in site.calls(NAME):
            given = {keyword.arg for keyword in call.keywords}
            if "allowed_hosts" in given and "host" not in given and len(call.args) < 2:
                continue
            try:
                edits = self._edits(site, call, given)
            except Refused as error:
                yield site.finding(call, f"{MESSAGE}; {error}")
                continue
            if edits:
                yield from edits
                yield site.finding(call, MESSAGE, fixed=True)

    def _edits(self, site: Site, call: ast.Call, given: set[str | None]) -> list[Edit]:
        """The edits of one call. Raises layout.Refused."""
        if None in given or any(isinstance(arg, ast.Starred) for arg in call.args):
            raise Refused("the arguments are unpacked here, so what they hold cannot be seen")
        if "host" in given:
            if "allowed_hosts" in given or len(call.args) > 1:
                raise Refused("both `host` and `allowed_hosts` are given")
            keyword = next(one for one in call.keywords if one.arg == "host")
            return [site.edit_keyword(keyword, "allowed_hosts"), *self._in_set(site, keyword.value)]
        if len(call.args) > 1:
            return self._by_place(site, call)
        return change_arguments(site, call, add={"allowed_hosts": "None"}, drop=[])

    def _by_place(self, site: Site, call: ast.Call) -> list[Edit]:
        """The second argument was the host before 2.1 and is the allowed hosts from then on."""
        second = call.args[1]
        if order(site.hop.source) >= order("2.1") or isinstance(second, (ast.Set, ast.List, ast.Tuple)):
            return []
        if len(call.args) > 2:
            raise Refused("the arguments given by position changed their places")
        start = site.module.start(second)
        return [Edit(start, start, "allowed_hosts="), *self._in_set(site, second)]

    @staticmethod
    def _in_set(site: Site, value: ast.expr) -> list[Edit]:
        if is_value(value, None):
            return []
        start, end = site.module.start(value), site.module.end(value)
        return [Edit(start, start, "{"), Edit(end, end, "}")]


CODEMODS = [
    Codemod(
        "is-safe-url-allowed-hosts",
        "is_safe_url() is told the allowed hosts",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-is-safe-url-host", "2.1-is-safe-url-allowed-hosts-required"),
        docs="releases/2.1: Features removed in 2.1; Backwards incompatible changes / Miscellaneous",
        ops=(AllowedHosts(),),
    ),
]
