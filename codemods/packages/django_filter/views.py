"""Views and filter backends: what names the filter set of a view."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines, heirs, uses_through_self
from django_hop.ops.classes import FindMethod, RenameAttribute, RenameMethod
from django_hop.ops.names import FindName
from django_hop.ops.rest_framework import GENERIC_VIEWS, VIEWS
from django_hop.rewrite.site import Site

PACKAGE = "django-filter"
BACKENDS = tuple(
    f"{module}.DjangoFilterBackend"
    for module in ("django_filters.rest_framework", "django_filters.rest_framework.backends", "rest_framework.filters")
)
FILTER_VIEWS = ("django_filters.views.FilterMixin", "django_filters.views.BaseFilterView", "django_filters.views.FilterView")
NAMES = {"filter_class": "filterset_class", "filter_fields": "filterset_fields"}
Places = list[ast.Name | ast.Attribute]
_LIKE_A_VIEW = ("filter_backends", "queryset", "serializer_class")


@dataclass(frozen=True)
class FilterSetOfView(PythonOp):
    """`filter_class` and `filter_fields` of views of REST framework and of django-filter get their new names."""

    @property
    def words(self) -> Words:
        """One of the old names."""
        return tuple(frozenset({old}) for old in NAMES)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for views, and mixins of views; findings for what looks like one, and for uses from outside."""
        seen: set[ast.Attribute] = set()
        for node in site.nodes(ast.ClassDef):
            for old, new in NAMES.items():
                targets = [target for _, target in assignments(node, old)]
                uses = list(uses_through_self(site, node, old))
                seen.update(uses)
                if targets or uses:
                    yield from self._class(site, node, old, new, [*targets, *uses])
        yield from self._from_outside(site, seen)

    def _class(self, site: Site, node: ast.ClassDef, old: str, new: str, places: Places) -> Iterator[Edit | Finding]:
        message = f"`{old}` of a view is now `{new}`; under the old name it is ignored from 22.1 on, and nothing is filtered"
        if not _is_view(site, node):
            if (node.bases and any(defines(node, name) for name in _LIKE_A_VIEW)) or "django_filters" in site.text:
                yield from (site.finding(one, f"{message}; whether this class is such a view cannot be seen") for one in places)
            return
        if defines(node, new):
            yield from (site.finding(one, f"{message}; the class has both") for one in places)
            return
        for one in places:
            yield site.edit_attribute(one, new) if isinstance(one, ast.Attribute) else site.edit(one, new)
            yield site.finding(one, message, fixed=True)

    def _from_outside(self, site: Site, seen: set[ast.Attribute]) -> Iterator[Finding]:
        if not any(word in site.text for word in ("django_filters", "rest_framework", "filterset_")):
            return
        for node in site.nodes(ast.Attribute):
            if node.attr in NAMES and node not in seen:
                yield site.finding(node, f"`{node.attr}` of a view is now `{NAMES[node.attr]}`, if this is a view's")
        for text in site.names.strings:
            call = site.parent(text)
            if text.value in NAMES and isinstance(call, ast.Call) and text in call.args[1:2]:
                yield site.finding(text, f"`{text.value}` of a view is now `{NAMES[str(text.value)]}`, if this is a view's")


def _is_view(site: Site, node: ast.ClassDef) -> bool:
    ancestors = site.class_ancestors(node)
    if ancestors & {*VIEWS, *FILTER_VIEWS}:
        return True
    for statement, _ in assignments(node, "filter_backends"):
        if any(site.qualified(one) in BACKENDS for one in ast.walk(statement) if isinstance(one, (ast.Name, ast.Attribute))):
            return True
    return _is_mixed_in(site, node)


def _is_mixed_in(site: Site, node: ast.ClassDef) -> bool:
    """True if a view somewhere in the project derives from the class."""
    return any(found & {*GENERIC_VIEWS, *FILTER_VIEWS} for _, found in heirs(site, node))


_SCHEMA = "django-filter's backend has no `{}()` from 25.1 on: REST framework's own schemas silently lose the query parameters"
_SCHEMA_METHODS = ("get_schema_fields", "get_schema_operation_parameters")

CODEMODS = [
    Codemod(
        "filter-class",
        "views name their filter set filterset_class and filterset_fields, or nothing is filtered",
        package=PACKAGE,
        deprecated="2.0",
        removed="22.1",
        works_from="2.0",
        safety=SAFE,
        silent=True,
        covers=("django-filter-2.0-filter-class",),
        docs="django-filter migration guide 2.0: View attributes renamed",
        ops=(FilterSetOfView(),),
    ),
    Codemod(
        "filter-backend-hooks",
        "filter backends of one's own override get_filterset_class() and filterset_base",
        package=PACKAGE,
        deprecated="2.0",
        removed="22.1",
        works_from="2.0",
        safety=SAFE,
        silent=True,
        covers=("django-filter-2.0-backend-hooks",),
        docs="django-filter migration guide 2.0: DjangoFilterBackend hooks renamed",
        ops=(
            RenameMethod(BACKENDS, {"get_filter_class": "get_filterset_class"}, "`{old}()` of a filter backend is now `{new}()`"),
            RenameAttribute(BACKENDS, {"default_filter_set": "filterset_base"}, "`{old}` of a filter backend is now `{new}`"),
        ),
    ),
    Codemod(
        "filter-schema-methods",
        "django-filter no longer describes its query parameters to REST framework's schemas",
        package=PACKAGE,
        deprecated="23.2",
        removed="25.1",
        works_from="2.0",
        safety=DETECT,
        silent=True,
        covers=("django-filter-25.1-schema-methods",),
        docs="django-filter changelog 25.1: removed the in-built API schema generation methods",
        ops=(
            *(FindMethod(BACKENDS, (name,), _SCHEMA.format(name)) for name in _SCHEMA_METHODS),
            FindName("rest_framework.schemas.get_schema_view", "from django-filter 25.1 on this schema lacks the filters' parameters"),
        ),
    ),
]
