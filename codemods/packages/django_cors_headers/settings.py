"""Settings: origins with their scheme, the names of 3.5, and what 3.0 and 4.0 read no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.settings import DropSetting, FindSetting, ListItem, RenameSetting
from django_hop.ops.settings_uses import own_assignments, uses
from django_hop.rewrite.site import Site

PACKAGE = "django-cors-headers"
_ORIGINS = ("CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS")
_MACHINE = re.compile(r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\])(?::\d+)?")
_REFERER = "django-cors-headers 4.0 and later leave the Referer alone: CSRF_TRUSTED_ORIGINS lists the origins"


@dataclass(frozen=True)
class Schemes(PythonOp):
    """`"app.example.com"` -> `"https://app.example.com"`, with http for localhost and addresses."""

    @property
    def words(self) -> Words:
        """One of the settings."""
        return tuple(frozenset({name}) for name in _ORIGINS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals; findings for values that only running the project can tell."""
        message = "an origin has a scheme: does it need both, http and https?"
        values = [(one.target, one.value) for one in own_assignments(site, *_ORIGINS) if one.kind != "import"]
        values += [(use.node, use.value) for use in uses(site, *_ORIGINS) if use.value is not None]
        for target, value in values:
            if not isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Constant)):
                yield site.finding(target, f"{message} The values are only known when the project runs")
                continue
            for node in [value] if isinstance(value, ast.Constant) else value.elts:
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and "://" not in node.value and node.value != "null":
                    text = site.module.segment(node)
                    place = text.find(node.value) if node.value else -1
                    if place < 0:
                        yield site.finding(node, message)
                        continue
                    start = site.module.start(node) + place
                    yield Edit(start, start, "http://" if _MACHINE.fullmatch(node.value) else "https://")
                    yield site.finding(node, message, fixed=True)


CODEMODS = [
    Codemod(
        "cors-origin-scheme",
        "origins that may send requests have a scheme",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("cors-3.0-scheme",),
        docs="django-cors-headers 3.0 changes: CORS_ORIGIN_WHITELIST requires URI schemes",
        ops=(Schemes(),),
    ),
    Codemod(
        "cors-setting-names",
        "settings of django-cors-headers take their names of today",
        package=PACKAGE,
        deprecated="3.5",
        removed=None,
        works_from="3.5",
        safety=SAFE,
        covers=("cors-3.5-names",),
        docs="django-cors-headers 3.5 changes: settings renamed",
        after=("cors-origin-scheme",),
        ops=(
            RenameSetting("CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS"),
            RenameSetting("CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS"),
            RenameSetting("CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES"),
        ),
    ),
    Codemod(
        "cors-replace-referer",
        "the middleware and the setting that replaced the Referer go",
        package=PACKAGE,
        deprecated="3.14",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("cors-4.0-replace-referer",),
        docs="django-cors-headers 4.0 changes: CORS_REPLACE_HTTPS_REFERER",
        silent=True,
        ops=(
            ListItem(("MIDDLEWARE", "MIDDLEWARE_CLASSES"), _REFERER, remove=("corsheaders.middleware.CorsPostCsrfMiddleware",)),
            DropSetting("CORS_REPLACE_HTTPS_REFERER", _REFERER),
        ),
    ),
    Codemod(
        "cors-model",
        "CORS_MODEL is not read",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("cors-3.0-model",),
        docs="django-cors-headers 3.0 changes: CORS_MODEL",
        silent=True,
        ops=(FindSetting("CORS_MODEL", "CORS_MODEL is ignored: a receiver of `check_request_enabled` that asks the model does it"),),
    ),
]
