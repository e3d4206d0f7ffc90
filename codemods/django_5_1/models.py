"""Models: save() by keyword, conditions of constraints, cached relations."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import functions, is_super, offset_of_arguments, override_calls, owner_of
from django_hop.ops.classes import FindMethod
from django_hop.ops.functions import positional
from django_hop.ops.methods import method_calls
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

MODEL = "django.db.models.Model"
PARAMETERS = ("force_insert", "force_update", "using", "update_fields")
SAVE = "`Model.save()` and `asave()` take their arguments by keyword"
CHECK = "`check` of `CheckConstraint` is called `condition`"
CONSTRAINTS = frozenset(
    f"{module}.CheckConstraint" for module in ("django.db.models", "django.db.models.constraints", "django.contrib.gis.db.models")
)


@dataclass(frozen=True)
class SaveKeywords(PythonOp):
    """`super().save(force_insert, force_update, using, update_fields)` gives each argument its name."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return (frozenset({"class", "def", "save"}), frozenset({"class", "def", "asave"}), frozenset({"save", "True"}), frozenset({"save", "False"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls of the overridden method in models, and of `self.save()`; findings for calls that look like them."""
        done: set[ast.Call] = set()
        for function in functions(site):
            if function.name in ("save", "asave") and (node := owner_of(site, function)) is not None and self._is_model(site, node, function):
                for call in override_calls(site, node, function):
                    done.add(call)
                    yield from self._call(site, call)
        for call in [*site.calls(f"{MODEL}.save"), *site.calls(f"{MODEL}.asave")]:
            if call not in done and call.args:
                done.add(call)
                yield from self._call(site, call)
        for call, func in method_calls(site, "save", "asave"):
            if call not in done and self._looks_like(call):
                yield from self._elsewhere(site, call, func)

    @staticmethod
    def _is_model(site: Site, node: ast.ClassDef, function: FunctionNode) -> bool:
        """True for subclasses of Model, and for mixins whose save() has a model's parameters."""
        names = [one.arg for one in positional(function)]
        if names and names[0] != PARAMETERS[0]:
            return False
        return bool(names) or MODEL in site.class_ancestors(node)

    @staticmethod
    def _call(site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        given = call.args[offset_of_arguments(call) :]
        if not given or all(isinstance(one, ast.Starred) for one in given):
            return
        named = {keyword.arg for keyword in call.keywords}
        if any(isinstance(one, ast.Starred) for one in given) or len(given) > 4 or named & set(PARAMETERS[: len(given)]):
            yield site.finding(call, SAVE)
            return
        for name, value in zip(PARAMETERS, given, strict=False):
            if site.text[: site.module.start(value)].rstrip().endswith("(") and site.text[site.module.end(value) :].lstrip().startswith(") "):
                yield site.finding(call, SAVE)
                return
        for name, value in zip(PARAMETERS, given, strict=False):
            start = site.module.start(value)
            yield Edit(start, start, f"{name}=")
        yield site.finding(call, SAVE, fixed=True)

    @staticmethod
    def _looks_like(call: ast.Call) -> bool:
        """True for one or more arguments by position, all of them True, False or None: no form, file or storage is saved so, but by one."""
        return bool(call.args) and all(isinstance(one, ast.Constant) and one.value in (True, False, None) for one in call.args)

    def _elsewhere(self, site: Site, call: ast.Call, func: ast.Attribute) -> Iterator[Edit | Finding]:
        holder = self._self_of(site, func)
        if holder is not None and MODEL in site.class_ancestors(holder) and not any(True for _ in site.methods(holder, func.attr)):
            yield from self._call_plain(site, call)
        elif len(call.args) > 1 and not (isinstance(func.value, ast.Name) and func.value.id == "form"):
            yield site.finding(call, f"{SAVE}, if this is a model's")

    @staticmethod
    def _call_plain(site: Site, call: ast.Call) -> Iterator[Edit | Finding]:
        for name, value in zip(PARAMETERS, call.args, strict=False):
            start = site.module.start(value)
            yield Edit(start, start, f"{name}=")
        yield site.finding(call, SAVE, fixed=True)

    @staticmethod
    def _self_of(site: Site, func: ast.Attribute) -> ast.ClassDef | None:
        function = site.enclosing(func, ast.FunctionDef)
        if function is None or not isinstance(func.value, ast.Name) or func.value.id != "self" or is_super(func.value):
            return None
        return owner_of(site, function)


@dataclass(frozen=True)
class CheckCondition(PythonOp):
    """`CheckConstraint(check=...)`, of Django's class and of subclasses, in models, migrations, partial() and `super().__init__()`."""

    @property
    def words(self) -> Words:
        """The class and the keyword; subclasses by another name are in files that say `check` and `models`."""
        return (frozenset({"CheckConstraint", "check"}), frozenset({"constraints", "check", "name"}))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for keywords; findings for names in dicts, reads, and calls under a test of Django's version."""
        for keyword in site.nodes(ast.keyword):
            call = site.parent(keyword)
            if keyword.arg != "check" or not isinstance(call, ast.Call) or not self._makes_one(site, call):
                continue
            if self._is_switched(site, call):
                continue
            if any(one.arg == "condition" for one in call.keywords):
                yield site.finding(keyword, f"{CHECK}; both are given here")
                continue
            yield site.edit_keyword(keyword, "condition")
            yield site.finding(keyword, CHECK, fixed=True)
        for node in site.nodes(ast.Attribute):
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            called = isinstance(site.parent(node), ast.Call) and site.parent(node).func is node  # type: ignore[union-attr]
            if node.attr == "check" and name in ("constraint", "check_constraint") and not called:
                yield site.finding(node, CHECK)

    def _makes_one(self, site: Site, call: ast.Call) -> bool:
        if self._is_class(site, call.func):
            return True
        if site.qualified(call.func) == "functools.partial" and call.args and self._is_class(site, call.args[0]):
            return True
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "__init__" and is_super(func.value):
            around = site.enclosing(call, ast.ClassDef)
            return around is not None and bool(site.class_ancestors(around) & CONSTRAINTS)
        return False

    @staticmethod
    def _is_class(site: Site, func: ast.expr) -> bool:
        name = site.qualified(func)
        if name in CONSTRAINTS:
            return True
        if isinstance(func, ast.Name):
            bindings = site.names.uses.get(func, site.names.module).lookup(func.id)
            local = bindings[0].node if len(bindings) == 1 else None
            if isinstance(local, ast.ClassDef):
                return bool(site.class_ancestors(local) & CONSTRAINTS) and not _takes_check(site, local)
        return name is not None and not name.startswith("django.") and bool(site.project.ancestors(name, site.path) & CONSTRAINTS)

    @staticmethod
    def _is_switched(site: Site, node: ast.AST) -> bool:
        """True under `if django.VERSION ...`: the code is ready for both."""
        return any(isinstance(one, (ast.If, ast.IfExp)) and "VERSION" in ast.unparse(one.test) for one in site.ancestors(node))


def _takes_check(site: Site, node: ast.ClassDef) -> bool:
    return any(arg.arg == "check" for function in site.methods(node, "__init__") for arg in [*function.args.args, *function.args.kwonlyargs])


CODEMODS = [
    Codemod(
        "model-save-keywords",
        "Model.save() gets its arguments by keyword",
        deprecated="5.1",
        removed="6.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("5.1-model-save-positional",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(SaveKeywords(),),
    ),
    Codemod(
        "check-constraint-condition",
        "CheckConstraint(check=) becomes condition=",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=SAFE,
        covers=("5.1-checkconstraint-check",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(CheckCondition(),),
    ),
    Codemod(
        "cache-name",
        "get_cache_name() of fields is found",
        deprecated="5.1",
        removed="6.0",
        works_from="5.1",
        safety=DETECT,
        covers=("5.1-fieldcachemixin-get-cache-name",),
        docs="releases/5.1: Features deprecated in 5.1 / Miscellaneous",
        ops=(
            FindMethod((), ("get_cache_name",), "`cache_name`, a cached property, takes the place of `get_cache_name()`"),
            FindUse(("get_cache_name",), "`cache_name`, a cached property, takes the place of `get_cache_name()`"),
        ),
    ),
]
