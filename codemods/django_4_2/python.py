"""Helpers: signers by keyword, moved and removed functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import Call
from django_hop.ops.class_bodies import is_super, override_calls
from django_hop.ops.names import FindName, Rename
from django_hop.rewrite.site import Site

SIGNER = "signers take their arguments by keyword only from 5.1 on"
PARAMETERS = ("key", "sep", "salt", "algorithm", "fallback_keys")
SIGNERS = ("django.core.signing.Signer", "django.core.signing.TimestampSigner")
STORAGE = "django.core.files.storage"


@dataclass(frozen=True)
class SignerSubclass(PythonOp):
    """`super().__init__(key, sep)` in subclasses of signers."""

    @property
    def words(self) -> Words:
        """A constructor in a file that speaks of signers."""
        return tuple(frozenset({"class", "__init__", "super", name}) for name in ("Signer", "TimestampSigner"))

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls by position."""
        for node in site.subclasses(*SIGNERS):
            for function in site.methods(node, "__init__"):
                for call in override_calls(site, node, function):
                    if not call.args or not isinstance(call.func, ast.Attribute) or not is_super(call.func.value):
                        continue
                    if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(PARAMETERS):
                        yield site.finding(call, f"{SIGNER}; the arguments are unpacked here, so what they hold cannot be seen")
                        continue
                    for name, one in zip(PARAMETERS, call.args, strict=False):
                        yield Edit(site.module.start(one), site.module.start(one), f"{name}=")
                    yield site.finding(call, SIGNER, fixed=True)


CODEMODS = [
    Codemod(
        "signer-keywords",
        "signers are given their arguments by keyword",
        deprecated="4.2",
        removed="5.1",
        works_from="1.11",
        safety=SAFE,
        covers=("4.2-signer-positional-args",),
        docs="releases/4.2: Features deprecated in 4.2 / Miscellaneous",
        ops=(*(Call(name, SIGNER, positional=PARAMETERS, name_from=0) for name in SIGNERS), SignerSubclass()),
    ),
    Codemod(
        "multipart-parse-header",
        "uses of parse_header() are found",
        removed="4.2",
        works_from="4.2",
        safety=DETECT,
        covers=("4.2-multipart-parse-header",),
        docs="releases/4.2: Miscellaneous",
        ops=(
            FindName(
                "django.http.multipartparser.parse_header",
                "`parse_header()` is gone; `django.utils.http.parse_header_parameters()` takes and returns str where it took and "
                "returned bytes",
            ),
        ),
    ),
    Codemod(
        "files-storage-names",
        "helpers are imported from their own modules, not out of django.core.files.storage",
        removed="4.2",
        works_from="1.11",
        safety=SAFE,
        covers=("4.2-storage-module-is-package",),
        docs="core/files/storage/ of 4.2 (not in the notes)",
        ops=(
            Rename(STORAGE, {"get_valid_filename": "get_valid_filename"}, "django.utils.text"),
            Rename(STORAGE, {"safe_join": "safe_join"}, "django.utils._os"),
            Rename(STORAGE, {"filepath_to_uri": "filepath_to_uri"}, "django.utils.encoding"),
            Rename(STORAGE, {"get_random_string": "get_random_string"}, "django.utils.crypto"),
            Rename(STORAGE, {"deconstructible": "deconstructible"}, "django.utils.deconstruct"),
            Rename(STORAGE, {"SuspiciousFileOperation": "SuspiciousFileOperation"}, "django.core.exceptions"),
            Rename(STORAGE, {"File": "File", "locks": "locks"}, "django.core.files"),
            Rename(STORAGE, {"file_move_safe": "file_move_safe"}, "django.core.files.move"),
            Rename(STORAGE, {"timezone": "timezone"}, "django.utils"),
        ),
    ),
]
