"""The admin's forms and tags: wide fieldsets, nodes that know their tag's name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_keywords import is_switched
from django_hop.ops.crossing import crossing
from django_hop.ops.dicts import item_of, without_item
from django_hop.ops.expressions import first_argument, quoted
from django_hop.ops.settings_text import without_element
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

ADMINS = frozenset(
    f"django.contrib.admin.{module}{name}"
    for module in ("", "options.")
    for name in ("ModelAdmin", "InlineModelAdmin", "StackedInline", "TabularInline", "BaseModelAdmin")
)
WIDE = "the class `wide` of a fieldset has no style since 6.1: labels stand above their fields"
NODE = "django.contrib.admin.templatetags.base.InclusionAdminNode"
NAME = "`InclusionAdminNode` takes the tag's name first since 6.1"
RULE = re.compile(rb"\.wide\b")


@dataclass(frozen=True)
class WideFieldsets(PythonOp):
    """`"classes": ("wide",)` goes from fieldsets of admins where no style sheet or script of the project speaks of it."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"wide", "classes", "fields"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals, findings where something of the project uses the class."""
        for node in site.nodes(ast.Dict):
            classes = item_of(node, "classes")
            holder = site.enclosing(node, ast.ClassDef)
            if item_of(node, "fields") is None or not isinstance(classes, (ast.Tuple, ast.List)) or holder is None:
                continue
            wide = [one for one in classes.elts if isinstance(one, ast.Constant) and one.value == "wide"]
            if len(wide) != 1 or not site.class_ancestors(holder) & ADMINS:
                continue
            try:
                if _is_styled(site):
                    raise Refused("a file of the project names `.wide` itself")
                edits = [without_item(site, node, node.values.index(classes))] if len(classes.elts) == 1 else []
                edits = edits or without_element(site, classes, wide[0])
            except Refused as error:
                yield site.finding(wide[0], f"{WIDE}; {error}")
                continue
            yield from edits
            yield site.finding(wide[0], WIDE, fixed=True)


def _is_styled(site: Site) -> bool:
    known = site.project.__dict__.get("_styles_wide")
    if known is None:
        styles = (data for path, data in site.project.tree.items() if path.endswith((".css", ".scss", ".sass", ".less", ".js", ".html")))
        known = any(b".wide" in data and RULE.search(data) is not None for data in styles)
        site.project.__dict__["_styles_wide"] = known
    return bool(known)


@dataclass(frozen=True)
class NodeNames(PythonOp):
    """`InclusionAdminNode(parser, token, ...)` gets the name under which its function is registered."""

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"InclusionAdminNode", "templatetags"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls in a registered function; findings for subclasses and other uses."""
        for node in site.references(NODE):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node:
                yield site.finding(node, NAME)
                continue
            if is_switched(site, call) or (call.args and isinstance(call.args[0], ast.Constant)):
                continue
            name = self._registered(site, call)
            if name is None or any(one.arg in ("name", None) for one in call.keywords):
                yield site.finding(call, f"{NAME}; under which name its function is registered is not seen")
                continue
            yield first_argument(site, call, quoted(site, name))
            yield site.finding(call, NAME, fixed=True)
        for node in site.doubtful(NODE):
            yield site.finding(node, NAME)

    @staticmethod
    def _registered(site: Site, call: ast.Call) -> str | None:
        function = site.enclosing(call, ast.FunctionDef)
        if function is None:
            return None
        names = {name for one in function.decorator_list if (name := _tag_name(one, function.name)) is not None}
        for one in site.nodes(ast.Call) if not names else ():
            if isinstance(one.func, ast.Attribute) and one.func.attr == "tag" and len(one.args) == 2:
                given, target = one.args
                if isinstance(target, ast.Name) and target.id == function.name and isinstance(given, ast.Constant):
                    names.add(str(given.value))
        return names.pop() if len(names) == 1 else None


def _tag_name(decorator: ast.expr, function: str) -> str | None:
    """The name that `@register.tag`, `@register.tag("x")` or `@register.tag(name="x")` gives; None for anything else."""
    if isinstance(decorator, ast.Attribute):
        return function if decorator.attr == "tag" else None
    if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr == "tag"):
        return None
    given = [*decorator.args, *(one.value for one in decorator.keywords if one.arg == "name")]
    if not given:
        return function
    return given[0].value if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else None


CODEMODS = [
    Codemod(
        "wide-fieldsets",
        "fieldsets of the admin are without the class wide, which has no style",
        removed="6.1",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-admin-wide-class",),
        docs="releases/6.1: django.contrib.admin",
        ops=(WideFieldsets(),),
    ),
    Codemod(
        "inclusion-admin-node-name",
        "InclusionAdminNode gets the name of its tag",
        removed="6.1",
        works_from="6.1",
        safety=REVIEW,
        covers=("6.1-admin-inclusionadminnode-name",),
        docs="releases/6.1: django.contrib.admin",
        ops=crossing("6.1", NodeNames()),
    ),
]
