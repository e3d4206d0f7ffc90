"""The admin: permissions of inlines, forms of people who may only view, styles and scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words, definition_without
from django_hop.ops.class_bodies import assignments, bases_known, heirs, override_calls
from django_hop.ops.classes import POSITION, AddParameter
from django_hop.ops.functions import add_parameter, positional
from django_hop.ops.replace_text import ReplaceInText, ReplaceText
from django_hop.ops.template_finds import FindText
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

INLINES = ("django.contrib.admin.options.InlineModelAdmin", "django.contrib.contenttypes.admin.GenericInlineModelAdmin")
METHOD = "has_add_permission"
FIELD_BOX = "the admin's class for fields that share a line is `fieldBox` since 2.1"
CLASS = r"""(class=["'])field-box\b(?!-)"""
SELECTOR, WORDS = r"\.field-box\b(?!-)", ("field", "box")
VIEW_ONLY = "people who may only view get the form without fields: `{}` indexes `self.fields` in `__init__()`"
MESSAGE = "`has_add_permission()` of an inline gets the parent object"


@dataclass(frozen=True)
class InlineMixins(PythonOp):
    """Mixins that inlines of the project derive from; and inlines whose `super()` is out of sight."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"class", "def", METHOD}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A definition of the method without the parameter."""
        return definition_without(METHOD, "obj", "*")

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
        return any(found & set(INLINES) for _, found in heirs(site, mixin))


@dataclass(frozen=True)
class ViewOnlyForms(PythonOp):
    """`form = PostForm` of an admin, where the form's `__init__` takes a field for granted."""

    @property
    def words(self) -> Words:
        """The attribute."""
        return (frozenset({"class", "form", "admin"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """A finding at the attribute."""
        for node in site.subclasses("django.contrib.admin.options.BaseModelAdmin"):
            for statement, _ in assignments(node, "form"):
                form = class_of(site, statement.value)
                if form is not None and any(_takes_for_granted(one) for one in site.methods(form, "__init__")):
                    yield site.finding(statement, VIEW_ONLY.format(form.name))


def class_of(site: Site, node: ast.expr | None) -> ast.ClassDef | None:
    """The class statement that a name means, in this file or another of the project."""
    if isinstance(node, ast.Name):
        for binding in site.names.uses[node].lookup(node.id):
            if isinstance(binding.node, ast.ClassDef):
                return binding.node
    module, _, name = (site.qualified(node) or "").rpartition(".")
    path = site.project.module_path(module, site.path) if module else None
    names = site.project.names(path) if path is not None else None
    bindings = names.module.bindings.get(name, []) if names is not None else []
    return next((one.node for one in bindings if isinstance(one.node, ast.ClassDef)), None)


def _has_no_box(path: str, tree: Mapping[str, bytes]) -> bool:
    """True if no field of the project is called `box`, which has the class `field-box` still."""
    return not any(_BOX.search(data) for name, data in tree.items() if name.endswith(".py") and b"box" in data)


def _styles_admin(path: str, tree: Mapping[str, bytes]) -> bool:
    """True for files that say they are for the admin, in a project without a field called `box`."""
    return "admin" in path.lower() and _has_no_box(path, tree)


_BOX = re.compile(rb"""(?m)^\s+box\s*(?::[^=\n]*)?=|["']box["']""")
"""What a field called `box` looks like, in a class or in a list of fields."""


def _takes_for_granted(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True if `self.fields["x"]` stands in a method that never asks whether it is there."""
    text = ast.unparse(function)
    indexed = any(isinstance(one, ast.Subscript) and ast.unparse(one.value) == "self.fields" for one in ast.walk(function))
    return indexed and " in self.fields" not in text and "KeyError" not in text and "self.fields.get(" not in text


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
    Codemod(
        "admin-view-only-forms",
        "forms of the admin may be shown without their fields",
        removed="2.1",
        works_from="1.11",
        safety=DETECT,
        covers=("2.1-admin-view-only-forms",),
        docs="releases/2.1: Considerations for the new model view permission",
        ops=(ViewOnlyForms(),),
    ),
    Codemod(
        "admin-field-box-class",
        "the CSS class field-box of the admin is fieldBox",
        removed="2.1",
        works_from="2.1",
        safety=REVIEW,
        covers=("2.1-admin-field-box-css",),
        docs="releases/2.1: Backwards incompatible changes / Miscellaneous",
        ops=(
            ReplaceText(SELECTOR, WORDS, FIELD_BOX, r"\.(css|js)$", any_file=True, replacement=".fieldBox", sure=_styles_admin),
            ReplaceInText(SELECTOR, WORDS, (".scss", ".sass", ".less"), FIELD_BOX, replacement=".fieldBox", sure=_styles_admin),
            ReplaceText(
                r"""(class=["'])field-box\b(?!-)""",
                WORDS,
                FIELD_BOX,
                r"admin/.*fieldset\w*\.html$",
                replacement=r"\1fieldBox",
                sure=_has_no_box,
            ),
        ),
    ),
    Codemod(
        "admin-jquery-3",
        "the admin brings jQuery 3",
        removed="2.1",
        works_from="2.1",
        safety=DETECT,
        covers=("2.1-admin-jquery-3",),
        docs="releases/2.1: Minor features / django.contrib.admin",
        ops=(
            FindText(
                r"\.(?:andSelf|size|unload)\(|\.(?:load|error)\(\s*function",
                ("django", "jQuery"),
                "jQuery 3, which the admin brings, has no such method: see jQuery Migrate",
                paths=r"\.js$",
                any_file=True,
            ),
        ),
    ),
]
