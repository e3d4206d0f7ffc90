"""Helpers: cached_property, signers, names that moved, the warning class of 4.1."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit
from django_hop.ops.calls import Call, without_argument
from django_hop.ops.classes import POSITION, AddParameter
from django_hop.ops.names import FindName, Rename
from django_hop.ops.warning_classes import warning_class
from django_hop.rewrite.site import Site

SIZE = "`was_modified_since()` has no `size` any more"
CACHED = "`cached_property(name=)` is deprecated, and has had no effect since 3.0"
URLIZER = "this constant is an attribute of `django.utils.html.Urlizer` now, which is private"
WARNING = (
    "`RemovedInDjango41Warning` is gone with 4.1; `RemovedInDjango50Warning` warns of what comes next, "
    "but what an `ignore` hid is an error by now, so such a line may go altogether"
)


@dataclass(frozen=True)
class DropSecond(Call):
    """A call that loses one argument, given by keyword or by place."""

    def _refusal(self, site: Site, call: ast.Call) -> str | None:
        stars = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
        return "the arguments are unpacked here, so what they hold cannot be seen" if stars else None

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        place = self.positional.index(self.drop[0])
        if len(call.args) > place:
            return [without_argument(site, call, place)]
        return super()._arguments(site, call)

    @property
    def words(self) -> tuple[frozenset[str], ...]:
        """The callee's name: by place the keyword is not there."""
        return (frozenset(self.target.split(".")),)


@dataclass(frozen=True)
class ExcInfo(Call):
    """`exc_info=` of log_response() becomes `exception=`, of sys.exc_info() the second part."""

    def _arguments(self, site: Site, call: ast.Call) -> list[Edit]:
        for keyword in call.keywords:
            if keyword.arg == "exc_info" and isinstance(keyword.value, ast.Call) and site.qualified(keyword.value.func) == "sys.exc_info":
                end = site.module.end(keyword.value)
                return [Edit(end, end, "[1]")]
        return super()._arguments(site, call)


CODEMODS = [
    Codemod(
        "cached-property-name",
        "cached_property() is not told a name",
        deprecated="4.1",
        removed="5.0",
        works_from="2.2",
        safety=SAFE,
        covers=("4.1-cached-property-name",),
        docs="releases/4.1: Features deprecated in 4.1 / Miscellaneous",
        ops=(DropSecond("django.utils.functional.cached_property", CACHED, drop=("name",), positional=("func", "name")),),
    ),
    Codemod(
        "was-modified-since-size",
        "was_modified_since() is not told a size",
        removed="4.1",
        works_from="1.11",
        safety=SAFE,
        covers=("4.1-was-modified-since-size",),
        docs="releases/4.1: Miscellaneous",
        ops=(DropSecond("django.views.static.was_modified_since", SIZE, drop=("size",), positional=("header", "mtime", "size")),),
    ),
    Codemod(
        "log-response-exception",
        "log_response() is given the exception",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-log-response-exception",),
        docs="releases/4.1: Miscellaneous",
        ops=(
            ExcInfo(
                "django.utils.log.log_response",
                "`log_response()` takes `exception` instead of `exc_info`",
                rename={"exc_info": "exception"},
            ),
        ),
    ),
    Codemod(
        "signer-signature-key",
        "signature() of a signer takes the key",
        removed="4.1",
        works_from="4.1",
        safety=SAFE,
        covers=("4.1-signer-signature-key-argument",),
        docs="core/signing.py of 4.1 (not in the notes)",
        ops=(
            AddParameter(
                ("django.core.signing.Signer", "django.core.signing.TimestampSigner"),
                "signature",
                "key=None",
                "`Signer.signature()` is called with a key, for `SECRET_KEY_FALLBACKS`",
                position=1,
                passed=POSITION,
            ),
        ),
    ),
    Codemod(
        "stray-names-4-1",
        "names are imported from where they belong, not from where 4.0 happened to have them",
        removed="4.1",
        works_from="1.11",
        safety=SAFE,
        covers=("4.1-accidental-reexports",),
        docs="found by comparing 4.0 and 4.1 (not in the notes)",
        ops=(
            Rename("django.db.models.base", {"DEFAULT_DB_ALIAS": "DEFAULT_DB_ALIAS"}, "django.db"),
            Rename("django.db.models.query", {"Expression": "Expression"}, "django.db.models"),
            *(
                FindName(f"django.utils.html.{name}", URLIZER)
                for name in (
                    "word_split_re",
                    "simple_url_re",
                    "simple_url_2_re",
                    "DOTS",
                    "TRAILING_PUNCTUATION_CHARS",
                    "WRAPPING_PUNCTUATION",
                )
            ),
        ),
    ),
    Codemod(
        "removed-in-django-41-warning",
        "RemovedInDjango41Warning becomes the warning of the release that follows",
        removed="4.1",
        works_from="4.1",
        safety=REVIEW,
        covers=("4.1-removedindjango41warning-import",),
        docs="utils/deprecation.py of 4.1 (not in the notes)",
        ops=warning_class("RemovedInDjango41Warning", "RemovedInDjango50Warning", WARNING),
    ),
]
