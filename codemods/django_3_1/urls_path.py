"""URL patterns: simple regular expressions become routes. No release demands it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp
from django_hop.ops.names import release_root
from django_hop.ops.nodes import argument
from django_hop.ops.urls import INCLUDES, calls, view_of
from django_hop.rewrite.site import Site

REGEX = "django.urls.re_path"
CONVERTERS = {
    r"[0-9]+": "int:",
    r"\d+": "int:",
    r"[^/]+": "",
    r".+": "path:",
    r"[-a-zA-Z0-9_]+": "slug:",
    r"[a-zA-Z0-9_-]+": "slug:",
    r"[-A-Za-z0-9_]+": "slug:",
    r"[A-Za-z0-9_-]+": "slug:",
    r"[-\w]+": "slug:",
    r"[\w-]+": "slug:",
}
"""What a named group may hold, and the converter with (nearly) the same pattern."""

_PIECE = re.compile(
    r"""\(\?P<(?P<name>[A-Za-z_]\w*)>(?P<inner>[^()]+)\)|\\(?P<escaped>[^\w\s<>\\'"])|(?P<plain>[\w/~@:,;=!&%-])""",
    re.ASCII,
)
_LITERAL = re.compile(r"""[rRuU]?(?P<quote>"|')(?P<body>[^"'\n]*)(?P=quote)""")


@dataclass(frozen=True)
class UrlToPath(PythonOp):
    """`re_path(r"^year/(?P<year>[0-9]+)/$", ...)` becomes `path("year/<int:year>/", ...)` where a route says the same."""

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return (REGEX,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the patterns that a route can say; a pattern that needs its regex is left alone without a word."""
        for call in calls(site, REGEX):
            regex = argument(call, 0, "route")
            route = self._route(site, call, regex)
            if route is None or regex is None:
                continue
            spoken = site.imports.need("django.urls.path", call.func)
            if spoken is None:
                yield site.finding(call, "a route of `path()` can say this, but the name `path` is taken in this file")
                continue
            literal = _LITERAL.fullmatch(site.module.segment(regex))
            assert literal is not None
            yield site.edit(call.func, spoken)
            yield site.edit(regex, f"{literal['quote']}{route}{literal['quote']}")
            yield site.finding(call, f"a route says this pattern{remark(route, literal['body'])}", fixed=True)
            release_root(site, call.func)

    @staticmethod
    def _route(site: Site, call: ast.Call, regex: ast.expr | None) -> str | None:
        if not isinstance(regex, ast.Constant) or not isinstance(regex.value, str) or not _LITERAL.fullmatch(site.module.segment(regex)):
            return None
        return route_of(regex.value, prefix=is_include(site, view_of(call)))


def is_include(site: Site, view: ast.expr | None) -> bool:
    """True if the second argument of a pattern brings other patterns: include(...) or the admin."""
    if isinstance(view, ast.Call):
        return site.qualified(view.func) in INCLUDES
    return isinstance(view, ast.Attribute) and site.qualified(view) == "django.contrib.admin.site.urls"


def route_of(regex: str, *, prefix: bool) -> str | None:
    """The route that matches what an anchored regex matches; None if there is none. A prefix has no end mark, a view must have one."""
    if prefix and not regex:
        return ""
    end = regex.endswith("$") and not regex.endswith("\\$")
    if not regex.startswith("^") or prefix == end:
        return None
    body, place, route = regex[1 : -1 if end else None], 0, ""
    seen: set[str] = set()
    while place < len(body):
        piece = _PIECE.match(body, place)
        if piece is None:
            return None
        place = piece.end()
        if name := piece["name"]:
            if name in seen or piece["inner"] not in CONVERTERS:
                return None
            seen.add(name)
            route += f"<{CONVERTERS[piece['inner']]}{name}>"
        else:
            route += piece["escaped"] or piece["plain"]
    return route


def remark(route: str, regex: str) -> str:
    """What a person should look at: arguments that change their type, Unicode that no longer matches."""
    found = [f"`{name}` reaches the view as an int now" for name in re.findall(r"<int:(\w+)>", route)]
    if "<slug:" in route and r"\w" in regex:
        found.append("slugs match ASCII only now")
    return "".join(f"; {one}" for one in found)


CODEMODS = [
    Codemod(
        "url-to-path",
        "simple re_path() patterns become path() routes",
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        modernise=True,
        docs="topics/http/urls: Path converters; releases/2.0: Simplified URL routing syntax",
        after=("url-function",),
        ops=(UrlToPath(),),
    ),
]
