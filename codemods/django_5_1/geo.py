"""GeoDjango: look-ups of addresses, geometries of OGR."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import method_calls
from django_hop.ops.receivers import by_bindings
from django_hop.rewrite.site import Site

GEOIP = ("django.contrib.gis.geoip2.GeoIP2", "django.contrib.gis.geoip2.base.GeoIP2")
COORDS = "`GeoIP2.coords()` is `lon_lat()`"
OPEN = "`GeoIP2.open()` is the constructor"
DIMENSION = "`coord_dim` of OGR geometries is no longer assigned: `set_3d(True)`"


def is_geoip(site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    """True for `GeoIP2(...)` and names assigned from it."""
    if isinstance(node, ast.Call):
        return site.qualified(node.func) in (*GEOIP, *(f"{name}.open" for name in GEOIP))
    return by_bindings(site, node, seen, lambda _, binding: False, is_geoip)


@dataclass(frozen=True)
class Coords(PythonOp):
    """`GeoIP2().coords(x)`."""

    @property
    def words(self) -> Words:
        """The class and the method."""
        return (frozenset({"GeoIP2", "coords"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls at GeoIP2; findings for other orders and other receivers."""
        for call, func in method_calls(site, "coords"):
            if not is_geoip(site, func.value):
                yield site.finding(call, f"{COORDS}, if this is one")
            elif len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred):
                yield site.edit_attribute(func, "lon_lat")
                yield site.finding(call, COORDS, fixed=True)
            else:
                yield site.finding(call, f"{COORDS}, or `lat_lon()` for the other order")


@dataclass(frozen=True)
class Open(PythonOp):
    """`GeoIP2.open(path, cache)`."""

    @property
    def words(self) -> Words:
        """The class and the method."""
        return (frozenset({"GeoIP2", "open"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with arguments by position."""
        for call in (call for name in GEOIP for call in site.calls(f"{name}.open")):
            assert isinstance(call.func, ast.Attribute)
            if call.keywords:
                yield site.finding(call, f"{OPEN}, whose parameters are `path` and `cache`")
                continue
            yield Edit(site.module.end(call.func.value), site.module.end(call.func), "")
            yield site.finding(call, OPEN, fixed=True)


@dataclass(frozen=True)
class CoordDim(PythonOp):
    """`geometry.coord_dim = 3`."""

    @property
    def words(self) -> Words:
        """The attribute, in a file that has to do with OGR."""
        return (frozenset({"coord_dim", "gdal"}), frozenset({"coord_dim", "OGRGeometry"}), frozenset({"coord_dim", "gis"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the values 2 and 3; findings for others."""
        if not any(word in site.text for word in ("gdal", "OGRGeometry", "gis")):
            return
        for node in site.nodes(ast.Attribute):
            statement = site.parent(node)
            if node.attr != "coord_dim" or not isinstance(node.ctx, ast.Store):
                continue
            value = statement.value if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
            if not isinstance(value, ast.Constant) or value.value not in (2, 3) or not isinstance(statement, ast.Assign):
                yield site.finding(node, DIMENSION)
                continue
            yield site.edit(statement, f"{site.module.segment(node.value)}.set_3d({value.value == 3})")
            yield site.finding(node, DIMENSION, fixed=True)


@dataclass(frozen=True)
class Countries(PythonOp):
    """`GeoIP2().country(...)`, which may have read another file."""

    @property
    def words(self) -> Words:
        """The class with a look-up of countries."""
        return (frozenset({"GeoIP2", "country"}), frozenset({"GeoIP2", "country_code"}), frozenset({"GeoIP2", "country_name"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each look-up."""
        for call, func in method_calls(site, "country", "country_code", "country_name"):
            if is_geoip(site, func.value):
                yield site.finding(
                    call, "of a folder with both databases only the one of cities is opened: name the file of countries if it is meant"
                )


CODEMODS = [
    Codemod(
        "geoip2-coords",
        "GeoIP2.coords() becomes lon_lat()",
        deprecated="5.1",
        removed="6.0",
        works_from="1.11",
        safety=SAFE,
        covers=("5.1-geoip2-coords",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(Coords(),),
    ),
    Codemod(
        "geoip2-open",
        "GeoIP2.open() becomes the constructor",
        deprecated="5.1",
        removed="6.0",
        works_from="1.11",
        safety=SAFE,
        covers=("5.1-geoip2-open",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        after=("geoip2-coords",),
        ops=(Open(),),
    ),
    Codemod(
        "coord-dim",
        "the dimension of OGR geometries is set by set_3d()",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=REVIEW,
        covers=("5.1-ogrgeometry-coord-dim-setter",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(CoordDim(),),
    ),
    Codemod(
        "geoip2-countries",
        "look-ups of countries are found that may open another database",
        removed="5.1",
        works_from="1.11",
        safety=DETECT,
        covers=("5.1-geoip2-directory-city-only",),
        docs="releases/5.1: django.contrib.gis",
        ops=(Countries(),),
    ),
]
