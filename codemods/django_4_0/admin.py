"""The admin: GIS, log methods, helpers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines
from django_hop.ops.classes import POSITION, AddParameter
from django_hop.ops.crossing import crossing
from django_hop.ops.functions import header
from django_hop.ops.methods import method_calls
from django_hop.ops.names import Rename
from django_hop.ops.receivers import first_parameter
from django_hop.ops.urls import PATTERN_FUNCTIONS, calls, view_of
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

ADMIN = "django.contrib.admin.options.ModelAdmin"
LOGS = ("log_addition", "log_change", "log_deletion")
OBJECT = "`{}()` calls its second argument `obj` from 4.0 on"
GIS = "django.contrib.gis.admin"
GEO = "`{}` goes with 5.0: `{}` takes its place, with OpenLayers from a CDN; places are in degrees"
GONE_OPTIONS = frozenset(
    (
        *(
            "default_lon",
            "default_lat",
            "default_zoom",
            "display_wkt",
            "display_srid",
            "extra_js",
            "num_zoom",
            "max_zoom",
            "min_zoom",
            "units",
            "max_resolution",
        ),
        *(
            "max_extent",
            "modifiable",
            "mouse_position",
            "scale_text",
            "layerswitcher",
            "scrollable",
            "map_width",
            "map_height",
            "map_srid",
            "map_template",
        ),
        *("openlayers_url", "point_zoom", "wms_url", "wms_layer", "wms_name", "wms_options", "debug", "widget"),
    )
)
SEARCH_HELP = "`ChangeList` is given `search_help_text` from 4.0 on"
INDEX = "`AdminSite.index` is no longer wrapped in `never_cache` where it is used by itself: wrap it, or use `admin_view()`"
PLURAL = (
    "the heading of this inline falls back to `verbose_name` with an s from 4.0 on, and not to the model's plural: say "
    "`verbose_name_plural`"
)


@dataclass(frozen=True)
class LogObject(PythonOp):
    """`object=` of the log methods becomes a positional argument's name: calls say `obj=`, overrides take `obj`."""

    @property
    def words(self) -> Words:
        """One of the methods with the name."""
        return tuple(frozenset({name, "object"}) for name in LOGS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls in admins and for overrides."""
        for call, func in method_calls(site, *LOGS):
            for keyword in call.keywords:
                if keyword.arg == "object":
                    message = OBJECT.format(func.attr)
                    sure = self._is_admin(site, func.value)
                    if sure:
                        yield site.edit_keyword(keyword, "obj")
                    yield site.finding(keyword, message if sure else f"{message}; is this an admin's?", fixed=sure)
        for node in site.subclasses(ADMIN):
            for function in site.methods(node, *LOGS):
                if "object" in {one.arg for one in function.args.args}:
                    yield from self._override(site, function)

    @staticmethod
    def _is_admin(site: Site, node: ast.expr) -> bool:
        holder = first_parameter(site, node) or (site.enclosing(node, ast.ClassDef) if isinstance(node, ast.Call) else None)
        return holder is not None and ADMIN in site.class_ancestors(holder)

    @staticmethod
    def _override(site: Site, function: FunctionNode) -> Iterator[Edit | Finding]:
        message = OBJECT.format(function.name)
        uses = [
            one for statement in function.body for one in ast.walk(statement) if isinstance(one, ast.Name) and one.id in ("object", "obj")
        ]
        inner = [one for one in ast.walk(function) if isinstance(one, (ast.FunctionDef, ast.Lambda)) and one is not function]
        try:
            if inner or any(one.id == "obj" for one in uses) or any(isinstance(one, ast.JoinedStr) for one in ast.walk(function)):
                raise Refused("the body uses `obj`, inner functions or f-strings")
            piece = next(one for one in header(site, function).pieces if one.name == "object")
        except Refused as error:
            yield site.finding(function, f"{message}; {error}")
            return
        yield Edit(piece.start, piece.start + len("object"), "obj")
        yield from (site.edit(one, "obj") for one in uses)
        yield site.finding(function, message, fixed=True)


@dataclass(frozen=True)
class GeoAdmin(Rename):
    """`OSMGeoAdmin` becomes `GISModelAdmin`, `GeoModelAdmin` becomes `ModelAdmin`, where no option of the old ones is used in the file."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """The rename, or findings at classes with options that have no counterpart."""
        old = {name for name, _ in self.pairs}
        found = [
            (node, target.id)
            for node in site.nodes(ast.ClassDef)
            for _, target in assignments(node, *GONE_OPTIONS)
            if any(site.qualified(base) in old for base in node.bases)
        ]
        if not found:
            yield from super().apply(site)
        for node in dict.fromkeys(one for one, _ in found):
            names = ", ".join(f"`{name}`" for one, name in found if one is node)
            yield site.finding(
                node, f"{GEO.format('OSMGeoAdmin', 'GISModelAdmin')}; {names} go into `gis_widget_kwargs`, or have no counterpart"
            )


@dataclass(frozen=True)
class IndexView(PythonOp):
    """`path("", admin.site.index)`."""

    @property
    def words(self) -> Words:
        """The view."""
        return (frozenset({"site", "index"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each route to it."""
        for call in calls(site, *PATTERN_FUNCTIONS):
            view = view_of(call)
            if view is not None and site.qualified(view) in ("django.contrib.admin.site.index", "django.contrib.admin.sites.site.index"):
                yield site.finding(view, INDEX)


@dataclass(frozen=True)
class InlinePlural(PythonOp):
    """Inlines with a verbose_name and no plural."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"class", "verbose_name"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each."""
        for node in site.subclasses("django.contrib.admin.options.InlineModelAdmin"):
            for _, target in assignments(node, "verbose_name"):
                if not defines(node, "verbose_name_plural"):
                    yield site.finding(target, PLURAL)


CODEMODS = [
    Codemod(
        "lookup-spawns-duplicates",
        "lookup_needs_distinct() is called lookup_spawns_duplicates()",
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-lookup-needs-distinct-renamed",),
        docs="releases/4.0: Miscellaneous",
        ops=tuple(
            Rename(f"django.contrib.admin.{module}", {"lookup_needs_distinct": "lookup_spawns_duplicates"}, "django.contrib.admin.utils")
            for module in ("utils", "options", "views.main")
        ),
    ),
    Codemod(
        "admin-log-obj",
        "the admin's log methods call their argument obj",
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("4.0-modeladmin-log-methods-obj",),
        docs="releases/4.0: Miscellaneous",
        ops=(LogObject(),),
    ),
    Codemod(
        "gis-model-admin",
        "OSMGeoAdmin and GeoModelAdmin give way to GISModelAdmin and ModelAdmin",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-gis-geomodeladmin",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=tuple(
            GeoAdmin(f"{GIS}{module}", {"OSMGeoAdmin": "GISModelAdmin", "GeoModelAdmin": "ModelAdmin"}, GIS) for module in ("", ".options")
        ),
    ),
    Codemod(
        "change-list-search-help",
        "change lists take search_help_text",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-changelist-search-help-text-argument",),
        docs="contrib/admin/views/main.py of 4.0 (not in the notes)",
        ops=(
            AddParameter(
                ("django.contrib.admin.views.main.ChangeList",), "__init__", "search_help_text", SEARCH_HELP, position=13, passed=POSITION
            ),
        ),
    ),
    Codemod(
        "admin-index-cache",
        "routes to the admin's index are found",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-adminsite-index-never-cache",),
        docs="releases/4.0: Miscellaneous",
        silent=True,
        ops=crossing("4.0", IndexView()),
    ),
    Codemod(
        "inline-plural",
        "inlines with a name and no plural are found",
        removed="4.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-inline-verbose-name-plural-fallback",),
        docs="releases/4.0: django.contrib.admin",
        silent=True,
        ops=crossing("4.0", InlinePlural()),
    ),
]
