"""Database backends, migrations' internals, sitemaps: code of libraries mostly."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.classes import KEYWORD, AddParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.expressions import is_builtin
from django_hop.ops.methods import in_file_quotes, in_format_string, method_calls
from django_hop.ops.nodes import is_value, value_of
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

OPERATIONS = ("django.db.backends.base.operations.BaseDatabaseOperations",)
YEAR = "the bounds of a year may be asked for ISO years from 4.0 on: one that computes them itself has to follow"
UNIQUE = "from 4.0 on this takes fields, no longer the names of columns"
STATE = "`ProjectState` wants its `real_apps` as a set"
SITEMAP = "a sitemap without a request links to https from 5.0 on; `protocol` keeps http, until a person wants https"


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
            value = call.args[1] if len(call.args) > 1 else value_of(call, "real_apps")
            if value is None or isinstance(value, (ast.Set, ast.SetComp)) or is_value(value, None):
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
class UniqueFields(PythonOp):
    """`_create_unique_sql(model, [field.column])` takes `[field]`; names of columns that come from elsewhere are findings."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return (frozenset({"_create_unique_sql"}), frozenset({"_unique_sql"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for lists of `x.column` and comprehensions over it."""
        for call, func in method_calls(site, "_create_unique_sql", "_unique_sql"):
            keyword = next((one for one in call.keywords if one.arg in ("columns", "fields")), None)
            value = keyword.value if keyword is not None else call.args[1] if len(call.args) > 1 else None
            columns = self._columns(value)
            if not columns or in_format_string(site, call):
                yield site.finding(func, UNIQUE)
                continue
            for one in columns:
                yield site.edit(one, site.module.segment(one.value))
            if keyword is not None and keyword.arg == "columns":
                yield site.edit_keyword(keyword, "fields")
            yield site.finding(func, UNIQUE, fixed=True)

    @staticmethod
    def _columns(value: ast.expr | None) -> list[ast.Attribute]:
        """The `x.column` of a list or comprehension, if all its elements are so."""
        elements = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value.elt] if isinstance(value, ast.ListComp) else []
        found = [one for one in elements if isinstance(one, ast.Attribute) and one.attr == "column"]
        return found if len(found) == len(elements) else []


@dataclass(frozen=True)
class SitemapProtocol(PythonOp):
    """`get_urls()` of a sitemap without a protocol is given the one it had."""

    @property
    def words(self) -> Words:
        """A sitemap in a file that asks for its addresses, or that is a command."""
        return (frozenset({"get_urls", "Sitemap"}), frozenset({"get_urls", "GenericSitemap"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit at each call of get_urls() on a sitemap made on the spot; a finding where its class has methods of its own for this."""
        silent: dict[str, bool] = {
            node.name: any(defines(node, one) for one in ("get_urls", "get_protocol", "_urls"))
            for node in site.subclasses("django.contrib.sitemaps.Sitemap")
            if not any(True for _ in assignments(node, "protocol"))
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
            if not (isinstance(made, ast.Name) and made.id in silent) and site.qualified(made) != "django.contrib.sitemaps.GenericSitemap":
                continue
            try:
                if isinstance(made, ast.Name) and silent.get(made.id):
                    raise Refused("this class has methods of its own for it")
                if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
                    raise Refused("the arguments are unpacked here")
                yield from change_arguments(site, call, add={"protocol": in_file_quotes(site, '"http"')}, drop=[])
            except Refused as error:
                yield site.finding(call, f"{SITEMAP}; {error}")
                continue
            yield site.finding(call, SITEMAP, fixed=True)


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
        "_create_unique_sql() takes fields, not names of columns",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-schema-editor-unique-sql-fields",),
        docs="releases/4.0: Database backend API",
        ops=crossing("4.0", UniqueFields()),
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
        "sitemaps without a request are told their protocol",
        deprecated="4.0",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.0-sitemap-default-protocol",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        silent=True,
        ops=crossing("5.0", SitemapProtocol()),
    ),
]
