"""Queries: prefetching, update_or_create(), parts of Query."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import DETECT, REVIEW, Codemod, Edit, Finding, Unseen
from django_hop.ops.attributes import FindUse, last_name
from django_hop.ops.base import PythonOp, Words, definition_of
from django_hop.ops.class_bodies import assignments, defines, functions, owner_of
from django_hop.ops.crossing import crossing
from django_hop.ops.dicts import is_plain_dict, item_of, with_item
from django_hop.ops.functions import positional
from django_hop.ops.methods import FindMethodCall, defines_method, in_file_quotes, in_format_string, method_calls
from django_hop.ops.nodes import keyword_of, value_of
from django_hop.ops.receivers import by_bindings
from django_hop.project.model_fields import find_class
from django_hop.rewrite.scopes import FunctionNode
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

PREFETCHES = ("django.db.models.Prefetch", "django.db.models.query.Prefetch")
LOOKUPS = re.compile(r"(?:\w+_)?(?:lookup|prefetch)")
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

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits where a model has a field of that name and the value may stand twice; else a finding."""
        for call, func in method_calls(site, "update_or_create", "aupdate_or_create"):
            keyword = keyword_of(call, "create_defaults")
            if keyword is None:
                continue
            yield from site.change(call, CREATE, self._edits, site, call, func, keyword)

    @staticmethod
    def _edits(site: Site, call: ast.Call, func: ast.Attribute, keyword: ast.keyword) -> list[Edit]:
        model = func.value.value if isinstance(func.value, ast.Attribute) and func.value.attr == "objects" else None
        name = site.qualified(model)
        found = find_class(site.project, name, site.path) if name else None
        fields = [target.id for _, target in assignments(found[1], "create_defaults")] if found is not None else []
        if not fields or any(one.arg in (None, "create_defaults__exact") for one in call.keywords):
            raise Refused("that the model has such a field is not seen")
        if not isinstance(keyword.value, (ast.Constant, ast.Name, ast.Attribute)):
            raise Refused("the value is computed, and would be twice")
        start = site.module.start(keyword)
        edits = [Edit(start, start + len("create_defaults"), "create_defaults__exact")]
        item = in_file_quotes(site, f'"create_defaults": {site.module.segment(keyword.value)}')
        defaults = value_of(call, "defaults")
        if defaults is None:
            end = site.module.end(keyword)
            return [*edits, Edit(end, end, f", defaults={{{item}}}")]
        if not isinstance(defaults, ast.Dict) or not is_plain_dict(defaults) or item_of(defaults, "create_defaults") is not None:
            raise Refused("what its `defaults` hold is not seen")
        return [*edits, *with_item(site, defaults, item)]


@dataclass(frozen=True)
class CurrentQuerysets(PythonOp):
    """`prefetch.get_current_queryset(level)` becomes `(prefetch.get_current_querysets(level) or [None])[0]`."""

    @property
    def words(self) -> Words:
        """The method."""
        return (frozenset({"get_current_queryset"}),)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for calls at a Prefetch, or at what is called like one where nothing else has the method; findings for the rest."""
        message = "`get_current_querysets()` takes its place: a list of one query set, or None"
        for node in site.nodes(ast.Attribute):
            if node.attr != "get_current_queryset":
                continue
            call = site.parent(node)
            named = not defines_method(site, node.attr) and LOOKUPS.fullmatch(last_name(node.value)) is not None
            sure = named or by_bindings(site, node.value, frozenset(), lambda _, binding: False, _is_prefetch)
            if not sure or not isinstance(call, ast.Call) or call.func is not node or in_format_string(site, call):
                yield site.finding(node, message)
                continue
            yield site.edit_attribute(node, "get_current_querysets")
            yield Edit(site.module.start(call), site.module.start(call), "(")
            yield Edit(site.module.end(call), site.module.end(call), " or [None])[0]")
            yield site.finding(node, message, fixed=True)


def _is_prefetch(site: Site, node: ast.expr, seen: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and site.qualified(node.func) in PREFETCHES


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
        "get_current_queryset() becomes get_current_querysets()",
        deprecated="5.0",
        removed="6.0",
        works_from="5.0",
        safety=REVIEW,
        covers=("5.0-prefetch-get-current-queryset",),
        docs="releases/5.0: Features deprecated in 5.0 / Miscellaneous",
        ops=(CurrentQuerysets(),),
    ),
    Codemod(
        "create-defaults-field",
        "a field called create_defaults is looked up as create_defaults__exact",
        removed="5.0",
        works_from="1.11",
        safety=REVIEW,
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
