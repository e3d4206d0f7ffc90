"""Tasks that are sent when a transaction is over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.celery_apps import apps, bindings_of, loads, task_of
from django_hop.ops.class_bodies import is_super
from django_hop.ops.methods import in_format_string
from django_hop.ops.names import release_root
from django_hop.rewrite.site import Site

PACKAGE = "celery"
_ON_COMMIT = "django.db.transaction.on_commit"
_METHODS = {"delay": "delay_on_commit", "apply_async": "apply_async_on_commit"}
_CHANGING = frozenset(("save", "delete", "add", "create", "bulk_create", "bulk_update", "set", "refresh_from_db", "full_clean"))
"""Methods that may give an object its primary key, or take it."""


@dataclass(frozen=True)
class OnCommit(PythonOp):
    """`transaction.on_commit(lambda: send.delay(order.pk))` -> `send.delay_on_commit(order.pk)`."""

    @property
    def words(self) -> Words:
        """The function with one of the methods."""
        return tuple(frozenset({"on_commit", name}) for name in _METHODS)

    @property
    def means(self) -> tuple[str, ...]:
        """The function."""
        return (_ON_COMMIT,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for functions that are certainly tasks, where the arguments are the same now and later; the old form works, too."""
        made = apps(site.project)
        if not made or not all(one.in_django for one in made) or site.project.holding(b"task_cls"):
            return
        for node in site.references(_ON_COMMIT):
            if isinstance(node, ast.Name) and site.project.is_taken_from(site.path, node.id):
                continue  # a test puts another function there, perhaps
            call = site.parent(node)
            statement = site.parent(call) if isinstance(call, ast.Call) and call.func is node else None
            if not isinstance(call, ast.Call) or not isinstance(statement, ast.Expr) or len(call.args) != 1 or call.keywords:
                continue
            said = self._said(site, statement, call.args[0])
            if said is None or in_format_string(site, call):
                continue
            method, text = said
            yield site.edit(call, text)
            release_root(site, node)
            if isinstance(call.args[0], ast.Call):
                release_root(site, call.args[0].func)
            yield site.finding(call, f"a task is sent on commit by `{method}()`", fixed=True)

    def _said(self, site: Site, statement: ast.Expr, given: ast.expr) -> tuple[str, str] | None:
        """The new method and the new call; None where the call may mean something else."""
        inner = given.body if isinstance(given, ast.Lambda) and not _parameters(given) else given
        if inner is not given and isinstance(inner, ast.Call):
            sent, values = inner.func, [*inner.args, *(one.value for one in inner.keywords)]
            if not all(_same_later(site, statement, value) for value in values):
                return None
            start = site.module.end(sent)
            rest = site.text[start : site.module.end(inner)]
        elif isinstance(given, ast.Call) and site.qualified(given.func) == "functools.partial" and given.args:
            sent = given.args[0]
            behind = site.text[site.module.end(sent) : site.module.end(given)]
            rest = f"({behind.lstrip().removeprefix(',').lstrip()}"
        else:
            sent, rest = given, "()"
        if not isinstance(sent, ast.Attribute) or sent.attr not in _METHODS or "\n" in rest or task_of(site, sent.value) is None:
            return None
        if "#" in site.module.segment(statement):
            return None
        method = _METHODS[sent.attr]
        return method, f"{site.module.segment(sent.value)}.{method}{rest}"


def _parameters(node: ast.Lambda) -> bool:
    return bool(ast.unparse(node.args))


def _same_later(site: Site, statement: ast.stmt, node: ast.expr) -> bool:
    """True for an expression that is worth the same now as it will be when the transaction is over."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Name):
        return _is_kept(site, statement, node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in ("pk", "id"):
        return _is_kept(site, statement, node.value) and _has_key(site, statement, node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "int") and not node.keywords:
        return not bindings_of(site, node.func) and all(_same_later(site, statement, one) for one in node.args)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(_same_later(site, statement, one) for one in node.elts)
    if isinstance(node, ast.Dict):
        return all(one is not None and _same_later(site, statement, one) for one in (*node.keys, *node.values))
    return False


def _is_kept(site: Site, statement: ast.stmt, name: ast.Name) -> bool:
    """True for a variable that is bound once, before the statement, and not anew in each round of a loop around it."""
    found = bindings_of(site, name)
    function = site.enclosing(statement, ast.FunctionDef)
    if len(found) != 1 or function is None or site.enclosing(name, ast.Lambda) is None:
        return False
    bound = found[0]
    if bound.kind == "parameter":
        return bound.scope.node is function
    loops = [one for one in site.ancestors(statement) if isinstance(one, (ast.For, ast.While, ast.AsyncFor))]
    inside = any(loop in site.ancestors(bound.node) or bound.node is loop for loop in loops)
    return not inside and getattr(bound.node, "lineno", 0) < statement.lineno and bound.scope.node is function


def _has_key(site: Site, statement: ast.stmt, name: ast.Name) -> bool:
    """True if nothing seems to save or delete the object behind the statement, and a new one is saved before it."""
    uses = [call for node in loads(site, name) for call in _changes(site, node)]
    if name.id in ("self", "cls"):
        function = site.enclosing(statement, ast.FunctionDef)
        calls = [one for one in ast.walk(function or statement) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
        uses += [one for one in calls if isinstance(one.func, ast.Attribute) and is_super(one.func.value) and one.func.attr in _CHANGING]
    if any(one.lineno > statement.lineno for one in uses):
        return False
    bound = bindings_of(site, name)[0]
    made = bound.value
    new = isinstance(made, ast.Call) and (
        any(one.arg == "commit" for one in made.keywords) or ast.unparse(made.func).rpartition(".")[2][:1].isupper()
    )
    saved = [one for one in uses if isinstance(one.func, ast.Attribute) and one.func.attr == "save"]
    return bool(saved) if new or (bound.kind != "parameter" and made is None) else True


def _changes(site: Site, node: ast.Name) -> Iterator[ast.Call]:
    """The call of a method that may change an object's key: `x.save()`, `y.add(x)`."""
    parent = site.parent(node)
    if isinstance(parent, ast.Attribute) and parent.attr in _CHANGING and isinstance(call := site.parent(parent), ast.Call):
        yield call
    elif isinstance(parent, ast.Call) and node in parent.args and isinstance(parent.func, ast.Attribute) and parent.func.attr in _CHANGING:
        yield parent


CODEMODS = [
    Codemod(
        "celery-delay-on-commit",
        "tasks are sent on commit by delay_on_commit()",
        package=PACKAGE,
        deprecated="5.4",
        removed=None,
        works_from="5.4",
        safety=REVIEW,
        covers=("celery-5.4-delay-on-commit",),
        docs="celery 5.4 what's new: Django integration, DjangoTask",
        then="Tests that put something else in the place of a whole task, and not of its method delay, expect another call.",
        ops=(OnCommit(),),
    ),
]
