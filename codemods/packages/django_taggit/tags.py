"""`tags.set()`, which takes one list, and the slugs of tags."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding, Unseen
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import method_calls
from django_hop.ops.settings import SetDefault
from django_hop.ops.settings_changes import lists
from django_hop.project.index import Project
from django_hop.rewrite.site import Site

PACKAGE = "django-taggit"
_FIELD = re.compile(rb"^[ \t]+(\w+)[ \t]*=[ \t]*(?:\w+\.)*\w*TaggableManager\(", re.M)


def tag_fields(project: Project) -> frozenset[str]:
    """The names that the project's models give to fields of tags."""
    found = {name.decode() for data in project.tree.values() if b"TaggableManager" in data for name in _FIELD.findall(data)}
    return frozenset(found)


@dataclass(frozen=True)
class SetList(PythonOp):
    """`food.tags.set("red", *more)` -> `food.tags.set(["red", *more])`, at fields that models of the project call so."""

    message: str = "`set()` of tags takes one list"

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"set"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where the arguments are tags for certain; findings for one argument that may be a tag or a list."""
        fields = {"tags"} | tag_fields(site.project)
        known = tag_fields(site.project)
        for call, func in method_calls(site, "set"):
            owner = func.value
            if not isinstance(owner, ast.Attribute) or owner.attr not in fields:
                continue
            args, keywords = call.args, [one for one in call.keywords if one.arg != "tags"]
            if len(keywords) < len(call.keywords) or (not args and (call.keywords or owner.attr not in known)):
                continue
            if len(args) == 1 and not self._is_certain(args[0]):
                if not self._is_list(args[0]):
                    yield site.finding(call, f"{self.message}; is this one tag, or a list of them?")
                continue
            if owner.attr not in known:
                yield site.finding(call, f"{self.message}; what `{owner.attr}` is cannot be seen")
                continue
            if not args:
                end = site.module.end(call) - 1
                yield Edit(end, end, "[]")
            elif len(args) == 1 and isinstance(args[0], ast.Starred):
                start = site.module.start(args[0])
                yield Edit(start, site.module.start(args[0].value), "")
            else:
                start, end = site.module.start(args[0]), site.module.end(args[-1])
                yield Edit(start, start, "[")
                yield Edit(end, end, "]")
            yield site.finding(call, self.message, fixed=True)

    @staticmethod
    def _is_certain(node: ast.expr) -> bool:
        return isinstance(node, (ast.Starred, ast.JoinedStr)) or (isinstance(node, ast.Constant) and isinstance(node.value, str))

    @staticmethod
    def _is_list(node: ast.expr) -> bool:
        """True for what is no single tag: a list, a comprehension, a call with a list's name."""
        return not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


CODEMODS = [
    Codemod(
        "taggit-set-list",
        "set() of tags takes one list",
        package=PACKAGE,
        removed="2.0",
        works_from="2.0",
        safety=SAFE,
        covers=("taggit-2.0-set-list",),
        docs="django-taggit 2.0 changelog: set()",
        ops=(SetList(),),
    ),
    Codemod(
        "taggit-plain-slugs",
        "slugs of tags go on without letters beyond ASCII",
        package=PACKAGE,
        removed="3.0",
        works_from="3.0",
        safety=REVIEW,
        silent=True,
        covers=("taggit-3.0-slugs",),
        docs="django-taggit 3.0 changelog: TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING",
        ops=(
            SetDefault(
                "TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING",
                "True",
                "new tags keep letters beyond ASCII in their slugs from 3.0 on, and addresses with them",
                when=lists("taggit", "taggit.apps.TaggitAppConfig"),
            ),
        ),
        from_before=True,
    ),
]

UNSEEN = [
    Unseen("taggit-5.0-index-migration", "A migration of the package names its index anew.", shown_by="migrate"),
]
