"""The admin: permissions of inlines, forms of people who may only view, styles and scripts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import bases_known, override_calls
from django_hop.ops.classes import POSITION, AddParameter
from django_hop.ops.functions import add_parameter, positional
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

INLINES = ("django.contrib.admin.options.InlineModelAdmin", "django.contrib.contenttypes.admin.GenericInlineModelAdmin")
METHOD = "has_add_permission"
MESSAGE = "`has_add_permission()` of an inline gets the parent object"


@dataclass(frozen=True)
class InlineMixins(PythonOp):
    """Mixins that inlines of the project derive from; and inlines whose `super()` is out of sight."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"class", "def", METHOD}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for plain mixins of inlines; findings where a call of the base may need the object."""
        inlines = set(site.subclasses(*INLINES))
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, METHOD):
                if [one.arg for one in positional(function)] != ["request"] or function.args.vararg:
                    continue
                called = any(True for _ in override_calls(site, node, function))
                if node in inlines:
                    if called and not bases_known(site, node):
                        yield site.finding(function, f"{MESSAGE}; a base class out of sight may want it, too")
                elif not node.bases and self._serves_inlines(site, node):
                    if called:
                        yield site.finding(function, f"{MESSAGE}; this mixin serves inlines, whose `super()` wants it, too")
                        continue
                    try:
                        yield from add_parameter(site, function, "obj=None", None)
                        yield site.finding(function, MESSAGE, fixed=True)
                    except Refused as error:
                        yield site.finding(function, f"{MESSAGE}; {error}")

    @staticmethod
    def _serves_inlines(site: Site, mixin: ast.ClassDef) -> bool:
        own = f"{site.names.module_name}.{mixin.name}"
        for path in site.project.holding(mixin.name.encode()):
            names = site.project.names(path)
            for node in names.by_type.get(ast.ClassDef, []) if names is not None else ():
                assert isinstance(node, ast.ClassDef) and names is not None
                found = site.project.ancestors(f"{names.module_name}.{node.name}", path)
                if found & set(INLINES) and any(own == one or own.endswith(f".{one}") for one in found):
                    return True
        return False


CODEMODS = [
    Codemod(
        "inline-has-add-permission",
        "has_add_permission() of inlines takes the parent object",
        deprecated="2.1",
        removed="3.0",
        works_from="2.1",
        safety=SAFE,
        covers=("2.1-inline-has-add-permission-obj",),
        docs="releases/2.1: Features deprecated in 2.1",
        ops=(AddParameter(INLINES, METHOD, "obj=None", MESSAGE, position=1, passed=POSITION), InlineMixins()),
    ),
]
