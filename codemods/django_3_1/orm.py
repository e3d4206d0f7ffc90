"""Querysets, expressions and look-ups."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops import receivers
from django_hop.ops.attributes import FindParameter
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.classes import FindMethod, RenameAttribute
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.project.index import Project
from django_hop.project.model_fields import names_of_kind
from django_hop.rewrite.site import Site

QUERIES = ("django.db.models.query_utils.InvalidQuery", "django.db.models.query.InvalidQuery")
EXCEPTIONS = ("django.core.exceptions.FieldDoesNotExist", "django.core.exceptions.FieldError")
INVALID = "`InvalidQuery` is `FieldDoesNotExist` or `FieldError`; on 3.1 the old name already catches neither"
RAW = "django.db.models.expressions.RawSQL"
COLUMN = "`order_by('table.column')` is deprecated: name the model's field, or use `RawSQL('table.column', ())`"
ORDER_PATTERN = "`ORDER_PATTERN` is gone in 4.0; `QuerySet.order_by()` says itself which names are unknown"
SIMPLE = ("django.contrib.postgres.lookups.PostgresSimpleLookup",)
LOOKUP = "`PostgresSimpleLookup` is `PostgresOperatorLookup`"


@dataclass(frozen=True)
class InvalidQuery(PythonOp):
    """`except InvalidQuery:` becomes `except (FieldDoesNotExist, FieldError):`; other uses are findings."""

    @property
    def words(self) -> Words:
        """The name."""
        return (frozenset({"django", "InvalidQuery"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for handlers."""
        uses = [node for name in QUERIES for node in [*site.references(name), *site.doubtful(name)]]
        uses = [node for node in uses if isinstance(getattr(node, "ctx", None), ast.Load)]
        sure = {node for name in QUERIES for node in site.references(name)}
        for node in uses:
            parent = site.parent(node)
            holder = site.parent(parent) if isinstance(parent, ast.Tuple) else parent
            if node not in sure or not isinstance(holder, ast.ExceptHandler):
                yield site.finding(node, INVALID)
                continue
            listed = {site.qualified(one) for one in parent.elts} if isinstance(parent, ast.Tuple) else set()
            spoken = [site.imports.need(name, node) for name in EXCEPTIONS if name not in listed]
            names = [one for one in spoken if one is not None]
            if len(names) < len(spoken) or not names:
                yield site.finding(node, INVALID)
                continue
            text = ", ".join(names)
            yield site.edit(node, text if isinstance(parent, ast.Tuple) else f"({text})")
            release_root(site, node, names[0])
            yield site.finding(node, INVALID, fixed=True)


@dataclass(frozen=True)
class RawColumn(PythonOp):
    """`Book.objects.order_by("-app_book.title")` becomes `order_by(RawSQL("app_book.title", ()).desc())`, the same SQL."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"order_by"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Among the arguments a string that is a name with a dot."""
        return re.compile(rb"""order_by[\s\\]*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?["']-?\w+\.\w+["']""")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for query sets ordered by names that need no quotes; findings for other strings with a dot."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "order_by"):
                continue
            for one in call.args:
                if not (isinstance(one, ast.Constant) and isinstance(one.value, str) and re.fullmatch(r"-?\w+\.\w+", one.value)):
                    continue
                spoken = (
                    site.imports.need(RAW, one) if self._is_plain(one.value) and receivers.queryset.sure(site, call.func.value) else None
                )
                if spoken is not None:
                    down = one.value.startswith("-")
                    column = site.module.segment(one).replace("-", "", 1) if down else site.module.segment(one)
                    yield site.edit(one, f"{spoken}({column}, ())" + (".desc()" if down else ""))
                yield site.finding(one, COLUMN, fixed=spoken is not None)

    @staticmethod
    def _is_plain(name: str) -> bool:
        """True for lower-case names, the table's with an underscore, so that it is no word of SQL: the old form quoted the table."""
        return re.fullmatch(r"-?[a-z][a-z0-9]*_[a-z0-9_]+\.[a-z_][a-z0-9_]*", name) is not None


_SELECTED = re.compile(rb"(?is)select(?=(.*?)from)")
"""Not `\\bselect`: before it may stand the `n` of an escape."""


@dataclass(frozen=True)
class RawJson(PythonOp):
    """Report SQL given to a cursor that selects a column which is a JSONField of the project's models."""

    @property
    def words(self) -> Words:
        """A statement that is executed."""
        return (frozenset({"execute", "cursor"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A literal statement that selects."""
        return re.compile(rb"""(?i)execute[\s\\]*\([\s\\(]*[ru]{0,2}["']{1,3}(?:\\.|\s)*(?:select|["'\\])""")

    def in_project(self, project: Project, data: bytes) -> bool:
        """A project with such a column, whose name stands where a statement names its columns."""
        columns = {name.encode() for name in names_of_kind(project, "JSONField")}
        return bool(columns) and any(not columns.isdisjoint(re.findall(rb"\w+", match[1])) for match in _SELECTED.finditer(data))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each statement."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "execute" and call.args):
                continue
            text = call.args[0]
            if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
                continue
            match = re.match(r"\s*select\b(.*?)\bfrom\b", text.value, re.I | re.S)
            columns = set(re.findall(r"\w+(?![\w(]|\s*->)", match[1])) if match else set()
            if found := columns & names_of_kind(site.project, "JSONField"):
                yield site.finding(
                    text, f"A cursor on PostgreSQL gives the JSON column `{sorted(found)[0]}` as text since 3.1: use `json.loads()`"
                )


def _encoder(site: Site, call: ast.Call) -> str | None:
    return "its `encoder` becomes `dumps=`" if len(call.args) > 1 or call.keywords else None


CODEMODS = [
    Codemod(
        "invalid-query",
        "InvalidQuery becomes FieldDoesNotExist and FieldError",
        deprecated="3.1",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-invalidquery-exception",),
        docs="releases/3.1: Features deprecated in 3.1, Miscellaneous",
        silent=True,
        ops=(InvalidQuery(),),
    ),
    Codemod(
        "order-by-raw-column",
        "Columns of tables are ordered by through RawSQL",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-order-by-raw-column",),
        docs="releases/3.1: Features deprecated in 3.1, Miscellaneous",
        ops=(RawColumn(), FindName("django.db.models.sql.constants.ORDER_PATTERN", ORDER_PATTERN)),
    ),
    Codemod(
        "raw-jsonb-text",
        "Cursors on PostgreSQL give JSON columns as text",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-raw-jsonb-returned-as-str",),
        docs="releases/3.1.1: Bugfixes",
        ops=(RawJson(),),
    ),
    Codemod(
        "as-kml-version",
        "AsKML() loses its version",
        removed="3.1",
        works_from="2.0",
        safety=SAFE,
        covers=("3.1-askml-version-param",),
        docs="releases/3.1: Miscellaneous",
        ops=(
            Call(
                "django.contrib.gis.db.models.functions.AsKML",
                "`AsKML()` takes no `version`",
                drop=("version",),
                positional=("expression", "version", "precision"),
            ),
        ),
    ),
    Codemod(
        "postgres-lookups",
        "Look-ups of PostgreSQL operators derive from PostgresOperatorLookup",
        removed="3.1",
        works_from="3.1",
        safety=REVIEW,
        covers=("3.1-postgres-simple-lookup-renamed",),
        docs="releases/3.1: contrib/postgres/lookups.py",
        ops=(
            Rename("django.contrib.postgres.lookups", {"PostgresSimpleLookup": "PostgresOperatorLookup"}, "django.db.models.lookups"),
            RenameAttribute(SIMPLE, {"operator": "postgres_operator"}, f"{LOOKUP}, and its `{{old}}` is `{{new}}`"),
            FindMethod(SIMPLE, ("as_sql",), f"{LOOKUP}, which calls `as_postgresql()` and passes `as_sql()` by"),
        ),
    ),
    Codemod(
        "postgres-json-adapter",
        "JsonAdapter becomes psycopg2's Json",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-postgres-jsonadapter-removed",),
        docs="releases/3.1: Miscellaneous",
        ops=(
            Call(
                "django.contrib.postgres.fields.jsonb.JsonAdapter",
                "`JsonAdapter` is gone; `Json` of psycopg2 is what it was made of",
                becomes="psycopg2.extras.Json",
                unless=_encoder,
            ),
        ),
    ),
    Codemod(
        "postgres-field-default-mixin",
        "CheckFieldDefaultMixin comes from django.db.models.fields.mixins",
        removed="3.1",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-postgres-checkfielddefaultmixin-moved",),
        docs="releases/3.1: db/models/fields/mixins.py",
        ops=(
            Rename(
                "django.contrib.postgres.fields.mixins",
                {"CheckFieldDefaultMixin": "CheckFieldDefaultMixin"},
                "django.db.models.fields.mixins",
            ),
        ),
    ),
    Codemod(
        "private-query-names",
        "SimpleCol, QueryWrapper and simple_col are gone",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-orm-simplecol-querywrapper-removed",),
        docs="releases/3.1: db/models/sql/query.py",
        ops=(
            FindName("django.db.models.expressions.SimpleCol", "`SimpleCol` is gone since Django 3.1"),
            FindName("django.db.models.query_utils.QueryWrapper", "`QueryWrapper` is gone since Django 3.1"),
            FindParameter("", "simple_col", "Django gives no `simple_col` any more, and takes none"),
        ),
    ),
]
