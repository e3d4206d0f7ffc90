"""Revisions: what is rolled back, where versions are asked for, and comments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, TemplateOp, Words, words_of
from django_hop.ops.classes import FindAttribute, FindClass
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import FindName, release_root
from django_hop.ops.replace import Becomes
from django_hop.ops.templates import any_of
from django_hop.rewrite.site import Site
from django_hop.rewrite.template import TemplateSite

PACKAGE = "django-reversion"
VERSION = "reversion.models.Version"
ROLLBACK = (
    "an answer of 400 or more no longer undoes what the view wrote, since 4.0: only an exception does; "
    "raise one, or call transaction.set_rollback(True)"
)
MIDDLEWARE = "reversion.middleware.RevisionMiddleware"
_QUERIES = ("get_for_object", "get_for_object_reference", "get_for_model", "get_deleted")


@dataclass(frozen=True)
class Middleware(PythonOp):
    """Report the middleware where settings name it."""

    message: str = ROLLBACK

    @property
    def words(self) -> Words:
        """The parts of its name."""
        return words_of(MIDDLEWARE)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each string that is its name, and each class that derives from it."""
        for node in site.names.strings:
            if node.value == MIDDLEWARE:
                yield site.finding(node, self.message)
        for holder in site.subclasses(MIDDLEWARE):
            yield site.finding(holder, self.message)


@dataclass(frozen=True)
class UniqueVersions(PythonOp):
    """`reversion.get_unique_for_object(x)` -> `Version.objects.get_for_object(x).get_unique()`."""

    message: str = "`get_unique_for_object()` is `Version.objects.get_for_object().get_unique()`"

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"reversion", "get_unique_for_object"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for other uses."""
        for name in ("reversion.get_unique_for_object", "reversion.revisions.get_unique_for_object"):
            for node in site.references(name):
                call = site.parent(node)
                is_call = isinstance(call, ast.Call) and call.func is node
                spoken = site.imports.need(VERSION, node) if is_call else None
                if spoken is None or call is None:
                    yield site.finding(node, self.message)
                    continue
                end = site.module.end(call)
                yield site.edit(node, f"{spoken}.objects.get_for_object")
                yield Edit(end, end, ".get_unique()")
                yield site.finding(node, self.message, fixed=True)
                release_root(site, node, spoken)


@dataclass(frozen=True)
class Comment(PythonOp):
    """`version.revision.comment`, read -> `version.revision.get_comment()`."""

    message: str = "`comment` of a revision may hold JSON since 3.0; `get_comment()` has the text"

    @property
    def words(self) -> Words:
        """Both attributes."""
        return (frozenset({"revision", "comment"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for reads of `x.revision.comment`."""
        for node in site.nodes(ast.Attribute):
            owner = node.value
            of_revision = isinstance(owner, ast.Attribute) and owner.attr == "revision"
            if node.attr == "comment" and of_revision and isinstance(node.ctx, ast.Load):
                certain = not in_format_string(site, node)
                if certain:
                    yield site.edit_attribute(node, "get_comment()")
                yield site.finding(node, self.message, fixed=certain)


@dataclass(frozen=True)
class ShownComment(TemplateOp):
    """`{{ version.revision.comment }}` -> `{{ version.revision.get_comment }}`."""

    message: str = Comment.message

    @property
    def words(self) -> Words:
        """Both names."""
        return any_of("revision comment")

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """Edits for variables."""
        for token in site.expressions():
            for expression in token.expressions:
                name = expression.base.text
                if f".{name}".endswith(".revision.comment"):
                    certain = name != "revision.comment"
                    if certain:
                        end = expression.start + len(name)
                        yield Edit(end - len("comment"), end, "get_comment")
                    yield site.finding(expression, self.message, fixed=certain)


CODEMODS = [
    Codemod(
        "reversion-rollback",
        "an answer of 400 or more no longer rolls the revision back",
        package=PACKAGE,
        removed="4.0",
        works_from="3.0",
        safety=DETECT,
        silent=True,
        covers=("reversion-4.0-rollback",),
        docs="django-reversion 4.0.0 changelog: create_revision view decorator and RevisionMiddleware no longer roll back",
        then="ATOMIC_REQUESTS does not bring it back: it, too, rolls back for exceptions only.",
        ops=(
            Middleware(),
            FindName("reversion.views.create_revision", ROLLBACK),
            FindClass(("reversion.views.RevisionMixin",), ROLLBACK, direct=True),
        ),
    ),
    Codemod(
        "reversion-queries",
        "versions are asked for through Version.objects",
        package=PACKAGE,
        deprecated="1.10",
        removed="2.0",
        works_from="2.0",
        safety=SAFE,
        covers=("reversion-2.0-api",),
        docs="django-reversion 2.0.0 changelog: refactored the API",
        ops=(
            *(
                Becomes(f"{module}.{name}", VERSION, f"{{}}.objects.{name}", f"`{name}()` is asked of `Version.objects`")
                for module in ("reversion", "reversion.revisions")
                for name in _QUERIES
            ),
            UniqueVersions(),
            FindModule("reversion.helpers", "`reversion.helpers` is gone: django-reversion-compare shows differences"),
            FindAttribute(
                ("reversion.admin.VersionAdmin",),
                ("reversion_format", "ignore_duplicate_revisions"),
                "this option of `VersionAdmin` is gone: `reversion.register(format=, ...)` and `save_revision` say it",
            ),
        ),
    ),
    Codemod(
        "reversion-comment",
        "comments of revisions are read by get_comment()",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        silent=True,
        covers=("reversion-3.0-comment",),
        docs="django-reversion 3.0.0 changelog: get_comment()",
        ops=(Comment(), ShownComment()),
        from_before=True,
    ),
]
