"""Models: save() by keyword, conditions of constraints, cached relations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse, last_name
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines, functions, is_super, offset_of_arguments, override_calls, owner_of
from django_hop.ops.class_keywords import ClassKeyword, name_arguments
from django_hop.ops.functions import positional
from django_hop.ops.methods import method_calls
from django_hop.ops.receivers import first_parameter
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

FIELD_CACHE = "django.db.models.fields.mixins.FieldCacheMixin"
CACHED = "django.utils.functional.cached_property"
OLD_NAME = "get_cache_name"
CACHE = "`cache_name`, a cached property, takes the place of `get_cache_name()`"
MODEL = "django.db.models.Model"
PARAMETERS = ("force_insert", "force_update", "using", "update_fields")
SAVE = "`Model.save()` and `asave()` take their arguments by keyword"
CHECK = "`check` of `CheckConstraint` is called `condition`"
CONSTRAINTS = tuple(
    f"{module}.CheckConstraint" for module in ("django.db.models", "django.db.models.constraints", "django.contrib.gis.db.models")
)


@dataclass(frozen=True)
class SaveKeywords(PythonOp):
    """`super().save(force_insert, force_update, using, update_fields)` gives each argument its name."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return (
            frozenset({"class", "def", "save"}),
            frozenset({"class", "def", "asave"}),
            frozenset({"save", "True"}),
            frozenset({"save", "False"}),
        )

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A call whose first argument stands by position."""
        return re.compile(rb"(?<!def )\ba?save\(\s*(?:#[^\n]*\n\s*)*(?![\s)*#]|\w+\s*=[^=])")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of the overridden method in models, and of `self.save()`; findings for calls that look like them."""
        done: set[ast.Call] = set()
        for function in functions(site):
            if (
                function.name in ("save", "asave")
                and (node := owner_of(site, function)) is not None
                and self._is_model(site, node, function)
            ):
                for call in override_calls(site, node, function):
                    done.add(call)
                    yield from self._call(site, call)
        for call in [*site.calls(f"{MODEL}.save"), *site.calls(f"{MODEL}.asave")]:
            if call not in done and call.args:
                done.add(call)
                yield from self._call(site, call)
        for call, func in method_calls(site, "save", "asave"):
            if call not in done and self._looks_like(call):
                yield from self._elsewhere(site, call, func)

    @staticmethod
    def _is_model(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
        """True for subclasses of Model, and for mixins whose save() has a model's parameters."""
        names = [one.arg for one in positional(function)]
        if names and names[0] != PARAMETERS[0]:
            return False
        return bool(names) or MODEL in site.class_ancestors(node)

    @staticmethod
    def _call(site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        given = call.args[offset_of_arguments(call) :]
        if not given or all(isinstance(one, ast.Starred) for one in given):
            return
        yield from named(site, call, offset_of_arguments(call))

    @staticmethod
    def _looks_like(call: ast.Call) -> bool:
        """True for one or more arguments by position, all of them True, False or None: no form, file or storage is saved so, but by one."""
        return bool(call.args) and all(isinstance(one, ast.Constant) and one.value in (True, False, None) for one in call.args)

    def _elsewhere(self, site: Site, call: ast.Call, func: ast.Attribute) -> Iterator[Edit | Finding]:
        holder = self._self_of(site, func)
        if holder is not None and MODEL in site.class_ancestors(holder) and not any(True for _ in site.methods(holder, func.attr)):
            yield from named(site, call, 0)
        elif len(call.args) > 1 and not (isinstance(func.value, ast.Name) and func.value.id == "form"):
            yield site.finding(call, f"{SAVE}, if this is a model's")

    @staticmethod
    def _self_of(site: Site, func: ast.Attribute) -> ast.ClassDef | None:
        function = site.enclosing(func, ast.FunctionDef)
        if function is None or not isinstance(func.value, ast.Name) or func.value.id != "self" or is_super(func.value):
            return None
        return owner_of(site, function)


def named(site: Site, call: ast.Call, first: int) -> Iterator[Edit | Finding]:
    """The arguments of a save() from an index on with their names, or a finding."""
    yield from site.change(call, SAVE, name_arguments, site, call, PARAMETERS, first)


@dataclass(frozen=True)
class OwnCondition(PythonOp):
    """`self.check` in subclasses of CheckConstraint becomes `self.condition`; arguments kept in a dict are findings."""

    @property
    def words(self) -> Words:
        """The class and the name."""
        return (frozenset({"CheckConstraint", "check"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for reads and writes of the attribute where the class has none of its own."""
        for node in site.nodes(ast.Attribute):
            holder = first_parameter(site, node.value) if node.attr == "check" else None
            if holder is None or not site.class_ancestors(holder) & set(CONSTRAINTS) or defines(holder, "check"):
                continue
            if isinstance(node.ctx, ast.Load) and _is_read(site, node):
                yield site.edit_attribute(node, "condition")
                yield site.finding(node, CHECK, fixed=True)
        for one in site.nodes(ast.Dict):
            keys = [key for key in one.keys if isinstance(key, ast.Constant)]
            if {"check", "name"} <= {key.value for key in keys} and not isinstance(site.parent(one), ast.Dict):
                yield site.finding(next(key for key in keys if key.value == "check"), f"{CHECK}, if these are its arguments")


def _is_read(site: Site, node: ast.Attribute) -> bool:
    """True for `constraint.check`, not called: constraints have no such method."""
    parent = site.parent(node)
    return not (isinstance(parent, ast.Call) and parent.func is node)


@dataclass(frozen=True)
class CacheName(PythonOp):
    """`def get_cache_name(self)` of fields becomes a cached property, and calls of it lose their parentheses."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"get_cache_name"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for plain methods of fields, and for calls at what is called a field; findings for the rest."""
        for function in functions(site):
            holder = owner_of(site, function)
            if function.name != OLD_NAME or holder is None:
                continue
            plain = function in holder.body and len(positional(function)) == 0 and not function.decorator_list
            if not plain or FIELD_CACHE not in site.class_ancestors(holder) or defines(holder, "cache_name"):
                yield site.finding(function, CACHE)
                continue
            spoken = None if any(override_calls(site, holder, function)) else site.imports.need(CACHED, function)
            if spoken is None:
                yield site.finding(function, CACHE)
                continue
            start = site.module.start(function)
            name = site.text.index(OLD_NAME, start)
            indent = " " * function.col_offset
            yield Edit(start, start, f"@{spoken}{site.module.source.newline}{indent}")
            yield Edit(name, name + len(OLD_NAME), "cache_name")
            yield site.finding(function, CACHE, fixed=True)
        for node in site.nodes(ast.Attribute):
            if node.attr == OLD_NAME:
                yield from self._use(site, node)

    @staticmethod
    def _use(site: Site, node: ast.Attribute) -> Iterator[Edit | Finding]:
        call = site.parent(node)
        holder = first_parameter(site, node.value)
        named = re.fullmatch(r"(?:\w+_)?(?:field|rel|relation|descriptor)", last_name(node.value)) is not None
        sure = FIELD_CACHE in site.class_ancestors(holder) if holder is not None else named
        if not sure or not isinstance(call, ast.Call) or call.func is not node or call.args or call.keywords:
            yield site.finding(node, CACHE)
            return
        start = site.module.end(node) - len(OLD_NAME)
        yield Edit(start, site.module.end(call), "cache_name")
        yield site.finding(node, CACHE, fixed=True)


CODEMODS = [
    Codemod(
        "model-save-keywords",
        "Model.save() gets its arguments by keyword",
        deprecated="5.1",
        removed="6.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.1-model-save-positional",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(SaveKeywords(),),
    ),
    Codemod(
        "check-constraint-condition",
        "CheckConstraint(check=) becomes condition=",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=SAFE,
        covers=("5.1-checkconstraint-check",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        then="no migration follows: makemigrations takes both spellings for the same constraint, and nothing changes in the database.",
        ops=(
            ClassKeyword(CONSTRAINTS, {"check": "condition"}, CHECK, beside=("constraints", "constraint")),
            FindUse(("check",), CHECK, r"(check_)?constraint", _is_read),
            OwnCondition(),
        ),
    ),
    Codemod(
        "cache-name",
        "get_cache_name() of fields becomes the property cache_name",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=REVIEW,
        covers=("5.1-fieldcachemixin-get-cache-name",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(CacheName(),),
    ),
]
