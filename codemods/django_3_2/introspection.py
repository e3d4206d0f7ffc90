"""Features of database backends: the flags of introspection become one dictionary."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from django_hop.model import Edit, Finding
from django_hop.ops.base import PythonOp, Words
from django_hop.ops.class_bodies import assignments, defines, drop_line
from django_hop.ops.classes import FindAttribute
from django_hop.rewrite.site import Site
from django_hop.rewrite.source import Refused

KINDS = {
    "autofield": "AutoField",
    "big_integer_field": "BigIntegerField",
    "binary_field": "BinaryField",
    "decimal_field": "DecimalField",
    "duration_field": "DurationField",
    "ip_address_field": "GenericIPAddressField",
    "positive_integer_field": "PositiveIntegerField",
    "small_integer_field": "SmallIntegerField",
    "time_field": "TimeField",
}
TYPES = {"big_auto_field": "BigAutoField", "small_auto_field": "SmallAutoField", "boolean_field": "BooleanField"}
SAYS = {f"can_introspect_{kind}": field for kind, field in KINDS.items()}
NAMES = {f"introspected_{kind}_type": field for kind, field in TYPES.items()}
FLAGS = (*SAYS, *NAMES)
PROPERTY = "introspected_field_types"


@dataclass(frozen=True)
class IntrospectedTypes(PythonOp):
    """Flags that are True, and types that are named, go into `introspected_field_types`; with one that is not, all are reported."""

    bases: tuple[str, ...]
    message: str

    @property
    def words(self) -> Words:
        """One of the flags in a class."""
        return tuple(frozenset({"class", name}) for name in FLAGS)

    def apply(self, site: Site) -> Iterator[Edit | Finding]:
        """Edits for a class whose flags all say as which field introspection sees the column; findings for others."""
        done: set[int] = set()
        for node in site.subclasses(*self.bases):
            flags = [statement for statement, _ in assignments(node, *FLAGS)]
            items = [_item(one) for one in flags]
            if not flags or None in items or any(one not in node.body for one in flags) or defines(node, PROPERTY):
                continue
            edits = self._edits(site, node, flags, [one for one in items if one])
            if edits is not None:
                done.update(one.lineno for one in flags)
                yield from edits
                yield from (site.finding(one, self.message, fixed=True) for one in flags)
        found = FindAttribute(self.bases, FLAGS, self.message)
        yield from (one for one in found.apply(site) if one.line not in done)

    @staticmethod
    def _edits(site: Site, node: ast.ClassDef, flags: list[ast.Assign | ast.AnnAssign], items: list[tuple[str, str]]) -> list[Edit] | None:
        """The flags out, the property at the end of the class; None where the layout or a name is in the way."""
        last = node.body[-1]
        start = site.module.source.starts[last.lineno - 1]
        indent = site.text[start : site.module.start(last)]
        if indent.strip():
            return None
        spoken = site.imports.need("django.utils.functional.cached_property", at=node)
        if spoken is None:
            return None
        newline = site.module.source.newline
        text = (newline + indent).join(_property(spoken, items))
        try:
            edits = [edit for one in flags if one is not last for edit in drop_line(site, one)]
        except Refused:
            return None
        end = site.module.end(last)
        if last in flags:
            gap = newline if any(one not in flags for one in node.body) else ""
            return [*edits, Edit(start, end, f"{gap}{indent}{text}")]
        return [*edits, Edit(end, end, f"{newline}{newline}{indent}{text}")]


def _item(statement: ast.Assign | ast.AnnAssign) -> tuple[str, str] | None:
    """The field, and the field that introspection gives for it; None if the statement does not say."""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    value = statement.value.value if isinstance(statement.value, ast.Constant) else None
    if not isinstance(target, ast.Name) or (isinstance(statement, ast.Assign) and len(statement.targets) > 1):
        return None
    if target.id in SAYS and value is True:
        return SAYS[target.id], SAYS[target.id]
    return (NAMES[target.id], value) if target.id in NAMES and isinstance(value, str) else None


def _property(spoken: str, items: list[tuple[str, str]]) -> list[str]:
    """The lines of the property."""
    pairs = [f'        "{field}": "{seen}",' for field, seen in items]
    return [f"@{spoken}", f"def {PROPERTY}(self):", "    return {", f"        **super().{PROPERTY},", *pairs, "    }"]
