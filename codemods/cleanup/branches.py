"""Code that tells Django releases apart, where one of them is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.external import DjangoUpgrade
from django_hop.ops.methods import fitted
from django_hop.rewrite.site import Site

MESSAGE = "the release that this tells apart is gone"
VERSION = (frozenset({"django", "VERSION"}),)


def holds(test: ast.expr, site: Site) -> bool | None:
    """What `django.VERSION >= (4, 2)` and the like come to on the hop's target and all later releases; None if that depends."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or site.qualified(test.left) != "django.VERSION":
        return None
    try:
        given = ast.literal_eval(test.comparators[0])
    except ValueError:
        return None
    if not isinstance(given, tuple) or not all(isinstance(one, int) for one in given) or not given:
        return None
    target = tuple(int(part) for part in site.hop.target.split("."))
    passed = given <= target if len(given) <= 2 else given[:2] < target
    if not passed:
        return None
    return True if isinstance(test.ops[0], (ast.GtE, ast.Gt)) else False if isinstance(test.ops[0], (ast.Lt, ast.LtE)) else None


@dataclass(frozen=True)
class DeadChoice(PythonOp):
    """`new if django.VERSION >= (4, 2) else old` becomes `new`."""

    @property
    def words(self) -> Words:
        """The name, and the words of a choice."""
        return (frozenset({"django", "VERSION", "if", "else"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for conditional expressions whose test is settled."""
        for node in site.nodes(ast.IfExp):
            value = holds(node.test, site)
            if value is None or "#" in site.module.segment(node):
                continue
            kept = node.body if value else node.orelse
            yield site.edit(node, fitted(site, node, site.module.segment(kept)))
            yield site.finding(node, MESSAGE, fixed=True)


CODEMODS = [
    Codemod(
        "old-release-branches",
        "branches for Django releases that serve no more go",
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        docs="internals/release-process",
        cleanup=True,
        ops=(DjangoUpgrade("versioned_branches", VERSION, MESSAGE), DeadChoice()),
    ),
    Codemod(
        "old-release-skips",
        "tests are not skipped for Django releases that serve no more",
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        docs="internals/release-process",
        cleanup=True,
        ops=(
            DjangoUpgrade(
                "versioned_test_skip_decorators",
                tuple(frozenset({"django", "VERSION", word}) for word in ("skipIf", "skipUnless", "skipif")),
                MESSAGE,
            ),
        ),
    ),
]
