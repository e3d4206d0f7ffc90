"""Helpers that moved or go: baseconv, datetime_safe, names in modules that are not theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.strings import FindInStrings, ReplaceInStrings
from django_hop.ops.warning_classes import warning_class
from django_hop.releases import order
from django_hop.rewrite.site import Site

BASECONV = "`django.utils.baseconv` goes with 5.0: base 62 is `django.core.signing.b62_encode()`, for others keep a copy of the class"
SAFE_DATES = (
    "`django.utils.datetime_safe` goes with 5.0: all it did was to write years before 1000 with four digits, which `isoformat()` does"
)
FLAGS = (
    "what the CSRF middleware notes in a request changed in 4.0: to send the cookie on every release, "
    "call `django.middleware.csrf.get_token(request)`"
)
STRAY = "this name is gone from here with 4.0, and has no other home"
WARNING = (
    "`RemovedInDjango40Warning` is gone with 4.0; `RemovedInDjango41Warning` warns of what comes next, "
    "but what an `ignore` hid is an error by now, so such a line may go altogether"
)


@dataclass(frozen=True)
class Base62(PythonOp):
    """`base62.encode(x)` becomes `b62_encode(x)`; everything else of the module is a finding."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"django", "utils", "baseconv"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for encode() and decode() of base62."""
        done: set[ast.AST] = set()
        for method in ("encode", "decode"):
            for node in site.references(f"django.utils.baseconv.base62.{method}"):
                spoken = site.imports.need(f"django.core.signing.b62_{method}", node)
                if spoken is None or not isinstance(node, ast.Attribute):
                    continue
                done.add(node.value)
                yield site.edit(node, spoken)
                release_root(site, node)
                yield site.finding(node, BASECONV, fixed=True)
        left = [one for one in site.references("django.utils.baseconv.base62") if one not in done]
        others = [
            name
            for name in site.names.references
            if name.startswith("django.utils.baseconv.") and name.count(".") == 3 and not name.endswith(".base62")
        ]
        for node in [*left, *(one for name in others for one in site.references(name))]:
            yield site.finding(node, BASECONV)


def _asks_for_cookie(site: Site, node: ast.Constant) -> bool:
    """True for the key in `request.META["CSRF_COOKIE_USED"] = True`."""
    place = site.parent(node)
    statement = site.parent(place) if isinstance(place, ast.Subscript) and isinstance(place.ctx, ast.Store) else None
    if not (isinstance(place, ast.Subscript) and isinstance(place.value, ast.Attribute) and place.value.attr == "META"):
        return False
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant) and statement.value.value is True


def _other_use(site: Site, node: ast.Constant) -> bool:
    return order(site.hop.source) >= order("4.0") or not _asks_for_cookie(site, node)


CODEMODS = [
    Codemod(
        "baseconv",
        "base 62 comes from django.core.signing",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-utils-baseconv",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(Base62(),),
    ),
    Codemod(
        "datetime-safe",
        "uses of datetime_safe are found",
        deprecated="4.0",
        removed="5.0",
        works_from="4.0",
        safety=DETECT,
        covers=("4.0-utils-datetime-safe",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(FindModule("django.utils.datetime_safe", SAFE_DATES),),
    ),
    Codemod(
        "translator-comment-mark",
        "TRANSLATOR_COMMENT_MARK comes from django.utils.translation.template",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("4.0-translator-comment-mark-moved",),
        docs="releases/4.0: Miscellaneous",
        ops=(Rename("django.template.base", {"TRANSLATOR_COMMENT_MARK": "TRANSLATOR_COMMENT_MARK"}, "django.utils.translation.template"),),
    ),
    Codemod(
        "stray-names-4-0",
        "names are imported from where they belong, not from where 3.2 happened to have them",
        removed="4.0",
        works_from="2.0",
        safety=SAFE,
        covers=("4.0-accidental-reexports",),
        docs="found by comparing 3.2 and 4.0 (not in the notes)",
        ops=(
            Rename(
                "django.utils.http",
                {name: name for name in ("quote", "quote_plus", "unquote", "unquote_plus", "parse_qsl")},
                "urllib.parse",
            ),
            Rename("django.db.models.query_utils", {"FieldDoesNotExist": "FieldDoesNotExist"}, "django.core.exceptions"),
            Rename("django.forms.utils", {"html_safe": "html_safe"}, "django.utils.html"),
            Rename("django.forms.boundfield", {"conditional_escape": "conditional_escape"}, "django.utils.html"),
            Rename("django.forms.boundfield", {"flatatt": "flatatt"}, "django.forms.utils"),
            Rename(
                "django.contrib.sessions.backends.base",
                {"salted_hmac": "salted_hmac", "constant_time_compare": "constant_time_compare"},
                "django.utils.crypto",
            ),
            Rename("django.conf.urls", {"re_path": "re_path"}, "django.urls"),
            Rename("django.db.models.lookups", {"Exists": "Exists"}, "django.db.models"),
            *(
                FindName(name, STRAY)
                for name in (
                    "django.contrib.admin.views.main.ORDER_TYPE_VAR",
                    "django.views.debug.CURRENT_DIR",
                    "django.forms.renderers.ROOT",
                )
            ),
        ),
    ),
    Codemod(
        "csrf-request-flags",
        "the CSRF cookie is asked for by the key of 4.0",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-csrf-private-request-flags",),
        docs="releases/4.0: Miscellaneous",
        silent=True,
        ops=(
            *crossing(
                "4.0", ReplaceInStrings(r"\bCSRF_COOKIE_USED\b", "CSRF_COOKIE_NEEDS_UPDATE", ("CSRF_COOKIE_USED",), FLAGS, _asks_for_cookie)
            ),
            FindInStrings("^CSRF_COOKIE_USED$", ("CSRF_COOKIE_USED",), FLAGS, _other_use),
            *(FindInStrings(rf"^{name}$", (name,), FLAGS) for name in ("csrf_cookie_needs_reset", "csrf_cookie_set")),
            *(
                FindName(f"django.middleware.csrf.{name}", "this private name of the CSRF middleware is gone in 4.0")
                for name in ("_get_new_csrf_token", "_compare_masked_tokens", "REASON_BAD_TOKEN")
            ),
        ),
    ),
    Codemod(
        "removed-in-django-40-warning",
        "RemovedInDjango40Warning becomes the warning of the release that follows",
        removed="4.0",
        works_from="4.0",
        safety=REVIEW,
        covers=("4.0-removedindjango40warning-import",),
        docs="utils/deprecation.py of 4.0 (not in the notes)",
        ops=warning_class("RemovedInDjango40Warning", "RemovedInDjango41Warning", WARNING),
    ),
]
