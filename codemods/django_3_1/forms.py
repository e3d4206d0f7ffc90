"""Forms: names that moved, error messages, choices of models."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import FindUse, last_name
from django_hop.ops.base import Look, PythonOp, Words, any_of, definition_of
from django_hop.ops.class_bodies import assignments
from django_hop.ops.functions import positional
from django_hop.ops.methods import in_file_quotes, in_format_string
from django_hop.ops.names import Rename
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

from .widget_uses import only_plain_choices

WRAPPED = (
    "The values of a ModelChoiceField are ModelChoiceIteratorValue objects since 3.1, which are no keys, numbers or JSON: "
    "use `getattr(value, 'value', value)`"
)
LIST = "The message of ModelMultipleChoiceField called `list` is called `invalid_list`"
MULTIPLE = ("django.forms.ModelMultipleChoiceField", "django.forms.models.ModelMultipleChoiceField")
FORMATS = "The default DATETIME_INPUT_FORMATS hold no formats of a date alone any more; a form field adds them itself"


@dataclass(frozen=True)
class PlainKey(PythonOp):
    """`PRICES[value]` in an override of create_option() becomes `PRICES[getattr(value, "value", value)]`, right on every release."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"class", "def", "create_option"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Its definition."""
        return definition_of("create_option")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the value is a key, a number or JSON; findings where the name has further meanings, or its type is asked for.

        Nothing for a widget that serves fields with plain choices alone."""
        for node in site.subclasses("django.forms.Widget"):
            found = [one for function in site.methods(node, "create_option") for one in self._function(site, function)]
            if found and not only_plain_choices(site.project, site.path, node):
                yield from found

    @staticmethod
    def _function(site: Site, function: FunctionNode) -> Iterator[Edit | Finding]:
        names = [one.arg for one in positional(function)]
        name = names[1] if len(names) > 1 else "value"
        uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)]
        # Code that unwraps the value somewhere is ready for it somewhere else as well, in ways that only its author knows.
        ready = any(_is_unwrapped(site, one) for one in uses)
        for use in uses:
            found = site.names.uses[use].lookup(name)
            if not _as_key(site, use) or all(one.scope.node is not function for one in found):
                continue
            own = len(found) == 1 and found[0].kind == "parameter"
            certain = own and not ready and not _asks_type(site, use) and not in_format_string(site, use)
            if certain:
                yield site.edit(use, in_file_quotes(site, f'getattr({name}, "value", {name})'))
            yield site.finding(use, WRAPPED, fixed=certain)


def _as_key(site: Site, use: ast.Name) -> bool:
    """True if a name is used as a key, a number, JSON or in a query."""
    parent = site.parent(use)
    if isinstance(parent, ast.Subscript):
        return parent.slice is use
    if isinstance(parent, ast.Compare):
        return parent.left is use and isinstance(parent.ops[0], (ast.In, ast.NotIn))
    if isinstance(parent, ast.keyword):
        return parent.arg in ("pk", "id")
    return isinstance(parent, ast.Call) and use in parent.args and _wants_plain(parent.func)


def _asks_type(site: Site, use: ast.Name) -> bool:
    parent = site.parent(use)
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "isinstance"


def _is_unwrapped(site: Site, use: ast.Name) -> bool:
    """True for `value.value` and `value.instance`, which only the new values have."""
    parent = site.parent(use)
    return isinstance(parent, ast.Attribute) and parent.attr in ("value", "instance")


def _of_get_format(site: Site, node: ast.Constant) -> bool:
    call = site.parent(node)
    return isinstance(call, ast.Call) and last_name(call.func) == "get_format"


def _may_differ(site: Site, node: ast.Attribute) -> bool:
    """False for `settings.DATETIME_INPUT_FORMATS[0]`: the first three formats stayed. Those of a locale did not everywhere (eo)."""
    around = site.parent(node)
    if last_name(node.value) != "settings" or not isinstance(around, ast.Subscript) or around.value is not node:
        return True
    if not isinstance(around.ctx, ast.Load):
        return True
    if not isinstance(around.slice, ast.Slice):
        return _whole_number(around.slice) not in (0, 1, 2)
    lower = 0 if around.slice.lower is None else _whole_number(around.slice.lower)
    return lower is None or _whole_number(around.slice.upper) not in (0, 1, 2, 3)


def _whole_number(node: ast.expr | None) -> int | None:
    """The number of a literal without a sign; None for all else."""
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


def _wants_plain(func: ast.expr) -> bool:
    if isinstance(func, ast.Attribute):
        return func.attr in ("get", "dumps", "index")
    return isinstance(func, ast.Name) and func.id in ("int", "float", "isinstance", "hash")


@dataclass(frozen=True)
class ListMessage(PythonOp):
    """The key `list` of `error_messages` becomes `invalid_list`, in calls and subclasses of ModelMultipleChoiceField."""

    @property
    def words(self) -> Words:
        """The field with the key."""
        return (frozenset({"ModelMultipleChoiceField", "list"}), frozenset({"default_error_messages", "list"}))

    @property
    def second_look(self) -> Look:
        """The key, in a literal or a call of `dict`."""
        return any_of(rb"""list(?<=["']list)["']""", rb"list(?<!\wlist)[\s\\]*=")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the literal dictionaries."""
        for call in site.nodes(ast.Call):
            name = site.qualified(call.func)
            if name is not None and (name in MULTIPLE or site.project.ancestors(name, site.path) & set(MULTIPLE)):
                for keyword in call.keywords:
                    if keyword.arg == "error_messages":
                        yield from self._messages(site, keyword.value)
        for node in site.subclasses(*MULTIPLE):
            for statement, _ in assignments(node, "default_error_messages"):
                if statement.value is not None:
                    yield from self._messages(site, statement.value)

    @staticmethod
    def _messages(site: Site, value: ast.expr) -> Iterator[Edit | Finding]:
        keys: dict[str, ast.AST] = {}
        if isinstance(value, ast.Dict):
            keys = {str(key.value): key for key in value.keys if isinstance(key, ast.Constant)}
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
            keys = {one.arg: one for one in value.keywords if one.arg}
        if "list" not in keys or "invalid_list" in keys:
            return
        key = keys["list"]
        if isinstance(key, ast.keyword):
            yield site.edit_keyword(key, "invalid_list")
        else:
            start = site.module.start(key) + site.module.segment(key).index("list")
            yield Edit(start, start, "invalid_")
        yield site.finding(key, LIST, fixed=True)


CODEMODS = [
    Codemod(
        "model-choice-value",
        "Values of model choices are taken out of their wrapper where they are keys",
        removed="3.1",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.1-modelchoiceiteratorvalue",),
        docs="releases/3.1: Miscellaneous",
        ops=(PlainKey(),),
    ),
    Codemod(
        "forms-imports",
        "pretty_name(), BoundField and EMPTY_VALUES come from their own modules",
        removed="3.1",
        works_from="1.11",
        safety=SAFE,
        covers=("3.1-forms-forms-compat-imports", "3.1-forms-fields-empty-values-leak"),
        docs="releases/3.1: Miscellaneous",
        ops=(
            Rename("django.forms.forms", {"pretty_name": "pretty_name"}, "django.forms.utils"),
            Rename("django.forms.forms", {"BoundField": "BoundField"}, "django.forms.boundfield"),
            Rename("django.forms.fields", {"EMPTY_VALUES": "EMPTY_VALUES"}, "django.core.validators"),
        ),
    ),
    Codemod(
        "postgres-json-form-field",
        "The form field for JSON comes from django.forms",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-postgres-forms-jsonfield", "3.1-postgres-forms-jsonstring-moved"),
        docs="releases/3.1: Features deprecated in 3.1, PostgreSQL JSONField",
        ops=tuple(
            op
            for module in ("django.contrib.postgres.forms", "django.contrib.postgres.forms.jsonb")
            for op in (
                Rename(module, {"JSONField": "JSONField"}, "django.forms"),
                Rename(module, {"InvalidJSONInput": "InvalidJSONInput", "JSONString": "JSONString"}, "django.forms.fields"),
            )
        ),
    ),
    Codemod(
        "model-multiple-choice-message",
        "ModelMultipleChoiceField calls its message invalid_list",
        deprecated="3.1",
        removed="4.0",
        works_from="3.1",
        safety=SAFE,
        covers=("3.1-modelmultiplechoicefield-list-message",),
        docs="releases/3.1: Features deprecated in 3.1, Miscellaneous",
        ops=(ListMessage(),),
    ),
    Codemod(
        "datetime-input-formats",
        "The default formats of date and time hold no dates alone",
        removed="3.1",
        works_from="3.1",
        safety=DETECT,
        covers=("3.1-datetime-input-formats-no-date-only",),
        docs="releases/3.1: Miscellaneous",
        silent=True,
        ops=(
            FindUse(("DATETIME_INPUT_FORMATS",), FORMATS, "settings|formats", _may_differ),
            FindInStrings("^DATETIME_INPUT_FORMATS$", ("DATETIME_INPUT_FORMATS", "get_format"), FORMATS, _of_get_format),
        ),
    ),
]

UNSEEN = [
    Unseen("3.1-fileinput-required-with-initial", "The attribute stands in rendered HTML only.", "responses"),
    Unseen("3.1-datetimefield-iso8601", "What is typed into a form is not in the source.", "tests"),
    Unseen("3.1-ipv4-leading-zeros-rejected", "Addresses come from users and data.", "tests"),
    Unseen("3.1-upload-names-sanitised", "Names of uploads come from users and tests.", "tests"),
]
