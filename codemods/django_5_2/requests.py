"""Requests and templates: accepted types, methods that change data."""

from __future__ import annotations

import ast

from django_hop.model import DETECT, Codemod, Unseen
from django_hop.ops.attributes import FindUse
from django_hop.ops.crossing import crossing
from django_hop.ops.find import FindModule
from django_hop.ops.names import FindName
from django_hop.ops.template_finds import FindVariable
from django_hop.rewrite.site import Site

ACCEPTED = "`accepted_types` is sorted by the client's preference since 5.2, no longer in the header's order"
ALTERS = "methods that make objects cannot be called from templates since 5.2: this gives an empty text"
GONE = {
    "django.utils.deprecation.DeprecationInstanceCheck": "check by hand",
    "django.db.models.functions.comparison.JSONObject": "import it from `django.db.models.functions`",
    "django.db.models.sql.where.SubqueryConstraint": "it was private",
    "django.http.request.parse_accept_header": "use `request.accepted_types`",
}


def _in_order(site: Site, node: ast.Attribute) -> bool:
    parent = site.parent(node)
    return isinstance(parent, (ast.Subscript, ast.For, ast.comprehension, ast.Compare)) and not (
        isinstance(parent, ast.Compare) and any(isinstance(one, (ast.In, ast.NotIn)) for one in parent.ops)
    )


CODEMODS = [
    Codemod(
        "accepted-types-order",
        "uses of accepted_types are found where its order counts",
        removed="5.2",
        works_from="5.2",
        safety=DETECT,
        covers=("5.2-accepted-types-sorted",),
        docs="releases/5.2: Miscellaneous",
        silent=True,
        ops=crossing("5.2", FindUse(("accepted_types",), ACCEPTED, when=_in_order)),
    ),
    Codemod(
        "template-alters-data",
        "templates are found that make objects",
        removed="5.2",
        works_from="5.2",
        safety=DETECT,
        covers=("5.2-alters-data-manager-methods",),
        docs="releases/5.2: Miscellaneous",
        silent=True,
        ops=(
            FindVariable(
                ("objects.create", "get_or_create", "update_or_create", "bulk_create", "create_user", "create_superuser", "items.create"),
                ALTERS,
            ),
        ),
    ),
    Codemod(
        "private-names-5-2",
        "private names are found that 5.2 no longer has",
        removed="5.2",
        works_from="5.2",
        safety=DETECT,
        covers=("5.2-unlisted-removals",),
        docs="not in the notes; found by comparing the releases",
        ops=(
            FindModule("django.utils.jslex", "`django.utils.jslex` is gone"),
            *(FindName(name, f"`{name}` is gone: {hint}") for name, hint in GONE.items()),
        ),
    ),
]

UNSEEN = [
    Unseen("5.2-asgi-underscore-headers", "What names clients give their headers shows only in requests.", "responses"),
    Unseen("5.2-redirect-url-length-limit", "How long addresses get shows only when it runs.", "responses"),
]
