"""Times of UTC that do not know it: `datetime.utcnow()` and `datetime.utcfromtimestamp()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.methods import in_format_string
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_AWARE = {"datetime.datetime.utcnow": "now", "datetime.datetime.utcfromtimestamp": "fromtimestamp"}
_UTC = frozenset({"datetime.timezone.utc", "datetime.UTC", "pytz.utc", "pytz.UTC", "django.utils.timezone.utc"})
_NAIVE = ".replace(tzinfo=None)"


@dataclass(frozen=True)
class NaiveUtc(PythonOp):
    """`datetime.utcnow()` -> `datetime.now(timezone.utc).replace(tzinfo=None)`, the same naive time; `.now(utc)` where a zone was given."""

    @property
    def words(self) -> Words:
        """The module and a method."""
        return words_of(*(name.removeprefix("datetime.") for name in _AWARE))

    @property
    def means(self) -> tuple[str, ...]:
        """The methods."""
        return tuple(_AWARE)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for what is passed on, and where the name may mean something else."""
        for name, new in _AWARE.items():
            message = f"`{name.removeprefix('datetime.')}()` warns from Python 3.12 on, for its result does not know that it is UTC"
            for node in site.references(name):
                yield from site.change(node, message, self._edits, site, node, new)
            for node in site.doubtful(name):
                yield site.finding(node, f"{message}; what this name means depends on which import worked")

    def _edits(self, site: Site, node: ast.expr, new: str) -> list[Edit]:
        call = site.parent(node)
        wanted = 0 if new == "now" else 1
        if not isinstance(node, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not node:
            raise Refused(f"here it is passed on: `datetime.{new}(timezone.utc)` is an aware time, which does not compare with naive ones")
        if len(call.args) != wanted or call.keywords or any(isinstance(one, ast.Starred) for one in call.args):
            raise Refused("its arguments are unusual")
        if in_format_string(site, call):
            raise Refused("it stands inside an f-string")
        end = site.module.end(call.args[0] if call.args else node)
        if not call.args and "#" in site.text[end : site.module.end(call)]:
            raise Refused("a comment stands in the call")
        outer, zone = self._given(site, call)
        if zone is None:
            spoken = site.imports.need_as("datetime.timezone", "dt_timezone", node)
            if spoken is None:
                raise Refused("the names `timezone` and `dt_timezone` are taken in this file")
            zone = f"{spoken}.utc"
        naive = _NAIVE if outer is call else ""
        tail = site.text[end : site.module.end(call)] if call.args else ")"
        put = f", {zone}" if call.args else f"({zone}"
        return [site.edit_attribute(node, new), Edit(end, site.module.end(outer), f"{put}{tail}{naive}")]

    @staticmethod
    def _given(site: Site, call: ast.Call) -> tuple[ast.Call, str | None]:
        """The call of `replace(tzinfo=UTC)` behind it, if there is one, with the zone as the file says it; else the call itself."""
        method = site.parent(call)
        outer = site.parent(method) if isinstance(method, ast.Attribute) and method.attr == "replace" else None
        if isinstance(outer, ast.Call) and outer.func is method and not outer.args and len(outer.keywords) == 1:
            given = outer.keywords[0]
            plain = "#" not in site.text[site.module.end(call) : site.module.end(outer)]
            if given.arg == "tzinfo" and plain and site.qualified(given.value) in _UTC:
                return outer, site.module.segment(given.value)
        return call, None


CODEMODS = [
    Codemod(
        "datetime-utcnow",
        "naive times in UTC are made from aware ones",
        covers=("python-3.12-utcnow",),
        deprecated="6.0",
        removed=None,
        works_from="2.0",
        safety=REVIEW,
        docs="Python 3.12: Deprecated",
        ops=(NaiveUtc(),),
    ),
]
