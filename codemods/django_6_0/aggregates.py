"""Aggregates of one's own that order what they collect."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.names import release_root
from django_hop.ops.statements import head_of_class
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

MIXIN = "django.contrib.postgres.aggregates.mixins.OrderableAggMixin"
AGGREGATES = ("django.db.models.Aggregate", "django.db.models.aggregates.Aggregate")
SAID = "an `Aggregate` orders itself since 6.0: `allow_order_by = True`, and `%(order_by)s%(filter)s` in the template"
_PLACE = re.compile(r" ?%\((?:ordering|order_by)\)s")


@dataclass(frozen=True)
class OrderedAggregates(PythonOp):
    """`class JSONAgg(OrderableAggMixin, Aggregate)` without the mixin, its order in the template and allowed."""

    @property
    def words(self) -> Words:
        """The mixin."""
        return (frozenset({"OrderableAggMixin", "postgres", "aggregates"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for classes that only name function and template; findings for other uses."""
        for node in site.references(MIXIN):
            holder = site.parent(node)
            if not isinstance(holder, ast.ClassDef) or node not in holder.bases:
                yield site.finding(node, SAID)
                continue
            try:
                edits = self._edits(site, holder, node)
            except Refused as error:
                yield site.finding(node, f"{SAID}; {error}")
                continue
            yield from edits
            release_root(site, node)
            yield site.finding(node, SAID, fixed=True)
        for node in site.doubtful(MIXIN):
            yield site.finding(node, SAID)

    def _edits(self, site: Site, node: ast.ClassDef, mixin: ast.expr) -> list[Edit]:
        others = [base for base in node.bases if base is not mixin]
        if len(others) != 1 or site.qualified(others[0]) not in AGGREGATES or node.bases[0] is not mixin:
            raise Refused("its other base is not `Aggregate` itself")
        if any(defines(node, name) for name in ("__init__", "as_sql", "get_source_expressions", "set_source_expressions", "order_by")):
            raise Refused("the class has methods that know of the order")
        called = re.compile(rb"\b%s\((?:[^()]|\([^()]*\))*\bordering\s*=" % node.name.encode())
        if any(called.search(site.project.tree[path]) for path in site.project.holding(node.name.encode())):
            raise Refused("it is called with `ordering`")
        between = site.text[site.module.end(mixin) : site.module.start(others[0])]
        if between.strip() != ",":
            raise Refused("its bases are written in an unusual way")
        edits = [Edit(site.module.start(mixin), site.module.start(others[0]), ""), *self._template(site, node)]
        if not defines(node, "allow_order_by"):
            allowed = head_of_class(site, node, "allow_order_by = True")
            if allowed is None:
                raise Refused("its body is written in an unusual way")
            edits.append(allowed)
        return edits

    @staticmethod
    def _template(site: Site, node: ast.ClassDef) -> list[Edit]:
        """`expressions)s %(ordering)s` becomes `expressions)s%(order_by)s`, which brings its own blank."""
        found = [statement.value for statement, _ in assignments(node, "template")]
        if not found:
            return []
        text = site.module.segment(found[0]) if found[0] is not None else ""
        match = _PLACE.search(text)
        if len(found) > 1 or not isinstance(found[0], ast.Constant) or match is None:
            raise Refused("its template has no place for the order")
        start, end = site.module.start(found[0]), site.module.end(found[0])
        edits = [Edit(start + match.start(), start + match.end(), "%(order_by)s")]
        if "%(filter)s" not in text:
            place = end - (3 if text.endswith(('"""', "'''")) else 1)
            edits.append(Edit(place, place, "%(filter)s"))
        return edits


CODEMODS = [
    Codemod(
        "orderable-agg-mixin",
        "aggregates order themselves without OrderableAggMixin",
        deprecated="6.0",
        removed="7.0",
        works_from="6.0",
        safety=REVIEW,
        covers=("6.0-orderable-agg-mixin",),
        docs="releases/6.0: Features deprecated in 6.0 / Miscellaneous",
        after=("aggregate-template-filter", "aggregate-order-by"),
        ops=(OrderedAggregates(),),
    ),
]
