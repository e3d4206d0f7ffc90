"""Models: indexes, fields of PostgreSQL's citext, save() and update_fields."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, drop_line, is_super, owner_of
from django_hop.ops.crossing import crossing
from django_hop.ops.metas import derived_metas, inherits_option
from django_hop.ops.names import FindName
from django_hop.ops.where import not_migrations
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

TOGETHER = "`index_together` becomes `indexes`"
RENAME = (
    f"{TOGETHER}; then makemigrations, on 4.1 or later: it writes RenameIndex, older releases drop and create the index. Migrations "
    "keep their `index_together`"
)
GIS = "django.contrib.gis.db.models"
MODEL = "django.db.models.base.Model"
UPDATE = "`update_or_create()` saves only the fields of `defaults` from 4.2 on, so what this `save()` computes is not stored"
CITEXT = (
    "`{}` gives way to `{}` with `db_collation`: a migration makes the collation (CreateCollation, provider icu, "
    "deterministic=False) and alters the column, "
    "which rewrites the table; LIKE look-ups do not work on it before PostgreSQL 18. Migrations keep the old class"
)


@dataclass(frozen=True)
class IndexTogether(PythonOp):
    """`index_together` in a Meta becomes `indexes`, or joins them."""

    @property
    def words(self) -> Words:
        """The option, in a class called Meta."""
        return (frozenset({"Meta", "index_together"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for literal lists of names."""
        if not not_migrations(site.path):
            return
        for node in site.nodes(ast.ClassDef):
            for statement, target in assignments(node, "index_together") if node.name == "Meta" else ():
                try:
                    edits = self._edits(site, node, statement, target)
                except Refused as error:
                    yield site.finding(target, f"{TOGETHER}; {error}")
                    continue
                yield from edits
                yield site.finding(target, RENAME, fixed=True)

    def _edits(self, site: Site, node: ast.ClassDef, statement: ast.Assign | ast.AnnAssign, target: ast.Name) -> list[Edit]:
        value = statement.value
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or statement not in node.body:
            raise Refused("it is set under a condition, or with other names")
        if not isinstance(value, (ast.List, ast.Tuple)) or site.text[site.module.start(value)] not in "([":
            raise Refused("its value is put together")
        if not value.elts:
            return drop_line(site, statement)
        self._inherited(site, node)
        groups = [value] if all(_is_name(one) for one in value.elts) else list(value.elts)
        if not all(isinstance(one, (ast.List, ast.Tuple)) and one.elts and all(map(_is_name, one.elts)) for one in groups):
            raise Refused("its value is put together")
        index = self._index(site, target)
        others = [one for one, _ in assignments(node, "indexes")]
        if others:
            return self._joined(site, others, statement, [f"{index}(fields={_fields(site, one)})" for one in groups])
        if groups == [value]:
            return [site.edit(target, "indexes"), site.edit(value, f"[{index}(fields={_fields(site, value)})]")]
        return [site.edit(target, "indexes"), *(site.edit(one, f"{index}(fields={_fields(site, one)})") for one in groups)]

    @staticmethod
    def _inherited(site: Site, node: ast.ClassDef) -> None:
        """Raises Refused if `indexes` here would hide others, or be hidden: the option is inherited as a whole."""
        held = inherits_option(site.project, site.names, site.path, node, "indexes", "index_together")
        if held or held is None:
            may = "has" if held else "may have"
            raise Refused(f"the Meta it derives from {may} `indexes` of its own, which must be taken along")
        owner = owner_of(site, node)
        below = derived_metas(site.project, owner.name) if owner is not None else ()
        if any("indexes" in names.inner[meta].bindings for names, meta in below):
            raise Refused("a Meta that derives from it has `indexes` of its own, which would hide these")

    @staticmethod
    def _index(site: Site, at: ast.AST) -> str:
        module = GIS if site.imports.bindings(GIS) else "django.db.models"
        spoken = site.imports.need(f"{module}.Index", at)
        if spoken is None:
            raise Refused("the name `Index` is taken in this file")
        return spoken

    @staticmethod
    def _joined(site: Site, others: list[ast.Assign | ast.AnnAssign], statement: ast.stmt, new: list[str]) -> list[Edit]:
        """The edits that add indexes to those the Meta has. Raises Refused."""
        held = others[0].value
        if len(others) > 1 or not isinstance(held, (ast.List, ast.Tuple)) or not held.elts:
            raise Refused("the Meta has `indexes` that are put together")
        last = held.elts[-1]
        end, start = site.module.end(last), site.module.start(last)
        indent = site.text[site.module.source.starts[last.lineno - 1] : start]
        gap = f",{site.module.source.newline}{indent}" if not indent.strip() else ", "
        return [*drop_line(site, statement), Edit(end, end, "".join(f"{gap}{one}" for one in new))]


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _fields(site: Site, node: ast.expr) -> str:
    text = site.module.segment(node)
    if isinstance(node, ast.Tuple):
        if text[0] != "(":
            raise Refused("a tuple stands without brackets")
        inner = text[1:-1].rstrip()
        return f"[{inner[:-1] if inner.endswith(',') and chr(10) not in text else text[1:-1]}]"
    return text


@dataclass(frozen=True)
class SaveComputes(PythonOp):
    """A model's `save()` that computes fields, where the project calls update_or_create() on the model."""

    @property
    def words(self) -> Words:
        """An overridden save()."""
        return (frozenset({"class", "def", "save", "super", "self"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for `save(self, *args, **kwargs)` that hands both on; findings for other signatures."""
        for node in site.subclasses(MODEL, "django.db.models.Model"):
            for function in site.methods(node, "save"):
                fields = _computed(node, function)
                if not fields or _looks_after(site, function) or not is_updated(site, node.name):
                    continue
                try:
                    yield self._addition(site, function, fields)
                except Refused as error:
                    yield site.finding(function, f"{UPDATE}: add {', '.join(f'`{one}`' for one in fields)} to `update_fields`; {error}")
                    continue
                yield site.finding(function, UPDATE, fixed=True)

    @staticmethod
    def _addition(site: Site, function: FunctionNode, fields: list[str]) -> Edit:
        """The lines before the call of the base class's save(). Raises Refused."""
        keywords = function.args.kwarg
        names = [one.arg for one in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]]
        named = "update_fields" in names
        if isinstance(function, ast.AsyncFunctionDef) or not (named or (keywords is not None and len(names) == 1)):
            raise Refused("its parameters are neither `*args, **kwargs` nor those of the base class")
        calls = _super_saves(function)
        given = [one for call in calls for one in [*call.keywords, *call.args]]
        starred = [one for one in given if keywords and isinstance(one, ast.keyword) and not one.arg and _means(one, keywords.arg)]
        handed = [one for one in given if _means(one, "update_fields")] if named else starred
        statement = site.statement(calls[0]) if len(calls) == 1 else None
        if statement is None or not handed or statement not in function.body:
            raise Refused("the call of the base class's `save()` is not a plain one")
        if any(isinstance(one, ast.stmt) and one.lineno > statement.lineno and _assigns(one, set(fields)) for one in ast.walk(function)):
            raise Refused("a field is computed behind it")
        start = site.module.start(statement)
        line = site.module.source.starts[statement.lineno - 1]
        indent, newline = site.text[line:start], site.module.source.newline
        if indent.strip():
            raise Refused("other code stands on the same line")
        unit = "\t" if indent.startswith("\t") else "    "
        names_text = ", ".join(f'"{one}"' for one in fields)
        held = "update_fields" if named else f'{keywords.arg}["update_fields"]' if keywords else ""
        asked = held if named or not keywords else f'{keywords.arg}.get("update_fields")'
        lines = [f"if {asked} is not None:", f"{indent}{unit}{held} = {{{names_text}, *{held}}}", indent]
        return Edit(start, start, newline.join(lines))


def _super_saves(function: FunctionNode) -> list[ast.Call]:
    """The calls of `super().save()` in a method."""
    calls = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
    return [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr == "save" and is_super(one.func.value)]


def _means(node: ast.AST, name: str) -> bool:
    value = node.value if isinstance(node, ast.keyword) else node
    return isinstance(value, ast.Name) and value.id == name


def _looks_after(site: Site, function: FunctionNode) -> bool:
    """True if a method does something about `update_fields` already, or takes it and saves everything all the same."""
    if "update_fields" not in site.module.segment(function):
        return False
    if not any(one.arg == "update_fields" for one in [*function.args.args, *function.args.kwonlyargs]):
        return True
    passed = [one for call in _super_saves(function) for one in [*call.args, *call.keywords] if _means(one, "update_fields")]
    inside = {one for part in passed for one in ast.walk(part)}
    named = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == "update_fields"]
    texts = [one for one in ast.walk(function) if isinstance(one, ast.Constant) and one.value == "update_fields"]
    return not passed or bool(texts) or any(one not in inside for one in named)


def _computed(node: ast.ClassDef, function: FunctionNode) -> list[str]:
    """Fields of the class body that the method assigns, in order."""
    declared = {
        target.id
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
        for target in statement.targets
        if isinstance(target, ast.Name)
        and re.search(r"(?<!ManyToMany)(?<!Generic)(?:Field|ForeignKey)$", ast.unparse(statement.value.func))
    }
    found = [one.attr for part in ast.walk(function) for one in _targets(part) if one.attr in declared]
    return list(dict.fromkeys(found))


def _targets(node: ast.AST) -> Iterator[ast.Attribute]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []
    for target in targets:
        for one in target.elts if isinstance(target, ast.Tuple) else [target]:
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "self":
                yield one


def _assigns(statement: ast.stmt, fields: set[str]) -> bool:
    return any(one.attr in fields for one in _targets(statement))


def is_updated(site: Site, model: str) -> bool:
    """True if the project calls update_or_create() on the model, or on what is named after it."""
    pattern = re.compile(rb"(?i)\b%b(?:_set|s|_objects)?(?:\.\w+)*\.a?update_or_create\(" % model.encode())
    return any(pattern.search(site.project.tree[path]) for path in site.project.holding(b"update_or_create"))


CI_FIELDS = {"CICharField": "CharField", "CIEmailField": "EmailField", "CITextField": "TextField"}

CODEMODS = [
    Codemod(
        "index-together",
        "index_together becomes indexes",
        deprecated="4.2",
        removed="5.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.2-index-together",),
        docs="releases/4.2: index_together option is deprecated in favor of indexes",
        then="run makemigrations for these apps. From 4.1 on it writes a RenameIndex for each: the index is renamed in place, no data "
        "is touched, and old code runs against the new schema. Do it before 5.1, where the option is gone.",
        ops=(IndexTogether(),),
    ),
    Codemod(
        "update-or-create-save",
        "what save() computes is stored by update_or_create()",
        removed="4.2",
        works_from="1.11",
        safety=REVIEW,
        covers=("4.2-update-or-create-update-fields",),
        docs="releases/4.2: Setting update_fields in Model.save() may now be required",
        silent=True,
        ops=crossing("4.2", SaveComputes()),
    ),
    Codemod(
        "citext-fields",
        "case-insensitive fields are found that need a collation",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-ci-char-field", "4.2-ci-email-field", "4.2-ci-text-field", "4.2-citext-mixin"),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        then="the way over is a migration with a decision in it: CreateCollation by hand, then the AlterField that makemigrations "
        "writes. It changes the type of the column, so the table is locked while PostgreSQL builds it or its indexes anew; old code runs "
        "against the new column, but its `contains` and its like fail there before PostgreSQL 18.",
        ops=(
            *(
                FindName(f"django.contrib.postgres.fields{module}.{old}", CITEXT.format(old, new), where=not_migrations)
                for module in ("", ".citext")
                for old, new in CI_FIELDS.items()
            ),
            *(
                FindName(
                    f"django.contrib.postgres.fields{module}.CIText",
                    "`CIText` is gone with 5.1, for migrations, too: keep a copy of the class, or use `db_collation`",
                )
                for module in ("", ".citext")
            ),
        ),
    ),
]
