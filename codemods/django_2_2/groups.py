"""Queries that group, of models with an order of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.project.index import Project
from django_hop.project.model_fields import DOTTED, find_class, option, speaks_of_class_with
from django_hop.rewrite.imported import words_in
from django_hop.rewrite.scopes import Names
from django_hop.rewrite.site import Site

PLAIN = "Aggregate Avg Count Max Min StdDev Sum Variance"
POSTGRES = (
    "ArrayAgg BitAnd BitOr BoolAnd BoolOr Corr CovarPop JSONBAgg RegrAvgX RegrAvgY RegrCount RegrIntercept RegrR2 RegrSlope RegrSXX "
    "RegrSXY RegrSYY StatAggregate StringAgg"
)
AGGREGATES = frozenset(
    f"{module}.{name}"
    for module, names in {
        "django.db.models": PLAIN,
        "django.db.models.aggregates": PLAIN,
        "django.contrib.gis.db.models": f"{PLAIN} Collect Extent Extent3D MakeLine Union",
        "django.contrib.postgres.aggregates": POSTGRES,
    }.items()
    for name in names.split()
)
OF_THEIR_OWN = frozenset({"Exists", "OuterRef", "Prefetch", "Subquery", "Window"})
"""What does not group the query around it, whatever it holds."""
UNORDERED = frozenset({"aggregate", "count", "delete", "earliest", "exists", "get", "in_bulk", "latest", "order_by", "update"})
"""Methods with another order, or to which it is all one."""
QUERY_SETS = frozenset(f"django.db.models.{name}" for name in ("QuerySet", "query.QuerySet", "Manager", "manager.Manager"))


@dataclass(frozen=True)
class OrderedGroups(PythonOp):
    """Report `Model.objects...annotate(<aggregate>)` of models with `Meta.ordering` and no order_by()."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"annotate"}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A word by which an aggregate may be called."""
        return not project.names_below(tuple(sorted(AGGREGATES))).isdisjoint(words_in(data))

    def at(self, project: Project, path: str, data: bytes) -> bool:
        """An ordered model that is queried, or a query set or manager that may be made for one."""
        return speaks_of_class_with(project, path, data, b"ordering", DOTTED) or project.may_derive(data, tuple(sorted(QUERY_SETS)))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each annotate() that groups."""
        for call in site.nodes(ast.Call):
            if not (isinstance(call.func, ast.Attribute) and call.func.attr == "annotate"):
                continue
            before, root = _chain(call.func.value)
            grouped = bool({"values", "values_list"} & before)
            if "order_by" in before or not _aggregates(site, call):
                continue
            managed = root.attr if isinstance(root, ast.Attribute) and not grouped else ""
            found = [(path, model) for path, model in _models(site, root) if _ordering(model)]
            models = [model for path, model in found if not (managed and _may_sort(site.project, path, model, managed))]
            if models and not _ordered_later(site, call, grouped):
                yield site.finding(call.func, _message(models, grouped))


def _message(models: list[ast.ClassDef], grouped: bool) -> str:
    names = " and ".join(sorted({f"`{model.name}`" for model in models}))
    if grouped:
        return (
            f"Django 3.1 leaves `Meta.ordering` of {names} out of GROUP BY, so the groups change: "
            "`.order_by()` gives its result now, `.order_by(...)` with those fields keeps the old one"
        )
    fields = {", ".join(ast.unparse(one) for one in _ordering(model)) for model in models}
    order = f"`.order_by({fields.pop()})`" if len(fields) == 1 else "`.order_by(...)`"
    return f"Django 3.1 no longer sorts by `Meta.ordering` of {names} where a query groups, as this one does: {order} keeps the order"


def _ordering(model: ast.ClassDef) -> list[ast.expr]:
    ordering = option(model, "ordering")
    return ordering.elts if isinstance(ordering, (ast.List, ast.Tuple)) else []


def _is_aggregate(site: Site, node: ast.Call) -> bool:
    name = site.qualified(node.func)
    return name is not None and (name in AGGREGATES or bool(AGGREGATES & site.project.ancestors(name, site.path)))


def _aggregates(site: Site, node: ast.AST) -> bool:
    """True if an aggregate is among the arguments of annotate(), or in a local name that is."""
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Call) and child is node.func:
            continue
        if isinstance(child, ast.Call):
            last = (site.qualified(child.func) or "").rpartition(".")[2]
            if _is_aggregate(site, child):
                return True
            if last in OF_THEIR_OWN:
                continue
        elif isinstance(child, ast.Name):
            scope = site.names.uses.get(child)
            found = scope.lookup(child.id) if scope is not None else ()
            value = found[0].value if len(found) == 1 else None
            if isinstance(value, ast.Call) and _is_aggregate(site, value):
                return True
        if _aggregates(site, child):
            return True
    return False


def _chain(node: ast.expr) -> tuple[set[str], ast.expr]:
    """The methods called before, and what the chain begins with."""
    names: set[str] = set()
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        names.add(node.func.attr)
        node = node.func.value
    return names, node


def _ordered_later(site: Site, call: ast.Call, grouped: bool) -> bool:
    """True if the chain goes on to an order of its own, or, where it is all about the order, to what needs none."""
    if grouped:
        return "order_by" in _methods(site, call)[0]
    return _needs_none(site, call, 5)


def _methods(site: Site, node: ast.AST) -> tuple[set[str], ast.AST]:
    """The methods that follow on an expression, and the whole chain."""
    names: set[str] = set()
    while isinstance(attribute := site.parent(node), ast.Attribute):
        names.add(attribute.attr)
        node = site.parent(attribute) or attribute
    return names, node


def _needs_none(site: Site, node: ast.AST, left: int) -> bool:
    """True if what a query set becomes has another order, or is a condition of another query, wherever a local name takes it."""
    names, whole = _methods(site, node)
    around = site.parent(whole)
    if names & UNORDERED or (isinstance(around, ast.keyword) and (around.arg or "").endswith("__in")):
        return True
    if not (left and isinstance(around, ast.Assign) and len(around.targets) == 1 and isinstance(target := around.targets[0], ast.Name)):
        return False
    uses = [use for use in site.names.uses if use.id == target.id and isinstance(use.ctx, ast.Load) and _is_here(site, use, around)]
    return any("order_by" in _methods(site, use)[0] for use in uses) or (
        bool(uses) and all(_needs_none(site, use, left - 1) for use in uses)
    )


def _is_here(site: Site, use: ast.Name, statement: ast.stmt) -> bool:
    """True for a use of a name in the function that assigns it."""
    return site.scope(use) is site.scope(statement) and site.scope(statement).kind == "function"


def _may_sort(project: Project, path: str, model: ast.ClassDef, name: str, left: int = 9) -> bool:
    """True if a manager of a model has an order of its own, or is not in sight, as that of a base class of another package."""
    names = project.names(path)
    if names is None or not left:
        return True
    for statement, _ in assignments(model, name):
        return statement.value is None or _orders(project, names, path, statement.value)
    for base in model.bases:
        qualified = names.qualified(base) or ""
        found = find_class(project, qualified, path)
        if not qualified.startswith("django.") and (found is None or _may_sort(project, *found, name, left - 1)):
            return True
    return False


def _orders(project: Project, names: Names, path: str, value: ast.expr) -> bool:
    """True if a class that makes a manager speaks of order_by(), or is neither the project's nor Django's."""
    parts = (one for one in ast.walk(value) if isinstance(one, (ast.Name, ast.Attribute)))
    spoken = {name for one in parts if (name := names.qualified(one)) is not None}
    classes = [find_class(project, name, path) for name in spoken]
    strange = not any(classes) and not any(name.startswith("django.") for name in spoken)
    return strange or any("order_by" in ast.unparse(one[1]) for one in classes if one is not None)


def _models(site: Site, root: ast.expr) -> list[tuple[str, ast.ClassDef]]:
    """The models whose query begins with `Order.objects`, or with `self` in a query set or manager of theirs."""
    if isinstance(root, ast.Attribute):
        name = site.qualified(root.value)
        found = find_class(site.project, name, site.path) if name else None
        return [found] if found else []
    own = isinstance(root, ast.Call) and isinstance(root.func, ast.Name) and root.func.id == "super"
    node = site.enclosing(root, ast.ClassDef)
    if node is None or not (own or (isinstance(root, ast.Name) and root.id == "self")):
        return []
    return list(_served(site.project, site.path, node)) if site.class_ancestors(node) & QUERY_SETS else []


def _served(project: Project, path: str, node: ast.ClassDef) -> Iterator[tuple[str, ast.ClassDef]]:
    """The models that make a manager of a query set or manager class, `objects = OrderQuerySet.as_manager()`."""
    for other in project.holding(node.name.encode()):
        names = project.names(other)
        for model in names.by_type.get(ast.ClassDef, ()) if names is not None else ():
            if names is not None and isinstance(model, ast.ClassDef) and _makes(project, names, other, model, (path, node.name)):
                yield other, model


def _makes(project: Project, names: Names, path: str, model: ast.ClassDef, wanted: tuple[str, str]) -> bool:
    for statement in model.body:
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        for one in ast.walk(value) if isinstance(value, ast.Call) else ():
            name = names.qualified(one) if isinstance(one, (ast.Name, ast.Attribute)) else None
            if name is None or name.rpartition(".")[2] != wanted[1]:
                continue
            found = find_class(project, name, path)
            if found is not None and (found[0], found[1].name) == wanted:
                return True
    return False
