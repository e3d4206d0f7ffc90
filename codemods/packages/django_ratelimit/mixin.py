"""The mixin that limited a view, as the decorator of its `dispatch()`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import REVIEW, Codemod, Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import defines
from django_hop.ops.decorators import remove_base
from django_hop.ops.expressions import quoted
from django_hop.ops.names import release_root
from django_hop.ops.statements import alone_on_lines
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

_MIXIN = "ratelimit.mixins.RatelimitMixin"
_MESSAGE = "`RatelimitMixin` is given up in 3.0 and gone from 4.0 on: `@method_decorator(ratelimit(...))` limits a view"
_OPTIONS = ("group", "key", "rate", "method", "block")


@dataclass(frozen=True)
class Mixin(PythonOp):
    """`class V(RatelimitMixin, View)` -> `@method_decorator(ratelimit(...), name="dispatch")` with the attributes of the class.

    The decorator gets a group, for it would count all views together that inherit `dispatch()`, and the mixin's own defaults.
    """

    @property
    def words(self) -> Words:
        """The mixin."""
        return (frozenset({"RatelimitMixin"}),)

    @property
    def means(self) -> tuple[str, ...]:
        """The mixin."""
        return (_MIXIN,)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for views that say everything themselves and that no class derives from; else findings."""
        nodes = site.references(_MIXIN)
        for node in nodes:
            try:
                edits = self._edits(site, node)
            except Refused as error:
                yield site.finding(node, f"{_MESSAGE}; {error}")
                continue
            yield from edits
            yield site.finding(node, _MESSAGE, fixed=True)
            release_root(site, node)
        doubtful = [*site.doubtful(_MIXIN)]
        taken = [] if nodes or doubtful else [one.alias or one.node for one in site.imports.bindings(_MIXIN)]
        yield from (site.finding(node, _MESSAGE) for node in [*doubtful, *taken])

    def _edits(self, site: Site, node: ast.expr) -> list[Edit]:
        view = site.parent(node)
        if not isinstance(view, ast.ClassDef) or node not in view.bases:
            raise Refused("here it is used in another way")
        if view.bases[0] is not node or len(view.bases) < 2:
            raise Refused("it stands behind other bases, or alone, so that the order of what happens cannot be kept")
        if any(defines(view, name) for name in ("dispatch", "as_view", "get_ratelimit_config")):
            raise Refused("the class has a part of it of its own")
        if _has_heirs(site, view):
            raise Refused("other classes derive from this one, and may say other limits")
        given = self._given(site, view)
        edits = [remove_base(site, view, node), *_without(site, view, [one for one, _ in given.values()])]
        spoken = site.imports.need_all("django.utils.decorators.method_decorator", "ratelimit.decorators.ratelimit", at=view)
        if spoken is None:
            raise Refused("the names `method_decorator` or `ratelimit` are taken in this file")
        values = {name: site.module.segment(value) for name, (_, value) in given.items()}
        module = site.path.removesuffix(".py").replace("/", ".")
        said = {"group": quoted(site, f"{module}.{view.name}"), "rate": quoted(site, "5/m"), "block": "False", **values}
        arguments = ", ".join(f"{name}={said[name]}" for name in _OPTIONS if name in said)
        start = site.text.rindex("class", 0, site.module.start(view) + len("class"))
        indent = " " * view.col_offset
        line = f"@{spoken[0]}({spoken[1]}({arguments}), name={quoted(site, 'dispatch')}){site.module.source.newline}{indent}"
        return [Edit(start, start, line), *edits]

    @staticmethod
    def _given(site: Site, view: ast.ClassDef) -> dict[str, tuple[ast.stmt, ast.expr]]:
        """What the class says of its limits. Raises Refused where it is not all plain."""
        found: dict[str, tuple[ast.stmt, ast.expr]] = {}
        own = site.names.inner[view].bindings
        for statement in view.body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
            if isinstance(statement, ast.Assign) and isinstance(target, ast.Name) and target.id.startswith("ratelimit_"):
                if any(isinstance(one, ast.Name) and one.id in {*own, "RatelimitMixin"} for one in ast.walk(statement.value)):
                    raise Refused(f"`{target.id}` is made from other names of the class")
                found[target.id.removeprefix("ratelimit_")] = (statement, statement.value)
        said = [name for name in re.findall(r"\bratelimit_(\w+)", site.module.segment(view)) if name in (*_OPTIONS, "config")]
        if sorted(said) != sorted(found) or set(found) - {*_OPTIONS}:
            raise Refused("what it limits is said in an unusual way, or read by the class itself")
        if "key" not in found:
            raise Refused("the class has no `ratelimit_key`")
        return found


def _has_heirs(site: Site, view: ast.ClassDef) -> bool:
    below = re.compile(rb"^[ \t]*class\s+\w+\s*\([^)]*\b%s\b" % view.name.encode(), re.M)
    return any(below.search(site.project.tree[path]) for path in site.project.holding(view.name.encode()))


def _without(site: Site, view: ast.ClassDef, statements: list[ast.stmt]) -> list[Edit]:
    """The edits that take the attributes out, with one empty line between what is left; `pass` where nothing is."""
    source = site.module.source
    if any(not alone_on_lines(site, one) or "#" in source.line(one.end_lineno or one.lineno).rpartition('"')[2] for one in statements):
        raise Refused("other code or a comment stands on a line with its attributes")
    if len(statements) == len(view.body):
        edits = [site.edit(statements[0], "pass")]
        statements = statements[1:]
    else:
        edits = []
    gone = {line for one in statements for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)}
    first = view.body[0].lineno
    for line in range(first + 1, (view.end_lineno or first) + 1):
        above = next(one for one in range(line - 1, 0, -1) if one not in gone)
        if line - 1 in gone and not source.line(line).strip() and (above < first or not source.line(above).strip()):
            gone.add(line)
    for line in sorted(gone):
        end = source.starts[line] if line < len(source.starts) else len(site.text)
        edits.append(Edit(source.starts[line - 1], end, ""))
    return edits


CODEMODS = [
    Codemod(
        "ratelimit-mixin",
        "a decorator of the method takes the place of RatelimitMixin",
        package="django-ratelimit",
        deprecated="3.0",  # its notes say that the mixin is gone, and its wheels still hold it
        removed="4.0",
        works_from="2.0",
        safety=REVIEW,
        covers=("ratelimit-3.0-mixin",),
        docs="django-ratelimit 3.0 changes: RatelimitMixin",
        ops=(Mixin(),),
    ),
]
