"""The admin: related objects of lists, markup, parts of the change list."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from django_hop.model import DETECT, Codemod
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import Words
from django_hop.ops.classes import FindAttribute, FindMethod
from django_hop.ops.crossing import crossing
from django_hop.ops.nodes import is_value
from django_hop.ops.template_finds import FindTag, FindTemplate, FindText
from django_hop.rewrite.site import Site
from django_hop.rewrite.template import TemplateSite
from django_hop.rewrite.template_lexer import Token

ADMIN = ("django.contrib.admin.ModelAdmin", "django.contrib.admin.options.ModelAdmin")
CRUMBS = "breadcrumbs of the admin are `li` elements in a list since 6.1: this markup looks broken in it"


def _is_true(site: Site, node: ast.ClassDef, value: ast.expr | None) -> bool:
    return is_value(value, True)


def _tools_in_content(site: TemplateSite, token: Token) -> bool:
    """True for the block object-tools in an admin template that overrides content, too."""
    names = [one.arguments[0].text for one in site.tags("block") if one.arguments]
    tools = bool(token.arguments) and token.arguments[0].text in ("object-tools", "object-tools-items")
    return tools and "content" in names and "/admin/" in f"/{site.path}"


@dataclass(frozen=True)
class ToolsInContent(FindTag):
    """The block of the tools, looked for in templates that name it."""

    @property
    def words(self) -> Words:
        """The name of the block."""
        return (frozenset({"block", "object", "tools"}),)


CODEMODS = [
    Codemod(
        "list-select-related-true",
        "admins are found that fetch all related objects",
        deprecated="6.1",
        removed="7.0",
        works_from="1.11",
        safety=DETECT,
        covers=("6.1-admin-list-select-related-true",),
        docs="releases/6.1: Features deprecated in 6.1 / Miscellaneous",
        ops=(
            FindAttribute(
                ADMIN,
                ("list_select_related",),
                "`list_select_related = True` is deprecated: name the relations; False fetches those of `list_display` since 6.1",
                _is_true,
            ),
        ),
    ),
    Codemod(
        "admin-markup-6-1",
        "templates are found that know the admin's old markup",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-admin-breadcrumbs-list", "6.1-admin-object-tools-block-moved", "6.1-admin-form-layout"),
        docs="releases/6.1: django.contrib.admin",
        ops=crossing(
            "6.1",
            FindText(r"""<div class=["']breadcrumbs["']""", ("div", "breadcrumbs"), CRUMBS, paths=r"(^|/)admin/|(^|/)admin_|registration/"),
            ToolsInContent(
                ("block",),
                "the block object-tools stands outside of content since 6.1: an override of both loses the tools, or has them twice",
                _tools_in_content,
            ),
            FindTemplate(
                r"(^|/)templates/admin/(base|includes/fieldset|change_form)\.html$",
                "labels stand above their fields in the admin's forms since 6.1: take the template anew and apply your changes to it",
            ),
        ),
    ),
    Codemod(
        "admin-internals-6-1",
        "code is found that reaches into the admin's change list",
        removed="6.1",
        works_from="6.1",
        safety=DETECT,
        covers=("6.1-admin-changelist-related-fields",),
        docs="releases/6.1: django.contrib.admin",
        ops=crossing(
            "6.1",
            FindMethod((), ("has_related_field_in_list_display",), "`get_select_related_fields()` takes its place, which gives names"),
            FindUse(("has_related_field_in_list_display",), "`get_select_related_fields()` takes its place, which gives names"),
        ),
    ),
]
