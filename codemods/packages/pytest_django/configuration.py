"""The section of pytest's options, and internals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django_hop.model import DEPENDENCIES, DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import TextOp, Words
from django_hop.ops.names import FindName
from django_hop.rewrite.shell_lexer import Word
from django_hop.rewrite.text import TextSite

PACKAGE = "pytest-django"


@dataclass(frozen=True)
class Section(TextOp):
    """`[pytest]` in setup.cfg -> `[tool:pytest]`."""

    @property
    def words(self) -> Words:
        """The section."""
        return (frozenset({"pytest"}),)

    def concerns(self, path: str) -> bool:
        """setup.cfg."""
        return PurePosixPath(path).name == "setup.cfg"

    def apply(self, site: TextSite) -> Iterator[Edit | Finding]:
        """An edit, or a finding where the other section is there, too."""
        both = re.search(r"^\[tool:pytest\]", site.text, re.M) is not None
        for match in re.finditer(r"^\[(pytest)\]", site.text, re.M):
            if not both:
                yield Edit(match.start(1), match.end(1), "tool:pytest")
            said = "pytest reads `[tool:pytest]` in setup.cfg, and fails at `[pytest]`"
            yield site.finding(Word("pytest", match.start(1), match.end(1)), said, fixed=not both)


CODEMODS = [
    Codemod(
        "pytest-section",
        "options of pytest in setup.cfg stand under tool:pytest",
        package=PACKAGE,
        deprecated="3.0",
        removed=None,
        works_from="3.0",
        safety=REVIEW,
        covers=("pytest-django-3.0-config-settings",),
        docs="pytest 4.0 changes: [pytest] section in setup.cfg",
        ops=(Section(),),
    ),
    Codemod(
        "pytest-django-internals",
        "internals of pytest-django are found",
        package=PACKAGE,
        deprecated="3.0",
        removed=None,
        works_from="3.0",
        safety=DETECT,
        covers=("pytest-django-4.5-mark-urls",),
        docs="pytest-django 4.5 changes",
        ops=tuple(
            FindName(f"pytest_django.{name}", "this is an internal of pytest-django: the fixtures `db` and `django_db_blocker` do it")
            for name in ("fixtures._django_db_fixture_helper", "db_reuse._get_db_name", "plugin._django_cursor_wrapper")
        ),
    ),
]

UNSEEN = [Unseen("pytest-django-4.0-floors", "The commit that moves the requirement does it.", shown_by=DEPENDENCIES)]
