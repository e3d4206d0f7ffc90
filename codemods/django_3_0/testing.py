"""Tests: escaped apostrophes, helpers of Python 2 times, names of content types."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.names import release_root
from django_hop.ops.strings import FindInStrings, ReplaceInStrings
from django_hop.ops.where import tests
from django_hop.rewrite.site import Site

from .patch_logger import PatchLogger

APOSTROPHE = "Django escapes an apostrophe as `&#x27;`"
_INSIDE = r"(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*?"
_TEXT = re.compile(rf"str(?<!\wstr)[\s\\]*\({_INSIDE}\b(?:content_type|get_for_model)\b".encode())
PREFIX = "`str_prefix()` is gone; it left out `%(_)s`"


def _is_replaced(site: Site, node: ast.Constant) -> bool:
    """True for the first argument of `.replace(...)`."""
    call = site.parent(node)
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "replace" and call.args[:1] == [node]


@dataclass(frozen=True)
class StrPrefix(PythonOp):
    """`str_prefix("[%(_)s'a']")` becomes `"['a']"`; other arguments are findings."""

    @property
    def words(self) -> Words:
        """The function."""
        return (frozenset({"str_prefix"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls with a string literal."""
        for node in site.references("django.test.utils.str_prefix"):
            call = site.parent(node)
            if not isinstance(call, ast.Call) or call.func is not node:
                yield site.finding(node, PREFIX)
                continue
            text = call.args[0] if len(call.args) == 1 and not call.keywords else None
            source = site.module.segment(text) if text is not None else ""
            new = source.replace("%(_)s", "").replace("%%", "%")
            value = text.value if isinstance(text, ast.Constant) else None
            if not isinstance(value, str) or ast.literal_eval(f"({new})") != value % {"_": ""}:
                yield site.finding(call, f"{PREFIX}; write `text % {{'_': ''}}`")
                continue
            yield site.edit(call, f"({new})" if "\n" in new else new)
            yield site.finding(call, PREFIX, fixed=True)
            release_root(site, node)


@dataclass(frozen=True)
class ContentTypeText(PythonOp):
    """`str(content_type)`."""

    @property
    def words(self) -> Words:
        """The usual name and the call."""
        return (frozenset({"str", "content_type"}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """The one in the arguments of the other."""
        return _TEXT

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each such call."""
        for call in site.nodes(ast.Call):
            if isinstance(call.func, ast.Name) and call.func.id == "str" and len(call.args) == 1 and _is_content_type(site, call.args[0]):
                yield site.finding(call, "the text of a content type begins with its app, `auth | user`; `content_type.name` does not")


def _is_content_type(site: Site, node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "get_for_model"
    if "ContentType" not in site.text and "contenttypes" not in site.text:
        return False
    return (isinstance(node, ast.Attribute) and node.attr == "content_type") or (isinstance(node, ast.Name) and node.id == "content_type")


CODEMODS = [
    Codemod(
        "escaped-apostrophe",
        "tests expect an apostrophe as &#x27;",
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        covers=("3.0-escape-apostrophe",),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous",
        ops=(
            ReplaceInStrings(r"&#39;", "&#x27;", ("39",), APOSTROPHE, where=tests),
            FindInStrings(r"^&#39;$", ("39", "replace"), f"{APOSTROPHE}; `html.unescape()` knows both", _is_replaced, where=~tests),
        ),
    ),
    Codemod(
        "str-prefix",
        "str_prefix() of the test tools is written out",
        removed="3.0",
        works_from="1.11",
        safety=SAFE,
        covers=("3.0-str-prefix",),
        docs="releases/3.0: Removed private Python 2 compatibility APIs",
        ops=(StrPrefix(),),
    ),
    Codemod(
        "patch-logger",
        "patch_logger() of the test tools becomes assertLogs()",
        removed="3.0",
        works_from="1.11",
        safety=REVIEW,
        covers=("3.0-patch-logger",),
        docs="releases/3.0: Removed private Python 2 compatibility APIs",
        ops=(PatchLogger(),),
    ),
    Codemod(
        "content-type-text",
        "the text of a content type begins with its app",
        removed="3.0",
        works_from="3.0",
        safety=DETECT,
        covers=("3.0-contenttype-str",),
        docs="releases/3.0: Backwards incompatible changes / Miscellaneous",
        silent=True,
        ops=(ContentTypeText(),),
    ),
]

UNSEEN = [
    Unseen("3.0-admin-history-labels", "What the admin notes in its history is data of the running site.", "tests"),
    Unseen("3.0-query-pickles", "What lies pickled in caches is no source; empty them, or give each release its own key prefix."),
    Unseen("3.0-new-system-checks", "`manage.py check` runs the new checks.", "checks"),
    Unseen("3.0-pbkdf2-iterations", "Only the cost of hashing rises; both releases read each other's passwords."),
]
