"""Database backends, migrations' internals, sitemaps: code of libraries mostly."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.classes import KEYWORD, AddParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.expressions import is_builtin
from django_hop.ops.methods import FindMethodCall
from django_hop.rewrite.site import Site

OPERATIONS = ("django.db.backends.base.operations.BaseDatabaseOperations",)
YEAR = "the bounds of a year may be asked for ISO years from 4.0 on: one that computes them itself has to follow"
UNIQUE = "from 4.0 on this takes fields, no longer the names of columns"
STATE = "`ProjectState` wants its `real_apps` as a set"
SITEMAP = "a sitemap without a request links to https from 5.0 on: where it is made by a command, say `protocol`"


@dataclass(frozen=True)
class RealApps(PythonOp):
    """`ProjectState(real_apps=[...])` takes a set."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"ProjectState"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for lists, and a set() around other values."""
        for call in site.calls("django.db.migrations.state.ProjectState"):
            value = call.args[1] if len(call.args) > 1 else next((one.value for one in call.keywords if one.arg == "real_apps"), None)
            if value is None or isinstance(value, (ast.Set, ast.SetComp)) or (isinstance(value, ast.Constant) and value.value is None):
                continue
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("set", "frozenset"):
                continue
            if isinstance(value, ast.Attribute) and value.attr == "unmigrated_apps":
                continue
            text = site.module.segment(value)
            if isinstance(value, ast.List) and value.elts:
                yield site.edit(value, f"{{{text[1:-1]}}}")
            elif not is_builtin(site, "set", call):
                yield site.finding(value, f"{STATE}; the name `set` is taken in this file")
                continue
            else:
                yield site.edit(value, "set()" if isinstance(value, ast.List) else f"set({text})")
            yield site.finding(value, STATE, fixed=True)


@dataclass(frozen=True)
class SitemapProtocol(PythonOp):
    """`get_urls()` of a sitemap without a protocol."""

    @property
    def words(self) -> Words:
        """A sitemap in a file that asks for its addresses, or that is a command."""
        return (frozenset({"get_urls", "Sitemap"}), frozenset({"get_urls", "GenericSitemap"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call of get_urls() on a sitemap made on the spot."""
        silent = {
            node.name for node in site.subclasses("django.contrib.sitemaps.Sitemap") if not any(True for _ in assignments(node, "protocol"))
        }
        for call in site.nodes(ast.Call):
            func = call.func
            if (
                not (isinstance(func, ast.Attribute) and func.attr == "get_urls")
                or any(one.arg == "protocol" for one in call.keywords)
                or len(call.args) > 2
            ):
                continue
            made = func.value.func if isinstance(func.value, ast.Call) else None
            name = (site.qualified(made) or "").rpartition(".")[2] if made is not None else ""
            if (isinstance(made, ast.Name) and made.id in silent) or name == "GenericSitemap":
                yield site.finding(call, SITEMAP)


CODEMODS = [
    Codemod(
        "year-lookup-iso",
        "bounds of years are asked for ISO years, too",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-dbops-year-lookup-bounds-iso-year",),
        docs="releases/4.0: Database backend API",
        ops=tuple(
            AddParameter(OPERATIONS, f"year_lookup_bounds_for_{kind}_field", "iso_year=False", YEAR, passed=KEYWORD)
            for kind in ("date", "datetime")
        ),
    ),
    Codemod(
        "unique-sql-fields",
        "calls of _create_unique_sql() are found",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-schema-editor-unique-sql-fields",),
        docs="releases/4.0: Database backend API",
        ops=crossing("4.0", FindMethodCall("_create_unique_sql", UNIQUE), FindMethodCall("_unique_sql", UNIQUE)),
    ),
    Codemod(
        "project-state-real-apps",
        "ProjectState is given a set",
        removed="4.0",
        works_from="2.2",
        safety=SAFE,
        covers=("4.0-projectstate-real-apps-set",),
        docs="releases/4.0: Miscellaneous",
        ops=(RealApps(),),
    ),
    Codemod(
        "sitemap-protocol",
        "sitemaps without a request are found",
        deprecated="4.0",
        removed="5.0",
        works_from="1.11",
        safety=DETECT,
        covers=("4.0-sitemap-default-protocol",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        silent=True,
        ops=crossing("5.0", SitemapProtocol()),
    ),
]
