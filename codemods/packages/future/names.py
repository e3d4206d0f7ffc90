"""python-future: what it gave Python 2 is there on Python 3."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import ANY, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.decorators import DropDecorator
from django_hop.ops.expressions import is_builtin
from django_hop.ops.names import MoveModule
from django_hop.ops.settings_text import without_statement
from django_hop.ops.six.plain import PlainPython
from django_hop.rewrite.scopes import Binding
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_MESSAGE = "Python 3 says it without python-future"
_SAME = {"unicode": "str", "long": "int", "xrange": "range", "unichr": "chr", "raw_input": "input"}
"""Names of past.builtins that are nothing but a builtin on Python 3."""
_MOVED = (
    *("urllib.parse", "urllib.request", "urllib.error", "urllib.response", "urllib.robotparser", "http.client", "http.cookies"),
    *("http.cookiejar", "http.server", "html.entities", "html.parser", "html", "queue", "configparser", "pickle", "itertools"),
    *("socketserver", "copyreg", "collections", "subprocess", "sys", "xmlrpc.client", "_thread"),
)


@dataclass(frozen=True)
class Builtins(PythonOp):
    """`from builtins import str` goes: the name means the same without it."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"builtins", "from", "import"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """The import goes where its names are builtins under their own name; else a finding."""
        for binding in _bindings(site, "builtins.", "future.builtins."):
            assert binding.alias is not None
            plain = binding.alias.asname is None and hasattr(builtins, binding.alias.name)
            if not plain or not site.imports.alone(binding) or site.imports.exported(binding):
                yield site.finding(binding.alias, f"{_MESSAGE}; this name is used in another way, too")
                continue
            for use in _uses(site, binding):
                site.imports.gone(use)
            site.imports.drop_unused(binding)
            yield site.finding(binding.alias, _MESSAGE, fixed=True)


@dataclass(frozen=True)
class Past(PythonOp):
    """Names of past.builtins that are builtins of Python 3, and `isinstance(x, basestring)`; findings for old types."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"past", "builtins"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for each use."""
        for binding in _bindings(site, "past.builtins."):
            assert binding.alias is not None
            name, changed = binding.alias.name, False
            for use in _uses(site, binding):
                new = self._new(site, name, use) if site.imports.alone(binding) else None
                if new is None:
                    yield site.finding(use, f"`{name}` of past is that of Python 2, which Python 3 has not: a person says what is meant")
                    continue
                changed = True
                yield site.edit(use, new)
                site.imports.gone(use)
                yield site.finding(use, _MESSAGE, fixed=True)
            if changed and not site.imports.exported(binding):
                site.imports.drop_unused(binding)

    @staticmethod
    def _new(site: Site, name: str, use: ast.Name) -> str | None:
        call = site.parent(use)
        if name == "basestring":
            checked = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "isinstance"
            last = isinstance(call, ast.Call) and len(call.args) == 2 and call.args[1] is use
            return "(bytes, str)" if checked and last and is_builtin(site, "str", use) and is_builtin(site, "bytes", use) else None
        new = _SAME.get(name)
        return new if new is not None and is_builtin(site, new, use) else None


@dataclass(frozen=True)
class Aliases(PythonOp):
    """`standard_library.install_aliases()` goes."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"future", "standard_library"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for statements; findings for other uses."""
        for binding in _bindings(site, "future.standard_library"):
            for use in _uses(site, binding):
                method = site.parent(use)
                call = site.parent(method) if isinstance(method, ast.Attribute) else None
                statement = site.parent(call) if isinstance(call, ast.Call) else None
                try:
                    if not isinstance(statement, ast.Expr) or getattr(method, "attr", "") not in ("install_aliases", "install_hooks"):
                        raise Refused("a person has to take it out")
                    yield without_statement(site, statement)
                except Refused as error:
                    yield site.finding(use, f"{_MESSAGE}; {error}")
                    continue
                site.imports.gone(use)
                yield site.finding(use, _MESSAGE, fixed=True)
            site.imports.drop_unused(binding)


def _bindings(site: Site, *origins: str) -> Iterator[Binding]:
    """What `from ... import` binds to names that begin so."""
    for scope in site.names.inner.values():
        for ones in scope.bindings.values():
            for one in ones:
                if one.kind == "from" and one.alias is not None and (one.origin or "").startswith(origins):
                    yield one


def _uses(site: Site, binding: Binding) -> list[ast.Name]:
    return [use for use, scope in site.names.uses.items() if use.id == binding.name and binding in scope.lookup(use.id)]


CODEMODS = [
    Codemod(
        "future-package",
        "plain Python 3 takes the place of python-future",
        package="future",
        removed=None,
        works_from=ANY,
        safety=REVIEW,
        covers=("future-any-builtins",),
        docs="Django 2.0 release notes: Python compatibility",
        then="The requirement future goes, unless another package needs it.",
        ops=(
            DropDecorator("future.utils.python_2_unicode_compatible", "`__str__` is all that Python 3 needs"),
            PlainPython("future.utils", _MESSAGE, f"{_MESSAGE}; a person has to say how"),
            Aliases(),
            *(MoveModule(f"future.moves.{module}", module) for module in _MOVED),
            Past(),
            Builtins(),
        ),
    ),
]
