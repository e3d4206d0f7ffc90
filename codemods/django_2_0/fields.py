"""Fields of models: what their classes override and how they are told apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse, RenameUse, last_name
from django_hop.ops.base import Look, PythonOp, Words, any_of
from django_hop.ops.calls import Call, change_arguments, without_argument
from django_hop.ops.class_bodies import functions, is_super, owner_of
from django_hop.ops.classes import FindMethod, drop_with_calls
from django_hop.ops.functions import has_default, positional
from django_hop.ops.names import FindName, release_root
from django_hop.ops.nodes import value_of
from django_hop.ops.where import not_migrations
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

CONVERTERS = ("from_db_value", "convert_value")
CONTEXT = "Django no longer gives `context` to converters of database values"


@dataclass(frozen=True)
class ConverterContext(PythonOp):
    """`from_db_value(self, value, expression, connection, context)` loses its last parameter, and calls of it their last argument."""

    @property
    def words(self) -> Words:
        """The methods, or the parameters of a function among the converters."""
        return (*(frozenset({name}) for name in CONVERTERS), frozenset({"expression", "connection", "context"}))

    @property
    def second_look(self) -> Look:
        """A call of a method, a definition with other parameters than `self` and three more, or the parameters of a function."""
        names = "|".join(CONVERTERS).encode()
        right = rb"\([\s\\]*self(?:[\s\\]*,[\s\\]*\w+){3}[\s\\]*,?[\s\\]*\)"
        header = rb"def[\s\\]+(?:%s)\b(?![\s\\]*%s)" % (names, right)
        return any_of(rb"\.[\s\\]*(?:%s)[\s\\]*\(" % names, header, rb"expression\b[^()]*,[\s\\]*connection\b[^()]*,[\s\\]*context\b")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for methods, functions and calls."""
        for function in functions(site):
            name = self._context(site, function)
            if name is not None:
                yield from drop_with_calls(site, owner_of(site, function), function, name, CONTEXT)
        for call in site.nodes(ast.Call):
            if self._gives_context(call):
                if isinstance(call.args[3], (ast.Constant, ast.Dict)):
                    yield without_argument(site, call, 3)
                    yield site.finding(call, CONTEXT, fixed=True)
                elif not self._of_override(site, call):
                    yield site.finding(call, CONTEXT)

    @staticmethod
    def _context(site: Site, function: FunctionNode) -> str | None:
        """Name of the parameter that stands for the context and has to be given."""
        if owner_of(site, function) is None:
            names = [one.arg for one in function.args.args]
            telling = len(names) == 4 and names[1:] == ["expression", "connection", "context"]
        else:
            names = [one.arg for one in positional(function)]
            telling = len(names) == 4 and function.name in CONVERTERS
        return names[3] if telling and not has_default(function, names[3]) else None

    @staticmethod
    def _gives_context(call: ast.Call) -> bool:
        if not isinstance(call.func, ast.Attribute) or len(call.args) != 4 or any(isinstance(one, ast.Starred) for one in call.args):
            return False
        return call.func.attr == "from_db_value" or (call.func.attr == "convert_value" and is_super(call.func.value))

    def _of_override(self, site: Site, call: ast.Call) -> bool:
        """True for `super().from_db_value(v, e, c, context)` inside the override, which changes together with it."""
        function = next((one for one in site.ancestors(call) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))), None)
        last = call.args[3]
        return function is not None and isinstance(last, ast.Name) and self._context(site, function) == last.id


VALUE = "`_get_val_from_obj()` is `value_from_object()`"
REL = "`field.rel` is `field.remote_field`, and its `to` is `model`"
OUTPUT = "The private `_output_field` is gone: `output_field`, or `_output_field_or_none` where it may be unknown"
PRIVATE = "`{old}` is called `{new}`"
DIRECTORY = "`get_directory_name()` and `get_filename()` are gone: `upload_to`, or `generate_filename()` of the field or its storage"
COMMAS = "`CommaSeparatedIntegerField` is a CharField with a validator; makemigrations will write an AlterField for it"
VALIDATOR = "django.core.validators.validate_comma_separated_integer_list"
LAZY = "`add_lazy_relation()` is `lazy_related_operation()`, which calls back with other arguments"
INDEXES = (
    "django.db.models.Index",
    "django.db.models.indexes.Index",
    *(f"django.contrib.postgres.indexes.{name}" for name in ("BrinIndex", "GinIndex")),
)


@dataclass(frozen=True)
class FieldRel(PythonOp):
    """`field.rel.to` becomes `field.remote_field.model`; other uses of `rel` are findings where they look like a field's."""

    @property
    def words(self) -> Words:
        """The attribute, or what it became in 1.9."""
        return (frozenset({"rel"}), frozenset({"remote_field", "to"}))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The attributes as attributes."""
        return re.compile(rb"\.\s*(?:rel|remote_field)\b|[\"']rel[\"']")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for chains that only a relation has."""
        parts = frozenset({"to", "related_name", "field_name", "through", "limit_choices_to", "on_delete", "parent_link", "model"})
        for node in site.nodes(ast.Attribute):
            parent = site.parent(node)
            outer = parent if isinstance(parent, ast.Attribute) else None
            if node.attr == "remote_field" and outer is not None and outer.attr == "to":
                yield site.edit_attribute(outer, "model")
                yield site.finding(node, REL, fixed=True)
            elif node.attr == "rel" and outer is not None and outer.attr in parts and self._is_field(node.value):
                yield site.edit(outer, f"{site.module.segment(node.value)}.remote_field.{'model' if outer.attr == 'to' else outer.attr}")
                yield site.finding(node, REL, fixed=True)
            elif node.attr == "rel" and (self._is_field(node.value) or (outer is not None and outer.attr == "to")):
                yield site.finding(node, REL)
        for call in site.nodes(ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id in ("getattr", "hasattr") and len(call.args) > 1:
                name = call.args[1]
                if isinstance(name, ast.Constant) and name.value == "rel" and self._is_field(call.args[0]):
                    yield site.finding(call, REL)

    @staticmethod
    def _is_field(node: ast.expr) -> bool:
        name = last_name(node).lower()
        return "field" in name or name in ("f", "db_field")


@dataclass(frozen=True)
class CommaSeparated(Call):
    """A CharField with the validator, merged into `validators` that are given."""

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        given = value_of(call, "validators")
        if given is not None and not (isinstance(given, ast.List) and given.elts):
            raise Refused("its validators cannot be seen")
        spoken = site.imports.need(VALIDATOR, call.func)
        if spoken is None:
            raise Refused("the name of the validator is taken in this file")
        if given is None:
            return change_arguments(site, call, add={"validators": f"[{spoken}]"}, drop=[])
        start = site.module.start(given.elts[0])
        return [Edit(start, start, f"{spoken}, ")]


@dataclass(frozen=True)
class IndexKeywords(Call):
    """`Index(["a"], "name")`; expressions, which 3.2 takes by position, are left alone."""

    def _concerns(self, call: ast.Call) -> bool:
        return bool(call.args) and isinstance(call.args[0], (ast.List, ast.Tuple)) and super()._concerns(call)


@dataclass(frozen=True)
class VirtualOnly(PythonOp):
    """`contribute_to_class(virtual_only=)` becomes `private_only=`, `add_field(virtual=)` becomes `private=`."""

    @property
    def words(self) -> Words:
        """The old keywords."""
        return (frozenset({"virtual_only"}), frozenset({"virtual", "add_field"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for parameters with their uses, and for calls."""
        for function in functions(site):
            if function.name == "contribute_to_class":
                for arg in [*function.args.args, *function.args.kwonlyargs]:
                    if arg.arg == "virtual_only":
                        yield Edit(site.module.start(arg), site.module.start(arg) + len(arg.arg), "private_only")
                        yield site.finding(arg, PRIVATE.format(old="virtual_only", new="private_only"), fixed=True)
                        uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == "virtual_only"]
                        yield from (site.edit(one, "private_only") for one in uses)
        names = {"contribute_to_class": ("virtual_only", "private_only"), "add_field": ("virtual", "private")}
        for call in site.nodes(ast.Call):
            old, new = names.get(last_name(call.func), ("", ""))
            for keyword in call.keywords:
                if old and keyword.arg == old:
                    yield site.edit_keyword(keyword, new)
                    yield site.finding(keyword, PRIVATE.format(old=old, new=new), fixed=True)


def _read(site: Site, node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Load)


@dataclass(frozen=True)
class OutputField(RenameUse):
    """Assignments to `_output_field`; reads are not the same, so they are findings of another op."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for assignments."""
        for node in site.nodes(ast.Attribute):
            if node.attr in self.names and isinstance(node.ctx, ast.Store):
                yield site.edit_attribute(node, self.names[node.attr])
                yield site.finding(node, self.message, fixed=True)


@dataclass(frozen=True)
class LazyRelation(PythonOp):
    """`add_lazy_relation(cls, field, relation, callback)` becomes `lazy_related_operation()` with a wrapper for the callback."""

    @property
    def words(self) -> Words:
        """The function."""
        return self._find.words

    @property
    def _find(self) -> FindName:
        return FindName("django.db.models.fields.related.add_lazy_relation", LAZY)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with four plain arguments whose callback has one meaning; findings elsewhere."""
        calls = {site.finding(one.func, LAZY): one for one in site.calls(self._find.qualified)}
        for said in self._find.apply(site):
            edit = self._edit(site, calls[said]) if said in calls else None
            yield from [edit] if edit is not None else []
            yield replace(said, fixed=edit is not None)

    @staticmethod
    def _edit(site: Site, call: ast.Call) -> Edit | None:
        if len(call.args) != 4 or call.keywords or not all(isinstance(one, (ast.Name, ast.Attribute, ast.Constant)) for one in call.args):
            return None
        model, field, relation, callback = (site.module.segment(one) for one in call.args)
        name = call.args[3]
        bindings = site.names.uses[name].lookup(callback) if isinstance(name, ast.Name) else ()
        late = len(bindings) != 1 or bindings[0].kind not in ("parameter", "function", "from")
        if late or callback in ("local", "related", "field") or "#" in site.module.segment(call):
            return None
        spoken = site.imports.need("django.db.models.fields.related.lazy_related_operation", at=call)
        if spoken is None:
            return None
        release_root(site, call.func, spoken)
        wrapped = f"lambda local, related, field: {callback}(field, related, local)"
        return site.edit(call, f"{spoken}({wrapped}, {model}, {relation}, field={field})")


CODEMODS = [
    Codemod(
        "get-val-from-obj",
        "Fields give their value by value_from_object()",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-get-val-from-obj",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(
            RenameUse({"_get_val_from_obj": "value_from_object"}, VALUE),
            FindMethod((), ("_get_val_from_obj",), VALUE),
        ),
    ),
    Codemod(
        "field-rel",
        "field.rel becomes field.remote_field",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-field-rel",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(FieldRel(),),
    ),
    Codemod(
        "index-keywords",
        "Indexes get their arguments by keyword",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-index-positional-args",),
        docs="releases/2.0: Indexes no longer accept positional arguments",
        ops=tuple(
            IndexKeywords(
                name, "An index takes its fields and name by keyword", positional=("fields", "name", "pages_per_range"), name_from=0
            )
            for name in INDEXES
        ),
    ),
    Codemod(
        "comma-separated-integer-field",
        "CommaSeparatedIntegerField becomes a CharField with a validator",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-comma-separated-integer-field",),
        docs="releases/2.0: Features removed in 2.0",
        then="run makemigrations for these apps. It writes an AlterField for each field, with the validator in it; the column is the "
        "same, so it changes the state and runs no SQL on PostgreSQL and MySQL (SQLite rebuilds the table), and old and new code run "
        "with either.",
        ops=tuple(
            CommaSeparated(f"{module}.CommaSeparatedIntegerField", COMMAS, becomes=f"{module}.CharField", where=not_migrations)
            for module in ("django.db.models", "django.db.models.fields", "django.contrib.gis.db.models")
        ),
    ),
    Codemod(
        "private-fields",
        "Virtual fields are called private",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=SAFE,
        covers=("2.0-meta-virtual-fields", "2.0-virtual-only-keyword"),
        docs="releases/2.0: Features removed in 2.0",
        ops=(RenameUse({"virtual_fields": "private_fields"}, PRIVATE, "_meta|opts|meta|options"), VirtualOnly()),
    ),
    Codemod(
        "output-field-attribute",
        "Expressions keep their field in output_field",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-expression-output-field-attribute",),
        docs="releases/2.0: Miscellaneous",
        ops=(OutputField({"_output_field": "output_field"}, OUTPUT), FindUse(("_output_field",), OUTPUT, "", _read)),
    ),
    Codemod(
        "add-lazy-relation",
        "add_lazy_relation() gives way to lazy_related_operation()",
        deprecated="1.9",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-add-lazy-relation",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(LazyRelation(),),
    ),
    Codemod(
        "file-field-directory-name",
        "FileField has no get_directory_name() and get_filename()",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=DETECT,
        covers=("2.0-filefield-directory-name",),
        docs="releases/2.0: Features removed in 2.0",
        silent=True,
        ops=(
            FindMethod(("django.db.models.FileField",), ("get_directory_name", "get_filename"), DIRECTORY),
            FindUse(("get_directory_name",), DIRECTORY),
        ),
    ),
    Codemod(
        "from-db-value-context",
        "Converters of database values lose the context argument",
        deprecated="2.0",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("2.0-from-db-value-context",),
        docs="releases/2.0: Features deprecated in 2.0, context argument of Field.from_db_value() and Expression.convert_value()",
        ops=(ConverterContext(),),
    ),
]
