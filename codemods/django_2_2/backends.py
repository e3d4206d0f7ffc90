"""Database backends, and what else talks to a connection's parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse, RenameUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import DropParameter, FindClass, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.statements import head_of_class
from django_hop.rewrite.site import Site

BASE = "django.db.backends.base."
FEATURES = (f"{BASE}features.BaseDatabaseFeatures",)
INTROSPECTION = (f"{BASE}introspection.BaseDatabaseIntrospection",)
CONVERTERS = ("table_name_converter", "column_name_converter")
SHARING = "`allow_thread_sharing` is a property that counts since 2.2: `inc_thread_sharing()` and `dec_thread_sharing()`"
SAID = ("uses_savepoints", "supports_table_check_constraints", "supports_partial_indexes")
SAVEPOINTS = "`uses_savepoints` is True by default since 2.2: take the line out if the database has savepoints"
MISSING = (
    "Since 2.2 a backend supports savepoints, CHECK constraints, partial indexes, `ignore_conflicts`, introspection of DurationField "
    "unless its flags say False: uses_savepoints, supports_table_check_constraints, supports_partial_indexes, supports_ignore_conflicts, "
    "can_introspect_duration_field"
)


def _stored(site: Site, node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)


@dataclass(frozen=True)
class Savepoints(PythonOp):
    """A backend's features that do not speak of savepoints say what the default was."""

    @property
    def words(self) -> Words:
        """The base class."""
        return (frozenset({"class", "BaseDatabaseFeatures"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit for each class with this one base; nothing for those that know the flags of 2.2."""
        for node in site.nodes(ast.ClassDef):
            if len(node.bases) != 1 or site.qualified(node.bases[0]) not in FEATURES or any(defines(node, one) for one in SAID):
                continue
            pin = "uses_savepoints = False"
            only = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            edit = site.edit(node.body[0], pin) if only else head_of_class(site, node, pin)
            yield from [edit] if edit is not None else []
            yield site.finding(node, SAVEPOINTS, fixed=edit is not None)


CODEMODS = [
    Codemod(
        "identifier-converter",
        "table_name_converter() and column_name_converter() become identifier_converter()",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-backend-identifier-converter",),
        docs="releases/2.2: Database backend API",
        ops=(
            RenameUse(dict.fromkeys(CONVERTERS, "identifier_converter"), "`{old}()` is `{new}()`", "introspection"),
            FindMethod(
                INTROSPECTION, CONVERTERS, "`table_name_converter()` and `column_name_converter()` are one method, `identifier_converter()`"
            ),
        ),
    ),
    Codemod(
        "allow-thread-sharing",
        "DatabaseWrapper() takes no allow_thread_sharing",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=("2.2-backend-allow-thread-sharing",),
        docs="releases/2.2: Database backend API",
        ops=(
            DropParameter((f"{BASE}base.BaseDatabaseWrapper",), "__init__", "allow_thread_sharing", SHARING),
            FindUse(("allow_thread_sharing",), SHARING, "", _stored),
        ),
    ),
    Codemod(
        "backend-features-2-2",
        "Database backends have no savepoints unless they say so",
        removed="2.2",
        works_from="2.2",
        safety=REVIEW,
        covers=(
            "2.2-backend-uses-savepoints-default",
            "2.2-backend-table-check-constraints",
            "2.2-backend-ignore-conflicts",
            "2.2-backend-introspect-duration",
            "2.2-backend-partial-indexes",
            "2.2-backend-index-sql-in-schema-editor",
        ),
        docs="releases/2.2: Database backend API",
        ops=(
            *crossing("2.2", Savepoints()),
            FindClass(FEATURES, MISSING, lacks=("supports_table_check_constraints", "supports_partial_indexes"), direct=True),
            FindMethod(
                ("django.db.models.Index",),
                ("create_sql", "remove_sql", "get_sql_create_template_values"),
                "The schema editor makes the SQL of indexes since 2.2: `create_sql(model, schema_editor, using='', **kwargs)`",
            ),
        ),
    ),
]
