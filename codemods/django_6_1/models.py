"""Models and fields: from_db(), blank choices, placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words, definition_of
from django_hop.ops.class_bodies import defines, override_calls
from django_hop.ops.functions import add_parameter, parameter_names, positional
from django_hop.ops.methods import fitted
from django_hop.ops.names import release_root
from django_hop.ops.nodes import value_of
from django_hop.project.model_fields import names_of_kind
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

FETCH = "`from_db()` gets `fetch_mode` from 6.1 on"
PLACEHOLDER = "`get_placeholder_sql()` takes the place of `get_placeholder()`: it compiles the value and gives SQL with parameters"
GET_PLACEHOLDER_SQL = (
    "def get_placeholder_sql(self, value, compiler, connection):",
    "    placeholder = self.get_placeholder(value, compiler, connection)",
    '    if hasattr(value, "as_sql"):',
    "        sql, params = compiler.compile(value)",
    "        return placeholder % sql, params",
    "    return placeholder, (value,)",
)
DASH = ("django.db.models.BLANK_CHOICE_DASH", "django.db.models.fields.BLANK_CHOICE_DASH")


@dataclass(frozen=True)
class FromDb(PythonOp):
    """An override of from_db() takes `**kwargs` and gives them on."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"class", "def", "from_db"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Its definition."""
        return definition_of("from_db")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for overrides that take neither `fetch_mode` nor what comes."""
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, "from_db"):
                names = [one.arg for one in function.args.args]
                if names[1:4] != ["db", "field_names", "values"] and "django.db.models.Model" not in site.class_ancestors(node):
                    continue
                if function.args.kwarg is None and "fetch_mode" not in parameter_names(function):
                    yield from self._override(site, node, function)

    @staticmethod
    def _override(site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        try:
            if function.args.vararg or function.args.kwonlyargs or function.args.defaults:
                raise Refused("its parameters are not the usual ones")
            if any(isinstance(one, ast.Name) and one.id == "kwargs" for one in ast.walk(function)):
                raise Refused("the name `kwargs` is used in this method for something else")
            edits = add_parameter(site, function, "**kwargs")
            for call in override_calls(site, node, function):
                if any(keyword.arg is None for keyword in call.keywords):
                    continue
                end = site.module.end(call) - 1
                given = site.text[site.module.end(call.func) : end].rstrip()
                place = site.module.end(call.func) + len(given)
                edits.append(Edit(place, place, " **kwargs" if given.endswith(",") else ", **kwargs"))
        except Refused as error:
            yield site.finding(function, f"{FETCH}; {error}")
            return
        yield from edits
        yield site.finding(function, FETCH, fixed=True)


@dataclass(frozen=True)
class BlankChoice(PythonOp):
    """`BLANK_CHOICE_DASH` becomes its value."""

    @property
    def words(self) -> Words:
        """The constant."""
        return (frozenset({"BLANK_CHOICE_DASH", "models"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for uses; findings where the name has two origins or is taken from here."""
        message = "`BLANK_CHOICE_DASH` goes after 6.x"
        for target in DASH:
            for node in site.references(target):
                if not isinstance(getattr(node, "ctx", None), ast.Load) or isinstance(site.parent(node), (ast.Attribute, ast.Subscript)):
                    yield site.finding(node, message)
                    continue
                quote = "'" if site.text.count("'") > site.text.count('"') else '"'
                yield site.edit(node, fitted(site, node, f"[({quote}{quote}, {quote}---------{quote})]"))
                yield site.finding(node, f"{message}: its value takes its place", fixed=True)
                release_root(site, node)
            for node in site.doubtful(target):
                yield site.finding(node, f"{message}; what this name means depends on which import worked")
            for binding in site.imports.bindings(target):
                if site.imports.exported(binding):
                    yield site.finding(binding.alias or binding.node, f"{message}; other code takes the name from here")


@dataclass(frozen=True)
class JsonArrays(PythonOp):
    """`ArrayField(models.JSONField())`."""

    @property
    def words(self) -> Words:
        """Both fields."""
        return (frozenset({"ArrayField", "JSONField"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each array of JSON; none in migrations."""
        if "/migrations/" in site.path:
            return
        for name in ("django.contrib.postgres.fields.ArrayField", "django.contrib.postgres.fields.array.ArrayField"):
            for call in site.calls(name):
                first = call.args[0] if call.args else value_of(call, "base_field")
                if isinstance(first, ast.Call) and ast.unparse(first.func).endswith("JSONField"):
                    yield site.finding(call, "None in an array of JSON is stored as SQL's NULL since 6.1: `JSONNull()` is JSON's")


@dataclass(frozen=True)
class Placeholder(PythonOp):
    """A field's get_placeholder() gets a get_placeholder_sql() beside it, which does what 6.1 does for a field without."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"class", "def", "get_placeholder"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Its definition."""
        return definition_of("get_placeholder")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for fields that have the old method only."""
        for node in site.subclasses("django.db.models.Field", "django.db.models.fields.Field"):
            for function in site.methods(node, "get_placeholder"):
                if not defines(node, "get_placeholder_sql"):
                    yield from self._method(site, node, function)
        fields = set(site.subclasses("django.db.models.Field", "django.db.models.fields.Field"))
        for node in site.nodes(ast.ClassDef):
            for function in site.methods(node, "get_placeholder") if node not in fields else ():
                if [one.arg for one in positional(function)] == ["value", "compiler", "connection"] and not defines(
                    node, "get_placeholder_sql"
                ):
                    yield site.finding(function, f"{PLACEHOLDER}; 6.1 does not call the old one of a mixin")

    @staticmethod
    def _method(site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        why = ""
        if function not in node.body or function.decorator_list or len(positional(function)) != 3:
            why = "it is not defined in the usual way"
        elif any(call for call in override_calls(site, node, function)):
            why = "6.1 has no method that it could override"
        elif any(isinstance(one, (ast.ClassDef, ast.FunctionDef)) for one in ast.walk(function) if one is not function):
            why = "it is not defined in the usual way"
        line = function.end_lineno or function.lineno
        indent = " " * function.col_offset
        if not why and (function.body[0].lineno == function.lineno or "\t" in site.module.source.line(function.lineno)):
            why = "it is not written in the usual way"
        if why:
            yield site.finding(function, f"{PLACEHOLDER}; {why}")
            return
        starts, newline = site.module.source.starts, site.module.source.newline
        end = starts[line - 1] + len(site.module.source.line(line).rstrip("\r\n"))
        yield Edit(end, end, "".join(newline + (f"{indent}{one}" if one else "") for one in ("", *GET_PLACEHOLDER_SQL)))
        yield site.finding(function, PLACEHOLDER, fixed=True)


def _of_generic_key(site: Site, node: ast.Attribute) -> bool:
    """True for `Comment.content_object.ct_field`."""
    inner = node.value
    if not isinstance(inner, ast.Attribute) or not isinstance(inner.value, ast.Name) or not inner.value.id[:1].isupper():
        return False
    return inner.attr in names_of_kind(site.project, "GenericForeignKey")


CODEMODS = [
    Codemod(
        "from-db-fetch-mode",
        "from_db() of models takes what later releases give",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-model-from-db-signature", "6.1-from-db-without-fetch-mode"),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(FromDb(),),
    ),
    Codemod(
        "blank-choice-dash",
        "BLANK_CHOICE_DASH becomes its value",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=SAFE,
        covers=("6.1-blank-choice-dash",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(BlankChoice(),),
    ),
    Codemod(
        "get-placeholder",
        "fields with get_placeholder() get get_placeholder_sql()",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("6.1-field-get-placeholder",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(Placeholder(),),
    ),
    Codemod(
        "array-of-json",
        "arrays of JSON are found",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-arrayfield-json-none",),
        docs="releases/6.1: django.contrib.postgres",
        silent=True,
        ops=(JsonArrays(),),
    ),
    Codemod(
        "generic-key-descriptor",
        "generic foreign keys are found that are asked through their model",
        removed="6.1",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-genericforeignkey-descriptor",),
        docs="releases/6.1: Miscellaneous",
        ops=(
            FindUse(
                ("ct_field", "fk_field", "for_concrete_model", "get_content_type"),
                "the model's attribute is a descriptor since 6.1: ask `Model._meta.get_field(name)`",
                when=_of_generic_key,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen(
        "6.1-binaryfield-strict-base64",
        "Only texts that are no Base64 are refused, which fixtures and forms show when they are used.",
        "tests",
    ),
    Unseen(
        "6.1-model-pickles-unreadable-by-older",
        "What is pickled in caches is data of the running site: give each side its own prefix during the switch.",
    ),
]
