"""Related objects: assigned to many-to-many relations, and the link to a parent model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.nodes import is_value
from django_hop.ops.receivers import first_parameter
from django_hop.project.model_fields import field_kinds, find_class, option
from django_hop.releases import not_after
from django_hop.rewrite.site import Site

MODEL = "django.db.models.Model"
ONE = tuple(f"{module}.OneToOneField" for module in ("django.db.models", "django.contrib.gis.db.models", "django.db.models.fields.related"))
SET = "Related objects cannot be assigned since 2.0: `.set(...)`"
LINK = "The OneToOneField to a parent model says `parent_link=True`; without it 3.1 and later silently add another column"
OWN = frozenset({"groups", "user_permissions"})
"""Many-to-many fields of Django's own user."""


@dataclass(frozen=True)
class DirectAssignment(PythonOp):
    """`user.groups = groups` becomes `user.groups.set(groups)` for names that are many-to-many fields in the models, and for `x_set`."""

    @property
    def words(self) -> Words:
        """Names that say it by themselves, and files that have such fields."""
        return (frozenset({"*_set"}), frozenset({"ManyToManyField"}), *(frozenset({name}) for name in sorted(OWN)))

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """An attribute that is assigned."""
        return re.compile(rb"\.\s*\w+\s*=[^=]")

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for plain assignments, on hops from before 2.0 only: later on the code would not have worked."""
        if not_after("2.0", site.hop.source):
            return
        for statement in site.nodes(ast.Assign):
            target = statement.targets[0]
            if not isinstance(target, ast.Attribute) or not self._related(site, target):
                continue
            if len(statement.targets) > 1 or isinstance(statement.value, ast.Constant):
                yield site.finding(statement, f"{SET}, or `.clear()`")
                continue
            end, value = site.module.end(target), statement.value
            if "#" in site.text[end : site.module.start(value)] or isinstance(value, (ast.Yield, ast.YieldFrom, ast.Await)):
                yield site.finding(statement, SET)
                continue
            text = site.module.segment(value)
            bare = isinstance(value, ast.Tuple) and not text.startswith("(")
            yield Edit(end, site.module.end(statement), f".set(({text}))" if bare else f".set({text})")
            yield site.finding(statement, SET, fixed=True)

    @staticmethod
    def _related(site: Site, target: ast.Attribute) -> bool:
        owner = first_parameter(site, target.value)
        if owner is not None and MODEL not in site.class_ancestors(owner):
            return False
        if not isinstance(target.value, (ast.Name, ast.Attribute)):
            return False
        if target.attr.endswith("_set") and target.attr.count("_") == 1:
            return owner is None or not isinstance(target.value, ast.Name)
        kinds = field_kinds(site.project, target.attr)
        return kinds == {"ManyToManyField"} or (not kinds and target.attr in OWN and "user" in ast.unparse(target.value).lower())


@dataclass(frozen=True)
class ParentLink(PythonOp):
    """`OneToOneField(Parent)` in a child of `Parent` gets `parent_link=True`."""

    @property
    def words(self) -> Words:
        """The field."""
        return (frozenset({"class", "OneToOneField"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where there is one such field; findings where a person has to choose."""
        if not_after("2.0", site.hop.source):
            return
        for node in site.nodes(ast.ClassDef):
            parents = {name for base in node.bases if (name := site.qualified(base)) and self._concrete(site, name)}
            calls = [one.value for one in node.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)]
            links = [one for one in calls if site.qualified(one.func) in ONE and one.args and site.qualified(one.args[0]) in parents]
            said = any(keyword.arg in ("parent_link", None) for one in links for keyword in one.keywords)
            for call in links if not said else ():
                if len(links) > 1:
                    yield site.finding(call, f"{LINK}; which of these it is a person decides")
                    continue
                yield from site.change(call, LINK, change_arguments, site, call, add={"parent_link": "True"}, drop=[])

    @staticmethod
    def _concrete(site: Site, name: str) -> bool:
        found = find_class(site.project, name, site.path)
        abstract = option(found[1], "abstract") if found else None
        known = MODEL in site.project.ancestors(name, site.path)
        return found is not None and known and not is_value(abstract, True)


CODEMODS = [
    Codemod(
        "related-set",
        "Related objects are set by set()",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-related-direct-assignment",),
        docs="releases/2.0: Features removed in 2.0",
        ops=(DirectAssignment(),),
    ),
    Codemod(
        "parent-link",
        "One-to-one fields to a parent say parent_link",
        deprecated="1.10",
        removed="2.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("2.0-implicit-parent-link",),
        docs="releases/2.0: Features removed in 2.0",
        then="run makemigrations for these apps. It writes an AlterField with parent_link=True for each field; the column is the same, "
        "so it changes the state and runs no SQL on PostgreSQL and MySQL (SQLite rebuilds the table), and old and new code run with "
        "either.",
        ops=(ParentLink(),),
    ),
]
