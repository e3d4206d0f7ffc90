"""format_html() without arguments."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

TARGET = "django.utils.html.format_html"
ARGUMENTS = "from 6.0 `format_html()` needs arguments"
GETTEXT = frozenset(f"django.utils.translation.{name}" for name in ("gettext", "ugettext"))


def bare_calls(site: Site) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Calls of format_html() with one argument and nothing else."""
    for call in site.calls(TARGET):
        if len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred):
            yield call, call.args[0]


def is_text(node: ast.expr) -> bool:
    """True for a string literal."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_format(node: ast.expr) -> bool:
    """True for `"...".format(...)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format" and is_text(node.func.value)


def placeholders(text: str) -> list[tuple[str, str, str]]:
    """(name, format specification, conversion) of each placeholder. Raises Refused for a text that is no format string."""
    try:
        return [(name, spec or "", conversion or "") for _, name, spec, conversion in string.Formatter().parse(text) if name is not None]
    except ValueError:
        raise Refused("the text is no format string") from None


@dataclass(frozen=True)
class Literal(PythonOp):
    """`format_html("<b>done</b>")` becomes `mark_safe("<b>done</b>")`, with doubled braces made single."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"format_html"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals, also inside gettext(); findings for what only running can tell."""
        for call, argument in bare_calls(site):
            if is_format(argument) or self._is_percent(argument):
                continue  # FormatMethod says what is to do
            try:
                edits = self._edits(site, call, argument)
            except Refused as error:
                yield site.finding(call, f"{ARGUMENTS}; {error}")
                continue
            yield from edits
            release_root(site, call.func)
            yield site.finding(call, ARGUMENTS, fixed=True)

    @staticmethod
    def _is_percent(node: ast.expr) -> bool:
        return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and is_text(node.left)

    def _edits(self, site: Site, call: ast.Call, argument: ast.expr) -> list[Edit]:
        text = argument
        translated = isinstance(argument, ast.Call) and site.qualified(argument.func) in GETTEXT
        if translated and isinstance(argument, ast.Call) and len(argument.args) == 1 and not argument.keywords:
            text = argument.args[0]
        if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
            raise Refused("`mark_safe()` is right if this text holds markup that is known to be safe")
        source = site.module.segment(text)
        if placeholders(text.value):
            raise Refused("the text has placeholders")
        if ("{" in text.value or "}" in text.value) and (translated or "\\" in source):
            raise Refused("the text has braces")
        spoken = site.imports.need("django.utils.safestring.mark_safe", call.func)
        if spoken is None:
            raise Refused("the name `mark_safe` is taken in this file")
        edits = [site.edit(call.func, spoken)]
        if not translated and ("{" in source or "}" in source):
            edits.append(site.edit(text, source.replace("{{", "{").replace("}}", "}")))
        return edits


@dataclass(frozen=True)
class FormatMethod(PythonOp):
    """`format_html("<i>{}</i>".format(x))` becomes `format_html("<i>{}</i>", x)`, which escapes `x`."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"format_html"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where all placeholders are plain; findings for `%`."""
        for call, argument in bare_calls(site):
            if Literal._is_percent(argument):
                yield site.finding(call, f"{ARGUMENTS}; give the values to it, with `{{}}` in place of `%s`: then they are escaped")
            elif isinstance(argument, ast.Call) and is_format(argument):
                yield from self._format(site, call, argument)

    def _format(self, site: Site, call: ast.Call, inner: ast.Call) -> Iterator[Edit | Finding]:
        message = f"{ARGUMENTS}; given to it, values are escaped: what is markup itself has to say so with `mark_safe()`"
        assert isinstance(inner.func, ast.Attribute) and isinstance(inner.func.value, ast.Constant)
        try:
            for name, spec, conversion in placeholders(str(inner.func.value.value)):
                if spec or conversion or not (name.isdecimal() or name.isidentifier() or not name):
                    raise Refused("a placeholder formats or looks up its value, which `format_html()` can no longer do after escaping it")
            if not inner.args and not inner.keywords:
                raise Refused("nothing is given")
        except Refused as error:
            yield site.finding(call, f"{ARGUMENTS}; {error}")
            return
        yield site.edit(inner, self._joined(site, call, inner, inner.func))
        yield site.finding(call, message, fixed=True)

    @staticmethod
    def _joined(site: Site, call: ast.Call, inner: ast.Call, func: ast.Attribute) -> str:
        """The text and the arguments of the inner call, as arguments of the outer one."""
        start, end = site.module.start(inner), site.module.end(inner)
        text = site.text[start : site.module.end(func) - len(func.attr)].rstrip().removesuffix(".").rstrip()
        given = site.text[site.text.index("(", site.module.end(func)) + 1 : end - 1]
        if site.text[end : site.module.end(call)].lstrip().startswith(","):
            given = given.rstrip().removesuffix(",")
        return f"{text},{'' if given[:1] in ('', chr(10), chr(13)) else ' '}{given}"


CODEMODS = [
    Codemod(
        "format-html-literal",
        "plain markup is marked as safe, not formatted without arguments",
        deprecated="5.0",
        removed="6.0",
        works_from="1.11",
        safety=SAFE,
        covers=("5.0-format-html-without-args",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(Literal(),),
    ),
    Codemod(
        "format-html-arguments",
        "values are given to format_html(), which escapes them, not formatted before",
        deprecated="5.0",
        removed="6.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.0-format-html-without-args",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(FormatMethod(),),
    ),
]
