"""Names that are gone: is_iterable(), get_converter(), warnings, private ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName, release_root
from django_hop.ops.nodes import argument, text
from django_hop.ops.warning_classes import warning_class
from django_hop.rewrite.site import Site

ITERABLE = "django.utils.itercompat.is_iterable"
CONVERTER = "django.urls.converters.get_converter"
BUILT_IN = frozenset({"int", "str", "slug", "uuid", "path"})
REGISTERED = re.compile(rb"register_converter\(\s*[\w.]+\s*,\s*[\"'](\w+)[\"']")
GONE = {
    "django.contrib.gis.geoip2.base": "import from `django.contrib.gis.geoip2`",
    "django.core.checks.templates": "each engine has a `check()`",
}
GONE_NAMES = {
    "django.utils.version.PY36": "every supported interpreter is newer",
    "django.utils.version.PY37": "every supported interpreter is newer",
    "django.contrib.auth.base_user.get_random_string": "import it from `django.utils.crypto`",
    **{f"django.utils.text.{name}": "the truncator parses HTML now" for name in ("re_words", "re_chars", "re_tag")},
}


@dataclass(frozen=True)
class IsIterable(PythonOp):
    """`is_iterable(x)` becomes `isinstance(x, Iterable)`."""

    @property
    def words(self) -> Words:
        """The parts of the name."""
        return words_of(ITERABLE)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings where the function is passed on or has two origins."""
        message = "`is_iterable()` is gone in 6.0"
        for node in site.references(ITERABLE):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node or len(call.args) != 1 or call.keywords:
                yield site.finding(node, f"{message}: `isinstance(x, collections.abc.Iterable)` says nearly the same")
                continue
            spoken = self._spoken(site, node)
            if spoken is None:
                yield site.finding(node, f"{message}; the name `Iterable` is taken in this file")
                continue
            end = site.module.end(call.args[0])
            yield site.edit(node, "isinstance")
            yield Edit(end, end, f", {spoken}")
            yield site.finding(node, f"{message}: `isinstance()` with `Iterable` takes its place", fixed=True)
            release_root(site, node)
        for node in site.doubtful(ITERABLE):
            if not isinstance(site.parent(node), ast.Attribute):
                yield site.finding(node, f"{message}; what this name means depends on which import worked")

    @staticmethod
    def _spoken(site: Site, node: ast.expr) -> str | None:
        if any(one.origin == "typing.Iterable" for one in site.names.module.bindings.get("Iterable", ())):
            return "Iterable"
        return site.imports.need("collections.abc.Iterable", node)


@dataclass(frozen=True)
class GetConverter(PythonOp):
    """`get_converter("int")` becomes `get_converters()["int"]`."""

    @property
    def words(self) -> Words:
        """The parts of the name."""
        return words_of(CONVERTER)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for other uses."""
        message = "`get_converter()` is gone: `get_converters()` gives all of them"
        for node in site.references(CONVERTER):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node or len(call.args) != 1 or call.keywords:
                yield site.finding(node, message)
                continue
            spoken = site.imports.need(f"{CONVERTER}s", node)
            if spoken is None:
                yield site.finding(node, f"{message}; its name is taken in this file")
                continue
            yield site.edit(call, f"{spoken}()[{site.module.segment(call.args[0])}]")
            yield site.finding(node, message, fixed=True)
            release_root(site, node)


@dataclass(frozen=True)
class ConverterNames(PythonOp):
    """Names of path converters that are taken: Django's own, or registered in two places."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"register_converter"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each registration of such a name."""
        for call in [*site.calls("django.urls.register_converter"), *site.calls("django.urls.converters.register_converter")]:
            name = text(argument(call, 1, "type_name"))
            if name in BUILT_IN:
                yield site.finding(
                    call,
                    f"`{name}` is a path converter of Django's: from 6.0 it cannot be registered anew; take another name, also in routes",
                )
            elif name is not None and self._count(site, name.encode()) > 1:
                yield site.finding(call, f"`{name}` is registered in more than one place, which fails from 6.0 on: leave one of them")

    @staticmethod
    def _count(site: Site, name: bytes) -> int:
        found = (REGISTERED.findall(site.project.tree[path]) for path in site.project.holding(b"register_converter"))
        return sum(one == name for names in found for one in names)


CODEMODS = [
    Codemod(
        "is-iterable",
        "is_iterable() becomes isinstance() with Iterable",
        deprecated="5.1",
        removed="6.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.1-utils-itercompat",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(IsIterable(),),
    ),
    Codemod(
        "get-converter",
        "get_converter() becomes get_converters()",
        removed="5.1",
        works_from="2.0",
        safety=SAFE,
        covers=("5.1-urls-get-converter",),
        docs="releases/5.1: Miscellaneous",
        ops=(GetConverter(),),
    ),
    Codemod(
        "converter-names",
        "path converters are found whose names are taken",
        deprecated="5.1",
        removed="6.0",
        works_from="2.0",
        safety=DETECT,
        covers=("5.1-register-converter-override",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(ConverterNames(),),
    ),
    Codemod(
        "removed-in-django51-warning",
        "RemovedInDjango51Warning becomes the warning of the release that follows",
        removed="5.1",
        works_from="5.0",
        safety=REVIEW,
        covers=("5.1-removedindjango51warning-gone",),
        docs="utils/deprecation.py of 5.1 (not in the notes)",
        ops=warning_class(
            "RemovedInDjango51Warning",
            "RemovedInNextVersionWarning",
            "`RemovedInDjango51Warning` is gone with 5.1; `RemovedInNextVersionWarning` moves on by itself",
        ),
    ),
    Codemod(
        "private-names-5-1",
        "private names are found that 5.1 no longer has",
        removed="5.1",
        works_from="5.1",
        safety=DETECT,
        covers=("5.1-unlisted-removals",),
        docs="not in the notes; found by comparing the releases",
        ops=(
            *(FindModule(name, f"`{name}` is gone: {hint}") for name, hint in GONE.items()),
            *(FindName(name, f"`{name}` is gone: {hint}") for name, hint in GONE_NAMES.items()),
            FindUse(("is_hidden",), "`is_hidden()` of relations is the attribute `hidden`", r"rel|relation|remote_field|related_object"),
        ),
    ),
]
