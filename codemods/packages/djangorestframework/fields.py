"""Serializers and their fields: arguments, classes that went, defaults and validators with a context."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import defines, is_super
from django_hop.ops.class_keywords import name_arguments
from django_hop.ops.classes import name_edit
from django_hop.ops.functions import add_parameter, positional
from django_hop.ops.nodes import name_of
from django_hop.ops.rest_framework import SERIALIZERS
from django_hop.ops.statements import head_of_class
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "djangorestframework"
MODULES = ("rest_framework.serializers", "rest_framework.fields")
_BASE_PARAMETERS = ("read_only", "write_only", "required", "default", "initial", "source", "label", "help_text", "style")
_PLAIN_FIELDS = (
    *("BooleanField", "CharField", "DateField", "DateTimeField", "DictField", "DurationField", "EmailField", "Field", "FileField"),
    *("FloatField", "HStoreField", "ImageField", "IPAddressField", "IntegerField", "JSONField", "ListField", "ReadOnlyField"),
    *("SlugField", "TimeField", "URLField", "UUIDField"),
)
"""Fields whose positional arguments went to Field.__init__(). DateField, TimeField and the like took a format first."""
_OWN_FIRST = {
    "DateField": ("format", "input_formats"),
    "DateTimeField": ("format", "input_formats", "default_timezone"),
    "TimeField": ("format", "input_formats"),
    "IPAddressField": ("protocol",),
}


@dataclass(frozen=True)
class FieldArguments(PythonOp):
    """`serializers.CharField(True)` -> `serializers.CharField(read_only=True)`; a child given by position is a person's matter."""

    message: str = "the arguments of serializer fields are given by keyword"

    @property
    def words(self) -> Words:
        """A module and a class."""
        return tuple(frozenset({"rest_framework", name}) for name in _PLAIN_FIELDS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literals; findings for what cannot have been meant."""
        for call in site.nodes(ast.Call):
            module, _, name = (site.qualified(call.func) or "").rpartition(".")
            if not call.args or module not in MODULES or name not in _PLAIN_FIELDS:
                continue
            parameters = (*_OWN_FIRST.get(name, ()), *_BASE_PARAMETERS)
            if name not in _OWN_FIRST and not isinstance(call.args[0], ast.Constant):
                yield site.finding(call, f"{self.message}; by position this was `read_only`, if a child is meant, write `child=`")
                continue
            yield from site.change(call, self.message, name_arguments, site, call, parameters)


@dataclass(frozen=True)
class RaiseException(PythonOp):
    """`serializer.is_valid(True)` -> `serializer.is_valid(raise_exception=True)`."""

    message: str = "`raise_exception` of `is_valid()` is given by keyword"

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"is_valid"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A call with something in it."""
        return re.compile(rb"is_valid\s*\(\s*[^)\s]")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for serializers; a finding for what may be one."""
        for call in site.nodes(ast.Call):
            func = call.func
            if not isinstance(func, ast.Attribute) or func.attr != "is_valid" or len(call.args) != 1 or call.keywords:
                continue
            literal = isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, bool)
            if not is_serializer(site, func.value):
                if literal:
                    yield site.finding(call, f"{self.message}, if this is a serializer")
                continue
            yield from site.change(call, self.message, name_arguments, site, call, ["raise_exception"])


def is_serializer(site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
    """True for an object that is certainly a serializer: made by one, by get_serializer(), `self` or super() in one, or called so."""
    if is_super(node) or (isinstance(node, ast.Name) and node.id == "self"):
        around = site.enclosing(node, ast.ClassDef)
        return around is not None and bool(site.class_ancestors(around) & set(SERIALIZERS))
    if isinstance(node, ast.Call):
        return _makes_serializer(site, node.func)
    if not isinstance(node, ast.Name) or node.id in seen:
        return False
    values = [site.parent(one.node) if isinstance(one.node, ast.Name) else one.node for one in site.names.uses[node].lookup(node.id)]
    made = [one.value for one in values if isinstance(one, (ast.Assign, ast.AnnAssign)) and one.value is not None]
    if made and len(made) == len(values):
        return all(is_serializer(site, value, seen | {node.id}) for value in made)
    return bool(re.search(r"(^|_)serializer$", node.id))


def _makes_serializer(site: Site, func: ast.expr) -> bool:
    name = site.qualified(func) or ""
    last = name_of(func)
    if last in ("get_serializer", "serializer_class") or re.search(r"[a-z]Serializer$", last):
        return True
    local = [one for one in site.nodes(ast.ClassDef) if isinstance(func, ast.Name) and one.name == func.id]
    return any(site.class_ancestors(one) & set(SERIALIZERS) for one in local) or bool(
        {name, *site.project.ancestors(name, site.path)} & set(SERIALIZERS)
    )


@dataclass(frozen=True)
class ReadOnlyDefault(PythonOp):
    """Report fields that are read-only and have a default."""

    message: str = "a read-only field with a default no longer reaches `validated_data`: use HiddenField(default=...), or save(...) with it"

    @property
    def words(self) -> Words:
        """Both keywords."""
        return (frozenset({"read_only", "default", "rest_framework"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such call."""
        for call in site.nodes(ast.Call):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            name = site.qualified(call.func) or ""
            read_only = given.get("read_only")
            if (
                "default" in given
                and isinstance(read_only, ast.Constant)
                and read_only.value is True
                and name.startswith("rest_framework.")
            ):
                yield site.finding(call, self.message)


@dataclass(frozen=True)
class SetContext(PythonOp):
    """`set_context()` is no longer called: `__call__()` takes the field, and hands it to the method under another name."""

    message: str = "`set_context()` is no longer called; `__call__()` gets the field where `requires_context` is set"

    @property
    def words(self) -> Words:
        """Both methods."""
        return (frozenset({"class", "set_context"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for classes that define both methods; findings for others."""
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, "set_context"):
                if [one.arg for one in positional(function)] not in (["serializer_field"], ["serializer"], ["field"]):
                    continue
                yield from site.change(function, self.message, self._edits, site, node, function)

    @staticmethod
    def _edits(site: Site, node: ast.ClassDef, function: FunctionNode) -> list[Edit]:
        calls = list(site.methods(node, "__call__"))
        if len(calls) != 1 or len(positional(calls[0])) > 1 or calls[0].args.vararg or calls[0].args.kwarg:
            raise Refused("`__call__()` does not stand in this class as expected")
        if defines(node, "requires_context") or any(isinstance(one, ast.Attribute) and one.attr == "set_context" for one in ast.walk(node)):
            raise Refused("the class does something of its own with it")
        first = calls[0].body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            raise Refused("`__call__()` begins with a docstring")
        start = site.module.start(first)
        line = site.text.rindex("\n", 0, start) + 1
        flag = head_of_class(site, node, "requires_context = True")
        if site.text[line:start].strip() or flag is None:
            raise Refused("the method stands on one line")
        return [
            flag,
            name_edit(site, function, "_set_context"),
            *add_parameter(site, calls[0], "serializer_field"),
            Edit(start, start, f"self._set_context(serializer_field)\n{site.text[line:start]}"),
        ]


_NULL_BOOLEAN = "`NullBooleanField` is now `BooleanField(allow_null=True)`"

CODEMODS = [
    Codemod(
        "serializer-null-boolean-field",
        "NullBooleanField of serializers becomes BooleanField(allow_null=True)",
        package=PACKAGE,
        deprecated="3.12",
        removed="3.14",
        works_from="3.9",
        safety=SAFE,
        covers=("drf-3.12-nullbooleanfield",),
        docs="djangorestframework 3.12 announcement: Deprecated NullBooleanField",
        ops=tuple(
            Call(f"{module}.NullBooleanField", _NULL_BOOLEAN, becomes=f"{module}.BooleanField", add={"allow_null": "True"})
            for module in MODULES
        ),
    ),
    Codemod(
        "serializer-is-valid",
        "is_valid() of serializers gets raise_exception by keyword",
        package=PACKAGE,
        removed="3.14",
        works_from="3.0",
        safety=SAFE,
        covers=("drf-3.14-is-valid-keyword",),
        docs="djangorestframework 3.14 announcement: raise_exceptions argument for is_valid is now keyword-only",
        ops=(RaiseException(),),
    ),
    Codemod(
        "serializer-field-arguments",
        "serializer fields get their arguments by keyword",
        package=PACKAGE,
        removed="3.13",
        works_from="3.0",
        safety=REVIEW,
        covers=("drf-3.13-field-args-keyword-only",),
        docs="djangorestframework 3.13 announcement: Serializer fields constructed with keyword-only arguments",
        ops=(FieldArguments(),),
    ),
    Codemod(
        "set-context",
        "defaults and validators that need their field say requires_context and take it as an argument",
        package=PACKAGE,
        deprecated="3.11",
        removed="3.14",
        works_from="3.11",
        safety=REVIEW,
        silent=True,
        covers=("drf-3.11-set-context",),
        docs="djangorestframework 3.11 announcement: Simplified serializer context",
        then="Code that calls such a default or validator itself has to give the field, too.",
        ops=(SetContext(),),
    ),
    Codemod(
        "read-only-default",
        "read-only fields with a default are left out of validated_data",
        package=PACKAGE,
        removed="3.8",
        works_from="3.0",
        safety=DETECT,
        silent=True,
        covers=("drf-3.8-read-only-default",),
        docs="djangorestframework 3.8 announcement: read_only plus default behaviour",
        ops=(ReadOnlyDefault(),),
    ),
]
