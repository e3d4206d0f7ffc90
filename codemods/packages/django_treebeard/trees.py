"""`fix_tree()`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.methods import method_calls
from django_hop.rewrite.site import Site


@dataclass(frozen=True)
class FixPaths(PythonOp):
    """`fix_tree(destructive=True)` -> `fix_tree(fix_paths=True)`."""

    message: str = "`destructive` of `fix_tree()` is `fix_paths`"

    @property
    def words(self) -> Words:
        """The method and its argument."""
        return (frozenset({"fix_tree", "destructive"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for the keyword; findings for calls that have both."""
        for call, _ in method_calls(site, "fix_tree"):
            for keyword in call.keywords:
                if keyword.arg == "destructive":
                    both = any(one.arg == "fix_paths" for one in call.keywords)
                    if not both:
                        yield site.edit_keyword(keyword, "fix_paths")
                    yield site.finding(keyword, self.message, fixed=not both)


CODEMODS = [
    Codemod(
        "treebeard-fix-paths",
        "fix_tree() takes fix_paths in place of destructive",
        package="django-treebeard",
        removed="5.0",
        works_from="4.4",
        safety=SAFE,
        covers=("treebeard-5-fix-tree",),
        docs="django-treebeard 5.0 changelog: fix_tree",
        ops=(FixPaths(),),
    ),
]
