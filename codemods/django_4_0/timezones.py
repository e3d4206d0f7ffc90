"""Time zones: zoneinfo instead of pytz in django.utils.timezone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call, change_arguments
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import method_calls
from django_hop.ops.undeclared import required, unguarded_import
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

from .zones import UTC, converted, is_django_zone, replaced

LOCALIZE = "zones of `django.utils.timezone` are no longer pytz's: they have no `localize()`, `normalize()` and `zone`"
IS_DST = "`is_dst` is deprecated: with zoneinfo it has no effect"
REQUIRED = "Django 4.0 no longer installs pytz: name it in the requirements, or move to zoneinfo"
TRUNCS = tuple(f"Trunc{name}" for name in ("", "Year", "Quarter", "Month", "Week", "Day", "Hour", "Minute", "Second"))


@dataclass(frozen=True)
class Localize(PythonOp):
    """`timezone.utc.localize(x)` becomes `x.replace(tzinfo=timezone.utc)`, and what goes with it."""

    @property
    def words(self) -> Words:
        """One of pytz's methods, with a zone of Django's."""
        zones = ("utc", "get_current_timezone", "get_default_timezone")
        return tuple(frozenset({"timezone", zone, name}) for zone in zones for name in ("localize", "normalize", "zone"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the zone is certainly Django's."""
        for node in site.nodes(ast.Attribute):
            if node.attr not in ("localize", "normalize", "zone") or not is_django_zone(site, node.value):
                continue
            yield from site.change(node, LOCALIZE, self._edit, site, node)

    @staticmethod
    def _edit(site: Site, node: ast.Attribute) -> Edit:
        zone = site.module.segment(node.value)
        call = site.parent(node)
        if node.attr == "zone":
            if not isinstance(node.ctx, ast.Load):
                raise Refused("it is assigned to")
            return site.edit(node, f"str({zone})")
        if not isinstance(call, ast.Call) or call.func is not node:
            raise Refused("here the method is passed on")
        if node.attr == "localize":
            return replaced(site, call, zone)
        if site.qualified(node.value) != UTC:
            raise Refused("after arithmetic, convert with `astimezone()`: zoneinfo counts in wall-clock time")
        return converted(site, call, zone)


@dataclass(frozen=True)
class DropIsDst(Call):
    """`is_dst` goes, unless pytz is still at work."""

    def _refusal(self, site: Site, call: ast.Call) -> str | None:
        return super()._refusal(site, call) or pytz_at_work(site)


def pytz_at_work(site: Site) -> str | None:
    """Why `is_dst` may have an effect here: the file uses pytz, or the project told Django to; None if it cannot."""
    if any(one.origin and one.origin.partition(".")[0] == "pytz" for ones in site.names.module.bindings.values() for one in ones):
        return "it has one with zones of pytz, which this file uses"
    if site.project.settings.assignments("USE_DEPRECATED_PYTZ"):
        return "it has one with `USE_DEPRECATED_PYTZ`, which the project sets"
    return None


@dataclass(frozen=True)
class DatetimesIsDst(PythonOp):
    """`is_dst` of `QuerySet.datetimes()`."""

    @property
    def words(self) -> Words:
        """The method and the keyword."""
        return (frozenset({"datetimes", "is_dst"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with the keyword, which no other method of this name takes."""
        for call, func in method_calls(site, "datetimes"):
            if any(keyword.arg == "is_dst" for keyword in call.keywords):
                why = pytz_at_work(site)
                try:
                    if why:
                        raise Refused(why)
                    yield from change_arguments(site, call, add={}, drop=["is_dst"])
                except Refused as error:
                    yield site.finding(func, f"{IS_DST}; {error}")
                    continue
                yield site.finding(func, IS_DST, fixed=True)


@dataclass(frozen=True)
class PytzRequired(PythonOp):
    """Imports of pytz in a project whose requirements do not name it."""

    @property
    def words(self) -> Words:
        """The package."""
        return (frozenset({"import", "pytz"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at the first import of the file."""
        if required(site, b"pytz") is not False:
            return
        statement = unguarded_import(site, "pytz")
        if statement is not None:
            yield site.finding(statement, REQUIRED)


@dataclass(frozen=True)
class PytzImport(PythonOp):
    """`from django.utils.timezone import pytz` becomes `import pytz`; `timezone.pytz` is a finding."""

    @property
    def words(self) -> Words:
        """The module and the name."""
        return (frozenset({"django", "utils", "timezone", "pytz"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for import statements without comments."""
        message = "`django.utils.timezone` has no `pytz` any more"
        for binding in site.imports.bindings("django.utils.timezone.pytz"):
            statement, alias = binding.node, binding.alias
            assert isinstance(statement, ast.ImportFrom) and alias is not None
            text = site.module.segment(statement)
            if "#" in text or "\\" in text:
                yield site.finding(alias, f"{message}; a comment or a line break stands in the import")
                continue
            new = "import pytz" if alias.asname is None else f"import pytz as {alias.asname}"
            others = [ast.unparse(one) for one in statement.names if one is not alias]
            kept = (
                f"{site.module.source.newline}{' ' * statement.col_offset}from django.utils.timezone import {', '.join(others)}"
                if others
                else ""
            )
            yield site.edit(statement, new + kept)
            yield site.finding(alias, message, fixed=True)
        for node in site.references("django.utils.timezone.pytz"):
            if isinstance(node, ast.Attribute):
                yield site.finding(node, f"{message}: import it")


CODEMODS = [
    Codemod(
        "timezone-pytz-import",
        "pytz is imported as itself, not out of django.utils.timezone",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        docs="utils/timezone.py of 4.0 (not spelled out in the notes)",
        covers=("4.0-timezone-module-no-pytz",),
        ops=(PytzImport(), *crossing("4.0", PytzRequired())),
    ),
    Codemod(
        "django-zone-localize",
        "zones of django.utils.timezone are used without pytz's methods",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-timezone-utc-is-stdlib",),
        docs="releases/4.0: Miscellaneous",
        ops=(Localize(),),
    ),
    Codemod(
        "is-dst",
        "is_dst goes where zoneinfo makes it needless",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-is-dst-arguments",),
        docs="releases/4.0: Features deprecated in 4.0",
        ops=(
            DropIsDst("django.utils.timezone.make_aware", IS_DST, drop=("is_dst",), positional=("value", "timezone", "is_dst")),
            *(
                DropIsDst(f"django.db.models.functions.{module}{name}", IS_DST, drop=("is_dst",))
                for module in ("", "datetime.")
                for name in TRUNCS
            ),
            DatetimesIsDst(),
        ),
    ),
]
