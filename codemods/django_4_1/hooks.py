"""Hooks of database backends that can be written anew: conflicts, foreign keys, LIKE."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines, functions, owner_of
from django_hop.ops.crossing import crossing
from django_hop.ops.functions import has_default, header
from django_hop.ops.methods import in_format_string, method_calls
from django_hop.ops.nodes import keyword_of
from django_hop.ops.settings_uses import literal
from django_hop.ops.statements import head_of_class
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

INSERT = "`ignore_conflicts` became `on_conflict` in 4.1, an `OnConflict` of `django.db.models.constants`"
CONFLICT = "django.db.models.constants.OnConflict"
KEYS = "`get_key_columns()` is gone with 4.1: `get_relations()` gives a dict, with column and table the other way round"
LIKE = "`has_case_insensitive_like` is False by default from 4.1 on; True is what it was: see whether LIKE of this database ignores case"


@dataclass(frozen=True)
class InsertStatement(PythonOp):
    """`insert_statement(self, ignore_conflicts=False)` takes `on_conflict=None`, in overrides and calls."""

    @property
    def words(self) -> Words:
        """The argument with one of the methods."""
        return tuple(frozenset({"ignore_conflicts", name}) for name in ("insert_statement", "_insert", "_batched_insert", "InsertQuery"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for insert_statement(); findings for the private methods of query sets that changed with it."""
        inside: set[ast.AST] = set()
        for function in functions(site):
            takes = any(one.arg == "ignore_conflicts" for one in [*function.args.args, *function.args.kwonlyargs])
            if not takes or owner_of(site, function) is None or function.name not in ("insert_statement", "_insert", "_batched_insert"):
                continue
            inside |= set(ast.walk(function))
            yield from site.change(function, INSERT, self._override, site, function)
        for call, func in method_calls(site, "insert_statement", "_insert", "_batched_insert"):
            given = keyword_of(call, "ignore_conflicts")
            if given is None or call in inside:
                continue
            spoken = self._constant(site, given.value, call) if func.attr == "insert_statement" else None
            if spoken is None:
                yield site.finding(func, INSERT)
                continue
            yield site.edit(given, f"on_conflict={spoken}")
            yield site.finding(func, INSERT, fixed=True)
        for call in site.calls("django.db.models.sql.subqueries.InsertQuery") + site.calls("django.db.models.sql.InsertQuery"):
            if any(one.arg == "ignore_conflicts" for one in call.keywords):
                yield site.finding(call, INSERT)

    @staticmethod
    def _constant(site: Site, value: ast.expr, at: ast.AST) -> str | None:
        """What stands for a literal True or False; None where it cannot be told."""
        if literal(value) is False:
            return "None"
        spoken = site.imports.need(CONFLICT, at) if literal(value) is True else None
        return f"{spoken}.IGNORE" if spoken else None

    def _override(self, site: Site, function: FunctionNode) -> list[Edit]:
        if function.name != "insert_statement":
            raise Refused("this method is private and takes `on_conflict`, `update_fields` and `unique_fields` now")
        names = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == "ignore_conflicts"]
        if not has_default(function, "ignore_conflicts") or any(
            not isinstance(one.ctx, ast.Load) or in_format_string(site, one) for one in names
        ):
            raise Refused("its parameter is used in another way")
        piece = next(one for one in header(site, function).pieces if one.name == "ignore_conflicts")
        edits = [Edit(piece.start, piece.end, "on_conflict=None")]
        for name in names:
            edits.append(self._use(site, name))
            parent = site.parent(name)
            if isinstance(parent, ast.keyword) and parent.arg == "ignore_conflicts":
                edits.append(site.edit_keyword(parent, "on_conflict"))
        return edits

    @staticmethod
    def _use(site: Site, name: ast.Name) -> Edit:
        parent = site.parent(name)
        call = site.parent(parent) if isinstance(parent, ast.keyword) else parent
        passed = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "insert_statement"
        if passed:
            return site.edit(name, "on_conflict")
        asked = isinstance(parent, (ast.If, ast.IfExp, ast.BoolOp)) and name is not getattr(parent, "body", None)
        negated = isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
        spoken = site.imports.need(CONFLICT, name) if asked or negated else None
        if spoken is None or (isinstance(parent, ast.IfExp) and name is parent.orelse):
            raise Refused("its parameter is used in another way")
        if negated and isinstance(parent, ast.UnaryOp):
            return site.edit(parent, f"on_conflict != {spoken}.IGNORE")
        return site.edit(name, f"on_conflict == {spoken}.IGNORE")


@dataclass(frozen=True)
class KeyColumns(PythonOp):
    """`for a, b, c in x.get_key_columns(cursor, table)` becomes `for a, (c, b) in x.get_relations(cursor, table).items()`."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"get_key_columns"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for loops and comprehensions that unpack three names; findings for other calls, and overrides."""
        for call, func in method_calls(site, "get_key_columns"):
            around = site.parent(call)
            loops = [around] if isinstance(around, ast.For) else getattr(around, "generators", [])
            target = next((one.target for one in loops if one.iter is call), None)
            three = isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == 3
            if not three or not isinstance(target, (ast.Tuple, ast.List)) or "#" in site.module.segment(target):
                yield site.finding(func, KEYS)
                continue
            first, table, column = (site.module.segment(one) for one in target.elts)
            opened = site.text[site.module.start(target)] in "(["
            new = f"{first}, ({column}, {table})"
            yield site.edit(target, f"({new})" if opened else new)
            yield site.edit_attribute(func, "get_relations")
            yield Edit(site.module.end(call), site.module.end(call), ".items()")
            yield site.finding(func, KEYS, fixed=True)
        for function in functions(site):
            if function.name == "get_key_columns" and owner_of(site, function) is not None:
                yield site.finding(function, f"{KEYS}; an override is not called any more")


@dataclass(frozen=True)
class CaseInsensitiveLike(PythonOp):
    """Features of a backend say that LIKE ignores case, as they did by default."""

    @property
    def words(self) -> Words:
        """The base class."""
        return (frozenset({"class", "BaseDatabaseFeatures"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """A line for each class that derives from the base class itself."""
        for node in site.nodes(ast.ClassDef):
            direct = any((site.qualified(base) or "") == "django.db.backends.base.features.BaseDatabaseFeatures" for base in node.bases)
            if not direct or defines(node, "has_case_insensitive_like"):
                continue
            line = "has_case_insensitive_like = True"
            only = node.body[0]
            edit = site.edit(only, line) if isinstance(only, ast.Pass) and len(node.body) == 1 else head_of_class(site, node, line)
            if edit is None or len(node.bases) > 1:
                yield site.finding(node, LIKE)
                continue
            yield edit
            yield site.finding(node, LIKE, fixed=True)


CODEMODS = [
    Codemod(
        "insert-statement-on-conflict",
        "insert_statement() takes on_conflict instead of ignore_conflicts",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-dbops-insert-statement-on-conflict",),
        docs="releases/4.1: Database backend API",
        ops=(InsertStatement(),),
    ),
    Codemod(
        "key-columns-relations",
        "foreign keys of a table are asked by get_relations()",
        removed="4.1",
        works_from="2.0",
        safety=REVIEW,
        covers=("4.1-dbintrospection-get-key-columns",),
        docs="releases/4.1: Database backend API",
        ops=(KeyColumns(),),
    ),
    Codemod(
        "case-insensitive-like",
        "database backends say that LIKE ignores case",
        removed="4.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.1-dbfeatures-case-insensitive-like",),
        docs="releases/4.1: Database backend API",
        silent=True,
        ops=crossing("4.1", CaseInsensitiveLike()),
    ),
]
