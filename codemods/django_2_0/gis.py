"""GeoDjango: properties of geometries, and what left with GeoIP."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import FindName
from django_hop.ops.settings import FindSetting
from django_hop.rewrite.site import Site

PROPERTIES = {"srid": "srid", "x": "x", "y": "y", "z": "z", "coords": "tuple"}
"""What followed `get_` and `set_`, and the property."""
MESSAGE = "geometries have properties in place of `get_` and `set_` methods"
GEOIP = "`django.contrib.gis.geoip` is gone; `geoip2` reads other databases (.mmdb) and raises AddressNotFoundError for unknown addresses"


def _is_old_database(value: object) -> bool:
    return isinstance(value, str) and value.endswith(".dat")


@dataclass(frozen=True)
class GeometryProperties(PythonOp):
    """`point.get_x()` becomes `point.x`, `point.set_x(1)` becomes `point.x = 1`, in files that deal with geometries."""

    @property
    def words(self) -> Words:
        """GeoDjango, and one of the methods."""
        methods = [f"{kind}_{name}" for kind in ("get", "set") for name in PROPERTIES]
        return tuple(frozenset({"django", "gis", method}) for method in [*methods, "cascaded_union"])

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for uses that are no calls, and for setters inside expressions."""
        if not any(name.startswith("django.contrib.gis") for name in site.names.references):
            return
        for node in site.nodes(ast.Attribute):
            kind, _, name = node.attr.partition("_")
            if node.attr == "cascaded_union" and site.qualified(node) is None and not self._is_call(site, node):
                yield site.edit_attribute(node, "unary_union")
                yield site.finding(node, "`cascaded_union` is gone; `unary_union` is the same", fixed=True)
            elif kind in ("get", "set") and name in PROPERTIES and not self._takes_more(site, node, kind):
                edits = [] if in_format_string(site, node) else self._edits(site, node, kind, PROPERTIES[name])
                yield from edits
                yield site.finding(node, MESSAGE, fixed=bool(edits))

    @staticmethod
    def _is_call(site: Site, node: ast.Attribute) -> bool:
        call = site.parent(node)
        return isinstance(call, ast.Call) and call.func is node

    @staticmethod
    def _takes_more(site: Site, node: ast.Attribute, kind: str) -> bool:
        """True for a call with arguments that no geometry's method takes."""
        call = site.parent(node)
        return isinstance(call, ast.Call) and call.func is node and len(call.args) + len(call.keywords) > (kind == "set")

    def _edits(self, site: Site, node: ast.Attribute, kind: str, name: str) -> list[Edit]:
        call = site.parent(node)
        if not isinstance(call, ast.Call) or call.func is not node or call.keywords or "#" in site.module.segment(call):
            return []
        end, stop = site.module.end(node) - len(node.attr), site.module.end(call)
        if kind == "get" and not call.args:
            return [Edit(end, stop, name)]
        plain = len(call.args) == 1 and not isinstance(call.args[0], ast.Starred) and isinstance(site.parent(call), ast.Expr)
        if kind == "set" and plain and "\n" not in site.module.segment(call):
            return [Edit(end, stop, f"{name} = {site.module.segment(call.args[0])}")]
        return []


CODEMODS = [
    Codemod(
        "geometry-properties",
        "geometries have properties in place of get and set methods",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-geos-get-set-srid", "2.0-point-get-set-xyz", "2.0-point-get-set-coords", "2.0-multipolygon-cascaded-union"),
        docs="releases/2.0: Features removed in 2.0",
        ops=(GeometryProperties(),),
    ),
    Codemod(
        "precision-wkt",
        "text of geometries is written by WKTWriter",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-precision-wkt",),
        docs="releases/2.0: Features removed in 2.0",
        ops=tuple(
            FindName(
                f"{module}.precision_wkt", "`precision_wkt()` is gone; `WKTWriter(precision=...).write()` gives bytes, with other spaces"
            )
            for module in ("django.contrib.gis.utils", "django.contrib.gis.utils.wkt")
        ),
    ),
    Codemod(
        "geoip",
        "addresses are located by geoip2",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-gis-geoip",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            FindModule("django.contrib.gis.geoip", GEOIP),
            FindSetting("GEOIP_LIBRARY_PATH", GEOIP),
            FindSetting("GEOIP_COUNTRY", GEOIP, value=_is_old_database),
            FindSetting("GEOIP_CITY", GEOIP, value=_is_old_database),
        ),
    ),
]
