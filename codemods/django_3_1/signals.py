"""Signals: providing_args."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import Look, PythonOp, Words, any_of
from django_hop.ops.calls import without_argument
from django_hop.ops.nodes import keyword_of
from django_hop.project.django_facts import ancestors_in_django
from django_hop.rewrite import layout
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

SIGNALS = frozenset({"django.dispatch.Signal", "django.dispatch.dispatcher.Signal", "django.db.models.signals.ModelSignal"})
MESSAGE = "`providing_args` of a signal was only documentation"


@dataclass(frozen=True)
class ProvidingArgs(PythonOp):
    """`Signal(providing_args=["order"])` becomes `Signal()` under a comment, `Signal(None, True)` becomes `Signal(use_caching=True)`."""

    @property
    def words(self) -> Words:
        """The keyword, or a class of signals."""
        return (frozenset({"providing_args"}), frozenset({"django", "dispatch", "Signal"}), frozenset({"django", "signals", "ModelSignal"}))

    @property
    def second_look(self) -> Look:
        """The keyword, arguments for a signal, or another name or class for what has them."""
        classes = rb"class[\s\\]+\w+[\s\\]*\([^)]*Signal\b"
        return any_of(rb"providing_args\b", rb"Signal[\s\\]*\([\s\\]*[^\s\\)]", rb"Signal[\s\\]+as\b", classes)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of the classes and of subclasses that inherit their constructor; findings for other uses of the keyword."""
        for call in site.nodes(ast.Call):
            given = keyword_of(call, "providing_args")
            kind = self._kind(site, call) if given or call.args or _unpacked(call) else None
            if kind == "own" and given:
                yield site.finding(call, f"{MESSAGE}; this class has a constructor of its own")
            elif kind == "signal":
                yield from self._call(site, call, given)
        for owner in site.subclasses(*SIGNALS):
            for method in site.methods(owner, "__init__", "__new__"):
                for parameter in [*method.args.args, *method.args.kwonlyargs]:
                    if parameter.arg == "providing_args":
                        yield site.finding(parameter, f"{MESSAGE}; this constructor need not take it any more")

    @staticmethod
    def _kind(site: Site, call: ast.Call) -> str | None:
        """`signal`: Django's constructor is called; `own`: that of a project class, or super()'s; None: another class."""
        name = site.qualified(call.func)
        if name in SIGNALS:
            return "signal"
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
            return "own"
        if name is None or not site.project.ancestors(name, site.path) & SIGNALS:
            return None
        return "own" if _has_constructor(site, name, site.path) else "signal"

    def _call(self, site: Site, call: ast.Call, given: ast.keyword | None) -> Iterator[Edit | Finding]:
        if not given and not call.args:
            yield from self._hidden(site, call)
            return
        if any(isinstance(arg, ast.Starred) for arg in call.args) or len(call.args) > 2 or (given and call.args):
            yield site.finding(call, f"{MESSAGE}; the arguments are given in a way that a person has to read")
            return
        try:
            edit = self._without(site, call, given)
        except Refused as error:
            yield site.finding(call, f"{MESSAGE}; {error}")
            return
        yield edit
        yield from self._comment(site, call, given.value if given else call.args[0])
        yield site.finding(call, MESSAGE, fixed=True)

    @staticmethod
    def _without(site: Site, call: ast.Call, given: ast.keyword | None) -> Edit:
        """The edit that drops the argument, and gives the one behind it by its keyword. Raises Refused."""
        if len(call.args) < 2:
            return without_argument(site, call, call.keywords.index(given) if given else 0)
        before = site.cst_call(call)
        named = before.args[1].with_changes(keyword=layout.keyword("use_caching", "x").keyword, equal=layout.keyword("a", "x").equal)
        after = before.with_changes(args=[before.args[0], named, *before.args[2:]])
        return site.replace_call(call, layout.drop_argument_at(after, 0))

    @staticmethod
    def _hidden(site: Site, call: ast.Call) -> Iterator[Finding]:
        if _unpacked(call):
            yield site.finding(call, f"{MESSAGE}; the arguments are unpacked here, so what they hold cannot be seen")

    @staticmethod
    def _comment(site: Site, call: ast.Call, value: ast.expr) -> Iterator[Edit]:
        """The names, kept as a comment above the statement if it starts its line."""
        names = [one.value for one in getattr(value, "elts", []) if isinstance(one, ast.Constant)]
        statement = site.parent(call)
        if not names or not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is not call:
            return
        start = site.module.start(statement)
        line = site.module.source.starts[statement.lineno - 1]
        if not site.text[line:start].strip():
            yield Edit(start, start, f"# Arguments: {', '.join(map(str, names))}{site.module.source.newline}{site.text[line:start]}")


def _unpacked(call: ast.Call) -> bool:
    return any(one.arg is None for one in call.keywords)


def _has_constructor(site: Site, name: str, near: str, depth: int = 0) -> bool:
    """True unless each project class between a name and Django's signals is known to have no `__init__`."""
    if name in SIGNALS or ancestors_in_django(name):
        return False
    module, _, last = name.rpartition(".")
    path = site.project.module_path(module, near)
    names = site.project.names(path) if path else None
    if path is None or names is None or depth > 20:
        return True
    for binding in names.module.bindings.get(last, ()):
        node = binding.node
        if isinstance(node, ast.ClassDef):
            if any(site.methods(node, "__init__", "__new__")):
                return True
            bases = [one.id for one in node.bases if isinstance(one, ast.Name)]
            origins = [origin for base in bases for origin in names.origins(base, names.module) if origin]
            if any(_has_constructor(site, origin, path, depth + 1) for origin in origins):
                return True
        elif binding.origin is None or _has_constructor(site, binding.origin, path, depth + 1):
            return True
    return False


CODEMODS = [
    Codemod(
        "signal-providing-args",
        "signals are made without providing_args",
        deprecated="3.1",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-signal-providing-args",),
        docs="releases/3.1: Features deprecated in 3.1 / Miscellaneous",
        ops=(ProvidingArgs(),),
    ),
]
