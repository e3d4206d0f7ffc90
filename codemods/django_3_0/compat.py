"""What Django kept for Python 2 beside six: private helpers, removed in 3.0 without a warning."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp
from django_hop.ops.calls import change_arguments
from django_hop.ops.expressions import unwrap
from django_hop.ops.names import FindName, Rename, release_root
from django_hop.ops.receivers import first_parameter
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

DOCS = "releases/3.0: Removed private Python 2 compatibility APIs"


@dataclass(frozen=True)
class Identity(PythonOp):
    """Calls of functions that give back their argument become the argument."""

    targets: tuple[str, ...]

    @property
    def means(self) -> tuple[str, ...]:
        """The names."""
        return self.targets

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with one argument; findings for other uses."""
        unwrapped: set[ast.AST] = set()
        doubtful = {node for target in self.targets for node in site.doubtful(target)}
        uses = [node for target in self.targets for node in site.references(target)]
        for node in sorted([*uses, *doubtful], key=site.module.start):
            parent = site.parent(node)
            if unwrapped & set(site.ancestors(node)) - {parent}:
                continue  # the text around it changes in this round, this one in the next
            edit = None
            if (
                isinstance(parent, ast.Call)
                and parent.func is node
                and len(parent.args) == 1
                and not parent.keywords
                and node not in doubtful
            ):
                edit = unwrap(site, parent, parent.args[0])
                unwrapped.add(parent)
            if edit is not None:
                yield edit
            yield site.finding(node, f"`{site.module.segment(node)}()` is gone; it gave back its argument", fixed=edit is not None)


@dataclass(frozen=True)
class AvailableAttrs(PythonOp):
    """`wraps(view, assigned=available_attrs(view))` becomes `wraps(view)`; elsewhere functools.WRAPPER_ASSIGNMENTS, which it returned."""

    target: str = "django.utils.decorators.available_attrs"

    @property
    def means(self) -> tuple[str, ...]:
        """The name."""
        return (self.target,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls; findings for uses that are no calls."""
        for node in [*site.references(self.target), *site.doubtful(self.target)]:
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node or node in site.doubtful(self.target):
                yield site.finding(node, "`available_attrs()` is gone; `functools.WRAPPER_ASSIGNMENTS` is what it returned")
                continue
            yield from self._call(site, node, call)

    def _call(self, site: Site, node: ast.expr, call: ast.Call) -> Iterator[Edit | Finding]:
        keyword = site.parent(call)
        outer = site.parent(keyword) if isinstance(keyword, ast.keyword) else None
        try:
            if (
                isinstance(keyword, ast.keyword)
                and keyword.arg == "assigned"
                and isinstance(outer, ast.Call)
                and self._is_wraps(site, outer)
            ):
                edits = change_arguments(site, outer, add={}, drop=["assigned"])
            else:
                edits = self._constant(site, call)
        except Refused as error:
            yield site.finding(node, f"`available_attrs()` is gone; leave `assigned` out ({error})")
            return
        yield from edits
        yield site.finding(node, "`available_attrs()` is gone; `functools.wraps()` copes by itself", fixed=True)
        release_root(site, call.func)

    @staticmethod
    def _is_wraps(site: Site, call: ast.Call) -> bool:
        return site.qualified(call.func) in ("functools.wraps", "functools.update_wrapper", "django.utils.functional.wraps")

    @staticmethod
    def _constant(site: Site, call: ast.Call) -> list[Edit]:
        spoken = site.imports.need("functools.WRAPPER_ASSIGNMENTS", call.func)
        if spoken is None:
            raise Refused("the name WRAPPER_ASSIGNMENTS is taken")
        return [site.edit(call, spoken)]


@dataclass(frozen=True)
class Curry(PythonOp):
    """`curry()` becomes functools.partial where nothing binds the result, partialmethod where a class does and only keywords are given."""

    target: str = "django.utils.functional.curry"

    @property
    def means(self) -> tuple[str, ...]:
        """The name."""
        return (self.target,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls whose place says what is meant; findings for the others."""
        for node in [*site.references(self.target), *site.doubtful(self.target)]:
            call = site.parent(node)
            new = None
            if isinstance(call, ast.Call) and call.func is node and call.args and node not in site.doubtful(self.target):
                new = self._successor(site, call)
            spoken = site.imports.need(f"functools.{new}", node) if new else None
            if spoken is None:
                yield site.finding(
                    node, "`curry()` is gone; `functools.partial` does not bind like a method, so a person decides what stands here"
                )
                continue
            yield site.edit(node, spoken)
            yield site.finding(node, f"`curry()` is gone; `functools.{new}` takes its place", fixed=True)
            release_root(site, node)

    @staticmethod
    def _successor(site: Site, call: ast.Call) -> str | None:
        parent = site.parent(call)
        keywords_only = len(call.args) == 1 and not isinstance(call.args[0], ast.Starred)
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
            if parent.func.id == "setattr" and len(parent.args) == 3 and parent.args[2] is call:
                owner = parent.args[0]
                if _is_instance(site, owner):
                    return "partial"
                return "partialmethod" if keywords_only and isinstance(owner, ast.Name) and owner.id == "cls" else None
            return "partial"
        if isinstance(parent, ast.Assign):
            if site.scope(call).kind == "class":
                return "partialmethod" if keywords_only else None
            owners = [one.value if isinstance(one, ast.Attribute) else None for one in parent.targets if not isinstance(one, ast.Name)]
            return "partial" if all(owner is not None and _is_instance(site, owner) for owner in owners) else None
        return "partial" if isinstance(parent, (ast.Call, ast.Return, ast.keyword, ast.List, ast.Tuple, ast.Dict)) else None


_ON_CLASSES = frozenset(("__new__", "__init_subclass__", "__class_getitem__"))
_OF_CLASSES = ("type", "Meta", "MetaClass", "Metaclass", "ModelBase")


def _is_instance(site: Site, node: ast.expr) -> bool:
    """True for the `self` of a method, unless it may be a class: what is set on an instance is not bound."""
    holder = first_parameter(site, node)
    if holder is None or not isinstance(node, ast.Name) or node.id != "self":
        return False
    if any(base.endswith(_OF_CLASSES) for base in {*map(ast.unparse, holder.bases), *site.class_ancestors(holder)}):
        return False
    (binding,) = site.names.uses[node].lookup(node.id)
    function = binding.scope.node
    assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
    return function.name not in _ON_CLASSES and not any("classmethod" in ast.unparse(one) for one in function.decorator_list)


CODEMODS = [
    Codemod(
        "lru-cache",
        "lru_cache() is imported from functools",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.0-utils-lru-cache",),
        docs=DOCS,
        ops=(
            Rename("django.utils.lru_cache", {"lru_cache": "lru_cache"}, to="functools"),
            Rename("django.utils.functional", {"lru_cache": "lru_cache"}, to="functools"),
        ),
    ),
    Codemod(
        "context-decorator",
        "ContextDecorator is imported from contextlib",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-context-decorator",),
        docs=DOCS,
        ops=(
            Rename("django.utils.decorators", {"ContextDecorator": "ContextDecorator"}, to="contextlib"),
            Rename("django.utils.translation", {"ContextDecorator": "ContextDecorator"}, to="contextlib"),
        ),
    ),
    Codemod(
        "available-attrs",
        "functools.wraps() does without available_attrs()",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-available-attrs",),
        docs=DOCS,
        ops=(AvailableAttrs(),),
    ),
    Codemod(
        "native-paths",
        "paths are text: upath(), npath() and abspathu() are not needed",
        removed="3.0",
        works_from="2.0",
        safety=SAFE,
        covers=("3.0-upath-npath", "3.0-abspathu"),
        docs=DOCS,
        ops=(
            Identity(("django.utils._os.upath", "django.utils._os.npath")),
            Rename("django.utils._os", {"abspathu": "abspath"}, to="os.path"),
        ),
    ),
    Codemod(
        "curry",
        "functools.partial and partialmethod take the place of curry()",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-curry",),
        docs=DOCS,
        ops=(Curry(),),
    ),
    Codemod(
        "safe-bytes",
        "SafeBytes is gone",
        removed="3.0",
        works_from="2.0",
        safety=DETECT,
        covers=("3.0-safebytes",),
        docs=DOCS,
        ops=(
            FindName(
                "django.utils.safestring.SafeBytes",
                "`SafeBytes` is gone: safe strings are text, `SafeString`; a test or registration for bytes can be deleted",
            ),
        ),
    ),
]
