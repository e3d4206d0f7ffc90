"""Models and migrations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindClass
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import FindName
from django_hop.ops.where import models, not_migrations, tests
from django_hop.rewrite.site import Site

USER = ("django.contrib.auth.models.AbstractUser",)
UTILS = "django.db.migrations.operations.utils."
ORDERING = "`_meta.ordering` of the contrib models is a list since 3.1, and no list and tuple are equal or can be added: unpack it"
PRIVATE = "This private name of migration operations is gone since Django 3.1: compare app label and lower-case model name"


@dataclass(frozen=True)
class OrderingPlusTuple(PythonOp):
    """`Permission._meta.ordering + ("name",)` becomes `(*Permission._meta.ordering, "name")`, which is a tuple on every release."""

    @property
    def words(self) -> Words:
        """The attributes."""
        return (frozenset({"_meta", "ordering"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The one of the other."""
        return re.compile(rb"_meta[\s\\)]*\.[\s\\]*ordering\b")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where a tuple is added to a model's ordering; a finding where it is compared with one."""
        for node in site.nodes(ast.BinOp):
            sides = (node.left, node.right)
            if not any(isinstance(one, ast.Tuple) for one in sides) or not any(self._is_ordering(one) for one in sides):
                continue
            filled = all(one.elts for one in sides if isinstance(one, ast.Tuple))
            certain = isinstance(node.op, ast.Add) and filled and "#" not in site.module.segment(node) and not in_format_string(site, node)
            if certain:
                yield site.edit(node, f"({', '.join(self._items(site, one) for one in sides)})")
            yield site.finding(node, ORDERING, fixed=certain)
        for compare in site.nodes(ast.Compare):
            compared = [compare.left, *compare.comparators]
            if any(isinstance(one, ast.Tuple) for one in compared) and any(self._is_ordering(one) for one in compared):
                yield site.finding(compare, ORDERING)

    @staticmethod
    def _items(site: Site, side: ast.expr) -> str:
        """What one side brings into the tuple."""
        if not isinstance(side, ast.Tuple):
            return f"*{site.module.segment(side)}"
        return ", ".join(site.module.segment(one) for one in side.elts)

    @staticmethod
    def _is_ordering(node: ast.expr) -> bool:
        owner = node.value if isinstance(node, ast.Attribute) and node.attr == "ordering" else None
        return isinstance(owner, ast.Attribute) and owner.attr == "_meta"


CODEMODS = [
    Codemod(
        "user-first-name-length",
        "AbstractUser.first_name grew to 150 characters",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-user-first-name-max-length-150",),
        docs="releases/3.1: AbstractUser.first_name max_length increased to 150",
        then="run makemigrations for the app of this model. It writes an AlterField that widens a varchar from 30 to 150 characters: no "
        "table is rewritten on PostgreSQL (MySQL and SQLite copy it), and old code runs against the wider column. Migrate before the new "
        "release serves; back again fails once a longer name is stored.",
        ops=(
            FindClass(
                USER,
                "`first_name` of AbstractUser grew to 150 characters: makemigrations writes an AlterField for this model; "
                "apply it before the new release serves",
                lacks=("first_name",),
                where=not_migrations & (models | ~tests),
            ),
        ),
    ),
    Codemod(
        "contrib-meta-lists",
        "the ordering of contrib models is unpacked, which is a list since 3.1",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-contrib-meta-tuples-to-lists",),
        docs="releases/3.1: Miscellaneous",
        ops=(OrderingPlusTuple(),),
    ),
    Codemod(
        "migration-operation-utils",
        "Private helpers of migration operations are gone",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-migrations-modeltuple-removed",),
        docs="releases/3.1: db/migrations/operations/utils.py",
        ops=(FindName(f"{UTILS}ModelTuple", PRIVATE), FindName(f"{UTILS}is_referenced_by_foreign_key", PRIVATE)),
    ),
]

UNSEEN = [
    Unseen("3.1-foreignkey-to-field-remote-non-local", "Whether the named field is local is decided when the models are loaded.", "checks"),
]
