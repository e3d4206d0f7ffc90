"""django-webpack-loader, and the plugin that writes for it."""

from __future__ import annotations

from django_hop.model import DETECT, Codemod
from django_hop.ops.settings import FindSetting

MESSAGE = "django-webpack-loader 1 and later reads what webpack-bundle-tracker of the same major release writes: package.json moves with it"

CODEMODS = [
    Codemod(
        "webpack-loader-stats",
        "the statistics of webpack have another format",
        package="django-webpack-loader",
        removed="1.0",
        works_from="0.5",
        safety=DETECT,
        covers=("django-webpack-loader-1.0-stats-format",),
        docs="django-webpack-loader changelog 1.0.0",
        ops=(FindSetting("WEBPACK_LOADER", MESSAGE),),
        from_before=True,
    ),
]
