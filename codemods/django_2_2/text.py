"""Text and bytes: base64 in URLs, slugs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, words_of
from django_hop.rewrite.scopes import Binding
from django_hop.rewrite.site import Site

ENCODE, DECODE = "django.utils.http.urlsafe_base64_encode", "django.utils.http.urlsafe_base64_decode"
MESSAGE = "`urlsafe_base64_encode()` returns text since 2.2"


@dataclass(frozen=True)
class Base64Text(PythonOp):
    """`.decode()` behind `urlsafe_base64_encode()` or a name that holds its result goes; so does `str(..., "utf-8")` around it."""

    @property
    def words(self) -> Words:
        """The functions' names."""
        return words_of(ENCODE, DECODE)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for what was certainly encoded; findings for what may have been, and for bytes that are decoded."""
        encoded = [
            *site.calls(ENCODE),
            *(call for node in site.doubtful(ENCODE) if isinstance(call := site.parent(node), ast.Call) and call.func is node),
        ]
        for call in encoded:
            sure = call.func in site.references(ENCODE)
            for value in [call, *self._uses(site, call)]:
                yield from self._decoded(site, value, sure)
        for call in site.calls(DECODE):
            if call.args and _is_bytes(call.args[0]):
                yield site.finding(call, "`urlsafe_base64_decode()` takes text only since 2.2")

    @staticmethod
    def _uses(site: Site, call: ast.Call) -> list[ast.Name]:
        """The reads of a name that is assigned from the call, and from nothing else, in one function."""
        statement = site.parent(call)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not isinstance(statement.targets[0], ast.Name):
            return []
        name = statement.targets[0]
        bindings = site.names.uses[name].lookup(name.id)
        if len(bindings) != 1:
            return []
        return [
            use
            for use, scope in site.names.uses.items()
            if use is not name and use.id == name.id and _same(scope.lookup(name.id), bindings[0])
        ]

    @staticmethod
    def _decoded(site: Site, value: ast.expr, sure: bool) -> Iterator[Edit | Finding]:
        around = site.parent(value)
        call = site.parent(around) if isinstance(around, ast.Attribute) else around
        if isinstance(around, ast.Attribute) and around.attr == "decode" and isinstance(call, ast.Call) and call.func is around:
            behind = site.text[site.module.end(value) : site.module.end(call)]
            if not sure or "#" in behind:
                yield site.finding(value, f"{MESSAGE}; leave `decode()` out")
                return
            yield site.edit_span(site.module.end(value), site.module.end(call), "")
            yield site.finding(value, MESSAGE, fixed=True)
        elif (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "str"
            and value in call.args[:1]
            and len(call.args) + len(call.keywords) > 1
        ):
            outside = (
                site.text[site.module.start(call) : site.module.start(value)] + site.text[site.module.end(value) : site.module.end(call)]
            )
            if not sure or "#" in outside or "\n" in outside:
                yield site.finding(value, f"{MESSAGE}; leave the decoding by `str()` out")
                return
            yield site.edit(call, site.module.segment(value))
            yield site.finding(value, MESSAGE, fixed=True)


def _same(bindings: tuple[Binding, ...] | list[Binding], binding: Binding) -> bool:
    return len(bindings) == 1 and bindings[0] is binding


def _is_bytes(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, bytes)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "encode"


@dataclass(frozen=True)
class SlugMarkup(PythonOp):
    """A slug joined to markup, or asked whether it is safe."""

    @property
    def words(self) -> Words:
        """The function's name."""
        return words_of("django.utils.text.slugify", "django.template.defaultfilters.slugify")

    def apply(self, site: Site) -> Iterator[Finding]:
        """Findings."""
        for target in ("django.utils.text.slugify", "django.template.defaultfilters.slugify"):
            for call in site.calls(target):
                around = site.parent(call)
                joined = isinstance(around, ast.BinOp) and isinstance(around.op, ast.Add) and "<" in site.module.segment(around)
                tested = isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id in ("isinstance", "hasattr")
                if joined or tested:
                    yield site.finding(
                        call,
                        "`slugify()` returns plain text since 2.2, not a safe string, so what is built from it is escaped in templates",
                    )


CODEMODS = [
    Codemod(
        "urlsafe-base64-text",
        "urlsafe_base64_encode() returns text, which is not decoded",
        removed="2.2",
        works_from="2.2",
        safety=SAFE,
        covers=("2.2-urlsafe-base64-encode-str",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(Base64Text(),),
    ),
    Codemod(
        "slugify-plain-text",
        "slugify() returns plain text",
        removed="2.2",
        works_from="2.2",
        safety=DETECT,
        covers=("2.2-slugify-plain-string",),
        docs="releases/2.2: Backwards incompatible changes / Miscellaneous",
        ops=(SlugMarkup(),),
    ),
]
