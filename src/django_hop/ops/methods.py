"""Calls of methods at recognised receivers: `request.is_ajax()`, `user.is_authenticated()`, `self.assertX(...)`.

| op | does |
|---|---|
| `MethodCall(receiver, "old", message, becomes="new")` | another method name |
| `MethodCall(receiver, "old", message, template="{receiver}.new == 1")` | a call without arguments becomes an expression |
| `FindMethodCall("old", message)` | report every call, whatever the receiver |

What a receiver is, ops/receivers.py says. A call of the name on another receiver is a finding. String literals in a template
stand in double quotes and take the quotes that the file prefers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from .base import PythonOp, Where, Words
from .receivers import Receiver


def method_calls(site: Site, *names: str) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    """Calls of an attribute of one of these names: `anything.name(...)`."""
    for node in site.nodes(ast.Attribute):
        parent = site.parent(node)
        if node.attr in names and isinstance(parent, ast.Call) and parent.func is node:
            yield parent, node


def in_format_string(site: Site, node: ast.AST) -> bool:
    """True inside an f-string, where positions are not exact on every Python and quotes may clash."""
    return any(isinstance(one, ast.JoinedStr) for one in site.ancestors(node))


def prefers_single_quotes(site: Site) -> bool:
    """True if most strings of a file stand in single quotes."""
    marks = [site.text[site.module.start(one) : site.module.start(one) + 3].lstrip("rRbBuUfF")[:1] for one in site.names.strings]
    return marks.count("'") > marks.count('"')


def in_file_quotes(site: Site, text: str) -> str:
    """Code with its double quotes turned into the quotes that the file prefers."""
    return text.replace('"', "'") if prefers_single_quotes(site) and "'" not in text else text


def fitted(site: Site, node: ast.expr, text: str) -> str:
    """An expression's text, put into parentheses if it would mean something else in place of `node` without them."""
    outer: ast.AST = node
    for around in site.ancestors(node):
        if isinstance(around, ast.stmt):
            break
        if isinstance(around, ast.expr):
            outer = around
    start, end = site.module.start(outer), site.module.end(outer)
    head, tail = site.text[start : site.module.start(node)], site.text[site.module.end(node) : end]
    plain, safe = (_shape(f"{head}{one}{tail}") for one in (text, f"({text})"))
    return text if plain is not None and plain == safe else f"({text})"


def _shape(expression: str) -> str | None:
    try:
        return ast.dump(ast.parse(f"[{expression}\n]", mode="eval"))
    except SyntaxError:
        return None


@dataclass(frozen=True)
class MethodCall(PythonOp):
    """Change the calls of a method at a receiver; the same call elsewhere, and uses of the name that are no calls, are findings."""

    receiver: Receiver
    method: str
    message: str
    becomes: str | None = None
    template: str | None = None
    """Source text with `{receiver}`, for calls without arguments."""
    negated: str | None = None
    """The same for `not receiver.method()`, where that reads better than a `not` before the template."""
    own: bool = True
    """Let a method of this name that the project defines itself turn every place into a finding."""
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({self.method}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the calls at the receiver."""
        own = self.own and defines_method(site, self.method, bare=self.template is not None)
        called = set()
        for call, func in method_calls(site, self.method):
            called.add(func)
            if self.template is not None and (call.args or call.keywords) and not self.receiver.sure(site, func.value):
                continue  # another method of the name, which takes arguments
            refusal = "the project has a method of this name itself" if own else self._refusal(site, call, func)
            if refusal:
                yield site.finding(func, f"{self.message}; {refusal}")
                continue
            yield self._edit(site, call, func)
            yield site.finding(func, self.message, fixed=True)
        for node in site.nodes(ast.Attribute):
            if node.attr == self.method and node not in called:
                yield site.finding(node, f"{self.message}; here the method is used without being called")

    def _refusal(self, site: Site, call: ast.Call, func: ast.Attribute) -> str | None:
        if not self.receiver.sure(site, func.value):
            return f"what stands before the dot is not certainly a {self.receiver.name.replace('_', ' ')}"
        if in_format_string(site, call):
            return "it stands inside an f-string"
        function = site.enclosing(call, ast.FunctionDef)
        if self.becomes is not None and function is not None and function.name == self.becomes:
            return "the method it stands in has the new name and would call itself"
        if self.template is not None and (call.args or call.keywords):
            return "the call has arguments"
        return None

    def _edit(self, site: Site, call: ast.Call, func: ast.Attribute) -> Edit:
        if self.template is None:
            assert self.becomes is not None
            return site.edit_attribute(func, self.becomes)
        node: ast.expr = call
        template, parent = self.template, site.parent(call)
        if self.negated and isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not) and "#" not in site.module.segment(parent):
            node, template = parent, self.negated
        new = in_file_quotes(site, template).replace("{receiver}", site.module.segment(func.value))
        return site.edit(node, fitted(site, node, new))


_METHOD = re.compile(rb"[ \t]+(?:async[ \t]+)?def[ \t]+")


def defines_method(site: Site, name: str, *, bare: bool = False) -> bool:
    """True if a class anywhere in the project defines a method of this name; `bare`: one without parameters."""
    end = rb"\s*\)" if bare else rb"\b"
    pattern = re.compile(name.encode() + rb"[ \t]*\(\s*(?:self|cls)" + end)  # the name first, which is found at once
    files = (site.project.tree[path] for path in site.project.holding(name.encode()))
    return any(
        _METHOD.fullmatch(data, data.rfind(b"\n", 0, one.start()) + 1, one.start()) for data in files for one in pattern.finditer(data)
    )


@dataclass(frozen=True)
class FindMethodCall(PythonOp):
    """Report the calls of a method; with a receiver, only those at it."""

    method: str
    message: str
    receiver: Receiver | None = None
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({self.method}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding for each call."""
        for _, func in method_calls(site, self.method):
            if self.receiver is None or self.receiver.sure(site, func.value):
                yield site.finding(func, self.message)
