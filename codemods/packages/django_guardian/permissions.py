"""Settings and helpers of guardian."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.classes import FindAttribute
from django_hop.ops.methods import FindMethodCall
from django_hop.ops.names import Rename
from django_hop.ops.settings import DropSetting, FindSetting, RenameSetting
from django_hop.rewrite.site import Site

PACKAGE = "django-guardian"
COMPAT = "guardian.compat"
MIXINS = ("guardian.mixins.PermissionRequiredMixin", "guardian.mixins.PermissionListMixin")
_MOVED = {
    "get_user_model": "django.contrib.auth",
    "Group": "django.contrib.auth.models",
    "Permission": "django.contrib.auth.models",
    "AnonymousUser": "django.contrib.auth.models",
    "import_string": "django.utils.module_loading",
    "reverse": "django.urls",
    "url": "django.conf.urls",
    "include": "django.urls",
    "handler404": "django.conf.urls",
    "handler500": "django.conf.urls",
}


def is_none(value: object) -> bool:
    """True for None."""
    return value is None


def is_not_none(value: object) -> bool:
    """True for anything but None."""
    return value is not None


def is_generator(site: Site, node: ast.ClassDef, value: ast.expr | None) -> bool:
    """True for a generator expression."""
    return isinstance(value, ast.GeneratorExp)


@dataclass(frozen=True)
class OtherHelpers(PythonOp):
    """Report what else is imported from `guardian.compat`."""

    @property
    def words(self) -> Words:
        """The module."""
        return (frozenset({"guardian", "compat"}),)

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each import of another name."""
        for statement in site.nodes(ast.ImportFrom):
            if site.names.absolute(statement) == COMPAT:
                others = [alias.name for alias in statement.names if alias.name not in _MOVED]
                if others:
                    yield site.finding(statement, f"`{', '.join(others)}` of `{COMPAT}`, a private module whose helpers go")


CODEMODS = [
    Codemod(
        "guardian-anonymous-user",
        "the anonymous user of guardian is set by ANONYMOUS_USER_NAME",
        package=PACKAGE,
        deprecated="1.4.2",
        removed=None,
        works_from="1.4.2",
        safety=REVIEW,
        silent=True,
        covers=("guardian-1.4-anonymous",),
        docs="django-guardian 1.4.2 changelog: ANONYMOUS_USER_NAME",
        then="Code that looks the user up by its id asks guardian.utils.get_anonymous_user().",
        ops=(
            RenameSetting("ANONYMOUS_DEFAULT_USERNAME_VALUE", "ANONYMOUS_USER_NAME"),
            DropSetting("ANONYMOUS_USER_ID", "the anonymous user is found by `ANONYMOUS_USER_NAME`, not by an id", value=is_not_none),
            FindSetting("ANONYMOUS_USER_ID", "`ANONYMOUS_USER_NAME = None` switches the anonymous user off", value=is_none),
        ),
    ),
    Codemod(
        "guardian-monkey-patch",
        "GUARDIAN_MONKEY_PATCH is GUARDIAN_MONKEY_PATCH_USER",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=SAFE,
        covers=("guardian-3.0-monkey-patch",),
        docs="django-guardian 3.0 release notes: GUARDIAN_MONKEY_PATCH_USER",
        ops=(RenameSetting("GUARDIAN_MONKEY_PATCH", "GUARDIAN_MONKEY_PATCH_USER"),),
    ),
    Codemod(
        "guardian-compat",
        "helpers of guardian.compat come from Django",
        package=PACKAGE,
        removed="2.0",
        works_from="1.4",
        safety=REVIEW,
        covers=("guardian-2.0-compat",),
        docs="django-guardian 2.0 changelog: compat",
        ops=(*(Rename(COMPAT, {name: name}, to=module) for name, module in _MOVED.items()), OtherHelpers()),
    ),
    Codemod(
        "guardian-generators",
        "permissions of views are lists, and assign_perm() takes many objects",
        package=PACKAGE,
        deprecated="3.0",
        removed=None,
        works_from="2.0",
        safety=DETECT,
        covers=("guardian-3.0-generators",),
        docs="django-guardian 3.0 release notes: deprecations",
        ops=(
            FindAttribute(MIXINS, ("permission_required",), "`permission_required` must be a list, no generator", when=is_generator),
            FindMethodCall("bulk_assign_perm", "`bulk_assign_perm()` is deprecated: `assign_perm()` takes a query set"),
        ),
    ),
]
