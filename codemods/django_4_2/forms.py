"""Forms: inputs for several files, maps."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindAttribute
from django_hop.ops.settings_uses import literal
from django_hop.rewrite.site import Site

INPUTS = ("FileInput", "ClearableFileInput")
MULTIPLE = (
    "this input refuses `multiple` (4.2.1, 4.1.9, 3.2.19 and later raise ValueError): derive a widget with "
    "`allow_multiple_selected = True`, and a field whose `clean()` takes "
    "a list, for `FileField` takes one file"
)
MAP = "`map_width` and `map_height` have no effect from 5.1 on: size the map by CSS"
GEOMETRY = ("django.contrib.gis.forms.widgets.BaseGeometryWidget", "django.contrib.gis.forms.BaseGeometryWidget")


@dataclass(frozen=True)
class MultipleFiles(PythonOp):
    """`ClearableFileInput(attrs={"multiple": True})`, and `widget.attrs["multiple"] = ...` on such inputs' subclasses."""

    @property
    def words(self) -> Words:
        """One of the widgets with the attribute."""
        return tuple(frozenset({name, "multiple"}) for name in INPUTS)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each call that gives the attribute."""
        for name in (f"django.forms{module}.{one}" for module in ("", ".widgets") for one in INPUTS):
            for call in site.calls(name):
                attrs = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "attrs"), None)
                if (isinstance(attrs, ast.Dict) and any(literal(key) == "multiple" for key in attrs.keys if key is not None)) or (
                    isinstance(attrs, ast.Call) and any(keyword.arg == "multiple" for keyword in attrs.keywords)
                ):
                    yield site.finding(call, MULTIPLE)


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
        "file-input-multiple-attr",
        "inputs for several files are found",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-file-input-multiple-attr",),
        docs="releases/4.2.1: CVE-2023-31047",
        ops=(MultipleFiles(),),
    ),
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
