"""Models: abstract ones, and managers that filter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions
from django_hop.ops.classes import FindMethod
from django_hop.ops.names import Rename
from django_hop.ops.nodes import is_value
from django_hop.project.index import Project
from django_hop.project.model_fields import CALLED, find_class, option, speaks_of_class_with
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

from .keys import keys_lead_to, served_by

FILTERS = frozenset({"filter", "exclude"})
CHILD = "`QuerySet._filter_or_exclude()` takes `args` and `kwargs` as they are, no longer unpacked"


@dataclass(frozen=True)
class AbstractInstance(PythonOp):
    """Report calls of abstract models."""

    @property
    def words(self) -> Words:
        """An option in the file, or a name that says it."""
        return (frozenset({"abstract", "Meta"}), frozenset({"*Abstract"}))

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """A call of a name that may mean a class with the option."""
        return speaks_of_class_with(project, path, data, b"abstract", CALLED)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call."""
        for call in site.nodes(ast.Call):
            name = site.qualified(call.func)
            if name is None or name.startswith("django.") or not name.rpartition(".")[2][:1].isupper():
                continue
            found = find_class(site.project, name, site.path)
            value = option(found[1], "abstract") if found else None
            if is_value(value, True):
                yield site.finding(call, "An abstract model cannot be instantiated since 3.2")


@dataclass(frozen=True)
class BaseManagerMatters(FindMethod):
    """Report default managers that filter, of models that a key of the project points at."""

    @property
    def words(self) -> Words:
        """The method, and one that filters."""
        return tuple(words | {name} for words in super().words for name in sorted(FILTERS))

    def in_project(self, project: Project, data: bytes) -> bool:
        """A class that is the first manager of such a model."""
        return any(_serves_keys(project, name) for name in _MADE.findall(data)) and super().in_project(project, data)


_MADE = re.compile(rb"class(?<!\wclass)[\s\\]+(\w+)")


def _default_that_filters(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if the manager filters and is the first one of some model that has no base manager of its own."""
    called = {one.func.attr for one in ast.walk(function) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)}
    return bool(called & FILTERS) and _serves_keys(site.project, node.name.encode())


def _serves_keys(project: Project, manager: bytes) -> bool:
    """True if a class of this name makes `objects` of a model to which keys of the project may lead."""
    return any(keys_lead_to(project, model) for model in served_by(project, manager))


@dataclass(frozen=True)
class FilterOrExclude(PythonOp):
    """Overrides and calls of `_filter_or_exclude(negate, *args, **kwargs)` lose the stars."""

    @property
    def words(self) -> Words:
        """The method and its in-place form."""
        return (frozenset({"_filter_or_exclude"}), frozenset({"_filter_or_exclude_inplace"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the plain override and its call; findings for others."""
        names = ("_filter_or_exclude", "_filter_or_exclude_inplace")
        for function in functions(site):
            if function.name in names and (function.args.vararg or function.args.kwarg):
                yield from self._header(site, function)
        for call in site.nodes(ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr in names:
                yield from self._call(site, call)

    @staticmethod
    def _header(site: Site, function: FunctionNode) -> Iterator[Edit | Finding]:
        vararg, kwarg = function.args.vararg, function.args.kwarg
        if vararg is None or kwarg is None or function.args.kwonlyargs:
            yield site.finding(function, CHILD)
            return
        for arg, star in ((vararg, "*"), (kwarg, "**")):
            start = site.module.start(arg)
            if site.text[start - len(star) : start] != star:
                yield site.finding(function, CHILD)
                return
        for arg, star in ((vararg, "*"), (kwarg, "**")):
            start = site.module.start(arg)
            yield Edit(start - len(star), start, "")
        yield site.finding(function, CHILD, fixed=True)

    @staticmethod
    def _call(site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        stars = [one for one in call.args if isinstance(one, ast.Starred)]
        doubles = [one for one in call.keywords if one.arg is None]
        if not stars and not call.keywords and len(call.args) == 3:
            return
        if len(call.args) == 2 and len(stars) == 1 and call.args[1] is stars[0] and len(doubles) == len(call.keywords) == 1:
            yield Edit(site.module.start(stars[0]), site.module.start(stars[0].value), "")
            yield Edit(site.module.start(doubles[0]), site.module.start(doubles[0].value), "")
            yield site.finding(call, CHILD, fixed=True)
            return
        yield site.finding(call, CHILD + ": write `(negate, (q,), {name: value})`")


CODEMODS = [
    Codemod(
        "abstract-model-instance",
        "Abstract models cannot be instantiated",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-abstract-model-instantiation",),
        docs="releases/3.2: Miscellaneous",
        ops=(AbstractInstance(),),
    ),
    Codemod(
        "foreign-key-base-manager",
        "Foreign keys are validated through the base manager",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-foreignkey-validate-base-manager",),
        docs="releases/3.2: Miscellaneous",
        silent=True,
        ops=(
            BaseManagerMatters(
                ("django.db.models.Manager",),
                ("get_queryset",),
                "Foreign keys to models whose `objects` is this manager accept the rows it hides, since 3.2: "
                "`limit_choices_to` on the key, or `Meta.base_manager_name`, hides them again",
                _default_that_filters,
            ),
        ),
    ),
    Codemod(
        "filter-or-exclude",
        "_filter_or_exclude() takes its arguments packed",
        removed="3.2",
        works_from="3.2",
        safety=SAFE,
        covers=("3.2-filter-or-exclude-signature",),
        docs="releases/3.2: db/models/query.py",
        ops=(FilterOrExclude(),),
    ),
    Codemod(
        "random-expression",
        "Random comes from django.db.models.functions",
        removed="3.2",
        works_from="3.2",
        safety=SAFE,
        covers=("3.2-expressions-random-durationvalue",),
        docs="releases/3.2: db/models/expressions.py",
        ops=(
            Rename("django.db.models.expressions", {"Random": "Random"}, "django.db.models.functions"),
            Rename("django.db.models.expressions", {"DurationValue": "Value"}, "django.db.models"),
        ),
    ),
]

UNSEEN = [
    Unseen("3.2-field-equality-inherited", "Which fields are compared is only known when the code runs.", "tests"),
    Unseen("3.2-gis-oracle-polygon-not-mutated", "Whether code relies on the order of a ring after saving only its tests tell.", "tests"),
]
