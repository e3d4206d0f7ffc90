"""Names that moved or left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.names import Rename, release_root
from django_hop.rewrite.site import Site

FIXED = "django.utils.timezone.FixedOffset"


@dataclass(frozen=True)
class FixedOffset(PythonOp):
    """`FixedOffset(90)` becomes `get_fixed_timezone(90)`; with a name `timezone(timedelta(minutes=90), "name")` of datetime."""

    @property
    def words(self) -> Words:
        """The class and its module."""
        return words_of(FIXED)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with an offset; findings for subclasses, tests and what has two origins."""
        for node in [*site.references(FIXED), *site.doubtful(FIXED)]:
            call = site.parent(node)
            edits = None
            if isinstance(call, ast.Call) and call.func is node and node not in site.doubtful(FIXED):
                edits = self._call(site, call)
            if edits is None:
                yield site.finding(node, "`FixedOffset` is gone; `datetime.timezone` takes its place")
                continue
            yield from edits
            yield site.finding(node, "`FixedOffset` is gone; `datetime.timezone` takes its place", fixed=True)
            release_root(site, node)

    @staticmethod
    def _call(site: Site, call: ast.Call) -> list[Edit] | None:
        given = dict(zip(("offset", "name"), call.args, strict=False))
        given.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg})
        plain = len(given) == len(call.args) + len(call.keywords) and not any(isinstance(arg, ast.Starred) for arg in call.args)
        if not plain or "offset" not in given or set(given) - {"offset", "name"}:
            return None
        if isinstance(given.get("name", ast.Constant(None)), ast.Constant) and getattr(given.get("name"), "value", None) is None:
            spoken = site.imports.need("django.utils.timezone.get_fixed_timezone", call.func)
            return [site.edit(call.func, spoken)] if spoken else None
        if "#" in site.module.segment(call):
            return None
        spoken_both = site.imports.need_all("datetime.timezone", "datetime.timedelta", at=call.func)
        if spoken_both is None:
            return None
        zone, delta = spoken_both
        offset, name = (site.module.segment(given[one]) for one in ("offset", "name"))
        return [site.edit(call, f"{zone}({delta}(minutes={offset}), {name})")]


CODEMODS = [
    Codemod(
        "fixed-offset",
        "fixed time zones are those of datetime",
        deprecated="2.2",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.2-timezone-fixedoffset",),
        docs="releases/2.2: Features deprecated in 2.2",
        ops=(FixedOffset(),),
    ),
    Codemod(
        "queryset-paginator",
        "QuerySetPaginator is called Paginator",
        deprecated="2.2",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.2-queryset-paginator",),
        docs="releases/2.2: Features deprecated in 2.2",
        ops=(Rename("django.core.paginator", {"QuerySetPaginator": "Paginator"}),),
    ),
]
