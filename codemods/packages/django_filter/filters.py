"""Filters and filter sets: the arguments of filters, what a filter set's Meta says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments
from django_hop.ops.class_keywords import ClassKeyword, makes_one
from django_hop.ops.classes import RenameAttribute
from django_hop.ops.functions import add_parameter, positional
from django_hop.ops.names import FindName
from django_hop.ops.nodes import is_value
from django_hop.ops.settings import FindSetting
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PACKAGE = "django-filter"
_RANGES = (
    *("RangeFilter", "DateRangeFilter", "DateFromToRangeFilter", "DateTimeFromToRangeFilter", "TimeRangeFilter", "NumericRangeFilter"),
    *("IsoDateTimeFromToRangeFilter",),
)
_NAMES = (
    *("Filter", "CharFilter", "BooleanFilter", "ChoiceFilter", "TypedChoiceFilter", "UUIDFilter", "MultipleChoiceFilter", "DurationFilter"),
    *("TypedMultipleChoiceFilter", "DateFilter", "DateTimeFilter", "IsoDateTimeFilter", "TimeFilter", "ModelChoiceFilter"),
    *("ModelMultipleChoiceFilter", "NumberFilter", "AllValuesFilter", "AllValuesMultipleFilter", "BaseCSVFilter", "BaseInFilter"),
    *("BaseRangeFilter", "LookupChoiceFilter", *_RANGES),
)
_MODULES = ("django_filters", "django_filters.filters", "django_filters.rest_framework", "django_filters.rest_framework.filters")
FILTERS = tuple(f"{module}.{name}" for module in _MODULES for name in _NAMES)
METHOD_FILTERS = tuple(f"{module}.MethodFilter" for module in _MODULES)
FILTER_SETS = (
    *(f"{module}.FilterSet" for module in (*_MODULES, "django_filters.filterset", "django_filters.rest_framework.filterset")),
    *("rest_framework.filters.FilterSet", "django_filters.filterset.BaseFilterSet"),
)


@dataclass(frozen=True)
class MetaOption(PythonOp):
    """Report an option in the Meta of a filter set."""

    option: str
    message: str

    @property
    def words(self) -> Words:
        """The option, in a class called Meta."""
        return (frozenset({"Meta", self.option}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each assignment."""
        for node in site.subclasses(*FILTER_SETS):
            for meta in node.body:
                if isinstance(meta, ast.ClassDef) and meta.name == "Meta":
                    yield from (site.finding(target, self.message) for _, target in assignments(meta, self.option))


@dataclass(frozen=True)
class LookupList(PythonOp):
    """Report `lookup_expr=[...]` and `lookup_expr=None`."""

    message: str = "`lookup_expr` takes one lookup; where the user chooses among several, use LookupChoiceFilter"

    @property
    def words(self) -> Words:
        """The keyword."""
        return (frozenset({"lookup_expr"}), frozenset({"lookup_type"}))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such argument."""
        for keyword in site.nodes(ast.keyword):
            call = site.parent(keyword)
            several = isinstance(keyword.value, (ast.List, ast.Tuple)) or (
                is_value(keyword.value, None)
            )
            if keyword.arg in ("lookup_expr", "lookup_type") and several and isinstance(call, ast.Call) and makes_one(site, call, FILTERS):
                yield site.finding(keyword, self.message)


@dataclass(frozen=True)
class RangeSuffix(PythonOp):
    """Report range filters, whose query parameters are called otherwise."""

    @property
    def words(self) -> Words:
        """The name of a class."""
        return tuple(frozenset({name}) for name in _RANGES)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each filter."""
        for call in site.nodes(ast.Call):
            name = (site.qualified(call.func) or "").rpartition(".")[2]
            if name in _RANGES and name != "DateRangeFilter" and site.qualified(call.func) in FILTERS:
                ends = "_after/_before" if name.startswith(("Date", "Time", "Iso")) else "_min/_max"
                yield site.finding(call, f"this filter reads the query parameters {ends} in place of _0/_1: clients must follow")


@dataclass(frozen=True)
class MethodFilter(PythonOp):
    """`MethodFilter(action="by_status")` -> `CharFilter(method="by_status")`; the method takes the name of the field, too."""

    message: str = "`MethodFilter` is now a filter with `method`, and the method takes the name of the field before the value"

    @property
    def words(self) -> Words:
        """The class."""
        return (frozenset({"MethodFilter"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the method stands in the same class; else findings."""
        for call in site.nodes(ast.Call):
            if site.qualified(call.func) not in METHOD_FILTERS:
                continue
            yield from site.change(call, self.message, self._edits, site, call)

    def _edits(self, site: Site, call: ast.Call) -> list[Edit]:
        holder, statement = site.enclosing(call, ast.ClassDef), site.parent(call)
        actions = [one for one in call.keywords if one.arg == "action"]
        if call.args or holder is None or not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            raise Refused("it stands in an unusual place")
        if actions and not isinstance(actions[0].value, ast.Constant):
            raise Refused("what it calls is not a method by name")
        name = str(actions[0].value.value) if actions else f"filter_{statement.targets[0].id}"  # type: ignore[attr-defined]
        functions = list(site.methods(holder, name))
        if len(functions) != 1 or len(positional(functions[0])) != 2:
            raise Refused(f"`{name}(self, queryset, value)` does not stand in this class")
        edits = [] if _is_changed_with_another(site, holder, call, name) else self._header(site, functions[0])
        module = (site.qualified(call.func) or "").rpartition(".")[0]
        spoken = site.imports.need(f"{module}.CharFilter", call.func)
        if spoken is None:
            raise Refused("the name `CharFilter` is taken in this file")
        if actions:
            edits.append(site.edit_keyword(actions[0], "method"))
        else:
            behind = site.text.index("(", site.module.end(call.func)) + 1
            edits.append(Edit(behind, behind, f'method="{name}"' + (", " if call.keywords else "")))
        return [site.edit(call.func, spoken), *edits]

    @staticmethod
    def _header(site: Site, function: FunctionNode) -> list[Edit]:
        if any(isinstance(one, ast.Name) and one.id == "name" for one in ast.walk(function)):
            raise Refused("the method uses `name` for something else")
        return add_parameter(site, function, "name", 1)


def _is_changed_with_another(site: Site, holder: ast.ClassDef, call: ast.Call, name: str) -> bool:
    """True if an earlier filter of the class calls the same method, whose header changes with that one."""
    for other in site.nodes(ast.Call):
        if other is call:
            return False
        if site.qualified(other.func) in METHOD_FILTERS and site.enclosing(other, ast.ClassDef) is holder:
            named = [one.value for one in other.keywords if one.arg == "action"]
            if named and isinstance(named[0], ast.Constant) and named[0].value == name:
                return True
    return False


_STRICT = "the view decides: `strict = False` on a FilterView is the lenient behaviour, that of REST framework always raises"

CODEMODS = [
    Codemod(
        "filter-field-name",
        "filters take field_name in place of name",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=SAFE,
        covers=("django-filter-2.0-filter-name",),
        docs="django-filter migration guide 2.0: Filter.name renamed to Filter.field_name",
        ops=(
            ClassKeyword(FILTERS, {"name": "field_name"}, "`name` of a filter is now `field_name`", beside=("Filter", "field")),
            RenameAttribute(FILTERS, {"name": "field_name"}, "`name` of a filter is now `field_name`"),
        ),
    ),
    Codemod(
        "method-filter",
        "MethodFilter becomes a filter with method, lookup_type becomes lookup_expr",
        package=PACKAGE,
        removed="1.0",
        works_from="1.0",
        safety=REVIEW,
        covers=("django-filter-1.0-method-filter",),
        docs="django-filter migration guide 1.0: MethodFilter and Filter.action replaced by Filter.method",
        ops=(
            MethodFilter(),
            ClassKeyword(FILTERS, {"lookup_type": "lookup_expr"}, "`lookup_type` of a filter is now `lookup_expr`"),
        ),
    ),
    Codemod(
        "filter-strictness",
        "filter sets have no strictness of their own",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        silent=True,
        covers=("django-filter-2.0-strictness",),
        docs="django-filter migration guide 2.0: FilterSet strictness handling moved to view",
        ops=(
            FindSetting("FILTERS_STRICTNESS", f"`FILTERS_STRICTNESS` is ignored: {_STRICT}"),
            MetaOption("strict", f"`strict` of a filter set is ignored: {_STRICT}"),
            FindName("django_filters.constants.STRICTNESS", f"STRICTNESS is gone: {_STRICT}"),
            FindName("django_filters.STRICTNESS", f"STRICTNESS is gone: {_STRICT}"),
        ),
    ),
    Codemod(
        "filter-set-together",
        "together in the Meta of a filter set is ignored",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        silent=True,
        covers=("django-filter-2.0-together",),
        docs="django-filter migration guide 2.0: FilterSet.Meta.together removed",
        ops=(MetaOption("together", "`together` is ignored: give the Meta a `form` with a clean() that asks for all or none"),),
    ),
    Codemod(
        "range-filter-suffix",
        "range filters read other query parameters",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        silent=True,
        covers=("django-filter-2.0-range-suffix",),
        docs="django-filter migration guide 2.0: RangeWidget suffixes changed",
        ops=(RangeSuffix(),),
    ),
    Codemod(
        "lookup-list",
        "filters take one lookup, not a list of them",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=DETECT,
        covers=("django-filter-2.0-lookup-list",),
        docs="django-filter migration guide 2.0: Filter.lookup_expr list form removed",
        ops=(LookupList(),),
    ),
]
