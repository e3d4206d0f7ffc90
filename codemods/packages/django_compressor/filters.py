"""Filters for style sheets and scripts, which are one setting."""

from __future__ import annotations

from collections.abc import Mapping

from django_hop.model import REVIEW, Codemod
from django_hop.ops.find import FindModule
from django_hop.ops.settings_combine import CombineSettings

_DEFAULTS = {
    "css": '["compressor.filters.css_default.CssAbsoluteFilter"]',
    "js": '["compressor.filters.jsmin.rJSMinFilter"]',
}


def filters(values: Mapping[str, object], sources: Mapping[str, str]) -> str:
    """The dictionary of both, with the default of before where only one was set."""
    lines = []
    for kind, default in _DEFAULTS.items():
        said = sources.get(f"COMPRESS_{kind.upper()}_FILTERS", default).replace("\n", "\n    ")
        lines.append(f'    "{kind}": {said},\n')
    return "{\n" + "".join(lines) + "}"


CODEMODS = [
    Codemod(
        "compressor-filters",
        "the filters for style sheets and scripts are one setting",
        package="django-compressor",
        deprecated="2.3",
        removed="3.0",
        works_from="2.3",
        safety=REVIEW,
        silent=True,
        covers=("compressor-3.0-filters",),
        docs="django-compressor 2.3 changelog: COMPRESS_FILTERS",
        ops=(
            CombineSettings(
                ("COMPRESS_CSS_FILTERS", "COMPRESS_JS_FILTERS"),
                "COMPRESS_FILTERS",
                filters,
                "filters are now in `COMPRESS_FILTERS`",
                literals=False,
            ),
            FindModule("compressor.filters.jsmin.SlimItFilter", "`SlimItFilter` is gone in 4.2: `rJSMinFilter` does the same"),
        ),
    ),
]
