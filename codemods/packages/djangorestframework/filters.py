"""Filter backends that REST framework gave away to the packages they belong to."""

from __future__ import annotations

from django_hop.model import REVIEW, SAFE, Codemod
from django_hop.ops.names import Rename

PACKAGE = "djangorestframework"

CODEMODS = [
    Codemod(
        "django-filter-backend",
        "DjangoFilterBackend and FilterSet come from django_filters.rest_framework",
        package=PACKAGE,
        removed="3.7",
        works_from="3.5",
        safety=SAFE,
        covers=("drf-3.7-djangofilterbackend", "drf-3.7-djangofilterbackend-setting"),
        docs="djangorestframework 3.5 announcement: DjangoFilterBackend",
        ops=(
            Rename(
                "rest_framework.filters",
                {"DjangoFilterBackend": "DjangoFilterBackend", "FilterSet": "FilterSet"},
                to="django_filters.rest_framework",
            ),
        ),
    ),
    Codemod(
        "object-permissions-filter",
        "DjangoObjectPermissionsFilter becomes ObjectPermissionsFilter of djangorestframework-guardian",
        package=PACKAGE,
        deprecated="3.9",
        removed="3.10",
        works_from="3.9",
        safety=REVIEW,
        covers=("drf-3.9-object-permissions-filter",),
        docs="djangorestframework 3.9 announcement: Deprecate DjangoObjectPermissionsFilter",
        then="Add djangorestframework-guardian to the requirements, in the same deployment.",
        ops=(
            Rename(
                "rest_framework.filters",
                {"DjangoObjectPermissionsFilter": "ObjectPermissionsFilter"},
                to="rest_framework_guardian.filters",
            ),
        ),
    ),
]
