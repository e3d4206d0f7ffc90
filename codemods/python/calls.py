"""How calls of functions that are gone from the standard library become calls of their successors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root, stands_in
from django_hop.rewrite.site import Site

ESCAPE = "`cgi.escape()` is gone from Python 3.8 on; `html.escape()` escapes quotes, too, unless it is told not to"
UNESCAPE = "`HTMLParser.unescape()` is gone from Python 3.9 on; `html.unescape()` does the same"
ARGSPEC = "`inspect.getargspec()` is gone from Python 3.11 on; `getfullargspec()` gives seven values, of which the first four are these"
NEW_READERS = ("read_file", "read_string")


@dataclass(frozen=True)
class CgiEscape(PythonOp):
    """`cgi.escape(s)` is `html.escape(s, quote=False)`; with `quote` it escaped the double quote only, so a person decides."""

    @property
    def words(self) -> Words:
        """Both parts of the name."""
        return (frozenset({"cgi", "escape"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument."""
        called = {call.func: call for call in site.calls("cgi.escape")}
        for node in (*site.references("cgi.escape"), *site.doubtful("cgi.escape")):
            call = called.get(node)
            plain = call is not None and len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
            spoken = site.imports.need("html.escape", node) if call is not None and plain and self._whole(site, node) else None
            if call is None or spoken is None:
                yield site.finding(node, f"{ESCAPE}; with `quote` it escapes single quotes where `cgi.escape()` did not")
                continue
            end = site.module.end(call.args[0])
            yield site.edit(node, spoken)
            yield Edit(end, end, ", quote=False")
            yield site.finding(node, ESCAPE, fixed=True)
            release_root(site, node, spoken)

    @staticmethod
    def _whole(site: Site, node: ast.expr) -> bool:
        """True for `cgi.escape` by its module: the bare name would have to be `html.escape` for all its uses at once."""
        return isinstance(node, ast.Attribute)


@dataclass(frozen=True)
class ParserUnescape(PythonOp):
    """`HTMLParser().unescape(s)` becomes `html.unescape(s)`."""

    @property
    def words(self) -> Words:
        """The class and the method."""
        return (frozenset({"HTMLParser", "unescape"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a call on a parser that is made for it; findings for one on a name that holds a parser."""
        made = site.calls("html.parser.HTMLParser")
        for node in site.nodes(ast.Attribute):
            if node.attr != "unescape":
                continue
            if node.value not in made:
                bindings = site.names.uses[node.value].lookup(node.value.id) if isinstance(node.value, ast.Name) else ()
                if any(one.value in made for one in bindings):
                    yield site.finding(node, UNESCAPE)
                continue
            assert isinstance(node.value, ast.Call)
            spoken = site.imports.need("html.unescape", node)
            if spoken is None:
                yield site.finding(node, UNESCAPE)
                continue
            yield site.edit(node, spoken)
            yield site.finding(node, UNESCAPE, fixed=True)
            release_root(site, node.value.func, spoken)


@dataclass(frozen=True)
class ArgSpec(PythonOp):
    """`inspect.getargspec(f).args` and `[0]` become those of `getfullargspec()`; what unpacks four values is for a person."""

    @property
    def words(self) -> Words:
        """Both parts of the name."""
        return (frozenset({"inspect", "getargspec"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls whose result is used by a name or place that both have."""
        called = {call.func: call for call in site.calls("inspect.getargspec")}
        doubtful = [node for node in site.doubtful("inspect.getargspec") if not stands_in(site, node)]
        for node in (*site.references("inspect.getargspec"), *doubtful):
            use = site.parent(called[node]) if node in called else None
            if not isinstance(node, ast.Attribute) or not self._same(use):
                yield site.finding(node, ARGSPEC)
                continue
            yield site.edit_attribute(node, "getfullargspec")
            if isinstance(use, ast.Attribute) and use.attr == "keywords":
                yield site.edit_attribute(use, "varkw")
            yield site.finding(node, ARGSPEC, fixed=True)

    @staticmethod
    def _same(use: ast.AST | None) -> bool:
        if isinstance(use, ast.Attribute):
            return use.attr in ("args", "varargs", "keywords", "defaults")
        index = use.slice if isinstance(use, ast.Subscript) else None
        return isinstance(index, ast.Constant) and index.value in (0, 1, 2, 3)


@dataclass(frozen=True)
class ReadFp(PythonOp):
    """`parser.readfp(f)` becomes `parser.read_file(f)` where the file makes the parser itself."""

    @property
    def words(self) -> Words:
        """The method and the module."""
        return (frozenset({"readfp"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls at a name that a parser was assigned to, findings for the others."""
        message = "`readfp()` of parsers is gone from Python 3.12 on; `read_file()` does the same, and calls `filename` `source`"
        made = [call for name in ("SafeConfigParser", "ConfigParser", "RawConfigParser") for call in site.calls(f"configparser.{name}")]
        for node in site.nodes(ast.Attribute):
            call = site.parent(node)
            if node.attr != "readfp" or not isinstance(call, ast.Call) or call.func is not node:
                continue
            if self._is_ready(site, node):
                continue
            if node.value not in made and not (isinstance(node.value, ast.Name) and self._holds(site, node.value, made)):
                yield site.finding(node, f"{message}; what stands before the dot is not certainly a parser")
                continue
            yield site.edit_attribute(node, "read_file")
            for keyword in call.keywords:
                if keyword.arg in ("fp", "filename"):
                    yield site.edit_keyword(keyword, {"fp": "f", "filename": "source"}[keyword.arg])
            yield site.finding(node, message, fixed=True)

    @staticmethod
    def _is_ready(site: Site, node: ast.Attribute) -> bool:
        """True where parsers without the new methods, or with the old one, are asked for: such code is ready for both."""
        inner: ast.AST = node
        for around in site.ancestors(node):
            if isinstance(around, ast.If) and inner is not around.test:
                negated = isinstance(around.test, ast.UnaryOp) and isinstance(around.test.op, ast.Not)
                asked = _asked_attribute(around.test.operand if isinstance(around.test, ast.UnaryOp) else around.test)
                if asked in ("readfp", *NEW_READERS) and ((inner in around.body) != negated) == (asked == "readfp"):
                    return True
            if isinstance(around, ast.Try) and any(one.type and "AttributeError" in ast.unparse(one.type) for one in around.handlers):
                first = inner in around.body
                others = around.handlers if first else around.body
                if (first or inner in around.handlers) and any(_reads(one) for part in others for one in ast.walk(part)):
                    return True
            inner = around
        return False

    @staticmethod
    def _holds(site: Site, name: ast.Name, made: list[ast.Call]) -> bool:
        """True if a name holds one of these objects wherever it is bound, or by the assignment that every way to it passes last."""
        scope = site.names.uses[name]
        bindings = scope.lookup(name.id)
        if bindings and all(one.value in made for one in bindings):
            return True
        if scope.kind != "function" or any(one.scope is not scope for one in bindings):
            return False
        bound = [(one, {one.node, *site.ancestors(one.node)}) for one in bindings]
        statement: ast.AST = site.statement(name)
        while (holder := site.parent(statement)) is not None:
            block = next((part for _, part in ast.iter_fields(holder) if isinstance(part, list) and statement in part), [])
            for before in reversed(block[: block.index(statement)] if block else []):
                if found := [one for one, around in bound if before in around]:
                    return isinstance(before, ast.Assign) and all(one.value in made for one in found)
            if holder is scope.node or any(holder in around for _, around in bound):
                return False
            statement = holder
        return False


def _reads(node: ast.AST) -> bool:
    """True for `x.read_file` and `x.read_string`."""
    return isinstance(node, ast.Attribute) and node.attr in NEW_READERS


def _asked_attribute(test: ast.expr) -> str | None:
    """`x` of `hasattr(y, "x")`."""
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "hasattr" and len(test.args) == 2:
        asked = test.args[1]
        return asked.value if isinstance(asked, ast.Constant) and isinstance(asked.value, str) else None
    return None


FLAG = re.compile(r"\(\?([aiLmsux]+)\)")


@dataclass(frozen=True)
class InlineFlags(PythonOp):
    """Global flags of a regular expression stand at its start: `^(?i)a` is `(?i)^a`."""

    @property
    def words(self) -> Words:
        """A function that takes a pattern."""
        return tuple(frozenset({name}) for name in ("re", "re_path", "url"))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Flags that do not stand at the start of a literal."""
        return re.compile(rb"[^\"'\s]\(\?[aiLmsux]+\)")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the flags stand right behind `^`; findings where they stand elsewhere."""
        names = [f"re.{name}" for name in ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")]
        message = "Python 3.11 refuses flags for a whole pattern that do not stand at its start"
        for name in (*names, "django.urls.re_path", "django.conf.urls.url", "django.conf.urls.re_path"):
            for call in site.calls(name):
                node = (
                    call.args[0]
                    if call.args
                    else next((one.value for one in call.keywords if one.arg in ("pattern", "route", "regex")), None)
                )
                if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node.lineno != node.end_lineno:
                    continue
                text = site.module.segment(node)
                flags = [match for match in FLAG.finditer(node.value) if match.start() and node.value[match.start() - 1] != "\\"]
                if not flags:
                    continue
                place = text.find(f"^{flags[0].group()}")
                if (
                    len(flags) > 1
                    or node.value.find(flags[0].group()) != 1
                    or node.value[0] != "^"
                    or text.count(flags[0].group()) != 1
                    or place < 0
                ):
                    yield site.finding(node, message)
                    continue
                start = site.module.start(node) + place
                yield site.edit_span(start, start + 1 + len(flags[0].group()), f"{flags[0].group()}^")
                yield site.finding(node, message, fixed=True)
