"""Keywords by which objects of a class are made: renamed at the class, at its subclasses, in partial() and in `super().__init__()`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..model import Edit, Finding
from ..rewrite.site import Site
from ..rewrite.source import Refused
from .base import PythonOp, Where, Words
from .class_bodies import is_super

_SWITCH = re.compile(r"VERSION|(?i:django)_?\d")
"""What the name or expression of a test of Django's release holds."""


@dataclass(frozen=True)
class ClassKeyword(PythonOp):
    """`CheckConstraint(check=...)` -> `CheckConstraint(condition=...)`. Calls under a test of Django's version are left alone.

    A subclass whose `__init__()` names the parameter itself keeps it. `beside` are further words of which one stands in files
    that make objects of subclasses only.
    """

    classes: tuple[str, ...]
    names: Mapping[str, str]
    message: str
    beside: tuple[str, ...] = ()
    where: Where | None = field(default=None, kw_only=True)

    @property
    def words(self) -> Words:
        """A keyword with the name of a class, or with one of the words beside."""
        owners = sorted({one.rpartition(".")[2] for one in self.classes} | set(self.beside))
        return tuple(frozenset({owner, name}) for owner in owners for name in self.names)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keywords; a finding where both names are given."""
        for keyword in site.nodes(ast.keyword):
            call = site.parent(keyword)
            old = keyword.arg
            if old is None or old not in self.names or not isinstance(call, ast.Call):
                continue
            if not makes_one(site, call, self.classes, old) or is_switched(site, call):
                continue
            new = self.names[old]
            if any(one.arg == new for one in call.keywords):
                yield site.finding(keyword, f"{self.message}; both are given here")
                continue
            yield site.edit_keyword(keyword, new)
            yield site.finding(keyword, self.message, fixed=True)


def makes_one(site: Site, call: ast.Call, classes: tuple[str, ...], parameter: str = "") -> bool:
    """True if a call makes an object of one of the classes, or of a subclass without a `parameter` of its own."""
    if _is_class(site, call.func, classes, parameter):
        return True
    if site.qualified(call.func) == "functools.partial" and call.args and _is_class(site, call.args[0], classes, parameter):
        return True
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "__init__" and is_super(func.value):
        around = site.enclosing(call, ast.ClassDef)
        return around is not None and bool(site.class_ancestors(around) & set(classes))
    return False


def _is_class(site: Site, func: ast.expr, classes: tuple[str, ...], parameter: str) -> bool:
    name = site.qualified(func)
    if name in classes:
        return True
    if isinstance(func, ast.Name):
        bindings = site.names.uses.get(func, site.names.module).lookup(func.id)
        local = bindings[0].node if len(bindings) == 1 else None
        if isinstance(local, ast.ClassDef):
            return bool(site.class_ancestors(local) & set(classes)) and not _takes(site, local, parameter)
    return name is not None and not name.startswith("django.") and bool(site.project.ancestors(name, site.path) & set(classes))


def _takes(site: Site, node: ast.ClassDef, parameter: str) -> bool:
    return any(
        arg.arg == parameter for function in site.methods(node, "__init__") for arg in [*function.args.args, *function.args.kwonlyargs]
    )


def is_switched(site: Site, node: ast.AST) -> bool:
    """True under `if django.VERSION ...` or `if DJANGO_3_0`, and in the `else` of it: the code is ready for both."""
    return any(isinstance(one, (ast.If, ast.IfExp)) and _SWITCH.search(ast.unparse(one.test)) for one in site.ancestors(node))


def name_arguments(site: Site, call: ast.Call, names: Sequence[str], first: int = 0) -> list[Edit]:
    """The edits that give the arguments from the index `first` on their names. Raises Refused where one is unpacked or in parentheses."""
    given = call.args[first:]
    if len(given) > len(names) or any(isinstance(one, ast.Starred) for one in call.args):
        raise Refused("the arguments are unpacked, or too many")
    if {keyword.arg for keyword in call.keywords} & set(names[: len(given)]):
        raise Refused("an argument is given twice")
    edits = []
    for place, (name, value) in enumerate(zip(names, given, strict=False), first):
        before = site.module.end(call.args[place - 1]) if place else site.text.index("(", site.module.end(call.func)) + 1
        start = site.module.start(value)
        if "(" in site.text[before:start] or isinstance(value, (ast.GeneratorExp, ast.NamedExpr)):
            raise Refused("an argument stands in parentheses of its own")
        edits.append(Edit(start, start, f"{name}="))
    return edits
