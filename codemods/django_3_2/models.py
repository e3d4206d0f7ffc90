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
from django_hop.project.model_fields import find_class, option
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

FILTERS = frozenset({"filter", "exclude"})
CHILD = "`QuerySet._filter_or_exclude()` takes `args` and `kwargs` as they are, no longer unpacked"


_CALLED = re.compile(rb"(?<!class )\b([A-Z]\w*)[\s\\)]*\(")
_CLASS_OR_OPTION = re.compile(rb"^([ \t]*)class\s+(\w+)|\babstract[\s\\]*=", re.M)


def _abstract_names(project: Project) -> frozenset[bytes]:
    """Names of all classes with `abstract` in them, and what those are imported as."""
    found: frozenset[bytes] | None = project.__dict__.get("_abstract_names")
    if found is None:
        names = {name for path in project.holding(b"abstract") for name in _around_option(project.tree[path])} - {b"Meta"}
        aliases = {alias for name in names for alias in project.aliases.get(name, ())}
        found = project.__dict__["_abstract_names"] = frozenset(names | aliases)
    return found


def _around_option(data: bytes) -> set[bytes]:
    """Names of the classes that `abstract = ...` stands in, by their indentation."""
    found: set[bytes] = set()
    around: list[tuple[int, bytes]] = []
    for match in _CLASS_OR_OPTION.finditer(data):
        if match[2] is None:
            found.update(name for _, name in around)
            continue
        indent = len(match[1].expandtabs())
        around = [*(one for one in around if one[0] < indent), (indent, match[2])]
    return found


@dataclass(frozen=True)
class AbstractInstance(PythonOp):
    """Report calls of abstract models."""

    @property
    def words(self) -> Words:
        """An option in the file, or a name that says it."""
        return (frozenset({"abstract", "Meta"}), frozenset({"*Abstract"}))

    def in_project(self, project: Project, data: bytes) -> bool:
        """A call of a name that a class with the option has, or is imported under."""
        return any(match[1] in _abstract_names(project) for match in _CALLED.finditer(data))

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


_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)", re.M)


def _default_that_filters(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if the manager filters and is the first one of some model that has no base manager of its own."""
    called = {one.func.attr for one in ast.walk(function) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)}
    if not called & FILTERS:
        return False
    pattern = re.compile(rb"^[ \t]+objects[ \t]*=[ \t]*(?:\w+\.)*%s(?:\.from_queryset\([^)]*\))?\(" % node.name.encode(), re.M)
    files = (site.project.tree[path] for path in site.project.holding(b"objects"))
    return any(
        _is_pointed_at(site.project, model)
        for data in files
        if node.name.encode() in data
        for found in pattern.finditer(data)
        for model in _CLASS.findall(data, 0, found.start())[-1:]
    )


def _is_pointed_at(project: Project, model: bytes) -> bool:
    """True if a key of the project may lead to a model of this name, or to one that derives from it; to users from anywhere."""
    names = {model, *project.names_below((model.decode(),))}
    if any(b"User" in name for name in names):
        return True
    target = rb"(?:['\"](?:\w+\.)?|(?:\w+\.)*)(?:%s)\b" % b"|".join(map(re.escape, sorted(names)))
    to = rb"\s*(?:(?:[^()]|\([^()]*\))*?\bto\s*=\s*)?"
    key = re.compile(rb"(?:Key|OneToOneField)\(%s%s" % (to, target))
    own = re.compile(rb"(?:Key|OneToOneField)\(%s['\"]self['\"]" % to)
    return any(
        key.search(data) or any(names & set(_CLASS.findall(data, 0, match.start())[-1:]) for match in own.finditer(data))
        for path in project.python_paths
        if (b"Key(" in (data := project.tree[path]) or b"OneToOneField(" in data) and any(name in data for name in names)
    )


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
            FindMethod(
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
