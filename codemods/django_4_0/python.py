"""Helpers that moved or go: baseconv, datetime_safe, names in modules that are not theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import fitted, in_format_string
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.nodes import is_value
from django_hop.ops.settings_uses import literal
from django_hop.ops.strings import FindInStrings, ReplaceInStrings
from django_hop.ops.warning_classes import warning_class
from django_hop.releases import order
from django_hop.rewrite.site import Site

BASECONV = "`django.utils.baseconv` goes with 5.0: base 62 is `django.core.signing.b62_encode()`, for others keep a copy of the class"
SAFE_MODULE = "django.utils.datetime_safe"
CLOCK = frozenset({"today", "now", "utcnow", "fromtimestamp", "utcfromtimestamp"})
"""Ways to make a date or time of today or later."""
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
class SafeDates(PythonOp):
    """`new_date(x).strftime(...)` becomes `x.strftime(...)`, and calls of the classes call those of datetime; others are findings."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"django", "utils", "datetime_safe"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where nothing but the padding of years before 1000 can differ."""
        done: set[ast.AST] = set()
        for name in ("new_date", "new_datetime"):
            for call in site.calls(f"{SAFE_MODULE}.{name}"):
                if self._formats(site, call, dates=name == "new_date"):
                    done.add(call.func)
                    yield site.edit(call, fitted(site, call, site.module.segment(call.args[0])))
                    release_root(site, call.func)
                    yield site.finding(call, SAFE_DATES, fixed=True)
        for name in ("date", "datetime"):
            for node in site.references(f"{SAFE_MODULE}.{name}"):
                if self._only_makes(site, node) and (spoken := site.imports.need(f"datetime.{name}", node)) is not None:
                    done.add(node)
                    yield site.edit(node, spoken)
                    release_root(site, node)
                    yield site.finding(node, SAFE_DATES, fixed=True)
        for finding_node in self._left(site, done):
            yield site.finding(finding_node, SAFE_DATES)

    @staticmethod
    def _formats(site: Site, call: ast.Call, *, dates: bool) -> bool:
        """True for `new_date(x).strftime("%d.%m.")`: of a datetime, `new_date()` drops the time, so that no code for it may stand there."""
        method = site.parent(call)
        outer = site.parent(method) if isinstance(method, ast.Attribute) and method.attr == "strftime" else None
        if not isinstance(outer, ast.Call) or len(outer.args) != 1 or len(call.args) != 1 or call.keywords:
            return False
        if isinstance(call.args[0], ast.Starred) or "#" in site.module.segment(call) or in_format_string(site, call):
            return False
        text = literal(outer.args[0])
        return not dates or (isinstance(text, str) and not set(re.findall(r"%[-#]?(.)", text)) - set("aAbBdejmUuVwWxyYG%"))

    @staticmethod
    def _only_makes(site: Site, node: ast.expr) -> bool:
        """True for `date(2020, 1, 1)` of a year with four digits, `date.today()`, `datetime.strptime(...)` and the like."""
        parent = site.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            year = literal(parent.args[0]) if parent.args else None
            return isinstance(year, int) and year >= 1000
        call = site.parent(parent) if isinstance(parent, ast.Attribute) else None
        return isinstance(parent, ast.Attribute) and isinstance(call, ast.Call) and call.func is parent and parent.attr in CLOCK

    @staticmethod
    def _left(site: Site, done: set[ast.AST]) -> Iterator[ast.AST]:
        """Uses of the module's names that stay, and imports of it without any use."""
        names = [one for one in site.names.references if one == SAFE_MODULE or one.startswith(f"{SAFE_MODULE}.")]
        spoken = {node for name in names for node in site.references(name)}
        shown = [
            node
            for node in spoken
            if site.parent(node) not in spoken
            and node not in done
            and not any(one in done for one in [*ast.walk(node), *site.ancestors(node)])
        ]
        yield from sorted(shown, key=lambda one: (one.lineno, one.col_offset))
        for binding in (one for scope in site.names.inner.values() for ones in scope.bindings.values() for one in ones):
            if binding.origin and f"{binding.origin}.".startswith(f"{SAFE_MODULE}.") and binding.kind in ("from", "import"):
                used = any(binding in scope.lookup(use.id) for use, scope in site.names.uses.items() if use.id == binding.name)
                if not used or site.imports.exported(binding):
                    yield binding.node


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
    return isinstance(statement, ast.Assign) and is_value(statement.value, True)


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
        "dates come from datetime, not from datetime_safe",
        deprecated="4.0",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.0-utils-datetime-safe",),
        docs="releases/4.0: Features deprecated in 4.0 / Miscellaneous",
        ops=(SafeDates(),),
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
