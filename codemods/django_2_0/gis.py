"""GeoDjango: properties of geometries, and what left with GeoIP."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.find import FindModule
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import FindName, release_root, rename
from django_hop.ops.settings import FindSetting
from django_hop.rewrite.site import Site

PROPERTIES = {"srid": "srid", "x": "x", "y": "y", "z": "z", "coords": "tuple"}
"""What followed `get_` and `set_`, and the property."""
MESSAGE = "geometries have properties in place of `get_` and `set_` methods"
GEOIP = "`django.contrib.gis.geoip` is gone; `geoip2` reads other databases (.mmdb) and raises AddressNotFoundError for unknown addresses"
GEOIP_NAMES = {"GeoIP": "GeoIP2", "GeoIPException": "GeoIP2Exception", "HAS_GEOIP": "HAS_GEOIP2"}
GONE = frozenset(("record_by_addr", "record_by_name", "country_info", "city_info"))
PRECISION = "`precision_wkt()` is gone; `WKTWriter(precision=...)` writes the same numbers, with other spaces"


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


@dataclass(frozen=True)
class PrecisionWkt(PythonOp):
    """`precision_wkt(geom, 3)` becomes `WKTWriter(precision=3).write(geom).decode()`; a precision that may be a format is reported."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"django", "gis", "precision_wkt"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a number; findings for other uses."""
        for module in ("django.contrib.gis.utils", "django.contrib.gis.utils.wkt"):
            name = f"{module}.precision_wkt"
            for node in site.references(name):
                call = self._call(site, node)
                spoken = site.imports.need("django.contrib.gis.geos.WKTWriter", node) if call else None
                if call is None or spoken is None:
                    yield site.finding(node, PRECISION)
                    continue
                geometry, precision = (site.module.segment(one) for one in self._arguments(call))
                yield site.edit(call, f"{spoken}(precision={precision}).write({geometry}).decode()")
                release_root(site, node, spoken)
                yield site.finding(node, PRECISION, fixed=True)
            if not site.references(name):
                yield from FindName(name, PRECISION).apply(site)

    @staticmethod
    def _arguments(call: ast.Call) -> list[ast.expr]:
        named = {one.arg: one.value for one in call.keywords}
        return [*call.args, *(named[one] for one in ("geom", "prec")[len(call.args) :] if one in named)]

    def _call(self, site: Site, node: ast.expr) -> ast.Call | None:
        """The call, if its precision is a number and nothing is between the lines."""
        call = site.parent(node)
        if not isinstance(call, ast.Call) or call.func is not node or "#" in site.module.segment(call) or in_format_string(site, node):
            return None
        given = self._arguments(call)
        plain = len(given) == 2 == len(call.args) + len(call.keywords) and not isinstance(given[0], (ast.Starred, ast.GeneratorExp))
        return call if plain and isinstance(given[1], ast.Constant) and type(given[1].value) is int else None


@dataclass(frozen=True)
class GeoIP(FindModule):
    """The names of `geoip` become those of `geoip2`; a file that uses what has no successor is only reported."""

    module: str = "django.contrib.gis.geoip"
    message: str = GEOIP

    def apply(self, site: Site) -> Iterator[Edit | Finding]:  # type: ignore[override]
        """Edits for imports and uses, where all that is used has a successor; findings elsewhere."""
        homes = (self.module, f"{self.module}.base")
        gone = [node for node in site.nodes(ast.Attribute) if self._is_gone(site, node, homes)]
        yield from (site.finding(node, f"`{node.attr}` has no successor in `geoip2`") for node in gone)
        for home in homes if not gone else ():
            for old, new in GEOIP_NAMES.items():
                yield from rename(site, f"{home}.{old}", f"{self.module}2.{new}")
        statements = site.nodes(ast.ImportFrom) if not gone else []
        known = {statement.lineno for statement in statements if self._is_known(site, statement, homes)}
        yield from (one for one in super().apply(site) if one.line not in known)

    @staticmethod
    def _is_gone(site: Site, node: ast.Attribute, homes: tuple[str, ...]) -> bool:
        """True for a method or constant that `GeoIP2` lacks."""
        names = [f"{home}.GeoIP" for home in homes]
        if node.attr.startswith("GEOIP_"):
            return site.qualified(node.value) in names
        return node.attr in GONE and any(site.references(name) for name in names)

    @staticmethod
    def _is_known(site: Site, statement: ast.ImportFrom, homes: tuple[str, ...]) -> bool:
        return site.names.absolute(statement) in homes and all(alias.name in GEOIP_NAMES for alias in statement.names)


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
        safety=REVIEW,
        covers=("2.0-precision-wkt",),
        docs="releases/2.0: Features removed in 2.0",
        then="compare what stores or compares the text: the writer puts a space behind the type and behind commas.",
        ops=(PrecisionWkt(),),
    ),
    Codemod(
        "geoip",
        "addresses are located by geoip2",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-gis-geoip",),
        docs="releases/2.0: Features removed in 2.0",
        then="require the package geoip2, put databases in the format .mmdb into GEOIP_PATH and name them in GEOIP_COUNTRY and "
        "GEOIP_CITY before this is deployed, and catch AddressNotFoundError where an address may be unknown.",
        ops=(
            GeoIP(),
            FindSetting("GEOIP_LIBRARY_PATH", GEOIP),
            FindSetting("GEOIP_COUNTRY", GEOIP, value=_is_old_database),
            FindSetting("GEOIP_CITY", GEOIP, value=_is_old_database),
        ),
    ),
]
