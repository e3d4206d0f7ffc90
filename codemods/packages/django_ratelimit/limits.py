"""The module's name, and what the decorator does by default."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, SAFE, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.calls import change_arguments
from django_hop.ops.names import MoveModule, Rename
from django_hop.ops.settings import ListItem
from django_hop.rewrite.site import Site

PACKAGE = "django-ratelimit"
_DECORATORS = ("ratelimit.decorators.ratelimit", "django_ratelimit.decorators.ratelimit")


@dataclass(frozen=True)
class Block(PythonOp):
    """`@ratelimit(...)` above a view that reads `request.limited` -> `@ratelimit(..., block=False)`."""

    @property
    def words(self) -> Words:
        """The decorator."""
        return (frozenset({"ratelimit", "decorators"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for views that look; findings for those that do not."""
        message = "from django-ratelimit 4.0 on `block` is True by default"
        for call in (call for name in _DECORATORS for call in site.calls(name)):
            given = {one.arg for one in call.keywords}
            if "block" in given or len(call.args) > 4:
                continue
            view = site.parent(call)
            looks = isinstance(view, (ast.FunctionDef, ast.AsyncFunctionDef)) and _reads_limited(view)
            if not looks or None in given or any(isinstance(one, ast.Starred) for one in call.args):
                yield site.finding(call, f"{message}: nothing reads `request.limited` here, so that nothing was limited until now")
                continue
            yield from site.change(call, message, change_arguments, site, call, add={"block": "False"}, drop=[])


def _reads_limited(view: ast.AST) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "limited") or (isinstance(node, ast.Constant) and node.value == "limited")
        for node in ast.walk(view)
    )


CODEMODS = [
    Codemod(
        "ratelimit-module",
        "the module of django-ratelimit is called django_ratelimit",
        package=PACKAGE,
        removed="4.0",
        works_from="4.0",
        safety=SAFE,
        covers=("ratelimit-4.0-namespace",),
        docs="django-ratelimit 4.0 changes: namespace",
        after=("ratelimit-block", "ratelimit-mixin"),
        ops=(
            *(
                MoveModule(f"ratelimit.{module}", f"django_ratelimit.{module}")
                for module in ("decorators", "core", "exceptions", "middleware", "checks")
            ),
            Rename("ratelimit", {"ALL": "ALL", "UNSAFE": "UNSAFE"}, to="django_ratelimit"),
            ListItem(
                ("INSTALLED_APPS",), "the app of django-ratelimit is called `django_ratelimit`", replace={"ratelimit": "django_ratelimit"}
            ),
        ),
    ),
    Codemod(
        "ratelimit-block",
        "views that look at request.limited say that nothing is blocked",
        package=PACKAGE,
        removed="4.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("ratelimit-4.0-block-default",),
        docs="django-ratelimit 4.0 changes: block=True by default",
        silent=True,
        ops=(Block(),),
        from_before=True,
    ),
]
