"""The classes of Django REST framework that projects derive from: only those of the project and of Django are looked through."""

from __future__ import annotations

import ast

from ..rewrite.site import Site

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


def class_around(site: Site, node: ast.AST) -> ast.ClassDef | None:
    """The class in whose body a node stands, in a method or not."""
    return site.enclosing(node, ast.ClassDef)


def is_view(site: Site, node: ast.ClassDef) -> bool:
    """True for a class that derives from a view of REST framework, as far as the project can be seen."""
    return bool(site.class_ancestors(node) & set(VIEWS))
