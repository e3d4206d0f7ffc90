"""Users: passwords, forms for new users."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.crossing import crossing
from django_hop.ops.expressions import quoted
from django_hop.ops.methods import defines_method, in_format_string, method_calls
from django_hop.ops.names import FindName
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
        "forms for new users are found, which refuse names that differ by case only",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-usercreationform-case-insensitive",),
        docs="releases/4.2: Miscellaneous",
        ops=crossing(
            "4.2",
            FindName(
                "django.contrib.auth.forms.UserCreationForm",
                "from 4.2 on this form refuses a name that differs from a user's by case only; `BaseUserCreationForm` (4.2 and "
                "later) keeps the old rule",
            ),
        ),
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
