"""Commands, drivers and backends: what is seen outside models and views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import TextOp, Words
from django_hop.ops.classes import FindAttribute
from django_hop.ops.crossing import crossing
from django_hop.ops.python_commands import CallCommand
from django_hop.ops.template_finds import FindTemplate
from django_hop.rewrite.text import TextSite, holds_commands

from .driver import FindDriver

CHECK = "from 4.2 on `makemigrations --check` writes no migrations: if this relied on the files, leave `--check` out"
PSYCOPG = (
    "from 4.2 on psycopg 3 is used wherever it can be imported, this driver only without it: see that no other package brings psycopg "
    "3 along, or move to it (ranges, adapters and `IN %s` with tuples differ)"
)
GROUP = "`allows_group_by_pk` means nothing from 4.2 on: `allows_group_by_selected_pks` says that a backend groups by keys"


@dataclass(frozen=True)
class CheckWrites(TextOp):
    """`makemigrations --check` without `--dry-run`."""

    @property
    def words(self) -> Words:
        """The command and the option."""
        return (frozenset({"makemigrations", "check"}),)

    def concerns(self, path: str) -> bool:
        """Files that run commands."""
        return holds_commands(path)

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """A finding at the option."""
        for call in site.calls("makemigrations"):
            texts = {word.text for word in call.arguments}
            for word in call.arguments:
                if word.text == "--check" and "--dry-run" not in texts:
                    yield site.finding(word, CHECK)


CODEMODS = [
    Codemod(
        "makemigrations-check",
        "checks for migrations are found that wrote them",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-makemigrations-check-no-write",),
        docs="releases/4.2: Miscellaneous",
        silent=True,
        ops=crossing(
            "4.2",
            CheckWrites(),
            CallCommand(
                "makemigrations", CHECK, strings={"--check": None}, keywords={"check_changes": None, "check": None}, unless="dry_run"
            ),
        ),
    ),
    Codemod(
        "psycopg2-driver",
        "code for psycopg2 is found, which psycopg 3 takes the place of",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-psycopg3-preferred",),
        docs="releases/4.2: Psycopg 3 support",
        ops=crossing("4.2", FindDriver("psycopg2", PSYCOPG)),
    ),
    Codemod(
        "allows-group-by-pk",
        "allows_group_by_pk of backends is found",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-db-allows-group-by-pk",),
        docs="releases/4.2: Database backend API",
        silent=True,
        ops=(FindAttribute(("django.db.backends.base.features.BaseDatabaseFeatures",), ("allows_group_by_pk",), GROUP),),
    ),
    Codemod(
        "admin-search-autofocus",
        "search forms of the admin are found that the project draws itself",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-admin-search-autofocus",),
        docs="releases/4.2: Miscellaneous",
        ops=crossing(
            "4.2",
            FindTemplate(
                r"(?:^|/)templates/admin/(?:[\w/]+/)?search_form\.html$",
                "the search box of the admin has no autofocus from 4.2 on; this template of the project's own decides for itself",
                holds=r"<input\b|\{%\s*(?:include|extends)\b|\bsearchbar\b",
            ),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "4.2-inspectdb-display-size",
        "Only backends of other makers fill these columns, and their authors see it in what inspectdb writes.",
        "schema",
    ),
]
