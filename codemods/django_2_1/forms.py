"""Widgets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod
from django_hop.ops.classes import AddParameter
from django_hop.ops.functions import positional
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.site import Site

WIDGET = "django.forms.Widget"


@dataclass(frozen=True)
class RenderParameter(AddParameter):
    """Widgets, and classes with a base out of sight whose `render(self, name, value, attrs)` is that of a widget."""

    def classes(self, site: Site) -> Iterator[ast.ClassDef]:
        """Known subclasses, and those known by the method."""
        known = set(super().classes(site))
        for node in site.nodes(ast.ClassDef):
            if node in known:
                yield node
                continue
            for function in site.methods(node, self.method):
                if [one.arg for one in positional(function)] == ["name", "value", "attrs"]:
                    yield node


CODEMODS = [
    Codemod(
        "select-date-empty-value",
        "The empty options of SelectDateWidget have an empty value",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-selectdatewidget-empty-value",),
        docs="releases/2.1: Miscellaneous",
        silent=True,
        ops=(
            FindInStrings(
                r'<option value="0"[^>]*>\s*(?:---|Year|Month|Day)',
                ("option", "value"),
                "The empty options of SelectDateWidget have the value '' since 2.1, in place of 0",
            ),
        ),
    ),
    Codemod(
        "widget-render-renderer",
        "Widget.render() takes a renderer",
        deprecated="1.11",
        removed="2.1",
        works_from="1.11",
        safety=SAFE,
        covers=("2.1-widget-render-renderer",),
        docs="releases/2.1: Features removed in 2.1",
        ops=(RenderParameter((WIDGET,), "render", "renderer=None", "Django gives every widget's `render()` a `renderer`"),),
    ),
]
