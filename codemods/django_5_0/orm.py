"""Queries: prefetching, update_or_create(), parts of Query."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import FindUse
from django_hop.ops.base import PythonOp, Words, definition_of
from django_hop.ops.class_bodies import defines, functions, owner_of
from django_hop.ops.crossing import crossing
from django_hop.ops.functions import positional
from django_hop.ops.methods import FindMethodCall, method_calls
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site

OLD, NEW = "get_prefetch_queryset", "get_prefetch_querysets"
PREFETCH = f"`{OLD}()` becomes `{NEW}()`, which takes a list of query sets"
CREATE = (
    "`create_defaults` is an argument of `update_or_create()` itself; for a field of that name write `create_defaults__exact` "
    "and give its value in `defaults`, too"
)


@dataclass(frozen=True)
class PrefetchQuerysets(PythonOp):
    """A method get_prefetch_querysets() comes in the place of get_prefetch_queryset(), where the latter's use of its query set is plain."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"def", OLD}),)

    @property
    def second_look(self) -> re.Pattern[bytes]:
        """Its definition."""
        return definition_of(OLD)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for methods that only take the one query set from the list."""
        for function in functions(site):
            if function.name != OLD:
                continue
            holder = owner_of(site, function)
            if holder is not None and defines(holder, NEW):
                continue
            edits = self._edits(site, function)
            if edits is None:
                yield site.finding(function, PREFETCH)
                continue
            yield from edits
            yield site.finding(function, PREFETCH, fixed=True)

    @staticmethod
    def _edits(site: Site, function: FunctionNode) -> list[Edit] | None:
        parameters = positional(function)
        if (
            len(parameters) != 2
            or parameters[1].arg != "queryset"
            or function.args.vararg
            or function.args.kwarg
            or parameters[1].annotation
        ):
            return None
        inside = list(ast.walk(function))
        if any(isinstance(one, ast.Attribute) and one.attr == OLD for one in inside):
            return None
        if any(isinstance(one, ast.Name) and one.id == "querysets" for one in inside):
            return None
        first = function.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(function.body) > 1
        anchor = function.body[1] if documented else first
        if anchor.lineno == function.lineno:
            return None
        name = site.text.index(OLD, site.module.start(function))
        start = site.module.start(parameters[1])
        line = site.module.source.starts[anchor.lineno - 1]
        indent = site.text[line : site.module.start(anchor)]
        if indent.strip():
            return None
        newline = site.module.source.newline
        return [
            Edit(name, name + len(OLD), NEW),
            Edit(start, start + len("queryset"), "querysets"),
            Edit(line, line, f"{indent}queryset = querysets[0] if querysets else None{newline}"),
        ]


@dataclass(frozen=True)
class CreateDefaults(PythonOp):
    """`update_or_create(create_defaults=...)` from before the argument was there."""

    @property
    def words(self) -> Words:
        """One of the methods and the keyword."""
        return tuple(frozenset({name, "create_defaults"}) for name in ("update_or_create", "aupdate_or_create"))

    def apply(self, site: Site) -> Iterator[Finding]:
        """A finding at each call with the keyword."""
        for call, _ in method_calls(site, "update_or_create", "aupdate_or_create"):
            if any(keyword.arg == "create_defaults" for keyword in call.keywords):
                yield site.finding(call, CREATE)


CODEMODS = [
    Codemod(
        "get-prefetch-querysets",
        "get_prefetch_queryset() becomes get_prefetch_querysets()",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=REVIEW,
        covers=("5.0-get-prefetch-queryset",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(PrefetchQuerysets(), FindMethodCall(OLD, f"{PREFETCH}; here it is called")),
    ),
    Codemod(
        "get-current-querysets",
        "calls of get_current_queryset() are found",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-prefetch-get-current-queryset",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(FindUse(("get_current_queryset",), "`get_current_querysets()` takes its place: a list of one query set, or None"),),
    ),
    Codemod(
        "create-defaults-field",
        "update_or_create() is found where a field is called create_defaults",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-update-or-create-create-defaults-field",),
        docs="releases/5.0: Using create_defaults__exact may now be required",
        ops=crossing("5.0", CreateDefaults()),
    ),
    Codemod(
        "annotation-select-mask",
        "uses of Query.annotation_select_mask are found",
        removed="5.0",
        works_from="5.0",
        safety=DETECT,
        covers=("5.0-query-annotation-select-mask-list",),
        docs="releases/5.0: Backwards incompatible changes / Miscellaneous",
        ops=(FindUse(("annotation_select_mask",), "`annotation_select_mask` is a list in order, no longer a set"),),
    ),
]

UNSEEN = [
    Unseen(
        "5.0-oracle-now-localtimestamp", "Only Oracle gives another time, and only where the zones of session and server differ.", "sql"
    ),
    Unseen("5.0-xor-parity", "Which rows three and more operands of XOR select shows only in the data.", "sql"),
    Unseen("5.0-integer-overflow-empty-queryset", "Which numbers queries are asked for shows only when they run.", "tests"),
    Unseen(
        "5.0-query-pickle-integer-lookups",
        "What is pickled in caches is data of the running site: let it expire, or clear it with the hop.",
    ),
]
