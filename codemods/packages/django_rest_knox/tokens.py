"""django-rest-knox: the end of tokens, and what create() gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.rewrite.site import Site


@dataclass(frozen=True)
class CreatedToken(PythonOp):
    """`AuthToken.objects.create(user, expires=x)` -> `AuthToken.objects.create(user, expiry=x)[1]`."""

    message: str = "`AuthToken.objects.create()` gives the token's row and its text, and takes `expiry`"

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"knox", "AuthToken", "create"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls whose result is one value."""
        for call in site.calls("knox.models.AuthToken.objects.create"):
            around = site.parent(call)
            if isinstance(around, ast.Subscript) or (isinstance(around, ast.Assign) and isinstance(around.targets[0], ast.Tuple)):
                continue
            for keyword in call.keywords:
                if keyword.arg == "expires":
                    yield site.edit_keyword(keyword, "expiry")
            if not isinstance(around, ast.Expr):
                end = site.module.end(call)
                yield Edit(end, end, "[1]")
            elif not any(keyword.arg == "expires" for keyword in call.keywords):
                continue
            yield site.finding(call, self.message, fixed=True)


@dataclass(frozen=True)
class ExpiresOfToken(PythonOp):
    """Report `expires` in files that know the class."""

    @property
    def words(self) -> Words:
        """The class with the field."""
        return (frozenset({"knox", "AuthToken", "expires"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each attribute of that name."""
        if any(site.names.absolute(one) == "knox.models" for one in site.nodes(ast.ImportFrom)):
            for node in site.nodes(ast.Attribute):
                if node.attr == "expires":
                    yield site.finding(node, "`expires` of an AuthToken is now `expiry`, if this is one")


CODEMODS = [
    Codemod(
        "knox-create",
        "AuthToken.objects.create() gives a pair and takes expiry",
        package="django-rest-knox",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("knox-4.0-expiry",),
        docs="django-rest-knox changelog 4.0.0: Breaking changes",
        ops=(CreatedToken(), ExpiresOfToken()),
    ),
]

UNSEEN = [
    Unseen("knox-4.2-salt-migration", "A migration of the package drops a column: every token becomes invalid.", shown_by="migrate"),
]
