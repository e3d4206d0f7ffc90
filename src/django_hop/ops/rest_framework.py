"""The classes of Django REST framework that projects derive from: only those of the project and of Django are looked through."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Edit, Finding
from ..rewrite.scopes import Binding
from ..rewrite.site import Site
from .base import PythonOp, Words

_GENERIC = (
    *("GenericAPIView", "CreateAPIView", "ListAPIView", "RetrieveAPIView", "DestroyAPIView", "UpdateAPIView", "ListCreateAPIView"),
    *("RetrieveUpdateAPIView", "RetrieveDestroyAPIView", "RetrieveUpdateDestroyAPIView"),
)
_VIEW_SETS = ("ViewSetMixin", "ViewSet", "GenericViewSet", "ReadOnlyModelViewSet", "ModelViewSet")
_SERIALIZERS = ("BaseSerializer", "Serializer", "ListSerializer", "ModelSerializer", "HyperlinkedModelSerializer")
_MIXINS = ("CreateModelMixin", "ListModelMixin", "RetrieveModelMixin", "UpdateModelMixin", "DestroyModelMixin")

GENERIC_VIEWS = (
    *(f"rest_framework.generics.{name}" for name in _GENERIC),
    *(f"rest_framework.viewsets.{name}" for name in _VIEW_SETS[2:]),
    *(f"rest_framework.mixins.{name}" for name in _MIXINS),
)
"""Views that filter and serialize."""
VIEWS = ("rest_framework.views.APIView", *(f"rest_framework.viewsets.{name}" for name in _VIEW_SETS[:2]), *GENERIC_VIEWS)
SERIALIZERS = tuple(f"rest_framework.serializers.{name}" for name in _SERIALIZERS)
ROUTERS = tuple(f"rest_framework.routers.{name}" for name in ("BaseRouter", "SimpleRouter", "DefaultRouter"))
NESTED_ROUTERS = tuple(f"rest_framework_nested.routers.{name}" for name in ("NestedSimpleRouter", "NestedDefaultRouter", "NestedMixin"))
EXTENDED_ROUTERS = tuple(
    f"rest_framework_extensions.routers.{name}"
    for name in ("ExtendedSimpleRouter", "ExtendedDefaultRouter", "NestedRouterMixin", "NestedRegistryItem")
)


@dataclass(frozen=True)
class BaseName(PythonOp):
    """`router.register(..., base_name="x")` -> `basename="x"`, where the receiver is certainly a router of one of the classes."""

    routers: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Routers of other packages, which have releases of their own for this."""
    message: str = "the keyword `base_name` of `register()` is spelled `basename`"

    @property
    def words(self) -> Words:
        """The keyword and the method."""
        return (frozenset({"register", "base_name"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls on routers; findings for calls on what may be one."""
        for call in site.nodes(ast.Call):
            given = [keyword for keyword in call.keywords if keyword.arg == "base_name"]
            if not given or not isinstance(call.func, ast.Attribute) or call.func.attr != "register":
                continue
            sure = self._is_router(site, call.func.value)
            if sure and not any(keyword.arg == "basename" for keyword in call.keywords):
                yield site.edit_keyword(given[0], "basename")
                yield site.finding(given[0], self.message, fixed=True)
            elif sure is None:
                yield site.finding(given[0], f"{self.message}, if this is such a router")

    def _is_router(self, site: Site, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool | None:
        """True for an object of the classes or of a subclass, False for certainly another thing, None if that cannot be seen."""
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr == "register":
                return self._is_router(site, node.func.value, seen)
            return self._is_class(site, node.func)
        if not isinstance(node, ast.Name):
            return None
        bindings = site.names.uses[node].lookup(node.id)
        if not bindings or node.id in seen:
            return None
        answers = {self._bound(site, binding, seen | {node.id}) for binding in bindings}
        return answers.pop() if len(answers) == 1 else None

    def _bound(self, site: Site, binding: Binding, seen: frozenset[str]) -> bool | None:
        statement: ast.AST | None = binding.node
        while statement is not None and not isinstance(statement, ast.stmt):
            statement = site.parent(statement)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            return self._is_router(site, statement.value, seen)
        return None

    def _is_class(self, site: Site, node: ast.expr) -> bool | None:
        name = site.qualified(node)
        if name is None or "." not in name:
            local = next((one for one in site.nodes(ast.ClassDef) if isinstance(node, ast.Name) and one.name == node.id), None)
            return True if local is not None and site.class_ancestors(local) & set(self.routers) else None
        if name in self.routers or site.project.ancestors(name, site.path) & set(self.routers):
            return True
        return False if name in self.others else None
