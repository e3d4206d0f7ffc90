"""Where the admin's actions stand: overrides that take the place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import override_calls
from django_hop.ops.classes import AddParameter
from django_hop.ops.functions import parameter_names
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

ADMIN = ("django.contrib.admin.ModelAdmin", "django.contrib.admin.options.ModelAdmin")
PLACE = "`{}()` takes the place of the actions since 6.1"


@dataclass(frozen=True)
class ActionLocation(AddParameter):
    """An override takes `action_location`, whose default is named as the file names the admin's things; `**kwargs` is not enough."""

    def _accepts(self, function: FunctionNode) -> bool:
        return self.name in parameter_names(function)

    def _add(self, site: Site, node: ast.ClassDef, function: FunctionNode) -> Iterator[Edit | Finding]:
        spoken = site.imports.need("django.contrib.admin.ActionLocation", function)
        if spoken is None:
            yield site.finding(function, f"{self.message}; the name `ActionLocation` is taken in this file")
            return
        # A mixin of the project or of a package may still have the old signature: then its default has to do.
        plain = all((site.qualified(base) or "").startswith("django.") for base in node.bases)
        # With the old signature 6.1 has no actions on a change form; with the new one the method answers for it, too.
        answers = only_filters(site, node, function) and (plain or not any(True for _ in override_calls(site, node, function)))
        needs_guard = self.method == "get_actions" and not answers
        guard = _guard(site, function, f"{spoken}.CHANGE_LIST") if needs_guard else None
        if needs_guard and guard is None:
            yield site.finding(function, f"{self.message}; its body is not written in the usual way")
            return
        for one in AddParameter._add(replace(self, source=f"action_location={spoken}.CHANGE_LIST", pass_on=plain), site, node, function):
            yield one
            if guard is not None and isinstance(one, Finding) and one.fixed:
                yield guard


def _guard(site: Site, function: FunctionNode, place: str) -> Edit | None:
    """`if action_location != ...: return {}` at the head of a method's body; None for a body on the line of its `def`."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    anchor = function.body[1] if documented and len(function.body) > 1 else first
    line = site.module.source.starts[anchor.lineno - 1]
    indent = site.text[line : site.module.start(anchor)]
    if anchor.lineno == function.lineno or indent.strip() or getattr(anchor, "decorator_list", None):
        return None
    newline = site.module.source.newline
    step = indent[function.col_offset :] or "    "
    return Edit(line, line, f"{indent}if action_location != {place}:{newline}{indent}{step}return {{}}{newline}")


def only_filters(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
    """True if a get_actions() only takes actions away from what the overridden one gives, none of which need be there."""
    calls = list(override_calls(site, node, function))
    names = {
        target.id
        for one in ast.walk(function)
        if isinstance(one, ast.Assign) and any(call in ast.walk(one.value) for call in calls)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return)]
    return all(_gives_less(one, calls, names) for one in returned) and not any(
        _adds_or_needs(site, one, names) for one in ast.walk(function)
    )


def _gives_less(value: ast.expr | None, calls: list[ast.Call], names: set[str]) -> bool:
    """True for an empty dict, the overridden method's actions, and a comprehension over them."""
    if isinstance(value, ast.Dict) and not value.keys:
        return True
    if isinstance(value, ast.DictComp):
        source = value.generators[0].iter
        source = source.func.value if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) else source
        return len(value.generators) == 1 and _gives_less(source, calls, names)
    return value in calls or (isinstance(value, ast.Name) and value.id in names)


def _adds_or_needs(site: Site, node: ast.AST, names: set[str]) -> bool:
    """True for `actions["x"]` in all its uses and `actions.pop("x")`, if not under a question after it, and for `actions.update(...)`."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id in names and not _asked_for(site, node)
    func = node.func if isinstance(node, ast.Call) else None
    if not (isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in names):
        return False
    assert isinstance(node, ast.Call)
    if func.attr == "pop":
        return len(node.args) < 2 and not _asked_for(site, node)
    return func.attr in ("update", "setdefault", "move_to_end", "popitem")


def _asked_for(site: Site, node: ast.AST) -> bool:
    """True under `if "x" in actions:`."""
    return not isinstance(getattr(node, "ctx", None), ast.Store) and any(
        isinstance(one, ast.If) and any(isinstance(part, ast.In) for part in ast.walk(one.test)) for one in site.ancestors(node)
    )


@dataclass(frozen=True)
class MixinActions(PythonOp):
    """Methods get_actions() of mixins without a base, in files that import the admin."""

    @property
    def words(self) -> Words:
        """The method and the admin."""
        return (frozenset({"class", "def", "get_actions", "admin"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where the method takes a request only and calls the overridden one."""
        known = set(site.subclasses(*ADMIN))
        imports = any((one.origin or "").startswith("django.contrib.admin") for ones in site.names.module.bindings.values() for one in ones)
        for node in site.nodes(ast.ClassDef) if imports else ():
            for function in site.methods(node, "get_actions") if node not in known else ():
                if [one.arg for one in function.args.args] == ["self", "request"] and "super()" in site.module.segment(function):
                    yield site.finding(function, f"{PLACE.format('get_actions')}; is this class mixed into an admin?")


CODEMODS = [
    Codemod(
        "get-actions-location",
        "get_actions() of admins takes the place of the actions",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=SAFE,
        covers=("6.1-modeladmin-get-actions-signature",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(ActionLocation(ADMIN, "get_actions", "action_location=None", PLACE.format("get_actions")), MixinActions()),
    ),
    Codemod(
        "get-action-choices-location",
        "get_action_choices() of admins takes the place of the actions",
        deprecated="6.1",
        removed="7.0",
        works_from="6.1",
        safety=SAFE,
        covers=("6.1-modeladmin-get-action-choices-signature",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(ActionLocation(ADMIN, "get_action_choices", "action_location=None", PLACE.format("get_action_choices")),),
    ),
]
