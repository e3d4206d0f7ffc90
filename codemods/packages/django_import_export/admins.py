"""Admin classes and settings: `resource_classes`, escaping; and what requirement files and exports show."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DEPENDENCIES, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines, uses_through_self
from django_hop.ops.classes import FindMethod
from django_hop.ops.nodes import is_value
from django_hop.ops.settings_uses import own_assignments, settings_of, uses
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

PACKAGE = "django-import-export"
ADMINS = (
    *(f"import_export.admin.{name}" for name in ("ImportMixin", "ExportMixin", "ImportExportMixin", "ImportExportMixinBase")),
    *(f"import_export.admin.{name}" for name in ("ImportExportModelAdmin", "ImportExportActionModelAdmin")),
    *(f"import_export.admin.{name}" for name in ("ExportActionMixin", "ExportActionModelAdmin")),
    *(f"import_export.mixins.{name}" for name in ("BaseImportMixin", "BaseExportMixin", "BaseImportExportMixin")),
    *(f"import_export.mixins.{name}" for name in ("ExportViewMixin", "ExportViewFormMixin")),
)
_OLD, _NEW = "resource_class", "resource_classes"
_ESCAPE = "IMPORT_EXPORT_ESCAPE_OUTPUT_ON_EXPORT"
_PARTS = ("IMPORT_EXPORT_ESCAPE_HTML_ON_EXPORT", "IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT")


@dataclass(frozen=True)
class ResourceClasses(PythonOp):
    """`resource_class = R` of an admin class -> `resource_classes = [R]`."""

    message: str = "`resource_class` is now the list `resource_classes`"

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"class", _OLD}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A class whose bases have a name that a descendant may have."""
        return project.may_derive(data, ADMINS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for assignments in class bodies; findings where the class reads the old name, or has both."""
        for node in site.subclasses(*ADMINS):
            read = any(True for _ in uses_through_self(site, node, _OLD))
            for statement, target in assignments(node, _OLD):
                several = isinstance(statement, ast.Assign) and len(statement.targets) > 1
                value = statement.value
                none = is_value(value, None)
                if read or several or none or value is None or isinstance(statement, ast.AnnAssign) or defines(node, _NEW):
                    yield site.finding(target, self.message)
                    continue
                yield site.edit(target, _NEW)
                yield site.edit(value, f"[{site.module.segment(value)}]")
                yield site.finding(target, self.message, fixed=True)


@dataclass(frozen=True)
class EscapeSetting(PythonOp):
    """The setting for escaping becomes two, of the same value, where a settings module sets it."""

    message: str = f"`{_ESCAPE}` is now `{_PARTS[0]}` and `{_PARTS[1]}`"

    @property
    def words(self) -> Words:
        """The old name."""
        return (frozenset({_ESCAPE}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for assignments; findings for overrides, reads and other ways to set it."""
        for one in own_assignments(site, _ESCAPE):
            statement = one.statement
            both = any(settings_of(site).in_unit(site.path, part) for part in _PARTS)
            if both or not isinstance(statement, ast.Assign) or len(statement.targets) > 1 or "\n" in site.module.segment(statement):
                yield site.finding(one.target, self.message)
                continue
            indent = " " * statement.col_offset
            lines = [f"{part} = {site.module.segment(statement.value)}" for part in _PARTS]
            yield site.edit(statement, f"{site.module.source.newline}{indent}".join(lines))
            yield site.finding(one.target, self.message, fixed=True)
        for use in uses(site, _ESCAPE):
            yield site.finding(use.node, self.message)


CODEMODS = [
    Codemod(
        "import-export-resource-classes",
        "resource_class of admin classes becomes the list resource_classes",
        package=PACKAGE,
        deprecated="3.0",
        removed=None,
        works_from="3.0",
        safety=SAFE,
        covers=("import-export-3.0-resource-classes",),
        docs="django-import-export 3.0 changelog: resource_classes",
        ops=(
            ResourceClasses(),
            FindMethod(
                ADMINS,
                ("get_resource_class", "get_import_resource_class", "get_export_resource_class"),
                "this method is now called with `classes` in the plural and returns a list; from 4.0 on it takes the request",
            ),
        ),
    ),
    Codemod(
        "import-export-escape",
        "IMPORT_EXPORT_ESCAPE_OUTPUT_ON_EXPORT becomes one setting for HTML and one for formulae",
        package=PACKAGE,
        deprecated="3.2",
        removed="3.3",
        works_from="3.2",
        safety=REVIEW,
        silent=True,
        covers=("import-export-3.3-escape",),
        docs="django-import-export 3.2 changelog: escape",
        then="HTML is escaped always from 4.0 on, where the first of the two settings does nothing any more.",
        ops=(EscapeSetting(),),
    ),
]

UNSEEN = [
    Unseen("import-export-4.0-extras", "The commit that moves the requirement names the extras for formats.", shown_by=DEPENDENCIES),
    Unseen("import-export-4.0-string-output", "What type a number has in a spreadsheet shows in the file alone.", shown_by="responses"),
]
