"""The admin: scripts, pages of change lists, autocomplete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, TemplateOp, Words
from django_hop.ops.classes import FindMethod
from django_hop.ops.names import FindName
from django_hop.ops.nodes import name_of, value_of
from django_hop.ops.receivers import first_parameter
from django_hop.ops.strings import FindInStrings, ReplaceInStrings
from django_hop.project.index import Project
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Kind

MINIFIED = r"(\badmin/js/(?:actions|collapse|inlines|prepopulate))\.min\.js\b"
MINIFIED_MESSAGE = "the admin's own scripts are no longer shipped as `.min.js`"

WIDGETS = ("django.contrib.admin.widgets.AutocompleteSelect", "django.contrib.admin.widgets.AutocompleteSelectMultiple")
WIDGET = "autocomplete widgets take the model field, no longer its relation"

CHANGE_LIST = "django.contrib.admin.views.main.ChangeList"
_CHANGE_LIST_PAGE = re.compile(rb"(?:cl|changelist|change_list)[\s\\)]*\.[\s\\]*page_num\b")
PAGES = "pages of admin change lists count from 1 in the address, `?p=1` is the first one"
AUTOCOMPLETE = "all autocomplete fields of the admin ask `admin:autocomplete`, with app_label, model_name and field_name in the query"


@dataclass(frozen=True)
class MinifiedInTemplates(TemplateOp):
    """The paths of the four scripts in templates."""

    @property
    def words(self) -> Words:
        """The words of one of the paths."""
        return tuple(frozenset({"admin", "js", "min", name}) for name in ("actions", "collapse", "inlines", "prepopulate"))

    def apply(self, site: TemplateSite) -> Iterator[Edit | Finding]:
        """An edit for each path outside comments."""
        for token in site.tokens:
            for match in re.finditer(MINIFIED, token.source) if token.live and token.kind is not Kind.COMMENT else ():
                start = token.start + match.start()
                yield Edit(start + len(match[1]), start + len(match[1]) + len(".min"), "")
                yield site.finding(token, MINIFIED_MESSAGE, fixed=True)


@dataclass(frozen=True)
class AutocompleteField(PythonOp):
    """`AutocompleteSelect(field.remote_field, admin.site)` takes the field; subclasses that read `self.rel` are findings."""

    @property
    def words(self) -> Words:
        """One of the widgets."""
        return tuple(frozenset({"admin", "widgets", name.rpartition(".")[2]}) for name in (*WIDGETS, "AutocompleteMixin"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for first arguments that end in `.remote_field` or `.rel`."""
        for call in (call for name in WIDGETS for call in site.calls(name)):
            first = call.args[0] if call.args else value_of(call, "rel")
            if first is None or not _may_be_relation(first):
                continue
            renamed = [site.edit_keyword(one, "field") for one in call.keywords if one.arg == "rel"]
            try:
                edits = [self._field(site, first), *renamed]
            except Refused as error:
                yield site.finding(call, f"{WIDGET}; {error}")
                continue
            yield from edits
            yield site.finding(call, WIDGET, fixed=True)
        for node in site.subclasses(*WIDGETS, "django.contrib.admin.widgets.AutocompleteMixin"):
            for use in ast.walk(node):
                if isinstance(use, ast.Attribute) and use.attr == "rel" and isinstance(use.value, ast.Name) and use.value.id == "self":
                    yield site.finding(use, f"{WIDGET}: `self.rel` is `self.field.remote_field`")

    @staticmethod
    def _field(site: Site, relation: ast.expr) -> Edit:
        """The edit that leaves the field of a relation. Raises layout.Refused where it cannot be told."""
        if not isinstance(relation, ast.Attribute) or relation.attr not in ("remote_field", "rel"):
            raise Refused("is this the relation or the field?")
        return site.edit_span(site.module.end(relation.value), site.module.end(relation), "")


def _may_be_relation(node: ast.expr) -> bool:
    """True for `x.remote_field`, `x.rel` and names that speak of a relation; a field has other names."""
    name = name_of(node)
    return name == "remote_field" or name.startswith("rel") or name.endswith("_rel")


@dataclass(frozen=True)
class PageArithmetic(PythonOp):
    """`cl.page_num + 1` in own change lists and tags."""

    @property
    def words(self) -> Words:
        """The attribute's name."""
        return (frozenset({"page_num"}),)

    def in_project(self, project: Project, data: bytes) -> bool:
        """A change list by its usual names, or a class of the kind."""
        return _CHANGE_LIST_PAGE.search(data) is not None or project.may_derive(data, (CHANGE_LIST,))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding where one is added to or taken from the attribute, or it is compared with zero."""
        for node in site.nodes(ast.Attribute):
            around = site.parent(node)
            if node.attr != "page_num" or not _is_change_list(site, node.value):
                continue
            if not isinstance(around, (ast.BinOp, ast.Compare)):
                continue
            if any(isinstance(one, ast.Constant) and one.value in (0, 1) for one in ast.walk(around)):
                yield site.finding(node, "`ChangeList.page_num` counts from 1")


def _is_change_list(site: Site, node: ast.expr) -> bool:
    if isinstance(node, ast.Name) and node.id in ("cl", "changelist", "change_list"):
        return True
    holder = first_parameter(site, node)
    return holder is not None and CHANGE_LIST in site.class_ancestors(holder)


@dataclass(frozen=True)
class PagesInStrings(FindInStrings):
    """Addresses with pages, in statements that speak of the admin."""

    def in_project(self, project: Project, data: bytes) -> bool:
        """What such a statement says."""
        return b"admin" in data or b"changelist" in data


def _near_admin(site: Site, node: ast.Constant) -> bool:
    return bool(re.search(r"admin|changelist", site.module.segment(site.statement(node))))


CODEMODS = [
    Codemod(
        "admin-minified-scripts",
        "the admin's scripts are named without .min",
        removed="3.2",
        works_from="1.11",
        safety=SAFE,
        covers=("3.2-admin-minified-js-removed",),
        docs="releases/3.2: django.contrib.admin",
        ops=(ReplaceInStrings(MINIFIED, r"\1.js", ("admin", "js", "min"), MINIFIED_MESSAGE), MinifiedInTemplates()),
    ),
    Codemod(
        "autocomplete-widget-field",
        "autocomplete widgets are given the field instead of its relation",
        removed="3.2",
        works_from="3.2",
        safety=REVIEW,
        covers=("3.2-autocomplete-widget-takes-field",),
        docs="contrib/admin/widgets.py of 3.2 (not in the notes)",
        silent=True,
        ops=(AutocompleteField(),),
    ),
    Codemod(
        "admin-autocomplete-view",
        "the admin's autocomplete view belongs to the site",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-autocomplete-view-moved-to-site",),
        docs="contrib/admin/sites.py of 3.2 (not in the notes)",
        ops=(
            *(FindInStrings(r"^admin:\w+_autocomplete$", ("admin", one), AUTOCOMPLETE) for one in ("reverse", "reverse_lazy", "redirect")),
            FindMethod(
                ("django.contrib.admin.options.ModelAdmin",),
                ("autocomplete_view",),
                "this view is never called any more: override `AdminSite.autocomplete_view()`",
            ),
            FindName(
                "django.contrib.admin.views.autocomplete.AutocompleteJsonView",
                "the view knows no `model_admin` before the request any more: it finds field and admin in `process_request()`",
            ),
        ),
    ),
    Codemod(
        "admin-page-numbers",
        "pages of admin change lists count from 1",
        removed="3.2",
        works_from="3.2",
        safety=DETECT,
        covers=("3.2-admin-pagination-one-indexed",),
        docs="releases/3.2: django.contrib.admin",
        silent=True,
        ops=(
            PagesInStrings(r"[?&]p=(\d|%|\{|$)", ("p",), PAGES, _near_admin),
            FindName("django.contrib.admin.views.main.PAGE_VAR", PAGES),
            FindName("django.contrib.admin.templatetags.admin_list.DOT", "`DOT` is `Paginator.ELLIPSIS`, and pages count from 1"),
            PageArithmetic(),
        ),
    ),
]

UNSEEN = [
    Unseen("3.2-admin-prepopulated-stopwords", "Only the browser's script changed: slugs it proposes keep the English stop words."),
]
