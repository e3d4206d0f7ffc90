"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse, argument_count, last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import POSITION, AddParameter, FindClass, FindMethod
from django_hop.ops.functions import parameter_names
from django_hop.ops.methods import method_calls
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

BASE = "django.db.backends.base."
OPERATIONS = (f"{BASE}operations.BaseDatabaseOperations",)
FLUSH = "`sql_flush()` takes `reset_sequences` and `allow_cascade` by keyword, and no list of sequences"
EXECUTE = "`execute_sql_flush()` takes no alias; it runs on its own connection"
NODB = "`_nodb_connection` is the context manager `_nodb_cursor()`"


@dataclass(frozen=True)
class SqlFlush(PythonOp):
    """`ops.sql_flush(style, tables, sequences, True)` becomes `ops.sql_flush(style, tables, reset_sequences=True, allow_cascade=True)`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"sql_flush", "ops"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls at a connection's `ops`."""
        for call, func in method_calls(site, "sql_flush"):
            if last_name(func.value) != "ops" or len(call.args) < 3:
                continue
            if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > 4 or call.keywords:
                yield site.finding(call, FLUSH)
                continue
            sequences = call.args[2]
            if isinstance(sequences, (ast.List, ast.Tuple)):
                wanted = bool(sequences.elts)
            elif isinstance(sequences, ast.Call):
                wanted = True
            else:
                yield site.finding(call, f"{FLUSH}; whether this list is empty cannot be seen")
                continue
            yield site.edit(sequences, f"reset_sequences={wanted}")
            for cascade in call.args[3:]:
                start = site.module.start(cascade)
                yield Edit(start, start, "allow_cascade=")
            yield site.finding(call, FLUSH, fixed=True)


@dataclass(frozen=True)
class ExecuteSqlFlush(PythonOp):
    """`connection.ops.execute_sql_flush(connection.alias, sql)` loses its first argument; another alias is a finding."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"execute_sql_flush"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the alias is that of the connection."""
        for call, func in method_calls(site, "execute_sql_flush"):
            if len(call.args) != 2 or call.keywords:
                if len(call.args) + len(call.keywords) != 1:
                    yield site.finding(call, EXECUTE)
                continue
            if not self._same(site, func.value, call.args[0]):
                yield site.finding(call, f"{EXECUTE}: is this its alias?")
                continue
            yield Edit(site.module.start(call.args[0]), site.module.start(call.args[1]), "")
            yield site.finding(call, EXECUTE, fixed=True)

    @staticmethod
    def _same(site: Site, owner: ast.expr, alias: ast.expr) -> bool:
        connection = owner.value if isinstance(owner, ast.Attribute) else owner
        if isinstance(connection, ast.Subscript):
            return ast.dump(connection.slice) == ast.dump(alias)
        owner_of_alias = alias.value if isinstance(alias, ast.Attribute) and alias.attr == "alias" else None
        return owner_of_alias is not None and ast.dump(owner_of_alias) == ast.dump(connection)


@dataclass(frozen=True)
class NodbConnection(PythonOp):
    """`with connection._nodb_connection.cursor()` becomes `with connection._nodb_cursor()`."""

    @property
    def words(self) -> Words:
        """The property."""
        return (frozenset({"_nodb_connection"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for cursors in a `with`."""
        for node in site.nodes(ast.Attribute):
            if node.attr != "_nodb_connection":
                continue
            cursor = site.parent(node)
            call = site.parent(cursor) if isinstance(cursor, ast.Attribute) and cursor.attr == "cursor" else None
            if isinstance(call, ast.Call) and not call.args and not call.keywords and isinstance(site.parent(call), ast.withitem):
                yield site.edit(call, f"{site.module.segment(node.value)}._nodb_cursor()")
                yield site.finding(node, NODB, fixed=True)
            else:
                yield site.finding(node, NODB)


def _takes_sequences(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    return function.args.vararg is None and "reset_sequences" not in parameter_names(function)


def _bare(site: Site, node: ast.Attribute) -> bool:
    return argument_count(site, node) == 0


CODEMODS = [
    Codemod(
        "backend-insert-columns-parameter",
        "fetch_returned_insert_columns() takes the returned parameters",
        removed="3.1",
        works_from="3.0",
        safety=REVIEW,
        covers=("3.1-dbops-fetch-returned-insert-columns",),
        docs="releases/3.1: Database backend API",
        ops=(
            AddParameter(
                OPERATIONS,
                "fetch_returned_insert_columns",
                "returning_params=None",
                "Django gives `fetch_returned_insert_columns()` a second argument",
                position=1,
                passed=POSITION,
            ),
        ),
    ),
    Codemod(
        "backend-runshell-parameters",
        "runshell() takes the arguments of the command line",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-dbclient-runshell-parameters",),
        docs="releases/3.1: Database backend API",
        ops=(
            AddParameter(
                (f"{BASE}client.BaseDatabaseClient",),
                "runshell",
                "parameters=()",
                "Django gives `runshell()` the arguments behind `dbshell --`; give them to the command",
                position=0,
                passed=POSITION,
                pass_on=False,
            ),
            FindUse(("runshell",), "`runshell()` wants the arguments of the command line: `runshell([])`", "client", _bare),
        ),
    ),
    Codemod(
        "sql-flush-keywords",
        "sql_flush() and execute_sql_flush() take other arguments",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-dbops-sql-flush-sequences", "3.1-dbops-sql-flush-allow-cascade-kwonly", "3.1-dbops-execute-sql-flush-using"),
        docs="releases/3.1: Database backend API",
        ops=(SqlFlush(), ExecuteSqlFlush(), FindMethod(OPERATIONS, ("sql_flush",), FLUSH, _takes_sequences)),
    ),
    Codemod(
        "nodb-cursor",
        "Work outside of any database uses _nodb_cursor()",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-nodb-connection-to-nodb-cursor",),
        docs="releases/3.1: Database backend API",
        ops=(NodbConnection(),),
    ),
    Codemod(
        "connection-timezone",
        "The time zone of a connection is never None with USE_TZ",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-connection-timezone-utc-default",),
        docs="releases/3.1: Database backend API",
        silent=True,
        ops=(
            FindUse(
                ("timezone", "timezone_name"),
                "With USE_TZ the time zone of a connection is UTC or the database's TIME_ZONE since 3.1, where it was None",
                "connection",
            ),
        ),
    ),
    Codemod(
        "backend-json-field",
        "Database backends say whether they have JSON fields",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-dbfeatures-json-field", "3.1-dbintrospection-json-field"),
        docs="releases/3.1: Database backend API",
        ops=(
            FindClass(
                (f"{BASE}features.BaseDatabaseFeatures",),
                "Since 3.1 a backend has JSON fields unless it says `supports_json_field = False`; see `can_introspect_json_field`, too",
                lacks=("supports_json_field",),
                direct=True,
            ),
        ),
    ),
]
