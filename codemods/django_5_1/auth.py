"""Authentication: forms that check passwords."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines, override_calls
from django_hop.ops.crossing import crossing
from django_hop.ops.methods import in_file_quotes
from django_hop.ops.names import Rename
from django_hop.project.model_fields import find_class
from django_hop.rewrite.site import Site

FORMS = "django.contrib.auth.forms"
CLEAN = {
    "clean_password2": ("password2", (f"{FORMS}.UserCreationForm", f"{FORMS}.BaseUserCreationForm", f"{FORMS}.AdminPasswordChangeForm")),
    "clean_new_password2": ("new_password2", (f"{FORMS}.SetPasswordForm",)),
}
GONE = "Django's password forms check in `clean()` since 5.1 and have no `{}()`; whether the two passwords agree is only told after it"


@dataclass(frozen=True)
class OverriddenClean(PythonOp):
    """`super().clean_password2()` becomes the cleaned value."""

    @property
    def words(self) -> Words:
        """One of the methods."""
        return tuple(frozenset({"class", "super", name}) for name in CLEAN)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls in overrides; findings where another base may have the method."""
        for name, (field, bases) in CLEAN.items():
            for node in site.subclasses(*bases):
                for function in site.methods(node, name):
                    for call in override_calls(site, node, function):
                        yield from self._call(site, node, call, name, field)

    def _call(self, site: Site, node: ast.ClassDef, call: ast.Call, name: str, field: str) -> Iterator[Edit | Finding]:
        if self._base_has_it(site, node, name):
            return
        yield site.edit(call, in_file_quotes(site, f'self.cleaned_data.get("{field}")'))
        yield site.finding(call, GONE.format(name), fixed=True)

    def _base_has_it(self, site: Site, node: ast.ClassDef, name: str) -> bool:
        """True if a base class in the project defines the method."""
        for base in node.bases:
            local = next((one for one in site.nodes(ast.ClassDef) if isinstance(base, ast.Name) and one.name == base.id), None)
            if local is not None and local is not node:
                if defines(local, name) or self._base_has_it(site, local, name):
                    return True
                continue
            qualified = site.qualified(base)
            found = find_class(site.project, qualified, site.path) if qualified and not qualified.startswith("django.") else None
            if found is not None and defines(found[1], name):
                return True
        return False


CODEMODS = [
    Codemod(
        "user-creation-form-import",
        "UserCreationForm comes from django.contrib.auth.forms",
        removed="5.1",
        works_from="1.11",
        safety=SAFE,
        covers=("5.1-auth-admin-usercreationform-import",),
        docs="not in the notes; contrib/auth/admin.py of 5.1",
        ops=(Rename("django.contrib.auth.admin", {"UserCreationForm": "UserCreationForm"}, to=FORMS),),
    ),
    Codemod(
        "password-form-clean",
        "overrides of clean_password2() no longer call the overridden method",
        removed="5.1",
        works_from="5.1",
        safety=REVIEW,
        covers=("5.1-password-form-clean-methods",),
        docs="not in the notes; contrib/auth/forms.py of 5.1",
        ops=crossing("5.1", OverriddenClean()),
    ),
]

UNSEEN = [
    Unseen("5.1-pbkdf2-scrypt-parameters", "Only the cost of hashing rises; both releases read each other's passwords."),
]
