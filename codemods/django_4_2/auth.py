"""Users: passwords, forms for new users."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.expressions import quoted
from django_hop.ops.methods import defines_method, in_format_string, method_calls
from django_hop.ops.names import FindName, release_root
from django_hop.ops.strings import FindInStrings
from django_hop.rewrite.layout import Refused
from django_hop.rewrite.site import Site

RANDOM = "`make_random_password()` is gone with 5.1: `get_random_string()` made it"
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
HASHERS = ("SHA1PasswordHasher", "UnsaltedSHA1PasswordHasher", "UnsaltedMD5PasswordHasher")
WEAK = (
    "`{}` is gone with 5.1: users whose passwords it hashed cannot log in then, and naming it is an ImportError. Wrap "
    "their hashes in a data migration, or keep a copy of "
    "the class; in test settings `MD5PasswordHasher` is as fast"
)


@dataclass(frozen=True)
class RandomPassword(PythonOp):
    """`User.objects.make_random_password()` becomes `get_random_string(10, ...)` with the alphabet it had."""

    @property
    def words(self) -> Words:
        """The method's name."""
        return (frozenset({"make_random_password"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for every call, since the receiver does not matter, unless the project has such a method itself."""
        for call, func in method_calls(site, "make_random_password"):
            try:
                yield self._edit(site, call)
            except Refused as error:
                yield site.finding(func, f"{RANDOM}; {error}")
                continue
            yield site.finding(func, RANDOM, fixed=True)

    @staticmethod
    def _edit(site: Site, call: ast.Call) -> Edit:
        if defines_method(site, "make_random_password"):
            raise Refused("the project has a method of this name itself")
        if in_format_string(site, call) or "#" in site.module.segment(call):
            raise Refused("it stands inside an f-string, or beside a comment")
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if any(isinstance(one, ast.Starred) for one in call.args) or set(given) - {"length", "allowed_chars"}:
            raise Refused("its arguments cannot be seen")
        values = dict(zip(("length", "allowed_chars"), call.args, strict=False)) | given
        spoken = site.imports.need("django.utils.crypto.get_random_string", call)
        if spoken is None:
            raise Refused("the name `get_random_string` is taken in this file")
        length = site.module.segment(values["length"]) if "length" in values else "10"
        alphabet = site.module.segment(values["allowed_chars"]) if "allowed_chars" in values else quoted(site, ALPHABET)
        return site.edit(call, f"{spoken}({length}, {alphabet})")


CREATION = (
    "from 4.2 on `UserCreationForm` refuses a name that differs from a user's by case only; `BaseUserCreationForm` keeps the old rule, "
    "until the project wants the new one"
)
FORMS = tuple(f"django.contrib.auth.{module}.UserCreationForm" for module in ("forms", "admin"))
"""The form, also by the name under which the admin's module happens to have it up to 5.0."""
BASE_FORM = "django.contrib.auth.forms.BaseUserCreationForm"


@dataclass(frozen=True)
class BaseForm(PythonOp):
    """Forms derived from UserCreationForm derive from BaseUserCreationForm, with their Meta; other uses are findings."""

    @property
    def words(self) -> Words:
        """The form."""
        return (frozenset({"UserCreationForm"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for base classes that do not check the name themselves."""
        for node in [one for name in FORMS for one in site.references(name)]:
            place, holder = self._place(site, node)
            if holder is None:
                yield site.finding(node, CREATION)
                continue
            if any(True for _ in site.methods(holder, "clean_username")):
                continue
            spoken = site.imports.need(BASE_FORM, place)
            if spoken is None:
                yield site.finding(node, f"{CREATION}; the name `BaseUserCreationForm` is taken in this file")
                continue
            yield site.edit(node, spoken)
            release_root(site, node, spoken)
            yield site.finding(node, CREATION, fixed=True)
        yield from self._doubtful(site)

    @staticmethod
    def _doubtful(site: Site) -> Iterator[Finding]:
        """A finding where a name is read that may mean the form; at its import if the file only passes it on to others."""
        found = [one for name in FORMS for one in site.doubtful(name)]
        read = [one for one in found if not isinstance(getattr(one, "ctx", None), ast.Store)]
        imports = [one for name in FORMS for one in site.imports.bindings(name)] if found and not read else []
        passed_on = [one.alias or one.node for one in imports if site.imports.exported(one)]
        for node in read or passed_on[:1]:
            yield site.finding(node, CREATION)

    @staticmethod
    def _place(site: Site, node: ast.expr) -> tuple[ast.expr, ast.ClassDef | None]:
        """The derived class that a use belongs to: its base, its Meta's, or said inside it; None where the form itself is meant."""
        for around in site.ancestors(node):
            if isinstance(around, ast.ClassDef) and any(site.qualified(base) in FORMS for base in around.bases):
                return node, around
        return node, None


CODEMODS = [
    Codemod(
        "make-random-password",
        "random passwords come from get_random_string()",
        deprecated="4.2",
        removed="5.1",
        works_from="1.11",
        safety=SAFE,
        covers=("4.2-make-random-password",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        ops=(RandomPassword(),),
    ),
    Codemod(
        "user-creation-form",
        "forms for new users keep their rule for names that differ by case only",
        removed="4.2",
        works_from="4.2",
        safety=REVIEW,
        covers=("4.2-usercreationform-case-insensitive",),
        docs="releases/4.2: Miscellaneous",
        silent=True,
        ops=crossing("4.2", BaseForm()),
    ),
    Codemod(
        "weak-password-hashers",
        "password hashers that go are found",
        deprecated="4.2",
        removed="5.1",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-weak-password-hashers",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        ops=(
            *(FindName(f"django.contrib.auth.hashers.{name}", WEAK.format(name)) for name in HASHERS),
            *(FindInStrings(rf"^django\.contrib\.auth\.hashers\.{name}$", (name,), WEAK.format(name)) for name in HASHERS),
        ),
    ),
]

UNSEEN = [
    Unseen("4.2-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
