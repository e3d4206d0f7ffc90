"""Feeds: enclosures and content types."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.rewrite.site import Site

FEEDS = "django.utils.feedgenerator"
BASE = f"{FEEDS}.SyndicationFeed"
GENERATORS = {f"{FEEDS}.{name}" for name in ("RssUserland091Feed", "Rss201rev2Feed", "Atom1Feed", "DefaultFeed")}
ENCLOSURES = "a feed's items take `enclosures`, a list; from 2.0 on `enclosure` is ignored"
MIME_TYPE = "feeds have no `mime_type` from 2.0 on; their content type is `content_type`"


def _deals_with_feeds(site: Site) -> bool:
    return any(name.startswith(FEEDS) for name in site.names.references) or bool(site.imports.bindings(FEEDS))


@dataclass(frozen=True)
class Enclosures(PythonOp):
    """`add_item(enclosure=x)` becomes `add_item(enclosures=[x])`."""

    @property
    def words(self) -> Words:
        """The method or the hook, and the argument."""
        return (frozenset({"feedgenerator", "add_item", "enclosure"}), frozenset({"feedgenerator", "enclosure", "class"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls, findings for overrides and for items that are read."""
        if not _deals_with_feeds(site):
            return
        for call in site.nodes(ast.Call):
            for keyword in call.keywords if isinstance(call.func, ast.Attribute) and call.func.attr == "add_item" else ():
                if keyword.arg == "enclosure":
                    yield site.edit_keyword(keyword, "enclosures")
                    text = site.module.segment(keyword.value)
                    known = isinstance(keyword.value, ast.Call) or keyword.value.__class__ is ast.Dict
                    yield site.edit(keyword.value, f"[{text}]" if known else f"[{text}] if {text} else []")
                    yield site.finding(keyword, ENCLOSURES, fixed=True)
        for owner in site.subclasses(BASE):
            for method in site.methods(owner, "add_item"):
                for parameter in [*method.args.args, *method.args.kwonlyargs]:
                    if parameter.arg == "enclosure":
                        yield site.finding(parameter, ENCLOSURES)
            for node in ast.walk(owner):
                if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == "enclosure":
                    yield site.finding(node, ENCLOSURES)


@dataclass(frozen=True)
class MimeType(PythonOp):
    """`mime_type` of what is surely a feed generator becomes `content_type`."""

    @property
    def words(self) -> Words:
        """The attribute and the module."""
        return (frozenset({"feedgenerator", "mime_type"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for reads of Django's own generators; findings for other reads beside feeds, and for class attributes of subclasses."""
        if not _deals_with_feeds(site):
            return
        for node in site.nodes(ast.Attribute):
            owner_text = site.module.segment(node.value).lower()  # an Enclosure keeps its mime_type
            if node.attr == "mime_type" and isinstance(node.ctx, ast.Load) and "enclosure" not in owner_text:
                sure = self._is_generator(site, node.value)
                yield from [site.edit_attribute(node, "content_type")] if sure else []
                yield site.finding(node, MIME_TYPE, fixed=sure)
        for owner in site.subclasses(BASE):
            for statement in owner.body:
                names = [one for one in getattr(statement, "targets", []) if isinstance(one, ast.Name) and one.id == "mime_type"]
                for name in names:
                    yield site.finding(name, f"{MIME_TYPE}; this one has had no effect since 1.9")

    @staticmethod
    def _is_generator(site: Site, node: ast.expr) -> bool:
        """True for `Rss201rev2Feed(...)` of Django, and for a name that is only ever assigned from such calls."""
        made: list[ast.expr | None] = [node]
        if isinstance(node, ast.Name):
            scope = site.names.uses.get(node)
            bindings = scope.lookup(node.id) if scope is not None else ()
            made = [one.value for one in bindings]
        kinds = {site.qualified(one.func) if isinstance(one, ast.Call) else None for one in made}
        return bool(kinds) and kinds <= GENERATORS


CODEMODS = [
    Codemod(
        "feed-enclosures",
        "items of feeds take a list of enclosures",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-feed-enclosure-keyword",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(Enclosures(),),
    ),
    Codemod(
        "feed-mime-type",
        "the content type of a feed is its content_type",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-feed-mime-type",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(MimeType(),),
    ),
]
