"""URL patterns: the admin's catch-all view."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindMethod
from django_hop.ops.urls import PATTERN_FUNCTIONS, calls, is_admin, pattern_of, view_of
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

MESSAGE = "the admin ends with a view that catches every address under its prefix, so this pattern is never reached behind it"


@dataclass(frozen=True)
class AdminLast(PythonOp):
    """Patterns under the admin's prefix move before the admin where each stands on lines of its own; else a person moves them."""

    @property
    def words(self) -> Words:
        """`urls` of an admin site, in a pattern."""
        return tuple(frozenset({"urls", "urlpatterns", name.rpartition(".")[2]}) for name in PATTERN_FUNCTIONS)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The `urls` of something that is called as an admin site is."""
        return re.compile(rb"site[\s\\)]*\.[\s\\]*urls\b")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for patterns of the same list; findings for those that are added later or share the prefix."""
        patterns = sorted(set(calls(site, *PATTERN_FUNCTIONS)), key=site.module.start)
        for admin in (one for one in patterns if is_admin(view_of(one))):
            prefix = prefix_of(site, admin)
            if prefix is None:
                continue
            hidden = [one for one in patterns if one is not admin and self._is_hidden(site, admin, one, prefix)]
            together = [one for one in hidden if site.parent(one) is site.parent(admin)]
            movable = [one for one in together if prefix and prefix_of(site, one) != prefix]
            spans = {one: span for one in [admin, *movable] if (span := own_lines(site, one)) is not None}
            for one in hidden:
                if one in movable and one in spans and admin in spans:
                    start, end = spans[one]
                    yield Edit(start, end, "")
                    yield Edit(spans[admin][0], spans[admin][0], self._moved(site, one, start, end))
                    yield site.finding(one, f"{MESSAGE}; it stands before the admin now", fixed=True)
                else:
                    yield site.finding(one, MESSAGE)

    @staticmethod
    def _is_hidden(site: Site, admin: ast.Call, other: ast.Call, prefix: str) -> bool:
        if site.module.start(other) < site.module.end(admin) or site.scope(other) is not site.scope(admin):
            return False
        if site.parent(other) is not site.parent(admin) and not _joins_later(site, other):
            return False
        own = prefix_of(site, other)
        return own is not None and own.startswith(prefix) and not is_admin(view_of(other))

    @staticmethod
    def _moved(site: Site, call: ast.Call, start: int, end: int) -> str:
        text = site.text[start:end]
        behind = site.module.end(call) - start
        return text if text[behind : behind + 1] == "," else f"{text[:behind]},{text[behind:]}"


def prefix_of(site: Site, call: ast.Call) -> str | None:
    """The literal text that an address must begin with to match; None if the pattern has no fixed beginning."""
    pattern = pattern_of(call)
    if pattern is None:
        return None
    if (site.qualified(call.func) or "").endswith(".path"):
        return pattern.partition("<")[0]
    if not pattern.startswith("^"):
        return None
    literal = re.match(r"(?:\\[^\w]|[\w/~@:,;=!&%-](?![?*{]))*", pattern[1:])
    return literal.group().replace("\\", "") if literal else ""


def _joins_later(site: Site, call: ast.Call) -> bool:
    """True for a pattern in `urlpatterns += [...]`."""
    holder = site.parent(call)
    around = site.parent(holder) if holder is not None else None
    return isinstance(around, ast.AugAssign) and isinstance(around.target, ast.Name) and around.target.id == "urlpatterns"


def own_lines(site: Site, call: ast.Call) -> tuple[int, int] | None:
    """The span of an element's lines, with the comment lines right above; None if it shares them with another."""
    source = site.module.source
    first, last = call.lineno, call.end_lineno or call.lineno
    start, end = source.starts[first - 1], source.starts[last] if last < len(source.starts) else len(site.text)
    behind = site.text[site.module.end(call) : end].strip().removeprefix(",").strip()
    if site.text[start : site.module.start(call)].strip() or (behind and not behind.startswith("#")):
        return None
    while first > 1 and source.line(first - 1).strip().startswith("#"):
        first -= 1
    return source.starts[first - 1], end


def _adds_behind(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if a get_urls() of an admin site adds to the end of what super() gives: `super().get_urls() + [...]`, `urls += [...]`."""
    text = ast.unparse(function)
    names = re.findall(r"(\w+) = super\([^)]*\)\.get_urls\(\)", text)
    direct = re.search(r"super\([^)]*\)\.get_urls\(\) \+", text)
    return bool(direct) or any(re.search(rf"\b{name} \+|\b{name}\.(append|extend)\(", text) for name in names)


CODEMODS = [
    Codemod(
        "admin-catch-all",
        "patterns under the admin's prefix stand before the admin",
        removed="3.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.2-admin-catch-all-view",),
        docs="releases/3.2: django.contrib.admin",
        silent=True,
        ops=(
            AdminLast(),
            FindMethod(
                ("django.contrib.admin.sites.AdminSite",),
                ("get_urls",),
                "the admin's own patterns end with a view that catches everything: own patterns go before them",
                when=_adds_behind,
            ),
        ),
    ),
]
