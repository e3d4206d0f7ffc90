"""Managers, and how models inherit them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Hop
from django_hop.ops.attributes import FindUse, last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines, drop_line
from django_hop.ops.names import FindName, Rename
from django_hop.ops.nodes import is_value
from django_hop.ops.statements import head_of_class
from django_hop.ops.where import migrations
from django_hop.project.model_fields import find_class, option
from django_hop.releases import not_after
from django_hop.rewrite.site import Site

from .base_manager import BaseManagerName, DropFlag

MODEL = "django.db.models.Model"
FUTURE = "`manager_inheritance_from_future` means nothing since 2.0 and is refused by 3.0"
INHERITED = "Managers are inherited since 2.0 as other attributes are: this model's `objects` is the parent's, or there is none"
GEO = "The methods of GeoQuerySet are database functions since 2.0: `.annotate(x=functions.X(...))`"
METHODS = (
    *("force_rhr", "geohash", "geojson", "gml", "kml", "make_line", "mem_size", "num_geom", "num_points", "point_on_surface"),
    *("reverse_geom", "snap_to_grid", "sym_difference"),
)


def _for_old_django(site: Site, statement: ast.stmt) -> bool:
    """True under `if DJANGO_1_11:` or `if django.VERSION < (2, 0):`: the option is kept from the new release already."""
    around = site.parent(statement)
    return isinstance(around, ast.If) and re.search("django|version", site.module.segment(around.test), re.IGNORECASE) is not None


@dataclass(frozen=True)
class FromFuture(PythonOp):
    """The option goes, with a Meta that holds nothing else."""

    @property
    def words(self) -> Words:
        """The option."""
        return (frozenset({"manager_inheritance_from_future"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for True in a Meta; findings elsewhere."""
        for node in site.nodes(ast.ClassDef):
            for statement, _ in assignments(node, "manager_inheritance_from_future"):
                if _for_old_django(site, statement):
                    continue
                if not is_value(statement.value, True):
                    yield site.finding(statement, FUTURE)
                    continue
                owner = site.parent(node)
                whole = node if node.body == [statement] and isinstance(owner, ast.ClassDef) and not node.decorator_list else statement
                yield from site.change(statement, FUTURE, drop_line, site, whole)
        for text in site.names.strings:
            if text.value == "manager_inheritance_from_future":
                edit = self._without_item(site, text) if migrations(site.path) else None
                yield from [edit] if edit is not None else []
                yield site.finding(text, FUTURE, fixed=edit is not None)

    @staticmethod
    def _without_item(site: Site, key: ast.Constant) -> Edit | None:
        """The edit that takes `"manager_inheritance_from_future": True` out of the options of a migration."""
        options = site.parent(key)
        if not isinstance(options, ast.Dict) or key not in options.keys:
            return None
        place = options.keys.index(key)
        ends = [site.module.end(one) for one in options.values]
        starts = [site.module.start(one) if one is not None else -1 for one in options.keys]
        if not is_value(options.values[place], True) or -1 in starts or "#" in site.module.segment(options):
            return None
        if len(starts) == 1:
            return site.edit(options, "{}")
        return Edit(starts[place], starts[place + 1], "") if place + 1 < len(starts) else Edit(ends[place - 1], ends[place], "")


@dataclass(frozen=True)
class InheritedManager(PythonOp):
    """Concrete children of concrete models that define no manager where a parent does get the plain `objects` they had."""

    @property
    def words(self) -> Words:
        """Models with managers: parent and child mostly stand in one file."""
        return (frozenset({"class", "models", "*Manager"}), frozenset({"class", "models", "as_manager"}))

    def in_hop(self, hop: Hop) -> bool:
        """Only on hops from before 2.0."""
        return not not_after("2.0", hop.source)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """An edit for each child, on hops from before 2.0 only; findings where more than its one parent may bring managers."""
        if not_after("2.0", site.hop.source):
            return
        for node in site.subclasses(MODEL):
            # A proxy had the managers of its parent before, too.
            said = (option(node, one) for one in ("manager_inheritance_from_future", "abstract", "proxy"))
            if self._has_manager(node) or any(is_value(one, True) for one in said):
                continue
            for base in node.bases:
                name = site.qualified(base)
                found = find_class(site.project, name, site.path) if name else None
                if found and not is_value(option(found[1], "abstract"), True) and self._has_manager(found[1]):
                    edit = self._own_manager(site, node)
                    yield from [edit] if edit is not None else []
                    yield site.finding(node, INHERITED, fixed=edit is not None)
                    break

    @staticmethod
    def _own_manager(site: Site, node: ast.ClassDef) -> Edit | None:
        """The line `objects = models.Manager()` at the head of a child; None where it is not sure to have had just that."""
        meta = next((one for one in node.body if isinstance(one, ast.ClassDef) and one.name == "Meta"), None)
        said = any(option(node, name) is not None for name in ("default_manager_name", "base_manager_name"))
        unseen = any(isinstance(one, (ast.If, ast.Try, ast.For, ast.With)) for one in node.body)
        if len(node.bases) != 1 or (meta is not None and (meta.bases or said)) or unseen or defines(node, "objects"):
            return None
        values = [one.value for one in node.body if isinstance(one, (ast.Assign, ast.AnnAssign))]
        if any(isinstance(one, ast.Call) and not last_name(one.func).endswith(("Field", "ForeignKey", "Relation")) for one in values):
            return None
        spoken = site.imports.need("django.db.models.Manager", at=node)
        if spoken is None:
            return None
        line = f"objects = {spoken}()"
        if len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
            return site.edit(node.body[0], line)
        return head_of_class(site, node, line)

    @staticmethod
    def _has_manager(node: ast.ClassDef) -> bool:
        for statement in node.body:
            value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
            if isinstance(value, ast.Call) and re.search("Manager|as_manager", ast.unparse(value.func)):
                return True
        return False


CODEMODS = [
    Codemod(
        "manager-inheritance-from-future",
        "Meta.manager_inheritance_from_future goes",
        deprecated="1.10",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("2.0-manager-inheritance-from-future",),
        docs="releases/2.0: Features removed in 2.0",
        then="no migration follows from the models. Migrations that name the option among those of a model fail on 3.0; they are "
        "changed, too, or reported.",
        ops=(FromFuture(),),
    ),
    Codemod(
        "manager-inheritance",
        "Children of concrete models keep a plain manager of their own",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-manager-inheritance",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        then="no migration follows: makemigrations notes only managers with use_in_migrations.",
        ops=(InheritedManager(),),
    ),
    Codemod(
        "use-for-related-fields",
        "Managers for related objects are named by Meta.base_manager_name",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-use-for-related-fields",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        then="run makemigrations for these apps. It writes an AlterModelOptions for each model, which changes the state and runs no SQL; "
        "old and new code run with and without it.",
        ops=(BaseManagerName(), DropFlag()),
    ),
    Codemod(
        "geo-manager",
        "GeoManager becomes Manager",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-geomanager",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            Rename("django.contrib.gis.db.models", {"GeoManager": "Manager"}),
            Rename("django.contrib.gis.db.models.manager", {"GeoManager": "Manager"}, "django.contrib.gis.db.models"),
            FindName("django.contrib.gis.db.models.query.GeoQuerySet", "`GeoQuerySet` is gone: `QuerySet`, with database functions"),
            FindUse(METHODS, GEO, "objects|.*queryset|qs"),
        ),
    ),
]
