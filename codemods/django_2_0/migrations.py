"""What makes a migration necessary, or keeps one from running."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding, Unseen
from django_hop.ops.base import PythonOp, Where, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.classes import FindClass
from django_hop.ops.where import migrations, not_migrations
from django_hop.releases import not_after
from django_hop.rewrite.site import Site


@dataclass(frozen=True)
class AtomicRename(PythonOp):
    """Report renames in atomic migrations, where the hop ends on 2.0 or 2.1."""

    where: Where | None = migrations

    @property
    def words(self) -> Words:
        """The operations."""
        return (frozenset({"Migration", "RenameModel"}), frozenset({"Migration", "RenameField"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each operation."""
        if not_after("2.2", site.hop.target):
            return
        for name in ("RenameModel", "RenameField"):
            for call in site.calls(f"django.db.migrations.{name}"):
                owner = site.enclosing(call, ast.ClassDef)
                if owner is not None and not defines(owner, "atomic"):
                    yield site.finding(
                        call, f"On SQLite {name} of what other tables refer to needs `atomic = False` with Django 2.0 and 2.1"
                    )


CODEMODS = [
    Codemod(
        "user-last-name-length",
        "AbstractUser.last_name grew to 150 characters",
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("2.0-user-last-name-length",),
        docs="releases/2.0: AbstractUser.last_name max_length increased to 150",
        then="run makemigrations for the app of this model. It writes an AlterField that widens a varchar from 30 to 150 characters: no "
        "table is rewritten on PostgreSQL (MySQL and SQLite copy it), and old code runs against the wider column. Migrate before the new "
        "release serves; back again fails once a longer name is stored.",
        ops=(
            FindClass(
                ("django.contrib.auth.models.AbstractUser",),
                "`last_name` of AbstractUser grew to 150 characters: makemigrations writes an AlterField for this model; "
                "apply it before the new release serves",
                lacks=("last_name",),
                where=not_migrations,
            ),
        ),
    ),
    Codemod(
        "sqlite-atomic-rename",
        "Renames on SQLite cannot run in a transaction",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-sqlite-rename-needs-nonatomic",),
        docs="releases/2.0: Foreign key constraints are now enabled on SQLite",
        ops=(AtomicRename(),),
    ),
]

UNSEEN = [
    Unseen("2.0-sqlite-foreign-keys", "Rows that point nowhere are in the data, not in the source.", "tests"),
    Unseen("2.0-limit-choices-to-migration", "Whether a migration is missing makemigrations tells.", "migrate"),
    Unseen("2.0-q-deconstruct-order", "Whether a migration is missing makemigrations tells.", "migrate"),
]
