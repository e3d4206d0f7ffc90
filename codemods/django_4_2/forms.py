"""Forms: inputs for several files, maps."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindAttribute
from django_hop.rewrite.site import Site

MAP = "`map_width` and `map_height` have no effect from 5.1 on: size the map by CSS"
GEOMETRY = ("django.contrib.gis.forms.widgets.BaseGeometryWidget", "django.contrib.gis.forms.BaseGeometryWidget")


@dataclass(frozen=True)
class MapSize(PythonOp):
    """`map_width` in attributes of geometry widgets and in gis_widget_kwargs."""

    @property
    def words(self) -> Words:
        """One of the attributes beside a widget."""
        return tuple(frozenset({name, word}) for name in ("map_width", "map_height") for word in ("attrs", "gis_widget_kwargs"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each key in a dict that is given as attrs."""
        for node in site.names.strings:
            if node.value in ("map_width", "map_height") and isinstance(holder := site.parent(node), ast.Dict) and node in holder.keys:
                around = site.parent(holder)
                if (isinstance(around, ast.keyword) and around.arg == "attrs") or isinstance(around, ast.Dict):
                    yield site.finding(node, MAP)


CODEMODS = [
    Codemod(
        "geometry-map-size",
        "sizes of maps are found",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-geometry-widget-map-size",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        silent=True,
        ops=(FindAttribute(GEOMETRY, ("map_width", "map_height"), MAP), MapSize()),
    ),
]
