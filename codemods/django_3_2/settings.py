"""Settings: the type of primary keys, the id of the site, the number of files in a request."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.settings import SetDefault
from django_hop.ops.settings_uses import own_assignments, uses
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

from .own_keys import all_have_keys

SITE_ID = "`SITE_ID` has to be a number or None from 3.2 on (sites.E101)"
ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "decouple.config", "environ.get", "getenv"})


@dataclass(frozen=True)
class SiteId(PythonOp):
    """`SITE_ID = "1"` becomes a number, what comes from the environment goes through int()."""

    @property
    def words(self) -> Words:
        """The setting."""
        return (frozenset({"SITE_ID"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A value that is no number."""
        return re.compile(rb"""\bSITE_ID["']?[\s\\]*(?::[^=\n]+=|[-+*|]?=(?!=)|[:,])[\s\\(]*(?![\d\s\\(])""")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals and for environment variables that are there; findings for others."""
        overrides = [use.value for use in uses(site, "SITE_ID") if not (isinstance(use.value, ast.Constant) and _is_word(use.value.value))]
        values = [one.value for one in own_assignments(site, "SITE_ID")] + overrides
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                number = value.value.strip().isdigit()
                yield from [site.edit(value, value.value.strip())] if number else []
                yield site.finding(value, SITE_ID, fixed=number)
            elif value is not None and (sure := _is_text(site, value)) is not None:
                yield from [site.edit(value, f"int({site.module.segment(value)})")] if sure else []
                yield site.finding(value, SITE_ID, fixed=sure)


def _is_word(value: object) -> bool:
    """True for what no site can have: a test says `override_settings(SITE_ID="broken")` on purpose."""
    return isinstance(value, str) and not value.strip().isdigit()


def _is_text(site: Site, value: ast.expr) -> bool | None:
    """True for text from the environment that is there, False for one that may be missing, None for anything else."""
    if isinstance(value, ast.Subscript):
        return True if site.qualified(value.value) == "os.environ" else None
    if not isinstance(value, ast.Call) or site.qualified(value.func) not in ENVIRONMENT:
        return None
    if any(keyword.arg == "cast" for keyword in value.keywords) or len(value.args) > 2:
        return None
    if site.qualified(value.func) == "decouple.config":
        return not any(keyword.arg == "default" for keyword in value.keywords)
    return len(value.args) == 2 and isinstance(value.args[1], ast.Constant) and value.args[1].value is not None


@dataclass(frozen=True)
class ManyFiles(PythonOp):
    """`request.FILES.getlist(...)`: uploads of several files at once."""

    @property
    def words(self) -> Words:
        """The attribute and the method."""
        return (frozenset({"FILES", "getlist"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """One behind the other."""
        return re.compile(rb"FILES[\s\\)]*\.[\s\\]*getlist\b")

    def in_project(self, project: Project, data: bytes) -> bool:
        """True unless the project sets a limit of its own."""
        return not project.settings.assignments("DATA_UPLOAD_MAX_NUMBER_FILES")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each, unless the project sets a limit of its own."""
        if not self.in_project(site.project, b""):
            return
        for node in site.nodes(ast.Attribute):
            if node.attr == "getlist" and isinstance(node.value, ast.Attribute) and node.value.attr == "FILES":
                yield site.finding(
                    node, "requests with more than 100 files are refused since 3.2.18; `DATA_UPLOAD_MAX_NUMBER_FILES` sets the limit"
                )


CODEMODS = [
    Codemod(
        "default-auto-field",
        "DEFAULT_AUTO_FIELD says that primary keys stay as they are",
        deprecated="3.2",
        removed="6.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-default-auto-field-warning", "6.0-default-auto-field-bigauto"),
        docs="releases/3.2: Customizing type of auto-created primary keys",
        then="no migration follows: the keys stay what they are. To go over to BigAutoField later is an AlterField for every table and "
        "every foreign key to it, which rewrites the tables under a lock; decide it app by app, on AppConfig.",
        ops=crossing(
            "6.0",
            SetDefault(
                "DEFAULT_AUTO_FIELD",
                '"django.db.models.AutoField"',
                "without `DEFAULT_AUTO_FIELD` 3.2 warns about every model, and 6.0 changes the type of their keys",
                spare=all_have_keys,
            ),
        ),
    ),
    Codemod(
        "site-id-number",
        "SITE_ID is a number",
        removed="3.2",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-site-id-must-be-int",),
        docs="ref/checks: sites.E101",
        ops=(SiteId(),),
    ),
    Codemod(
        "upload-number-of-files",
        "the number of files in a request is limited",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-data-upload-max-number-files",),
        docs="releases/3.2.18",
        ops=(ManyFiles(),),
    ),
]
