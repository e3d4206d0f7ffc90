"""Saving, foreign keys and expressions."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Where, Words, same_call
from django_hop.ops.class_bodies import functions, heirs
from django_hop.ops.classes import AddParameter
from django_hop.ops.nodes import is_value
from django_hop.ops.where import not_migrations
from django_hop.project.index import Project
from django_hop.project.model_fields import field_kinds
from django_hop.releases import not_after
from django_hop.rewrite.site import Site

from .cached_relation import nothing_cached, rebound
from .given_keys import GivenKeys, may_give

KEY = "Saving a new object whose primary key has a default always inserts since 3.0"
_KEY_SET = re.compile(rb"_id\s*(?:=[^=]|[:+-]|[,)\]](?=[^\n]*=))")
_LAST = re.compile(rb"\w+\Z")
_STEM = re.compile(rb"\.[\s\\]*(\w*)\Z")
RELATED = frozenset({"ForeignKey", "OneToOneField", "TreeForeignKey", "ParentalKey"})


@dataclass(frozen=True)
class DefaultKey(PythonOp):
    """Report primary keys with a default, where the project gives new objects a key of its own choice."""

    where: Where | None = not_migrations

    @property
    def words(self) -> Words:
        """Both arguments."""
        return (frozenset({"primary_key", "default"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Both arguments, of one call."""
        return same_call(r"\bprimary_key[\s\\]*=[\s\\]*True\b", r"\bdefault[\s\\]*=")

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each field."""
        for call in site.nodes(ast.Call):
            given = {one.arg: one.value for one in call.keywords}
            key = given.get("primary_key")
            statement = site.statement(call)
            if is_value(key, True) and "default" in given and isinstance(statement, ast.Assign):
                owner = site.enclosing(call, ast.ClassDef)
                if owner is not None and self._is_given(site, owner, site.module.segment(statement.targets[0])):
                    yield site.finding(call, f"{KEY}: `{owner.name}(pk=existing).save()` fails; use update_or_create() or update()")

    @staticmethod
    def _is_given(site: Site, owner: ast.ClassDef, key: str) -> bool:
        """True if a file that names the model, or a class that derives from it, gives new objects a key, or arguments out of sight."""
        models = frozenset({owner.name, *(heir.name for heir, _ in heirs(site, owner))})
        keys = frozenset({"pk", key})
        for path in sorted({path for name in models for path in site.project.holding(name.encode())}):
            if may_give(site.project.tree[path], models, keys):
                names = site.project.names(path)
                if names is not None and GivenKeys(names, models, keys).found():
                    return True
        return False


@dataclass(frozen=True)
class ForeignKeyId(PythonOp):
    """Report `item.shelf_id = x` where `item.shelf` is read behind it."""

    @property
    def words(self) -> Words:
        """The end of such a name."""
        return (frozenset({"def", "*_id"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """A name that ends so, and is assigned."""
        return _KEY_SET

    def in_project(self, project: Project, data: bytes) -> bool:
        """A foreign key of that name in the models, whose object is read further down in the file, from a variable of the same name."""
        first: dict[tuple[bytes, bytes], int] = {}
        for match in _KEY_SET.finditer(data):
            dot = data.rfind(b".", 0, match.start())
            if dot < 0 or not (stem := _STEM.match(data, dot, match.start())):
                continue
            owner = _LAST.search(data[max(0, dot - 200) : dot].rstrip(b" \t\r\n\f\\)"))
            if owner is not None:
                first.setdefault((owner[0], stem[1]), match.end())
        return any(
            field_kinds(project, name.decode()) & RELATED
            and re.compile(rb"%b(?<!\w%b)[\s\\)]*\.[\s\\]*%b\b" % (owner, owner, name)).search(data, place)
            for (owner, name), place in first.items()
            if name.isascii()
        )

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each assignment to the key of a known foreign key whose object is read later in the function."""
        keys = [one for one in site.nodes(ast.Attribute) if one.attr.endswith("_id") and isinstance(one.ctx, ast.Store)]
        around = {outer for one in keys for outer in site.ancestors(one)}
        for function in functions(site):
            if function not in around:
                continue
            stores: list[tuple[ast.Attribute, str, str]] = []
            loads: dict[tuple[str, str], list[ast.Name]] = {}
            anew: dict[str, list[ast.Name]] = {}
            objects: dict[tuple[str, str], int] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    anew.setdefault(node.id, []).append(node)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    if isinstance(node.ctx, ast.Load):
                        loads.setdefault((node.value.id, node.attr), []).append(node.value)
                    elif isinstance(node.ctx, ast.Store) and node.attr.endswith("_id"):
                        stores.append((node, node.value.id, node.attr[:-3]))
                    elif isinstance(node.ctx, ast.Store):
                        objects[node.value.id, node.attr] = max(node.lineno, objects.get((node.value.id, node.attr), 0))
            for node, owner, name in stores:
                if objects.get((owner, name), 0) > node.lineno:
                    continue  # `item.shelf = shelf` stands behind it
                end = self._gone(site, node, anew.get(owner, ()))
                reads = [one for one in loads.get((owner, name), ()) if node.lineno < one.lineno <= end and not rebound(site, node, one)]
                if reads and field_kinds(site.project, name) & RELATED and not nothing_cached(site, function, node, name):
                    yield site.finding(
                        node, f"Assigning `{name}_id` forgets the cached `{name}` since 3.0: it is read anew, and an unsaved object is lost"
                    )

    @staticmethod
    def _gone(site: Site, node: ast.Attribute, names: Iterable[ast.Name]) -> float:
        """The line from which on another object has the name: assigned in the same block, which no loop runs again."""
        if any(isinstance(one, (ast.For, ast.AsyncFor, ast.While)) for one in site.ancestors(node)):
            return math.inf
        statements = [one for one in map(site.statement, names) if isinstance(one, (ast.Assign, ast.AnnAssign))]
        block = getattr(site.parent(site.statement(node)), "body", ())
        return min((one.lineno for one in statements if one.lineno > node.lineno and one in block), default=math.inf)


@dataclass(frozen=True)
class GroupByAlias(AddParameter):
    """Django 3.0 to 4.1 give an alias, 4.2 and later do not."""

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits if the hop ends before 4.2."""
        if not not_after("4.2", site.hop.target):
            yield from super().apply(site)


CODEMODS = [
    Codemod(
        "primary-key-default",
        "New objects with a default primary key are inserted",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("3.0-save-with-default-pk",),
        docs="releases/3.0: Model.save() when providing a default for the primary key",
        ops=(DefaultKey(),),
    ),
    Codemod(
        "foreign-key-id",
        "Assigning the id of a foreign key forgets its cached object",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("3.0-fk-id-assignment",),
        docs="releases/3.0: Miscellaneous",
        silent=True,
        ops=(ForeignKeyId(),),
    ),
    Codemod(
        "group-by-alias",
        "get_group_by_cols() takes an alias, until Django 4.2",
        deprecated="3.0",
        removed="4.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.0-get-group-by-cols-alias",),
        docs="releases/3.0: Miscellaneous",
        ops=(
            GroupByAlias(
                ("django.db.models.expressions.BaseExpression", "django.db.models.Lookup"),
                "get_group_by_cols",
                "alias=None",
                "Django gives `get_group_by_cols()` an `alias` until 4.1",
                pass_on=False,
            ),
        ),
    ),
]

UNSEEN = [
    Unseen("3.0-async-unsafe-orm", "Whether an event loop runs around a query is only known when it runs.", "tests"),
    Unseen("3.0-mysql-positive-integer-check", "The constraint is made by the database server when a column is created.", "schema"),
]
